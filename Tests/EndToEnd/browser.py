"""A page in a real browser, for the tests that need one."""

import re
import shutil

from playwright.sync_api import expect, sync_playwright

from harness import ServerTest
from model_server import ModelServer

STREAMING = "message-view[data-role=assistant][data-state=streaming]"
COMPLETE = "message-view[data-role=assistant][data-state=complete]"
expect.set_options(timeout=20_000)


class PageTest(ServerTest):
    """A test with a browser, a server and a model."""

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
