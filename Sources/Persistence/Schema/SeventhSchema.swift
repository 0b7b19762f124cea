/// Version 7: more about each change of a setting.
///
/// - `setting_change.was` and `became` are the values in force before and after, which `old` and `new` do not tell where
///   the configuration's holds.
/// - `why` is what whoever made the change said, `verdict` what came of it, as JSON.
let seventhSchema = """
    ALTER TABLE setting_change ADD COLUMN was TEXT;
    ALTER TABLE setting_change ADD COLUMN became TEXT;
    ALTER TABLE setting_change ADD COLUMN why TEXT;
    ALTER TABLE setting_change ADD COLUMN verdict TEXT;
    CREATE INDEX setting_change_name ON setting_change (name, sequence);
    """
