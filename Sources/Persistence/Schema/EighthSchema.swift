/// Version 8: people who sign in.
///
/// - `account.name` is as its owner writes it, `folded` what it is found by; `password` is a PHC string, none as long as
///   its owner has to choose one; nothing opens for an account once it is `disabled_at`.
/// - `one_time_code` holds invitations and codes that set a password, as hashes; a code is deleted when it is used.
/// - `recovery_code` holds what an account's owner has written down for the day when the password is lost, as hashes.
let eighthSchema = """
    CREATE TABLE account (
        person TEXT PRIMARY KEY REFERENCES person (id),
        name TEXT NOT NULL,
        folded TEXT NOT NULL UNIQUE,
        password TEXT,
        created_at INTEGER NOT NULL,
        disabled_at INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE one_time_code (
        hash TEXT PRIMARY KEY,
        purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'reset')),
        person TEXT REFERENCES person (id),
        note TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        CHECK ((purpose = 'reset') = (person IS NOT NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX one_time_code_age ON one_time_code (expires_at);

    CREATE TABLE recovery_code (
        person TEXT NOT NULL REFERENCES person (id),
        hash TEXT NOT NULL,
        PRIMARY KEY (person, hash)
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX stream_token_person ON stream_token (person);
    """
