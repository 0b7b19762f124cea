/// Version 11: a person can go, and a comparison goes on after a restart.
///
/// - `conversation_owner` finds what somebody owns, deleted or not: without it SQLite looks at every conversation of everybody
///   before it lets a person's row go.
/// - `rollout_comparison` has one row: how the groups of the rollout stood when it was written, as JSON. `cohort` is what made
///   the groups what they are, besides the per cent.
let eleventhSchema = """
    CREATE INDEX conversation_owner ON conversation (owner);

    CREATE TABLE rollout_comparison (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        state TEXT NOT NULL,
        cohort TEXT NOT NULL
    ) STRICT;
    """
