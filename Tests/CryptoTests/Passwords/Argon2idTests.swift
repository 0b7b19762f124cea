import Testing

@testable import Crypto

@Suite struct `A password's hash` {
    /// Rows of `src/test.c` of the reference implementation (phc-winner-argon2, version 19, Argon2id).
    @Test(arguments: [
        (
            8, 2, 1, "password", "somesalt",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        ),
        (
            8, 2, 2, "password", "somesalt",
            "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"
        ),
        (
            16, 2, 1, "password", "somesalt",
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        ),
        (
            16, 2, 1, "differentpassword", "somesalt",
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94"
        ),
        (
            16, 2, 1, "password", "diffsalt",
            "$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw"
        ),
    ])
    func `is the one that the reference implementation prints`(
        memory: Int,
        passes: Int,
        lanes: Int,
        password: String,
        salt: String,
        text: String
    ) throws {
        let cost = PasswordHash.Cost(kibibytes: 1 << memory, passes: passes, lanes: lanes)
        let hash = try Argon2id.hash(password, salt: Array(salt.utf8), cost: cost)

        #expect(hash.text == text)
        #expect(hash.cost == cost)
        #expect(try Argon2id.verify(password, against: hash))
        #expect(try !Argon2id.verify(password + " ", against: hash))
    }

    @Test(arguments: [
        "", "$", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EO",
        "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EO", "$argon2id$v=19$m=0,t=2,p=1$c29tZXNhbHQ$nf65EO",
        "$argon2id$v=19$t=2,m=256,p=1$c29tZXNhbHQ$nf65EO", "$argon2id$v=19$m=256,t=2,p=1$$nf65EO",
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
    ])
    func `is nothing else`(text: String) {
        #expect(PasswordHash(text) == nil)
    }
}
