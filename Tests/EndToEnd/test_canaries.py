"""One of each secret, told apart from everything else in the world, and where each of them turns up."""

import json
import os
import re
import secrets
import socket
import subprocess
from pathlib import Path

from harness import EXECUTABLE, ROOT, Reader, ServerTest, new_id
from model_server import ModelServer
from test_accounts import digits


class Canary:
    """A secret, and where it may be: answers by method and path, and files of the data folder."""

    def __init__(self, name, value, answers=(), files=()):
        self.name, self.value, self.answers, self.files = name, value, set(answers), set(files)


def canary(name, answers=(), files=(), form="canary-{}-4711"):
    return Canary(name, form.format(secrets.token_hex(8)), answers, files)


class Canaries(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.other = ModelServer()
        self.addCleanup(self.other.close)
        self.canaries = []
        self.answers = []

    def let_out(self, *of):
        self.canaries += of
        return of[0].value if len(of) == 1 else [one.value for one in of]

    def make(self, name, **more):
        return self.let_out(canary(name, **more))

    def known(self, name, value, **more):
        """A secret that the server made."""
        return self.let_out(Canary(name, value, **more))

    def ask(self, reader, method, path, body=None, headers=None):
        """Asks, and keeps the answer with its head for the search at the end."""
        status, head, text = reader.request(method, path, body, headers)
        # The cookie is where a session belongs; it is looked for in all other fields.
        fields = "\n".join(f"{name}: {value}" for name, value in head.items() if name.lower() != "set-cookie")
        self.answers.append((method, path.split("?")[0], status, fields + "\n\n" + text))
        return status, json.loads(text) if text.startswith("{") else text

    def raw(self, server, text):
        """What the server says to bytes that are no request."""
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            connection.sendall(text.encode())
            connection.shutdown(socket.SHUT_WR)
            said = b""
            while piece := connection.recv(65536):
                said += piece
        self.answers.append(("RAW", "", 0, said.decode(errors="replace")))

    def test_no_secret_is_anywhere_but_where_it_belongs(self):
        folder = self.folder()
        key = self.make("the model's key")
        fallback_key = self.make("the fallback's key")
        (Path(folder) / "fallback.key").write_text(fallback_key)
        server = self.start(
            folder + "/data", "--llm-base-url", self.model.url, "--llm-model", "test", "--log-level", "debug",
            "--llm-fallbacks", f"openai {self.other.url} small {folder}/fallback.key",
            environment={"LLM_API_KEY": key},
        )
        code = re.search(r"the code (\S+) at", server.process.stdout.readline().decode())[1]
        self.known("the first admin's code", code)

        admin = self.people(server, code)
        self.strangers(server)
        self.messages(server, admin)
        self.models(server, admin, key)
        for path in ("insight", "model", "people", "invitations", "rollout"):
            self.ask(admin, "GET", f"/api/v1/admin/{path}")
        for path in ("/metrics", "/livez", "/readyz", "/", "/admin", "/login", "/settings", "/docs", "/api/v1/config", "/v1/models"):
            self.ask(admin, "GET", path)
        commands = "".join(server.command(*words)[1] for words in (("flag", "list"), ("user", "list"), ("check",), ("doctor",)))
        broken = subprocess.run(
            [EXECUTABLE, "serve", "--data-dir", folder + "/none", "--port", "x"], cwd=ROOT, capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "LLM_API_KEY": key, "LLM_PROVIDER": key[:3]}, timeout=20,
        )
        self.assertEqual(broken.returncode, 1)
        self.assertEqual(server.terminate(), 0)
        rest = server.process.stdout.read().decode()
        self.look(server, commands + broken.stdout + broken.stderr + rest)

    # What people do, right and wrong.

    def people(self, server, code):
        password = self.make("a password", form="canary {} phrase")
        admin = Reader(server)
        self.assertEqual(self.ask(admin, "POST", "/api/v1/auth/sign-up", {"name": "Grace", "password": password, "code": code})[0], 200)
        self.ask(admin, "POST", "/api/v1/admin", {"code": code})
        invitations = "/api/v1/admin/invitations"
        made = self.ask(admin, "POST", invitations, {"note": "for Ada"})[1]
        invitation = self.known("an invitation", made["code"], answers={("POST", invitations)})

        ada = Reader(server)
        password = self.make("another password", form="canary {} phrase")
        self.assertEqual(self.ask(ada, "POST", "/api/v1/auth/sign-up", {"name": "Ada", "password": password, "code": invitation})[0], 200)
        self.ask(Reader(server), "POST", "/api/v1/auth/sign-up", {"name": "Bob", "password": password, "code": invitation})
        recovery = "/api/v1/auth/recovery-codes"
        codes = self.ask(ada, "POST", recovery, {"password": password})[1]["codes"]
        for one in codes[:2]:
            self.known("a recovery code", one, answers={("POST", recovery)})
        keys = "/api/v1/auth/keys"
        status, made = self.ask(ada, "POST", keys, {"name": "mine", "password": password, "scopes": ["read", "chat"]})
        self.assertEqual(status, 201, made)
        own_key = self.known("a key that somebody made", made["key"], answers={("POST", keys)})
        for bearer in (own_key, own_key + "x", own_key[:-1]):
            self.ask(Reader(server), "GET", "/api/v1/conversations", headers={"Authorization": f"Bearer {bearer}"})
        self.ask(Reader(server), "GET", f"/api/v1/conversations?key={own_key}")
        self.ask(ada, "GET", keys)
        self.ask(ada, "DELETE", f"{keys}/{made['id']}")
        self.ask(Reader(server), "POST", "/api/v1/chat", {"message": "Hi"}, {"Authorization": f"Bearer {own_key}"})
        factor = "/api/v1/auth/second-factor"
        secret = self.ask(ada, "POST", factor, {"password": password})[1]["secret"]
        self.known("a second factor's secret", secret, answers={("POST", factor)}, files={"chat.sqlite", "chat.sqlite-wal"})
        self.ask(ada, "POST", factor + "/confirm", {"digits": "000000"})
        self.assertEqual(self.ask(ada, "POST", factor + "/confirm", {"digits": digits(secret)})[0], 204)

        guess = self.make("a wrong password", form="canary {} guess")
        short = self.known("a password that is refused", "c4n" + secrets.token_hex(2))
        for body in (
            {"name": "Ada", "password": guess}, {"name": "Nobody", "password": guess}, {"name": "Ada", "password": password},
            {"name": "Ada", "password": password, "second_factor": "000000"}, {"name": "Ada", "password": [guess]},
            {"name": guess, "password": guess}, {"name": "Ada", "password": guess, "remember": guess},
        ):
            self.ask(Reader(server), "POST", "/api/v1/auth/login", body)
        self.ask(ada, "POST", "/api/v1/auth/password", {"password": guess, "new_password": guess})
        self.ask(ada, "POST", "/api/v1/auth/password", {"password": password, "new_password": short})
        self.ask(Reader(server), "POST", "/api/v1/auth/reset", {"name": "Ada", "code": guess, "password": guess})
        self.assertEqual(
            self.ask(Reader(server), "POST", "/api/v1/auth/reset", {"name": "Ada", "code": codes[0], "password": guess})[0], 204
        )
        who = next(one for one in self.ask(admin, "GET", "/api/v1/admin/people")[1]["people"] if one["name"] == "Ada")
        path = f"/api/v1/admin/people/{who['id']}/reset-code"
        self.known("a code for a new password", self.ask(admin, "POST", path)[1]["code"], answers={("POST", path)})
        self.known("a session", admin.cookie.split("=", 1)[1])
        return admin

    def strangers(self, server):
        stranger = self.make("what a stranger tries", form="canary{}try")
        bearer = {"Authorization": f"Bearer {stranger}"}
        for path in (f"/api/v1/chat/stream?token={stranger}", f"/api/v1/conversations?token={stranger}&token=b", f"/nowhere?key={stranger}"):
            self.ask(Reader(server), "GET", path, headers=bearer)
        for headers in (
            {"Cookie": f"shuren={stranger}"}, {"X-Request-ID": stranger}, {"Host": f"{stranger}.example"}, {"Origin": f"http://{stranger}"},
            {"Content-Type": stranger}, {"Authorization": f"Basic {stranger}"}, {"Last-Event-ID": stranger}, {"Range": stranger},
        ):
            self.ask(Reader(server), "POST", "/api/v1/chat", json.dumps({"message": ""}), headers)
        for body in (f'{{"password": "{stranger}', f'{{"message": "{stranger}", "message_id": 7}}', f'["{stranger}"]', f"{stranger}"):
            for path in ("/api/v1/auth/login", "/api/v1/chat", "/api/v1/chat/token", "/v1/chat/completions", "/api/v1/imports"):
                self.ask(Reader(server), "POST", path, body, {"Content-Type": "application/json"})
        self.raw(server, f"GET /?token={stranger} HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n")
        self.raw(server, f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization {stranger}\r\n\r\n")
        self.raw(server, f"{stranger}\r\n\r\n")
        self.raw(server, f"POST /api/v1/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {stranger}\r\n\r\n")
        self.raw(server, f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: shuren={stranger * 2000}\r\n\r\n")

    # What is said, and what a model's server makes of it.

    OWN = {
        ("POST", "/api/v1/chat"), ("GET", "/api/v1/chat/stream"), ("GET", "/api/v1/export"), ("GET", "/api/v1/search"),
        ("GET", "/api/v1/conversations"), ("POST", "/api/v1/facts"), ("GET", "/api/v1/facts"), ("GET", "/api/v1/about-me"),
        ("POST", "/v1/chat/completions"), ("POST", "/api/v1/auth/login"),
    }
    KEPT = {"chat.sqlite", "chat.sqlite-wal"}

    def messages(self, server, admin):
        reader = Reader(server)
        asked = self.make("what a reader writes", answers=self.OWN, files=self.KEPT, form="canary{}words")
        answered = self.make("what a model says", answers=self.OWN, files=self.KEPT, form="canary{}reply")
        self.model.reply = lambda answer: answer.stream(["I say ", answered, "."])
        first = self.ask(reader, "POST", "/api/v1/chat", {"message": f"I write {asked}."})[1]
        self.assertIn(answered, first["response"])
        self.known("a guest's session", reader.cookie.split("=", 1)[1])
        path = f"/api/v1/conversations/{first['conversation_id']}"
        for one in self.canaries[-3:-1]:
            one.answers |= {("GET", path), ("GET", path + "/export"), ("PATCH", path), ("GET", f"/api/v1/messages/{first['message_id']}/prompt")}
        token = reader.token(f"Again {asked}")
        self.known("a stream's token", token["token"])
        self.ask(reader, "GET", token["stream_url"] + "&events=all")
        self.ask(reader, "GET", f"/api/v1/chat/stream?token={token['token']}x")
        self.ask(Reader(server), "GET", token["stream_url"] + f"&token={token['token']}")
        self.ask(reader, "PATCH", path, {"title": f"Named {asked}"})
        self.ask(reader, "POST", "/api/v1/facts", {"proposal": first["reply_id"] + "/call", "answer": "yes", "text": f"Likes {asked}"})
        for route in ("/api/v1/facts", "/api/v1/about-me", path, path + "/export?format=json", "/api/v1/export", f"/api/v1/search?q={asked}",
                      f"/api/v1/messages/{first['message_id']}/prompt", f"/api/v1/messages/{first['message_id']}/receipt"):
            self.ask(reader, "GET", route)
        api_key = self.known("an API key", server.command("key", "create", "--name", "nightly")[1].strip())
        bearer = {"Authorization": f"Bearer {api_key}"}
        for body in ({"model": "general", "messages": [{"role": "user", "content": asked}]}, {"model": asked[::-1], "messages": []}):
            self.ask(Reader(server), "POST", "/v1/chat/completions", body, bearer)
        self.ask(Reader(server), "GET", f"/api/v1/chat/stream?token={api_key}", headers={"Authorization": f"Bearer {api_key}x"})
        # Nobody else is shown any of it, an admin included.
        for route in (path, path + "/export", f"/api/v1/messages/{first['message_id']}/receipt"):
            self.assertEqual(self.ask(admin, "GET", route)[0], 404)

    def models(self, server, admin, key):
        reader = Reader(server)
        asked = self.make("what a model's server repeats", answers=self.OWN, files=self.KEPT, form="canary{}echo")

        def repeating(code):
            """A server that says in its error what it was sent, head and body."""
            return lambda answer: answer.status(code, f"bad: {answer.handler.headers} {json.dumps(answer.body)}", {"X-Echo": key, "Retry-After": "1"})

        def in_the_stream(answer):
            answer.begin()
            answer.data({"error": {"message": f"bad: {answer.handler.headers['Authorization']} {answer.body['messages'][-1]}", "code": key}})

        def no_json(answer):
            answer.begin()
            answer.data(f"{{broken {answer.handler.headers['Authorization']} {asked}")

        def page(answer):
            body = f"<h1>{answer.handler.headers['Authorization']} {asked}</h1>".encode()
            answer.handler.send_response(200, f"OK {key}")
            answer.handler.send_header("Content-Type", f"text/html; x={key}")
            answer.handler.send_header("Content-Length", str(len(body)))
            answer.handler.end_headers()
            answer.handler.wfile.write(body)

        def elsewhere(answer):
            answer.status(302, asked, {"Location": f"http://{key}.example/?key={key}"})

        def torn(answer):
            answer.handler.wfile.write(f"HTTP/1.1 {key} {asked}\r\n\r\n".encode())
            answer.handler.close_connection = True

        ways = [repeating(code) for code in (400, 401, 402, 403, 404, 429, 500, 503)] + [in_the_stream, no_json, page, elsewhere, torn]
        for way in ways:
            self.model.reply = self.other.reply = way
            self.ask(reader, "POST", "/api/v1/chat", {"message": f"Say {asked}"})
            token = reader.token(f"Stream {asked}")
            self.ask(reader, "GET", token["stream_url"] + "&events=all")
        self.assertGreater(self.model.calls, 10)
        self.ask(reader, "GET", "/api/v1/export")

        entered = self.make("a key that an admin enters", files={"model.json"})
        wish = {"provider": "openai", "base_url": self.model.url, "model": "small", "api_key": entered}
        self.model.key = "another"
        for change in ({}, {"base_url": "http://127.0.0.1:9/v1"}, {"base_url": f"http://{entered}@127.0.0.1/v1"}, {"provider": entered}, {"api_key": [entered]}):
            self.ask(admin, "POST", "/api/v1/admin/model/check", {**wish, **change})
        self.assertEqual(self.ask(admin, "PUT", "/api/v1/admin/model", wish)[0], 200)
        self.ask(admin, "PUT", "/api/v1/admin/model", {**wish, "base_url": f"ftp://{entered}"})
        self.model.reply = lambda answer: answer.status(401, f"wrong key: {answer.handler.headers['Authorization']}")
        self.ask(reader, "POST", "/api/v1/chat", {"message": "And now?"})

    # The search.

    def look(self, server, printed):
        log = server.log
        self.assertGreater(log.count("\n"), 100)
        files = {path.name: path.read_bytes() for path in Path(server.folder).rglob("*") if path.is_file()}
        found = []
        for one in self.canaries:
            for spelling in {one.value, one.value.replace("-", ""), one.value.replace(" ", "%20")}:
                found += [f"{one.name} in the log: {line.strip()[:300]}" for line in log.splitlines() if spelling in line]
                if spelling in printed:
                    found.append(f"{one.name} in what was printed")
                found += [
                    f"{one.name} in the answer {status} to {method} {path}: {text[max(0, text.index(spelling) - 80):][:160]!r}"
                    for method, path, status, text in self.answers
                    if spelling in text and ((method, path) not in one.answers or status >= 400)
                ]
                found += [f"{one.name} in {name}" for name, held in files.items() if spelling.encode() in held and name not in one.files]
            self.assertTrue(one.value)
        self.assertEqual(found, [], "\n" + "\n".join(dict.fromkeys(found)))
        # The search finds what is there: what belongs somewhere is found where it belongs.
        for one in self.canaries:
            if one.answers:
                self.assertTrue(any(one.value in text for method, path, _, text in self.answers if (method, path) in one.answers), one.name)

    def test_the_search_finds_what_has_got_out(self):
        server = self.start()
        escaped = self.make("what has got out")
        self.ask(Reader(server), "GET", "/api/v1/config")
        for place in ("log", "answer", "print", "file"):
            with self.subTest(place=place):
                lines, answers = list(server.lines), list(self.answers)
                server.lines.extend([f"{escaped}\n"] if place == "log" else ["\n"] * 200)
                self.answers += [("GET", "/", 200, escaped)] if place == "answer" else []
                if place == "file":
                    (Path(server.folder) / "more").write_text(escaped)
                server.lines.extend(["\n"] * 200)
                with self.assertRaisesRegex(AssertionError, "what has got out in"):
                    self.look(server, escaped if place == "print" else "")
                server.lines[:], self.answers[:] = lines, answers
