/// Version 4: profiles, facts, what a model was told, and where a reader is.
///
/// - `fact_answer.id` names a proposal, `REPLY/CALL`; whatever was said to it is kept, so that it is not asked again.
/// - `profile.fields` and `profile.skipped` are JSON; `version` is what a change compares before it sets.
/// - `generation.prompt` is JSON: what the model was told besides the messages, and which of these.
/// - A stream token keeps what the reply will need to know when it starts: its kind, the reader's clock, and which version
///   of the profile an onboarding answer was given to; and whether it begins its conversation anew.
let fourthSchema = """
    CREATE TABLE profile (
        person TEXT PRIMARY KEY REFERENCES person (id),
        version INTEGER NOT NULL,
        fields TEXT NOT NULL,
        skipped TEXT NOT NULL,
        completed_at INTEGER,
        conversation TEXT,
        last_message TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE fact (
        id TEXT PRIMARY KEY,
        person TEXT NOT NULL REFERENCES person (id),
        text TEXT NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX fact_person ON fact (person, created_at);

    CREATE TABLE fact_answer (
        person TEXT NOT NULL REFERENCES person (id),
        id TEXT NOT NULL,
        text TEXT NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('yes', 'no', 'never')),
        PRIMARY KEY (person, id)
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE generation ADD COLUMN prompt TEXT;

    ALTER TABLE stream_token ADD COLUMN kind TEXT;
    ALTER TABLE stream_token ADD COLUMN time_zone TEXT;
    ALTER TABLE stream_token ADD COLUMN minutes_east INTEGER;
    ALTER TABLE stream_token ADD COLUMN profile_version INTEGER;
    ALTER TABLE stream_token ADD COLUMN follows_nothing INTEGER;
    """
