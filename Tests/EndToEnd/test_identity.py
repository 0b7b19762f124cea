"""People for whom an identity provider vouches: one that is made here, with keys that change and a door that is shut."""

import json
import re
import time

from playwright.sync_api import expect

from browser import COMPLETE, PageTest
from harness import Reader, ServerTest, until
from identity_provider import ECKey, IdentityProvider, Nobody, RSAKey, SharedSecret, token
import test_accounts


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


class Providing:
    """What a test needs of a provider, whichever kind of test it is."""

    def provide(self):
        self.provider = IdentityProvider()
        self.addCleanup(self.provider.close)

    def jwt_options(self, **changed):
        options = {
            "auth": "jwt", "jwt-issuer": self.provider.issuer, "jwt-audience": "shuren",
            "jwt-jwks-url": f"{self.provider.url}/keys", **changed,
        }
        return [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]


class Identities(Providing, ServerTest):
    def setUp(self):
        self.provide()

    def begin(self, folder=None, **changed):
        return self.start(folder, "--coach-pace-milliseconds", "0", *self.jwt_options(**changed))

    def ask(self, server, method, path, secret, body=None):
        status, fields, text = server.request(method, path, body, bearer(secret))
        return status, json.loads(text) if text else None

    def code(self, server, secret):
        """How a token is refused: the status and the code."""
        status, answer = self.ask(server, "GET", "/api/v1/conversations", secret)
        return (status, answer["error"]["code"]) if status != 200 else status

    def test_tokens_let_people_in_and_each_has_what_is_theirs(self):
        server = self.begin()
        self.assertEqual(server.request("GET", "/api/v1/conversations")[0], 401)
        ada, bob = self.provider.token("ada"), self.provider.token("bob", self.provider.keys[1], aud=["x", "shuren"])
        status, said = self.ask(server, "POST", "/api/v1/chat", ada, {"message": "Good morning!"})
        self.assertEqual(status, 200, said)
        talk = f"/api/v1/conversations/{said['conversation_id']}"
        self.assertEqual(self.ask(server, "GET", talk, ada)[0], 200)
        self.assertEqual(self.ask(server, "GET", talk, bob)[0], 404)
        me = self.ask(server, "GET", "/api/v1/auth/me", ada)[1]
        self.assertEqual((me["auth"], me["account"]["name"], me["account"]["role"]), ("jwt", "ada", "person"))
        self.assertEqual(me["provider"], {"issuer": self.provider.issuer, "sign_in_url": None})
        stranger = self.ask(server, "GET", "/api/v1/auth/me", self.provider.token("auth0|5f7c8ec7c33c6c004bbafe82"))[1]
        self.assertRegex(stranger["account"]["name"], "^person-[0-9a-f]{12}$")
        self.assertEqual(self.provider.asked, 1)

        self.assertEqual(server.terminate(), 0)
        again = self.begin(server.folder)
        self.assertEqual(self.ask(again, "GET", talk, self.provider.token("ada"))[0], 200)
        self.assertEqual([line.split()[1] for line in again.command("user", "list")[1].splitlines()], ["person"] * 3)
        self.assertNotIn(ada, server.log + again.log)
        self.assertNotIn(ada.split(".")[2], server.log + again.log)

    def test_whatever_is_no_token_of_the_provider_for_this_server_opens_nothing(self):
        server = self.begin()
        first, second = self.provider.keys
        right = self.provider.token()
        head, claims, signature = right.split(".")
        now = int(time.time())
        published = json.dumps(first.published).encode()
        tokens = {
            "none": self.provider.token(key=Nobody()),
            "none under a name": token(Nobody(), self.provider.claims(), kid=first.name),
            "a shared secret": self.provider.token(key=SharedSecret(first.name, published)),
            "a shared number": self.provider.token(key=SharedSecret(first.name, first.published["n"].encode())),
            "the algorithm of the other": token(first, self.provider.claims(), alg="ES256"),
            "the name of the other": token(second, self.provider.claims(), kid=first.name),
            "another key of that name": self.provider.token(key=RSAKey(first.name)),
            "another curve's point of that name": self.provider.token(key=ECKey(second.name)),
            "a name that nobody has": token(first, self.provider.claims(), kid="../../etc/passwd"),
            "what must be understood": token(first, self.provider.claims(), crit=["exp"]),
            "no algorithm": token(first, self.provider.claims(), alg=None),
            "another audience": self.provider.token(aud="another"), "no audience": self.provider.token(aud=None),
            "another issuer": self.provider.token(iss=self.provider.issuer + "/"), "no issuer": self.provider.token(iss=None),
            "tomorrow's": self.provider.token(nbf=now + 3600), "no end": self.provider.token(exp=None),
            "nobody": self.provider.token(sub=""), "somebody long": self.provider.token(sub="s" * 256),
            "other claims": f"{head}.{self.provider.token('root').split('.')[1]}.{signature}",
            "no signature": f"{head}.{claims}.", "too long": self.provider.token(more="m" * 20_000)[:16_000],
            "a word": "a.b.c", "two words": "a.b",
        }
        for what, secret in tokens.items():
            with self.subTest(what=what):
                self.assertEqual(self.code(server, secret), (401, "unauthorized"))
        self.assertEqual(self.code(server, right), 200)
        late = self.provider.token(iat=now - 3600, exp=now - 61)
        status, answer = self.ask(server, "GET", "/api/v1/conversations", late)
        self.assertEqual((status, answer["error"]["message"]), (401, "Session expired. Please log in again."))
        self.assertEqual(self.code(server, self.provider.token(exp=now - 30)), 200)
        # Once at the start, and once for the names that nobody has.
        self.assertEqual(self.provider.asked, 2)
        self.assertIn('shuren_auth_total{kind="identity_token",result="refused"}', server.request("GET", "/metrics")[2])
        self.assertEqual(server.command("user", "list")[1], "ada person\n")

    def test_keys_change_while_it_runs_and_the_provider_may_be_gone_for_a_while(self):
        server = self.begin()
        old = self.provider.token()
        self.assertEqual(self.code(server, old), 200)
        self.provider.keys = [RSAKey("third"), ECKey("fourth")]
        self.assertEqual(self.code(server, self.provider.token()), 200)
        self.assertEqual(self.code(server, self.provider.token(key=self.provider.keys[1])), 200)
        self.assertEqual(self.code(server, old), (401, "unauthorized"))
        self.assertEqual(self.provider.asked, 2)
        self.provider.status = 500
        self.assertEqual(self.code(server, self.provider.token()), 200)

        server.kill()
        again = self.begin(server.folder)
        status, fields, text = again.request("GET", "/api/v1/conversations", None, bearer(self.provider.token()))
        self.assertEqual((status, json.loads(text)["error"]["code"]), (503, "identity_provider_unavailable"))
        self.assertGreaterEqual(int(fields["Retry-After"]), 1)
        again.logged("the keys of the identity provider cannot be had", "status 500")
        self.provider.status = 200
        until(lambda: self.code(again, self.provider.token()) == 200, "the keys came")

    def test_what_is_published_may_be_too_much_or_nonsense_and_is_not_taken(self):
        self.provider.body = b"{" + b" " * 300_000
        server = self.begin()
        server.logged("the keys of the identity provider cannot be had", "more than 262144 bytes")
        self.assertEqual(self.code(server, self.provider.token()), (503, "identity_provider_unavailable"))
        self.assertEqual(server.request("GET", "/readyz")[0], 200)

    def test_tokens_of_firebase_are_taken(self):
        issuer, project = "https://securetoken.google.com/shuren-demo", "shuren-demo"
        key = RSAKey("0123456789abcdef0123456789abcdef01234567")
        self.provider.keys = [key, RSAKey("fedcba9876543210fedcba9876543210fedcba98")]
        self.provider.cache_control = "public, max-age=19845, must-revalidate, no-transform"
        server = self.begin(jwt_issuer=issuer, jwt_audience=project)
        now = int(time.time())
        uid = "XyZ0aBcDeFgHiJkLmNoPqRsTuV12"
        claims = {
            "iss": issuer, "aud": project, "auth_time": now - 9, "user_id": uid, "sub": uid, "iat": now - 9,
            "exp": now + 3591, "email": "ada@example.com", "email_verified": False,
            "firebase": {"identities": {"email": ["ada@example.com"]}, "sign_in_provider": "password"},
        }
        me = self.ask(server, "GET", "/api/v1/auth/me", token(key, claims))
        self.assertEqual((me[0], me[1]["account"]["name"]), (200, uid))
        other = {**claims, "iss": "https://securetoken.google.com/other", "aud": "other"}
        self.assertEqual(self.code(server, token(key, other)), (401, "unauthorized"))

    def test_streams_open_by_a_token_of_their_own_or_with_the_providers(self):
        server = self.begin()
        secret = self.provider.token()
        status, given = self.ask(server, "POST", "/api/v1/chat/token", secret, {"message": "Good morning!"})
        self.assertEqual(status, 200, given)
        # What an EventSource opens: it sends no fields.
        status, _, text = server.request("GET", given["stream_url"])
        self.assertEqual((status, '{"done": true' in text), (200, True))
        status, _, text = server.request("GET", "/api/v1/chat/stream?message=Hello", None, bearer(secret))
        self.assertEqual((status, '{"done": true' in text), (200, True))
        status, answer = self.ask(
            server, "POST", "/v1/chat/completions", secret,
            {"model": "general", "messages": [{"role": "user", "content": "Hello"}]},
        )
        self.assertEqual((status, answer["object"]), (200, "chat.completion"))
        self.assertEqual(len(self.ask(server, "GET", "/api/v1/conversations", secret)[1]["conversations"]), 2)

    def test_the_operator_disables_somebody_and_the_first_admin_enters_the_code(self):
        server = self.begin()
        code = re.search(r"enter the code (\S+) at \S+/admin$", server.process.stdout.readline().decode().strip())[1]
        root, ada = self.provider.token("root"), self.provider.token("ada")
        self.assertEqual(self.ask(server, "GET", "/api/v1/admin/people", root)[0], 403)
        self.assertEqual(self.ask(server, "POST", "/api/v1/admin", root, {"code": code})[0], 200)
        self.assertEqual(self.code(server, ada), 200)
        people = self.ask(server, "GET", "/api/v1/admin/people", root)[1]["people"]
        self.assertEqual([(one["name"], one["role"]) for one in people], [("ada", "person"), ("root", "admin")])
        status, key = self.ask(server, "POST", "/api/v1/auth/keys", ada, {"name": "mine", "scopes": ["read"]})
        self.assertEqual(status, 201, key)
        self.assertEqual(self.code(server, key["key"]), 200)
        self.assertEqual(server.command("user", "disable", "ada"), (0, ""))
        self.assertEqual(self.code(server, ada), (403, "account_disabled"))
        self.assertEqual(self.code(server, key["key"]), (401, "unauthorized"))
        self.assertEqual(server.command("user", "enable", "ada"), (0, ""))
        self.assertEqual(self.code(server, ada), 200)

    def test_a_browser_gets_a_session_for_a_token_and_nothing_for_a_password(self):
        server = self.begin()
        self.assertEqual(server.command("user", "create", "old")[0], 0)
        reader = Reader(server)
        for path, body in (("login", {"name": "old", "password": "correct horse battery"}), ("sign-up", {"name": "new", "password": "correct horse battery"})):
            status, answer = reader.json("POST", f"/api/v1/auth/{path}", body)
            self.assertEqual((status, answer["error"]["code"]), (403, "sign_in_elsewhere"), path)
        self.assertEqual(reader.json("POST", "/api/v1/auth/session")[0], 401)
        self.assertIsNone(reader.cookie)
        status, fields, text = reader.request("POST", "/api/v1/auth/session", None, bearer(self.provider.token("ada")))
        self.assertEqual((status, json.loads(text)["account"]["name"]), (200, "ada"))
        self.assertEqual(reader.json("GET", "/api/v1/conversations")[0], 200)
        self.assertEqual(reader.json("GET", "/api/v1/devices")[1]["devices"][0]["current"], True)
        self.assertEqual(reader.request("POST", "/api/v1/auth/logout", {})[0], 204)
        reader.cookie = fields["Set-Cookie"].split(";")[0]
        self.assertEqual(reader.json("GET", "/api/v1/conversations")[0], 401)
        # It ends with the token, to which the minute of clocks that differ is not added.
        past = self.provider.token("ada", exp=int(time.time()) - 1)
        self.assertEqual(reader.request("POST", "/api/v1/auth/session", None, bearer(past))[0], 200)
        self.assertEqual(reader.json("GET", "/api/v1/conversations")[0], 401)

    def test_without_all_it_needs_it_does_not_start_and_says_what_is_missing(self):
        status, said = self.refused("--auth", "jwt")
        self.assertEqual(status, 1)
        for name in ("JWT_ISSUER", "JWT_AUDIENCE", "JWT_JWKS_URL"):
            self.assertIn(f"{name} is \"\": it must be given, because AUTH is jwt.", said)
        for address in ("http://id.example/keys", "http://127.0.0.1.example/keys", "ftp://id.example"):
            self.assertIn("an https address", self.refused(*self.jwt_options(jwt_jwks_url=address))[1], address)

    def refused(self, *options):
        """What the settings are told that nothing starts with."""
        import subprocess

        from harness import EXECUTABLE, PATIENCE, ROOT

        done = subprocess.run(
            [EXECUTABLE, "serve", "--data-dir", self.folder(), "--port", "0", *options],
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
        )
        return done.returncode, done.stdout + done.stderr

    def test_a_server_with_another_mode_takes_no_token(self):
        server = self.start(None, "--auth", "open", *self.jwt_options()[2:])
        self.assertEqual(self.code(server, self.provider.token()), (401, "unauthorized"))
        self.assertEqual(self.ask(server, "POST", "/api/v1/auth/session", self.provider.token())[0], 404)
        self.assertEqual(self.provider.asked, 0)


class IdentityPages(Providing, PageTest):
    axe = test_accounts.Accounts.axe

    def test_a_page_leads_to_who_signs_people_in_and_goes_on_with_a_session(self):
        self.provide()
        self.connected(*self.jwt_options(jwt_sign_in_url="https://id.example/sign-in"))
        page = self.visit()
        expect(page).to_have_url(re.compile(r"/login\?then=%2F$"))
        elsewhere = page.locator("#elsewhere")
        expect(elsewhere).to_contain_text(self.provider.issuer)
        expect(elsewhere.get_by_role("link")).to_have_attribute("href", "https://id.example/sign-in")
        expect(page.locator("#entry")).to_be_hidden()
        self.axe(page, "identity-login")

        # What the page of the provider's sign-in does when somebody has signed in there.
        begin = "(secret) => fetch('/api/v1/auth/session', { method: 'POST', headers: { Authorization: `Bearer ${secret}` } }).then(({ status }) => status)"
        self.assertEqual(page.evaluate(begin, self.provider.token("ada")), 200)
        page.goto(self.server.url)
        self.ask(page, "Remember the lighthouse")
        page.locator(COMPLETE).wait_for()
        page.goto(f"{self.server.url}/settings#account")
        expect(page.locator("#account")).to_contain_text("You are signed in as ada.")
        expect(page.locator("#account-change")).to_be_hidden()
        keys = page.locator("account-keys")
        expect(keys.get_by_label("Password")).to_be_hidden()
        keys.get_by_label("What is it for?").fill("a script")
        keys.get_by_role("button", name="Make a key").click()
        expect(keys.locator("li")).to_contain_text("a script")
        self.axe(page, "identity-settings")

        page.goto(self.server.url)
        expect(page.locator("conversation-row")).to_contain_text("Remember the lighthouse")
        page.context.clear_cookies()
        self.ask(page, "Are you there?")
        page.locator(".login").first.click()
        expect(page).to_have_url(re.compile("/login"))
        expect(page.locator("#elsewhere")).to_be_visible()
        self.expected += ["status of 401", "Failed to load resource", "No list of conversations", "No look around", "No configuration", "profile", "could not", "The reply failed"]
        self.finish()
