"""A page in a real browser, for the tests that need one."""

import atexit
import functools
import re
import shutil

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect, sync_playwright

from harness import ServerTest
from model_server import ModelServer

# What the policy of the page forbids is a complaint in every browser; Firefox does not say so in the console.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
  console.error(`The policy forbids ${effectiveDirective} ${blockedURI}`))
"""

STREAMING = "message-view[data-role=assistant][data-state=streaming]"
COMPLETE = "message-view[data-role=assistant][data-state=complete]"
# What Firefox says of a part of a page that did not come.
LEFT = re.compile(r"(?:No style from |error loading dynamically imported module: )(?:https?://[^/]+)?(/\S+)")
expect.set_options(timeout=20_000)


@functools.cache
def playwright():
    """Drives the browsers until the tests are over."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


@functools.cache
def running(engine):
    """A browser for all tests, each of which has a profile of its own in it."""
    if engine == "firefox":
        # The channel is how Playwright drives a Firefox that it has not built itself.
        browser = playwright().firefox.launch(channel="moz-firefox", executable_path=shutil.which("firefox-esr"))
    else:
        # Chromium without what only a window needs: the same pages for less of the machine.
        browser = playwright().chromium.launch(executable_path=shutil.which("chromium-headless-shell"), args=["--no-sandbox"])
    atexit.register(browser.close)
    return browser


def also_in(*engines):
    """Marks a story that is told in these browsers too, where its class is retold."""

    def mark(story):
        story.engines = engines
        return story

    return mark


# What goes on for ever, like the mark of a reply that is being written, changes no colour that a text stands on.
SETTLED = """
() => document.getAnimations().every((one) => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)
"""


def run_axe(page, **options):
    """What axe finds once nothing changes any more: a colour half-way between two is nobody's choice."""
    page.wait_for_function(SETTLED)
    return Axe().run(page, **options)


class PageTest(ServerTest):
    """A test with a browser, a server and a model."""

    engine = "chromium"

    def __init_subclass__(cls, retold_in=None, **more):
        """Retold in another browser, a class has only the stories that are marked for it."""
        super().__init_subclass__(**more)
        if not retold_in:
            return
        cls.engine = retold_in
        for name in dir(cls):
            if name.startswith("test_") and retold_in not in getattr(getattr(cls, name), "engines", ()):
                setattr(cls, name, None)

    @classmethod
    def setUpClass(cls):
        cls.browser = running(cls.engine)

    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.complaints = []
        self.expected = []

    def connected(self, *more):
        self.server = self.start(None, "--llm-base-url", self.model.url, "--llm-model", "test", *more)
        return self.server

    def visit(self, url=None, **options):
        if self.engine == "chromium":
            # With a window, whoever presses a button may fill the clipboard; without one it has to be said.
            options.setdefault("permissions", ["clipboard-write"])
        context = self.browser.new_context(**options)
        self.addCleanup(context.close)
        self.addCleanup(self.show_failure, context)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(url or self.server.url)
        return page

    def show_failure(self, context):
        """What the browser said and showed when the test failed."""
        result = self._outcome.result
        if not any(test is self for test, _ in result.failures + result.errors):
            return
        print(f"\n{self.id()}: the browser said {self.complaints}")
        for page in context.pages:
            try:
                shown = page.locator("body").aria_snapshot(timeout=2_000)
            except PlaywrightError as reason:
                shown = reason
            print(f"{page.url} shows\n{str(shown)[:4_000]}", flush=True)

    def ask(self, page, text):
        page.locator("#message-box").fill(text)
        page.get_by_role("button", name="Send", exact=True).click()

    def finish(self):
        """No complaint of the browser but those that the test caused."""
        unexpected = [text for text in self.complaints if not any(re.search(known, text) for known in self.expected)]
        self.assertEqual([text for text in unexpected if not self.was_left(text)], [])

    def was_left(self, complaint):
        """Whether Firefox misses a part of a page that was left while it came: it is there for everybody else."""
        found = LEFT.fullmatch(complaint)
        return self.engine == "firefox" and found and self.server.request("GET", found[1])[0] == 200

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
