"""What holds on every route that is described: whose things are whose, and what each answer says of itself."""

import json
import re

from harness import ROOT, Reader, ServerTest, new_id
from model_server import ModelServer

DESCRIPTION = json.loads((ROOT / "Public/openapi.json").read_text())
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DESCRIPTION["paths"].items() for method, operation in methods.items()
]
# Whose id stands in the path, by what comes before it.
KINDS = {"conversations": "conversation", "messages": "message", "facts": "fact", "imports": "import", "devices": "device"}
# Ids of these are no secret, or made by the caller: a foreign one is as good as a new one.
OPEN = {"/api/v1/chats/{id}/stream", "/api/v1/ui/chat/{id}/stream", "/v1/models/{id}", "/api/v1/sessions/{id}/messages/stream"}
BODIES = {
    "ConversationChange": {"title": "Taken"}, "FactText": {"text": "Taken"},
    "SessionMessage": {"content": "Hi"}, "Branch": None,
}


class Security(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.server = self.start(None, "--llm-base-url", self.model.url, "--llm-model", "test")

    def owner(self):
        """A reader with one of everything: what they have, by kind."""
        reader = Reader(self.server)
        answer = reader.json("POST", "/api/v1/chat", {"message": "Mine alone", "message_id": new_id()})[1]
        fact = {"proposal": answer["reply_id"] + "/call", "answer": "yes", "text": "Mine alone"}
        self.assertEqual(reader.json("POST", "/api/v1/facts", fact)[0], 200)
        brought = {"id": new_id(), "source": "shuren", "conversations": []}
        self.assertEqual(reader.json("POST", "/api/v1/imports", brought)[0], 200)
        return reader, {
            "conversation": answer["conversation_id"], "message": answer["message_id"],
            "fact": reader.json("GET", "/api/v1/facts")[1]["facts"][0]["id"], "import": brought["id"],
            "device": reader.json("GET", "/api/v1/devices")[1]["devices"][0]["id"],
        }

    def body(self, operation, things):
        form = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
        name = form.rsplit("/", 1)[-1]
        if name == "Branch":
            return {"conversation_id": new_id(), "message_id": things["message"]}
        return BODIES.get(name)

    def test_no_id_of_one_person_is_anything_to_another_on_any_route(self):
        owner, things = self.owner()
        before = owner.request("GET", "/api/v1/export")[2].split('"conversations"')[1], owner.json("GET", "/api/v1/about-me")
        other, stranger = Reader(self.server), Reader(self.server)
        self.assertEqual(other.json("POST", "/api/v1/chat", {"message": "Hi"})[0], 200)
        key = self.server.command("key", "create", "--name", "other")[1].strip()
        asked = 0
        for method, path, operation in OPERATIONS:
            if "{id}" not in path or path in OPEN:
                continue
            kind = KINDS.get(path.split("/")[3], "conversation")
            with self.subTest(method=method, path=path):
                body = self.body(operation, things)
                real = path.replace("{id}", things[kind])
                self.assertEqual(stranger.request(method, real, body)[0], 401)
                for caller, headers in ((other, {}), (Reader(self.server), {"Authorization": f"Bearer {key}"})):
                    status, _, text = caller.request(method, real, body, headers)
                    if operation["tags"] == ["Admin"]:
                        # Refused before anything is looked up.
                        self.assertEqual(status, 403, text)
                    elif path == "/api/v1/sessions/{id}/messages":
                        self.assertEqual((status, json.loads(text)), (200, {"messages": []}))
                    else:
                        # What only admins, accounts or browsers may do is refused before anybody looks whether it is there.
                        is_refused = path.startswith(("/api/v1/admin/", "/api/v1/auth/keys/")) or (
                            headers and path.startswith("/api/v1/devices/")
                        )
                        self.assertEqual(status, 403 if is_refused else 404, text)
                        # Nor can it be told from one that nobody has.
                        never = caller.request(method, path.replace("{id}", new_id()), body, headers)
                        self.assertEqual((never[0], never[2]), (status, text))
                    asked += 1
        self.assertGreater(asked, 20)
        after = owner.request("GET", "/api/v1/export")[2].split('"conversations"')[1], owner.json("GET", "/api/v1/about-me")
        self.assertEqual(after, before)
        self.assertEqual(owner.json("GET", "/api/v1/devices")[1]["devices"][0]["id"], things["device"])

    def test_an_id_in_a_body_or_an_address_is_nothing_to_another_either(self):
        owner, things = self.owner()
        other = Reader(self.server)
        self.assertEqual(other.json("POST", "/api/v1/chat", {"message": "Hi"})[0], 200)
        theirs = things["conversation"]
        for body in ({"conversation_id": theirs}, {"parent_id": things["message"]}, {"conversation_id": theirs, "message_id": things["message"]}):
            with self.subTest(body=body):
                status, answer = other.json("POST", "/api/v1/chat", {"message": "Show me", **body})
                self.assertEqual((status, answer["error"]["code"]), (404, "not_found"))
        # A message that is known to somebody else can be stopped by them alone; a new one of that name is one's own.
        self.assertEqual(other.json("POST", "/api/v1/chat/stop", {"message_id": things["message"]})[1]["state"], "stopped")
        self.assertEqual(owner.json("GET", f"/api/v1/messages/{things['message']}/receipt")[1]["state"], "complete")
        self.assertEqual(len(owner.messages(theirs)), 2)

    def test_every_answer_says_what_it_is_and_that_nobody_on_the_way_keeps_it(self):
        owner, things = self.owner()
        seen = 0
        for method, path, operation in OPERATIONS:
            if method != "GET":
                continue
            with self.subTest(path=path):
                kind = KINDS.get(path.split("/")[3] if path.startswith("/api") else "", "conversation")
                status, head, _ = owner.request("GET", path.replace("{id}", things[kind]))
                self.assertIn("no-store", head["Cache-Control"])
                self.assertIn(str(status), operation["responses"])
                seen += 1
                if status == 204:
                    continue
                self.assertEqual(head["X-Content-Type-Options"], "nosniff")
                self.assertRegex(head["Content-Type"] or "", r"^(application/json|text/(plain|markdown|event-stream))(; version=[\d.]+)?; charset=utf-8$")
        self.assertGreater(seen, 20)

    def test_behind_https_cookies_and_pages_are_for_https_alone(self):
        server = self.start(None, "--public-url", "https://chat.example")
        status, head, _ = server.request("POST", "/api/v1/chat", {"message": "Hi"}, {"Origin": "https://chat.example", "Host": "chat.example"})
        self.assertEqual(status, 200)
        self.assertRegex(head["Set-Cookie"], r"^__Host-shuren=[\w-]{22}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$")
        page = server.request("GET", "/")[1]
        self.assertEqual(page["Strict-Transport-Security"], "max-age=31536000; includeSubDomains")
        self.assertEqual(page["Cross-Origin-Opener-Policy"], "same-origin")
        self.assertIsNone(self.server.request("GET", "/")[1]["Strict-Transport-Security"])

    def test_nothing_on_the_server_is_listed_traced_or_found_by_chance(self):
        for path in ("/.git/config", "/.env", "/js/", "/css", "/../Config/shuren.json", "/js/..%2f..%2fConfig/shuren.json", "/Config/shuren.json", "/model.json"):
            with self.subTest(path=path):
                self.assertEqual(self.server.request("GET", path)[0], 404)
        status, head, _ = self.server.request("TRACE", "/api/v1/config", headers={"X-Canary": "4711"})
        self.assertEqual(status, 405)
        self.assertNotIn("TRACE", head["Allow"])

    def test_a_parameter_that_is_named_twice_means_nothing(self):
        owner, _ = self.owner()
        for path in ("/api/v1/chat/stream?token=a&token=b", "/api/v1/conversations?in=shown&in=bin", "/api/v1/search?q=a&%71=b"):
            with self.subTest(path=path):
                self.assertEqual(owner.request("GET", path)[0], 400)

    def test_no_secret_and_no_text_gets_into_the_log_or_the_metrics(self):
        owner, _ = self.owner()
        key = self.server.command("key", "create", "--name", "canary")[1].strip()
        secrets = [key, owner.cookie.split("=", 1)[1], "canary words of a reader", "canary-words-of-a-reader"]
        token = owner.token("canary words of a reader")
        secrets.append(token["token"])
        owner.request("GET", token["stream_url"])
        self.model.reply = lambda answer: answer.status(500, "canary words of a model")
        owner.json("POST", "/api/v1/chat", {"message": "canary words of a reader"})
        for path in (f"/api/v1/chat/stream?token={token['token']}&token=b", f"/canary-words-of-a-reader?token={key}", "/api/v1/search?q=canary-words-of-a-reader"):
            self.server.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        self.server.request("POST", "/api/v1/chat", "{canary words of a reader", {"Content-Type": "application/json"})
        metrics = self.server.request("GET", "/metrics")[2]
        self.assertEqual(self.server.terminate(), 0)
        for secret in secrets:
            with self.subTest(secret=re.sub(r"[\w-]{20,}", "…", secret)):
                self.assertNotIn(secret, metrics)
                self.assertNotIn(secret, self.server.log)
