// What the compiler was told of the sources.
#pragma once

/// The commit that was built, as whoever built it said in SHUREN_COMMIT; empty when nobody did.
const char *build_commit(void);
