"""The page in a real browser against the real server."""

import re
import shutil
import subprocess

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from harness import ServerTest
from model_server import ModelServer

STREAMING = "message-view[data-role=assistant][data-state=streaming]"
COMPLETE = "message-view[data-role=assistant][data-state=complete]"
expect.set_options(timeout=20_000)


class Page(ServerTest):
    @classmethod
    def setUpClass(cls):
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.playwright.stop()

    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.complaints = []
        self.expected = []

    def connected(self, *more):
        self.server = self.start(None, "--llm-base-url", self.model.url, "--llm-model", "test", *more)
        return self.server

    def visit(self, url=None, **options):
        context = self.browser.new_context(**options)
        self.addCleanup(context.close)
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(url or self.server.url)
        return page

    def ask(self, page, text):
        page.locator("#message-box").fill(text)
        page.get_by_role("button", name="Send", exact=True).click()

    def finish(self):
        """No complaint of the browser but those that the test caused."""
        unexpected = [text for text in self.complaints if not any(re.search(known, text) for known in self.expected)]
        self.assertEqual(unexpected, [])

    def gated(self, before, after):
        def reply(answer):
            answer.begin()
            for piece in before:
                answer.piece(piece)
            answer.wait()
            for piece in after:
                answer.piece(piece)
            answer.end()

        self.model.reply = reply

    def test_a_reply_of_the_built_in_coach_appears_word_by_word(self):
        self.server = self.start(None, "--coach-pace-milliseconds", "20")
        page = self.visit()
        self.ask(page, "I would like a plan for my first 5k")
        expect(page.locator(f"{STREAMING} .typing-cursor")).to_be_visible()

        lengths = set()
        content = page.locator("message-view[data-role=assistant] .message-content")
        while page.locator(COMPLETE).count() == 0:
            lengths.add(len(content.inner_text()))

        self.assertGreater(len(lengths), 10)
        expect(page.locator(".typing-cursor")).to_have_count(0)
        expect(page.locator(f"{COMPLETE} table")).to_be_visible()
        expect(page.get_by_role("heading", name="Your way to 5 km")).to_be_visible()
        self.finish()

    def test_reload_in_mid_reply_goes_on_with_the_same_model_call(self):
        self.gated(["One ", "two "], ["three."])
        self.connected()
        page = self.visit()
        self.ask(page, "Count")
        expect(page.locator(STREAMING)).to_contain_text("One two")

        page.reload()
        expect(page.locator(STREAMING)).to_contain_text("One two")
        self.model.gate.set()

        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("One two three.")
        self.assertEqual(self.model.calls, 1)
        self.finish()

    def test_stop_keeps_the_text_after_a_reload_too(self):
        self.gated(["Half of it"], ["never"])
        self.connected()
        page = self.visit()
        self.ask(page, "Go on")
        expect(page.locator(STREAMING)).to_contain_text("Half of it")

        page.get_by_role("button", name="Stop").click()

        stopped = page.locator("message-view[data-role=assistant][data-state=stopped]")
        expect(stopped).to_contain_text("Half of it")
        page.reload()
        expect(stopped).to_contain_text("Half of it")
        self.finish()

    def test_a_failed_reply_says_so_and_can_be_tried_again(self):
        self.model.reply = lambda answer: answer.status(500, "broken")
        self.connected()
        page = self.visit()
        self.ask(page, "Hi")
        failed = page.locator("message-view[data-role=assistant][data-state=failed]")
        expect(failed).to_contain_text("AI service temporarily unavailable")
        self.model.reply = lambda answer: answer.stream(["Better ", "now."])

        page.get_by_role("button", name="Try again").click()

        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("Better now.")
        # The page says in the console what failed, as property 23 asks.
        self.expected = ["AI service temporarily unavailable", "unavailable"]
        self.finish()

    def test_with_streaming_off_the_answer_comes_whole_after_a_loading_indicator(self):
        self.connected()

        def reply(answer):
            answer.wait()
            answer.stream(["All ", "at once."])

        self.model.reply = reply
        page = self.visit()
        self.assertEqual(self.server.command("flag", "set", "enable_streaming", "false")[0], 0)
        requests = []
        page.on("request", lambda request: requests.append(request.url.split("/api/v1")[-1].split("?")[0]))
        self.ask(page, "Hi")
        expect(page.locator("message-view[data-role=assistant] .message-phase")).to_be_visible()
        self.model.gate.set()

        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("All at once.")
        self.assertIn("/chat", requests)
        self.assertNotIn("/chat/stream", requests)
        self.expected = ["409"]
        self.finish()

    def test_it_works_on_plain_http_away_from_loopback(self):
        addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
        if not addresses:
            self.skipTest("this machine has no address but loopback")
        self.connected("--host", "0.0.0.0")
        page = self.visit(f"http://{addresses[0]}:{self.server.port}/")
        self.ask(page, "Hi")

        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("Hello from the scripted model.")
        self.finish()

    def test_conversations_are_listed_renamed_deleted_and_had_back(self):
        self.connected()
        page = self.visit()
        self.ask(page, "First words of it")
        expect(page.locator(COMPLETE)).to_be_visible()
        item = page.locator("conversation-list").get_by_text("First words of it")
        expect(item).to_be_visible()

        page.get_by_role("button", name=re.compile("^Delete")).first.click()
        expect(item).to_have_count(0)
        page.get_by_role("button", name="Undo").click()
        expect(item).to_be_visible()
        self.finish()

    def test_nobody_is_shut_out_whatever_is_on_the_page(self):
        self.gated(["# Title\n\nSome *text*\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```js\nlet a\n```\n"], ["- end"])
        self.connected()
        for scheme in ("light", "dark"):
            self.model.gate.clear()
            page = self.visit(color_scheme=scheme)
            self.assertEqual(self.violations(page), [], f"{scheme}, empty")
            self.ask(page, "Show me")
            expect(page.locator(f"{STREAMING} table")).to_be_visible()
            self.assertEqual(self.violations(page), [], f"{scheme}, streaming")
            self.model.gate.set()
            expect(page.locator(COMPLETE)).to_be_visible()
            self.assertEqual(self.violations(page), [], f"{scheme}, finished")
        self.finish()

    def violations(self, page):
        # A picture in the middle of a fade has the contrast of neither end.
        page.wait_for_function(
            "() => document.getAnimations().every((one) => "
            "one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)"
        )
        found = Axe().run(page).response["violations"]
        return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
