/// Version 9: what accounts ask for besides the password.
///
/// - `second_factor.secret` is what the owner's app knows, in base 32: to check it the server has to know it, too.
/// - `last_step` is the last half minute whose digits were used, none as long as the secret is only offered.
let ninthSchema = """
    CREATE TABLE second_factor (
        person TEXT PRIMARY KEY REFERENCES person (id),
        secret TEXT NOT NULL,
        last_step INTEGER
    ) STRICT, WITHOUT ROWID;
    """
