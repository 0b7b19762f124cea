/// Version 5: what a person may do beyond their own conversations, and how a reply came about.
///
/// - `generation.reason` is why its agent was chosen, `stand_in` what the reader was told when another provider answered in
///   the model's place.
let fifthSchema = """
    ALTER TABLE person ADD COLUMN role TEXT NOT NULL DEFAULT 'person' CHECK (role IN ('person', 'admin'));

    ALTER TABLE generation ADD COLUMN reason TEXT;
    ALTER TABLE generation ADD COLUMN stand_in TEXT;
    """
