/// Version 2: what a receipt tells, how much of a stopped reply its reader had seen, and what a person has running.
///
/// - `message.shown` is the part of a stopped reply's text that its reader had on the screen, in UTF-16 code units.
/// - `generation.committed_at` is when the row was written that ended it, `spooled_at` when the spool held it before.
/// - `generation_recent` finds what runs (no `ended_at`) and what ended lately, without looking at the rest.
let secondSchema = """
    ALTER TABLE message ADD COLUMN shown INTEGER;

    ALTER TABLE generation ADD COLUMN first_text_at INTEGER;
    ALTER TABLE generation ADD COLUMN spooled_at INTEGER;
    ALTER TABLE generation ADD COLUMN committed_at INTEGER;
    ALTER TABLE generation ADD COLUMN model_calls INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE generation ADD COLUMN viewers INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE generation ADD COLUMN returns INTEGER NOT NULL DEFAULT 0;

    CREATE INDEX generation_recent ON generation (person, ended_at);
    """
