import Accounts
import JSONValue
import Observability
import TestSupport
import Testing

@testable import Web

private let password = "correct horse battery"

@Suite(.timeLimit(.minutes(20))) struct `A second factor` {
    private func site(_ required: AccessPolicy.SecondFactor = .none, open: Bool = true) async throws -> OwnSite {
        try await OwnSite(
            policy: AccessPolicy(admission: open ? .open : .accounts, signUp: .open, secondFactor: required)
        )
    }

    private func post(
        _ site: OwnSite,
        _ path: String,
        _ body: JSON,
        as cookie: String? = nil
    ) async throws -> OwnSite.Answer {
        try await site.ask("POST", "/api/v1/auth/\(path)", body.text, cookie: cookie)
    }

    private func signUp(_ site: OwnSite, _ name: String = "Ada") async throws -> String {
        let answer = try await self.post(site, "sign-up", ["name": .string(name), "password": .string(password)])
        return try #require(answer.cookie)
    }

    /// Sets it up; the secret is used at the present half minute.
    private func setUp(_ site: OwnSite, as cookie: String) async throws -> TimedSecret {
        let offered = try await self.post(site, "second-factor", ["password": .string(password)], as: cookie)
        let secret = try #require(TimedSecret(base32: offered.json["secret"]?.string ?? ""))
        let confirmed = try await self.post(
            site,
            "second-factor/confirm",
            ["digits": .string(self.digits(of: secret, site))],
            as: cookie
        )
        try #require(confirmed.status == 204, "\(confirmed.text)")
        return secret
    }

    private func digits(of secret: TimedSecret, _ site: OwnSite) -> String {
        secret.code(of: site.time.source.now().milliseconds / 30_000)
    }

    private func logIn(_ site: OwnSite, _ shown: String?, password: String = password) async throws -> OwnSite.Answer {
        var body = JSON.Object()
        body["name"] = "Ada"
        body["password"] = .string(password)
        if let shown { body["second_factor"] = .string(shown) }
        return try await self.post(site, "login", .object(body))
    }

    @Test func `is asked for besides the password once it is set up, and each digits open once`() async throws {
        let site = try await self.site()
        let cookie = try await self.signUp(site)
        #expect(try await self.logIn(site, nil).status == 200)
        let secret = try await self.setUp(site, as: cookie)
        let used = self.digits(of: secret, site)

        let without = try await self.logIn(site, nil)
        let again = try await self.logIn(site, used)
        site.time.advance(by: .seconds(30))
        let right = try await self.logIn(site, self.digits(of: secret, site))

        #expect(without.status == 401 && without.json["error"]?["code"] == "second_factor_needed")
        #expect(again.status == 401 && again.json["error"]?["code"] == "wrong_second_factor")
        #expect(right.status == 200 && right.cookie != nil)
        #expect(try await self.logIn(site, self.digits(of: secret, site)).status == 401)
        let me = try await site.ask("GET", "/api/v1/auth/me", cookie: right.cookie).json
        #expect(me["account"]?["second_factor"] == "on")
        #expect(
            try await self.logIn(site, "000000", password: "wrong horse").json["error"]?["code"] == "wrong_credentials"
        )
    }

    @Test func `is not guessed: whoever has the password waits, too`() async throws {
        let site = try await self.site()
        _ = try await self.setUp(site, as: self.signUp(site))

        var answers: [Int] = []
        for number in 0..<8 { answers.append(try await self.logIn(site, "00000\(number)").status) }

        #expect(answers.filter { $0 == 401 }.count == 5 && answers.suffix(3) == [429, 429, 429])
        site.time.advance(by: .seconds(1))
        #expect(try await self.logIn(site, nil).status == 401)
        #expect(try await self.logIn(site, nil).status == 429)
    }

    @Test func `may be stood in for by a recovery code, which a new password does not get around`() async throws {
        let site = try await self.site()
        let cookie = try await self.signUp(site)
        let secret = try await self.setUp(site, as: cookie)
        let made = try await self.post(site, "recovery-codes", ["password": .string(password)], as: cookie)
        let codes = made.json["codes"]?.array?.compactMap(\.string) ?? []

        #expect(try await self.logIn(site, codes[0]).status == 200)
        #expect(try await self.logIn(site, codes[0]).status == 401)
        let new = "another horse battery"
        let reset: JSON = ["name": "Ada", "code": .string(codes[1]), "password": .string(new)]
        #expect(try await self.post(site, "reset", reset).status == 204)
        #expect(try await self.logIn(site, nil, password: new).status == 401)
        #expect(try await self.logIn(site, codes[1], password: new).status == 401)
        site.time.advance(by: .seconds(30))
        #expect(try await self.logIn(site, self.digits(of: secret, site), password: new).status == 200)
    }

    @Test func `is taken up with its own digits and switched off with the password and itself`() async throws {
        let site = try await self.site()
        let cookie = try await self.signUp(site)
        let none = try await self.post(site, "second-factor/confirm", ["digits": "000000"], as: cookie)
        let wrong = try await self.post(site, "second-factor", ["password": "wrong horse"], as: cookie)
        _ = try await self.post(site, "second-factor", ["password": .string(password)], as: cookie)
        let guessed = try await self.post(site, "second-factor/confirm", ["digits": "000000"], as: cookie)
        let secret = try await self.setUp(site, as: cookie)
        let twice = try await self.post(site, "second-factor", ["password": .string(password)], as: cookie)

        #expect([none.status, wrong.status, guessed.status, twice.status] == [409, 401, 401, 409])
        site.time.advance(by: .seconds(30))
        func remove(_ password: String, _ shown: String) async throws -> Int {
            let body: JSON = ["password": .string(password), "second_factor": .string(shown)]
            return try await self.post(site, "second-factor/remove", body, as: cookie).status
        }
        #expect(try await remove("wrong horse", self.digits(of: secret, site)) == 401)
        #expect(try await remove(password, "000000") == 401)
        #expect(try await remove(password, self.digits(of: secret, site)) == 204)
        #expect(try await self.logIn(site, nil).status == 200)
        #expect(try await self.post(site, "second-factor", ["password": .string(password)]).status == 401)
    }

    @Test(arguments: [true, false])
    func `is set up before anything else where the server asks everybody for it`(open: Bool) async throws {
        let site = try await self.site(.all, open: open)
        let cookie = try await self.signUp(site)

        let refused = try await site.ask("POST", "/api/v1/chat", #"{"message": "Hi"}"#, cookie: cookie)
        let config = try await site.ask("GET", "/api/v1/config", cookie: cookie)
        let me = try await site.ask("GET", "/api/v1/auth/me", cookie: cookie).json

        #expect(refused.status == 403 && refused.json["error"]?["code"] == "second_factor_missing")
        #expect(refused.cookie == nil)
        #expect(config.json["second_factor_missing"] == true && config.json["signed_in"] == false)
        #expect(me["account"]?["second_factor"] == "missing")
        _ = try await self.setUp(site, as: cookie)
        #expect(try await site.ask("GET", "/api/v1/conversations", cookie: cookie).status == 200)
        #expect(try await site.ask("GET", "/api/v1/config", cookie: cookie).json["second_factor_missing"] == false)
    }

    @Test func `is asked of admins alone where the server says so, and an admin helps whoever has lost it`()
        async throws
    {
        let site = try await self.site(.admins)
        let ada = try await self.signUp(site)
        #expect(try await site.ask("GET", "/api/v1/conversations", cookie: ada).status == 200)
        let code = await site.admins.makeCode()
        let body: JSON = ["name": "root", "password": .string(password), "code": .string(code)]
        let admin = try #require(try await self.post(site, "sign-up", body).cookie)
        #expect(try await site.ask("GET", "/api/v1/admin/people", cookie: admin).status == 403)
        _ = try await self.setUp(site, as: admin)
        #expect(try await site.ask("GET", "/api/v1/admin/people", cookie: admin).status == 200)

        _ = try await self.setUp(site, as: ada)
        #expect(try await self.logIn(site, nil).status == 401)
        let me = try await site.ask("GET", "/api/v1/auth/me", cookie: ada).json
        let path = "/api/v1/admin/people/\(me["account"]?["id"]?.string ?? "")/reset-second-factor"
        #expect(try await site.ask("POST", path, "{}", cookie: ada).status == 403)
        #expect(try await site.ask("POST", path, "{}", cookie: admin).status == 204)
        #expect(try await self.logIn(site, nil).status == 200)
    }
}
