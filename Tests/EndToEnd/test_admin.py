"""Who is the admin, and the model that they connect while the server runs."""

import json
import pathlib
import re

from browser import COMPLETE, PageTest
from harness import Reader, ServerTest, new_id
from model_server import ModelServer

KEY = "sk-canary-4711"


class Admin(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)

    def admin(self, server):
        reader = Reader(server)
        code = server.command("admin", "code")[1].strip()
        self.assertEqual(reader.json("POST", "/api/v1/admin", {"code": code})[0], 200)
        return reader

    def ask(self, reader):
        status, answer = reader.json("POST", "/api/v1/chat", {"message": "Good morning!", "message_id": new_id()})
        self.assertEqual(status, 200, answer)
        return answer["response"]

    def test_a_code_that_the_start_prints_makes_the_first_admin_and_nobody_after(self):
        server = self.start()
        line = server.process.stdout.readline().decode()
        code = re.search(r"enter the code (\S+) at http://127\.0\.0\.1:\d+/admin", line)[1]
        reader = Reader(server)
        self.assertEqual(reader.json("POST", "/api/v1/admin", {"code": code.lower()}), (200, {"is_admin": True}))
        self.assertEqual(Reader(server).json("POST", "/api/v1/admin", {"code": code})[0], 403)
        self.assertNotIn(code, server.log)
        self.assertEqual(server.terminate(), 0)
        again = self.start(server.folder)
        self.assertNotIn(b"the code", again.process.stdout.read1() if again.terminate() == 0 else b"the code")

    def test_a_model_is_connected_while_the_server_runs_and_its_key_is_shown_nowhere(self):
        server = self.start()
        admin = self.admin(server)
        self.assertNotEqual(self.ask(admin), "Hello from the scripted model.")
        self.model.key = KEY
        wish = {"provider": "openai", "base_url": self.model.url, "model": "small"}
        status, report = admin.json("POST", "/api/v1/admin/model/check", wish)
        self.assertEqual((status, report["is_well"]), (200, False))
        self.assertIn("wants a key", report["findings"][0])
        report = admin.json("POST", "/api/v1/admin/model/check", {**wish, "api_key": KEY})[1]
        self.assertEqual((report["is_well"], report["models"]), (True, ["small", "test"]))

        said = admin.request("PUT", "/api/v1/admin/model", {**wish, "api_key": KEY})
        self.assertEqual(said[0], 200)
        self.assertEqual(self.ask(admin), "Hello from the scripted model.")
        self.assertEqual((self.model.bodies[-1]["model"], self.model.authorizations[-1]), ("small", f"Bearer {KEY}"))
        self.assertEqual(Reader(server).json("GET", "/api/v1/config")[1]["provider"], "openai")

        seen = said[2] + admin.request("GET", "/api/v1/admin/model")[2] + admin.request("GET", "/metrics")[2]
        server.command("backup", server.folder + "/copy.sqlite")
        self.assertEqual(server.terminate(), 0)
        self.assertNotIn(KEY, seen + server.log)
        holders = [p.name for p in pathlib.Path(server.folder).rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]
        self.assertEqual(holders, ["model.json"])

        again = self.start(server.folder)
        again_admin = Reader(again)
        again_admin.cookie = admin.cookie
        self.assertEqual(self.ask(again_admin), "Hello from the scripted model.")
        self.assertEqual(again_admin.json("DELETE", "/api/v1/admin/model")[1]["source"], "configuration")
        self.assertNotEqual(self.ask(again_admin), "Hello from the scripted model.")

    def test_a_model_that_takes_no_call_is_replaced_by_the_next_one(self):
        self.model.reply = lambda answer: answer.status(429, "slow down", {"Retry-After": "3600"})
        other = ModelServer()
        self.addCleanup(other.close)
        server = self.start(
            None, "--llm-base-url", self.model.url, "--llm-model", "large",
            "--llm-fallbacks", f"openai http://127.0.0.1:9/v1 none,openai {other.url} small",
        )
        self.assertEqual(self.ask(Reader(server)), "Hello from the scripted model.")
        self.assertEqual((self.model.bodies[0]["model"], other.bodies[0]["model"]), ("large", "small"))
        server.logged("did not accept the call")

    def test_a_model_is_asked_who_answers_what_no_word_tells(self):
        folder = self.folder()
        agents = json.loads((pathlib.Path(__file__).parents[2] / "Config/agents.json").read_text())
        path = pathlib.Path(folder) / "agents.json"
        path.write_text(json.dumps({**agents, "routing_model": "tiny"}))
        self.model.reply = lambda answer: answer.stream(
            ["work", "out"] if answer.body["model"] == "tiny" else ["Up", "!"]
        )
        server = self.start(
            folder + "/data", "--llm-base-url", self.model.url, "--llm-model", "large", "--agents-file", str(path)
        )
        reader = Reader(server)
        token = reader.token("My legs are weak")
        text = reader.request("GET", token["stream_url"] + "&events=all")[2]
        self.assertIn('data: {"phase": "routing"}', text)
        self.assertIn('event: routed\ndata: {"agent": "workout", "reason": "routed"}', text)
        self.assertIn('data: {"done": true, "agent_type": "workout"}', text)
        message = reader.messages(token["conversation_id"])[-1]
        self.assertEqual((message["agent"], message["provenance"]["reason"]), ("workout", "routed"))
        self.assertEqual([body["model"] for body in self.model.bodies], ["tiny", "large"])


class AdminPage(PageTest):
    def test_the_page_lets_the_operator_in_tests_a_model_and_connects_it(self):
        server = self.start()
        page = self.visit(server.url + "/admin")
        page.get_by_label("Code").fill("0000-0000-0000-0000")
        page.get_by_role("button", name="Enter").click()
        self.expected.append("403")
        page.get_by_text("That is not the code").wait_for()
        page.get_by_label("Code").fill(server.command("admin", "code")[1])
        page.keyboard.press("Enter")
        page.get_by_text("The built-in coach answers").wait_for()
        page.get_by_label("A server with OpenAI's API").check()
        page.get_by_label("Address").fill(self.model.url)
        page.get_by_role("button", name="Test").click()
        page.get_by_text("It has 2 models: small, test.").wait_for()
        page.get_by_label("Model", exact=True).fill("small")
        page.get_by_label("Key", exact=True).fill(KEY)
        page.get_by_role("button", name="Use this").click()
        page.get_by_text("Every reply that begins from now on comes from there.").wait_for()
        self.assertEqual(page.get_by_label("Key", exact=True).input_value(), "")
        self.assertNotIn(KEY, page.content())

        page.goto(server.url)
        self.ask(page, "Good morning!")
        page.locator(COMPLETE).get_by_text("Hello from the scripted model.").wait_for()
        page.goto(server.url + "/admin")
        page.get_by_role("button", name="Back to the settings").click()
        page.get_by_text("What the settings say holds again.").wait_for()
        self.finish()
