/// Version 10: what keys are for and until when.
///
/// - `api_key.scopes` are names with a comma between them; a key of before may do what it could.
/// - `used_at` is true to the minute, none before the first use.
let tenthSchema = """
    ALTER TABLE api_key ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read,chat';
    ALTER TABLE api_key ADD COLUMN expires_at INTEGER;
    ALTER TABLE api_key ADD COLUMN used_at INTEGER;
    CREATE INDEX api_key_person ON api_key (person);
    """
