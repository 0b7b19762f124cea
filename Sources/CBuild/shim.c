#include "CBuild.h"

#ifndef SHUREN_COMMIT
#define SHUREN_COMMIT ""
#endif

const char *build_commit(void) { return SHUREN_COMMIT; }
