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
ALTER TABLE message ADD COLUMN shown INTEGER;

ALTER TABLE generation ADD COLUMN first_text_at INTEGER;
ALTER TABLE generation ADD COLUMN spooled_at INTEGER;
ALTER TABLE generation ADD COLUMN committed_at INTEGER;
ALTER TABLE generation ADD COLUMN model_calls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN viewers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN returns INTEGER NOT NULL DEFAULT 0;

CREATE INDEX generation_recent ON generation (person, ended_at);
ALTER TABLE stream_token ADD COLUMN agent TEXT;
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
ALTER TABLE person ADD COLUMN role TEXT NOT NULL DEFAULT 'person' CHECK (role IN ('person', 'admin'));

ALTER TABLE generation ADD COLUMN reason TEXT;
ALTER TABLE generation ADD COLUMN stand_in TEXT;
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
ALTER TABLE setting_change ADD COLUMN was TEXT;
ALTER TABLE setting_change ADD COLUMN became TEXT;
ALTER TABLE setting_change ADD COLUMN why TEXT;
ALTER TABLE setting_change ADD COLUMN verdict TEXT;
CREATE INDEX setting_change_name ON setting_change (name, sequence);
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
CREATE TABLE second_factor (
    person TEXT PRIMARY KEY REFERENCES person (id),
    secret TEXT NOT NULL,
    last_step INTEGER
) STRICT, WITHOUT ROWID;
ALTER TABLE api_key ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read,chat';
ALTER TABLE api_key ADD COLUMN expires_at INTEGER;
ALTER TABLE api_key ADD COLUMN used_at INTEGER;
CREATE INDEX api_key_person ON api_key (person);

INSERT INTO run (epoch, owner, started_at, ended_at) VALUES (1, 'the first run', 1795175000000, NULL);
INSERT INTO person (id, kind, created_at) VALUES
    ('ada-is-a-guest-here', 'guest', 1795175100000), ('a-program-with-a-key', 'key', 1795175200000);
INSERT INTO session (hash, person, created_at, expires_at)
    VALUES ('hash of the session of ada', 'ada-is-a-guest-here', 1795175100000, 1895175100000);
INSERT INTO api_key (hash, person, name, created_at)
    VALUES ('hash of the key', 'a-program-with-a-key', 'nightly report', 1795175200000);
INSERT INTO conversation (id, owner, title, created_at, updated_at, deleted_at) VALUES
    ('conversation-of-ada', 'ada-is-a-guest-here', 'My knee, 我的膝盖', 1795176000000, 1795176005000, NULL),
    ('thrown-away-by-ada-', 'ada-is-a-guest-here', 'Thrown away', 1795176000000, 1795176005000, 1795176100000);
INSERT INTO message
    (sequence, person, id, conversation, parent, role, parts, hash, state, agent, error, created_at)
VALUES (1, 'ada-is-a-guest-here', 'ada-asks-the-first', 'conversation-of-ada', NULL, 'user',
    '[{"type":"text","text":"Why 膝盖?"}]', x'f3342d52e56654ec57276f0b41580bab6129436a95993f0cf5c8ad56853eb2fc', 'complete', NULL, NULL, 1795176000000);
INSERT INTO message
    (sequence, person, id, conversation, parent, role, parts, hash, state, agent, error, created_at)
VALUES (2, 'ada-is-a-guest-here', 'reply-to-the-first-', 'conversation-of-ada', 'ada-asks-the-first', 'assistant',
    '[{"type":"text","text":"Because of the stairs."}]', x'44cb502e9a721d766d6da54ec61c4941f49ad74f766cea75b33850501b77a1de', 'complete', 'general', NULL, 1795176000000);
INSERT INTO message
    (sequence, person, id, conversation, parent, role, parts, hash, state, agent, error, created_at)
VALUES (3, 'ada-is-a-guest-here', 'ada-asks-the-second', 'conversation-of-ada', 'reply-to-the-first-', 'user',
    '[{"type":"text","text":"And then?"}]', x'3ffc062241e93d99d52b895f86f77954f1545aced3e654c6ac7997a29c51533e', 'complete', NULL, NULL, 1795176000000);
INSERT INTO message
    (sequence, person, id, conversation, parent, role, parts, hash, state, agent, error, created_at)
VALUES (4, 'ada-is-a-guest-here', 'reply-that-is-cut-off', 'conversation-of-ada', 'ada-asks-the-second', 'assistant',
    '[]', x'a3f0f757b0f96736f88355511aba4c66c5e63f593937eb4f1e0765253bd66237', 'streaming', 'general', NULL, 1795176000000);
INSERT INTO message
    (sequence, person, id, conversation, parent, role, parts, hash, state, agent, error, created_at)
VALUES (5, 'ada-is-a-guest-here', 'a-thing-thrown-away', 'thrown-away-by-ada-', NULL, 'user',
    '[{"type":"text","text":"Away"}]', x'eae0cf0362a4dca63940317026732871df5f14cf7ca421a5d07a3253c6fdaf97', 'complete', NULL, NULL, 1795176000000);
INSERT INTO generation
    (id, person, message, conversation, state, owner, epoch, lease_until, last_sequence, started_at, ended_at,
    finish_reason, input_tokens, output_tokens, seen, has_parts)
VALUES ('reply-to-the-first-', 'ada-is-a-guest-here', 'ada-asks-the-first', 'conversation-of-ada', 'complete', 'the first run', 1, 1795176060000, 2,
    1795176000000, 1795176005000, 'stop', 3, 5, NULL, 1);
INSERT INTO generation
    (id, person, message, conversation, state, owner, epoch, lease_until, last_sequence, started_at, ended_at,
    finish_reason, input_tokens, output_tokens, seen, has_parts)
VALUES ('reply-that-is-cut-off', 'ada-is-a-guest-here', 'ada-asks-the-second', 'conversation-of-ada', 'streaming', 'the first run', 1, 1795176060000, 2,
    1795176000000, NULL, NULL, 3, 5, NULL, 1);
INSERT INTO reply_part (generation, first, events) VALUES
    ('reply-to-the-first-', 1, '["Because of the stairs.",{"type":"stopped"}]'),
    ('reply-that-is-cut-off', 1, '["Then you ","rest"]');
INSERT INTO stream_token (hash, person, message, conversation, parent, text, starts_before)
    VALUES ('hash of a token', 'ada-is-a-guest-here', 'ada-asks-the-first', 'conversation-of-ada', NULL, 'Why?',
    1795176300000);
INSERT INTO setting (name, value) VALUES ('streaming_rollout_percent', '25');
INSERT INTO setting_change (sequence, name, old, new, changed_by, changed_at)
    VALUES (1, 'streaming_rollout_percent', NULL, '25', 'the command line', 1795175300000);
UPDATE message SET shown = 7 WHERE id = 'reply-to-the-first-';
UPDATE generation SET first_text_at = 1795176001000, spooled_at = 1795176004000, committed_at = 1795176006000,
    model_calls = 1, viewers = 2, returns = 1 WHERE id = 'reply-to-the-first-';
UPDATE stream_token SET agent = 'workout' WHERE hash = 'hash of a token';
INSERT INTO profile (person, version, fields, skipped, completed_at, conversation, last_message)
    VALUES ('ada-is-a-guest-here', 3, '{"age":36}', '["height"]', 1795176400000, 'conversation-of-ada',
    'ada-asks-the-first');
INSERT INTO fact (id, person, text, created_at)
    VALUES ('a-fact-about-ada----', 'ada-is-a-guest-here', 'Climbs stairs.', 1795176400000);
INSERT INTO fact_answer (person, id, text, answer)
    VALUES ('ada-is-a-guest-here', 'reply-to-the-first-/1', 'Climbs stairs.', 'yes');
UPDATE generation SET prompt = '{"messages":[]}' WHERE id = 'reply-to-the-first-';
UPDATE stream_token SET kind = 'chat', time_zone = 'Europe/Berlin', minutes_east = 60, profile_version = 3,
    follows_nothing = 0;
UPDATE generation SET reason = 'keywords', stand_in = 'The coach answers.' WHERE id = 'reply-to-the-first-';
INSERT INTO person (id, kind, created_at, role) VALUES ('the-admin-of-it-all', 'guest', 1795175100000, 'admin');
UPDATE conversation SET pinned_at = 1795176500000, archived_at = 1795176600000, leaf = 'reply-to-the-first-',
    title_source = 'reader', import = 'an import' WHERE id = 'conversation-of-ada';
INSERT INTO message_words (rowid, words, person)
    VALUES (1, 'why 膝 盖', 'p6164612d69732d612d67756573742d68657265');
UPDATE message SET is_indexed = 1 WHERE sequence = 1;
INSERT INTO import (person, id, source, created_at, undone_at)
    VALUES ('ada-is-a-guest-here', 'an import', 'chatgpt', 1795176400000, NULL);
INSERT INTO spending (day, address, messages, input_tokens, output_tokens)
    VALUES (20777, '', 2, 6, 10), (20777, '192.0.2.1', 2, 6, 10);
INSERT INTO erasure (person, erased_at, profile, facts)
    VALUES ('the-admin-of-it-all', 1795176400000, NULL, '{"facts":[],"answers":[]}');
UPDATE person SET streaming = 'off' WHERE id = 'ada-is-a-guest-here';
UPDATE session SET device = 'Firefox on Linux', used_at = 1795176000000;
UPDATE stream_token SET session = 'hash of the session of ada';
INSERT INTO setting_change (sequence, name, old, new, changed_by, changed_at, was, became, why, verdict)
    VALUES (2, 'streaming_rollout_percent', '25', '50', 'the-admin-of-it-all', 1795175400000, '25', '50', 'looks good',
    '{"kind":"no_worse"}');
INSERT INTO account (person, name, folded, password, created_at, disabled_at) VALUES
    ('the-admin-of-it-all', 'Grace', 'grace', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaA',
    1795175100000, NULL);
INSERT INTO one_time_code (hash, purpose, person, note, expires_at) VALUES
    ('hash of an invitation', 'invitation', NULL, 'for Bob', 1895175100000),
    ('hash of a reset', 'reset', 'the-admin-of-it-all', '', 1895175100000);
INSERT INTO recovery_code (person, hash) VALUES ('the-admin-of-it-all', 'hash of a code');
INSERT INTO second_factor (person, secret, last_step)
    VALUES ('the-admin-of-it-all', 'JBSWY3DPEHPK3PXP', 59839200);
UPDATE api_key SET scopes = 'read', expires_at = 1895175100000, used_at = 1795176000000;

PRAGMA application_id = 1397248590;
PRAGMA user_version = 10;
