/// Version 1.
///
/// Times are milliseconds since 1970 in UTC; JSON is text; every table is STRICT, so types hold.
///
/// - A message's id is its author's, so it is unique for a person and not beyond: nobody can find out, or block, an id
///   of somebody else.
/// - `hash` is the SHA-256 of a message's id, role and parts, because SQLite does not notice a flipped bit in a text.
/// - A generation's `owner`, `epoch` and `lease_until` say which process works on it and until when nobody else may
///   think otherwise; with one process only the epoch is ever compared.
/// - A generation without a conversation was stopped before it was claimed.
let firstSchema = """
    CREATE TABLE run (
        epoch INTEGER PRIMARY KEY,
        owner TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        ended_at INTEGER
    ) STRICT;

    CREATE TABLE person (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('guest', 'key')),
        created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE session (
        hash TEXT PRIMARY KEY,
        person TEXT NOT NULL REFERENCES person (id),
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX session_person ON session (person);

    CREATE TABLE stream_token (
        hash TEXT PRIMARY KEY,
        person TEXT NOT NULL REFERENCES person (id),
        message TEXT NOT NULL,
        conversation TEXT NOT NULL,
        parent TEXT,
        text TEXT,
        starts_before INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX stream_token_age ON stream_token (starts_before);

    CREATE TABLE api_key (
        hash TEXT PRIMARY KEY,
        person TEXT NOT NULL REFERENCES person (id),
        name TEXT NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE conversation (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL REFERENCES person (id),
        title TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        deleted_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX conversation_shown ON conversation (owner, updated_at DESC) WHERE deleted_at IS NULL;

    CREATE TABLE message (
        sequence INTEGER PRIMARY KEY,
        person TEXT NOT NULL REFERENCES person (id),
        id TEXT NOT NULL,
        conversation TEXT NOT NULL REFERENCES conversation (id),
        parent TEXT,
        role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
        parts TEXT NOT NULL,
        hash BLOB NOT NULL,
        state TEXT NOT NULL,
        agent TEXT,
        error TEXT,
        created_at INTEGER NOT NULL,
        UNIQUE (person, id),
        FOREIGN KEY (person, parent) REFERENCES message (person, id)
    ) STRICT;
    CREATE INDEX message_conversation ON message (conversation, sequence);

    CREATE TABLE generation (
        id TEXT PRIMARY KEY,
        person TEXT NOT NULL REFERENCES person (id),
        message TEXT NOT NULL,
        conversation TEXT REFERENCES conversation (id),
        state TEXT NOT NULL,
        owner TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        lease_until INTEGER NOT NULL,
        last_sequence INTEGER NOT NULL DEFAULT 0,
        started_at INTEGER NOT NULL,
        ended_at INTEGER,
        finish_reason TEXT,
        input_tokens INTEGER,
        output_tokens INTEGER,
        seen INTEGER,
        has_parts INTEGER NOT NULL DEFAULT 0,
        UNIQUE (person, message)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX generation_running ON generation (conversation) WHERE state IN ('accepted', 'streaming');
    CREATE INDEX generation_replayable ON generation (ended_at) WHERE has_parts = 1;

    CREATE TABLE reply_part (
        generation TEXT NOT NULL REFERENCES generation (id),
        first INTEGER NOT NULL,
        events TEXT NOT NULL,
        PRIMARY KEY (generation, first)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE setting (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE setting_change (
        sequence INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        old TEXT,
        new TEXT,
        changed_by TEXT NOT NULL,
        changed_at INTEGER NOT NULL
    ) STRICT;
    """
