/// Version 6: conversations that are kept in order, found again, brought along, and taken back.
///
/// - `conversation.leaf` is the last message of the path that is shown; none for the path to the newest message.
///   `title_source` says who named it: the first message's text, a model, or the reader, whom no model overrules.
/// - `import` is what a reader brought along from elsewhere in one go, so that it can be undone in one go.
/// - `message_words` holds the words of a message's text, ideographs each as a word of its own, and its owner as a word;
///   its row ids are the messages' sequences. It is contentless: what is deleted must be given to it again, word by word.
///   `message.is_indexed` tells which messages it has. The beginnings of one and two letters have an index of their own:
///   without it each of them would mean a walk through all words that begin so.
/// - The person without an id owns the conversations that are given up and not yet forgotten.
/// - `erasure` keeps what a reader had deleted at once until it is gone for good: profile and facts as JSON; the
///   conversations lie in the bin with the same time.
/// - `spending` counts what models are paid for, by the day of UTC since 1970: the empty address is everybody together.
/// - `person.streaming` is the reader's own wish; `session.device` what the browser calls itself.
///   `stream_token.session` is the session that a token was handed to, and with which it ends.
let sixthSchema = """
    ALTER TABLE conversation ADD COLUMN pinned_at INTEGER;
    ALTER TABLE conversation ADD COLUMN archived_at INTEGER;
    ALTER TABLE conversation ADD COLUMN leaf TEXT;
    ALTER TABLE conversation ADD COLUMN title_source TEXT NOT NULL DEFAULT 'text'
        CHECK (title_source IN ('text', 'model', 'reader'));
    ALTER TABLE conversation ADD COLUMN import TEXT;
    CREATE INDEX conversation_pinned ON conversation (owner, updated_at DESC) WHERE pinned_at IS NOT NULL;
    CREATE INDEX conversation_archived ON conversation (owner, updated_at DESC) WHERE archived_at IS NOT NULL;
    CREATE INDEX conversation_binned ON conversation (deleted_at) WHERE deleted_at IS NOT NULL;
    CREATE INDEX conversation_bin ON conversation (owner, deleted_at DESC) WHERE deleted_at IS NOT NULL;
    CREATE INDEX conversation_import ON conversation (owner, import) WHERE import IS NOT NULL;
    CREATE INDEX generation_conversation ON generation (conversation);
    CREATE INDEX generation_started ON generation (started_at);
    CREATE INDEX message_parent ON message (person, parent);
    CREATE INDEX message_root ON message (conversation) WHERE parent IS NULL;

    ALTER TABLE message ADD COLUMN is_indexed INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX message_unindexed ON message (sequence) WHERE is_indexed = 0;
    CREATE VIRTUAL TABLE message_words USING fts5
        (words, person, content = '', prefix = '1 2', tokenize = "unicode61 remove_diacritics 2");

    CREATE TABLE import (
        person TEXT NOT NULL REFERENCES person (id),
        id TEXT NOT NULL,
        source TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        undone_at INTEGER,
        PRIMARY KEY (person, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE spending (
        day INTEGER NOT NULL,
        address TEXT NOT NULL,
        messages INTEGER NOT NULL,
        input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        PRIMARY KEY (day, address)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE erasure (
        person TEXT PRIMARY KEY REFERENCES person (id),
        erased_at INTEGER NOT NULL,
        profile TEXT,
        facts TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    INSERT INTO person (id, kind, created_at) VALUES ('', 'guest', 0);
    ALTER TABLE person ADD COLUMN streaming TEXT NOT NULL DEFAULT 'auto' CHECK (streaming IN ('auto', 'on', 'off'));
    ALTER TABLE session ADD COLUMN device TEXT;
    ALTER TABLE session ADD COLUMN used_at INTEGER;
    ALTER TABLE stream_token ADD COLUMN session TEXT;
    CREATE INDEX stream_token_session ON stream_token (session) WHERE session IS NOT NULL;
    """
