"""Who is the admin, and the model that they connect while the server runs."""

import json
import os
import pathlib
import re

from browser import COMPLETE, PageTest, expect
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


class AdminFigures(PageTest):
    """What the admin sees of how the server does, and how they turn streaming up and down."""

    def entered(self, **options):
        server = self.connected("--rollout-guard-minimum", "10")
        page = self.visit(server.url + "/admin", **options)
        page.locator("#code").fill(server.command("admin", "code")[1].strip())
        page.keyboard.press("Enter")
        page.locator("#insight .tile").first.wait_for()
        return page

    def picture(self, page, name):
        folder = os.environ.get("SHUREN_PICTURES")
        if folder:
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def test_the_figures_follow_what_happens_while_the_page_is_open(self):
        page = self.entered(locale="en-GB")
        reader = Reader(self.server)
        self.gated(["Half ", "of it, "], ["all of it."])
        token = reader.token("Hi")
        stream = reader.open(token["stream_url"])
        tile = page.locator(".tile", has_text="Streams open").locator("dd")
        expect(tile).to_have_text("1")
        self.model.gate.set()
        stream.read()
        expect(tile).to_have_text("0")
        self.model.reply = lambda answer: answer.status(400, "no such thing")
        self.assertEqual(reader.json("POST", "/api/v1/chat", {"message": "Hi"})[0], 502)
        row = page.get_by_role("region", name="Errors of replies").get_by_role("row", name="Model not available")
        expect(row).to_contain_text("1")
        use = page.get_by_role("region", name="Use by provider").get_by_role("row", name="openai")
        expect(use.get_by_role("cell").nth(1)).to_have_text("1")
        expect(page.get_by_role("region", name="Recent errors and warnings")).to_contain_text("the model call failed")
        # The drawings repeat what stands beside them, so they are not read out.
        self.assertEqual(page.locator("#insight svg:not([aria-hidden=true])").count(), 0)
        self.picture(page, "admin-figures")
        self.finish()

    def test_streaming_is_turned_down_with_a_reason_and_back_again(self):
        page = self.entered(locale="en-GB")
        percent = page.get_by_label("Per cent of readers")
        expect(percent).to_have_value("100")
        page.get_by_role("button", name="Change").click()
        expect(page.locator("#rollout-outcome")).to_have_text("Nothing is different.")
        percent.fill("25")
        page.get_by_label("Why (kept with the change)").fill("one in four to begin with")
        page.get_by_role("button", name="Change").click()
        expect(page.locator("#rollout-outcome")).to_have_text("Changed; it holds from the next message on.")
        expect(page.locator("#rollout-summary")).to_contain_text("25 of a hundred readers get streams")
        change = page.get_by_role("region", name="What was changed").get_by_role("row").nth(1)
        expect(change).to_contain_text("Per cent: 100 → 25")
        expect(change).to_contain_text("one in four to begin with")
        self.assertIn("streaming_rollout_percent 25", self.server.command("flag", "list")[1])
        # What is being typed stays while the figures are looked up again.
        page.get_by_label("Why (kept with the change)").fill("not yet sent")
        percent.fill("70")
        self.server.command("flag", "set", "rollout_guard", "off")
        expect(page.get_by_label("Step back by itself when streaming does worse")).not_to_be_checked()
        expect(percent).to_have_value("70")
        page.get_by_role("button", name="Back to the configuration").click()
        expect(percent).to_have_value("100")
        expect(page.locator("#rollout-summary")).to_contain_text("nobody to compare with")
        page.get_by_label("Always streams: ids of people").fill("nobody")
        page.get_by_role("button", name="Change").click()
        self.expected.append("400")
        expect(page.locator("#rollout-outcome")).to_contain_text("streaming_allow cannot be")
        self.picture(page, "admin-rollout")
        self.finish()

    def test_the_page_speaks_chinese_and_fits_a_phone_in_the_dark(self):
        page = self.entered(locale="zh-CN", color_scheme="dark", viewport={"width": 360, "height": 740})
        expect(page.get_by_role("heading", name="谁使用流式回复")).to_be_visible()
        expect(page.locator("#in-force")).to_contain_text("来自设置。")
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 360)
        self.picture(page, "admin-phone-zh")
        self.finish()
