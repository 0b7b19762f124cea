"""The page in each state that a reader may meet, one after the other, in any language."""

import functools
import json
import re

from playwright.sync_api import expect

from browser import COMPLETE, PageTest

LONG = (
    "# A long reply\n\nWith *all* that a reply may hold: [a link](https://elsewhere.example/), `code`, and a formula $a^2$.\n\n"
    + "- [x] one\n- [ ] two\n\n> A quotation\n\n| First | Second | Third |\n|:--|--:|---|\n"
    + "| a | 1 | " + "a long cell " * 6 + "|\n\n"
    + "```python\n" + "\n".join(f"print('line {number}')  # {'=' * 60}" for number in range(40)) + "\n```\n\n"
    + "A paragraph that goes on for a while, so that there is something to scroll. " * 30
)
SETTINGS = """(settings) => localStorage.setItem("shuren.settings", JSON.stringify(settings))"""

DEVICES = [
    {"id": name, "name": f"{name} on Linux", "created_at": 1_790_000_000_000, "used_at": 1_790_000_000_000, "current": name == "Firefox"}
    for name in ("Firefox", "Chrome")
]


def answered(body, route):
    route.fulfill(json=body)


class Walk(PageTest):
    """Goes through the states; what is checked in each is the test's."""

    #: What the reader sets before anything else.
    settings = {}
    options = {}

    def begin(self):
        self.connected("--coach-pace-milliseconds", "0")
        self.expected += ["Failed to load resource", "The reply failed", "No look around", "No list of conversations", "ERR_", "missing is not defined"]

    def opened(self, path="/", answers={}):
        """A page, to which the server gives these answers as well as its own."""
        page = self.visit("about:blank", **self.options)
        for address, body in answers.items():
            page.route(f"**/api/v1{address}", functools.partial(answered, body))
        page.add_init_script(f"window === top && localStorage.setItem('shuren.settings', {self.kept!r})")
        page.goto(self.server.url + path)
        return page

    @property
    def kept(self):
        return json.dumps(self.settings)

    def send(self, page, text):
        page.locator("#message-box").fill(text)
        page.locator(".composer [type=submit]").click()

    def answer(self, *pieces):
        self.model.reply = lambda answer: answer.stream(list(pieces))

    def chat_states(self):
        """Each state of the chat: its name, and the page in it."""
        page = self.opened()
        expect(page.locator(".starter").first).to_be_visible()
        yield "empty", page

        self.gated(["# Begun\n\nSome text, and"], [" the rest."])
        self.model.gate.clear()
        self.send(page, "Begin")
        expect(page.locator("message-view .message-content h3, message-view .message-content [data-level]")).to_be_visible()
        yield "streaming", page
        page.locator(".composer-actions button:has(.icon-stop):visible").click()
        expect(page.locator("message-view[data-state=stopped]")).to_be_visible()
        self.model.gate.set()
        yield "stopped", page

        self.model.reply = lambda answer: answer.status(503, "down")
        self.send(page, "Fail")
        expect(page.locator(".message-problem .retry").last).to_be_visible()
        yield "failed", page

        self.answer(LONG)
        page.locator(".message-problem .retry:visible").click()
        expect(page.locator(COMPLETE).last).to_contain_text("something to scroll")
        yield "long", page

        page.locator(".message-foot button:has(.icon-more)").last.click()
        expect(page.locator(".message-menu")).to_be_visible()
        yield "menu", page
        page.locator(".menu-item", has_text=re.compile("How this came about|这条回复是怎么来的")).click()
        expect(page.locator("reply-details .details-body ul").last).to_be_visible()
        page.locator(".sight summary").last.click()
        yield "details", page

        page.locator(".message-content a").last.click()
        expect(page.locator("dialog[open]")).to_be_visible()
        yield "leaving", page
        page.keyboard.press("Escape")

        page.route(re.compile("/api/v1/"), lambda route: route.abort())
        self.send(page, "Is anybody there?")
        expect(page.locator(".message-problem:visible")).to_have_count(1)
        yield "offline", page
        page.unroute(re.compile("/api/v1/"))

    def preview_states(self):
        page = self.opened()
        self.answer("```html\n<!doctype html>\n<h1>Hi</h1>\n<script>missing.call()</script>\n```")
        self.send(page, "A page, please")
        page.locator(".code-bar [aria-expanded], .code-bar .quiet-button").first.click()
        expect(page.locator(".preview-error")).to_be_visible()
        yield "preview", page

    def list_states(self):
        page = self.opened()
        self.answer("Yes.")
        for text in ("The first", "The second, with a title that is much longer than the list is wide", "مرحبا كيف حالك"):
            self.send(page, text)
            expect(page.locator(COMPLETE)).to_be_visible()
            page.goto(self.server.url)
        if page.locator(".open-sidebar").is_visible():
            page.locator(".open-sidebar").click()
        expect(page.locator("conversation-row")).to_have_count(3)
        yield "list", page

    def onboarding_states(self):
        page = self.opened("/onboarding")
        expect(page.locator("onboarding-welcome")).to_be_visible()
        yield "onboarding", page
        self.answer("Noted. And how old are you?")
        self.send(page, "I am called Mei")
        expect(page.locator(COMPLETE)).to_be_visible()
        if page.locator(".open-sidebar").is_visible():
            page.locator(".open-sidebar").click()
        page.locator("profile-field summary").first.click()
        yield "profile", page

    def quiet_states(self):
        page = self.opened("/settings.html", {"/devices": {"devices": DEVICES}})
        expect(page.locator("#language select, #language input").first).to_be_visible()
        yield "settings", page
        yield "login", self.opened("/login")
        page = self.opened("/docs#streamReply")
        expect(page.locator("#streamReply .docs-inside")).to_be_visible()
        yield "docs", page
        page = self.opened("/admin")
        expect(page.locator("#code")).to_be_visible()
        yield "door", page
        page.locator("#code").fill(self.server.command("admin", "code")[1].strip())
        page.locator("#door [type=submit]").click()
        expect(page.locator("#in-force")).to_be_visible()
        page.locator("[value=openai]").check()
        yield "admin", page

    def states(self):
        yield from self.chat_states()
        yield from self.preview_states()
        yield from self.list_states()
        yield from self.onboarding_states()
        yield from self.quiet_states()
