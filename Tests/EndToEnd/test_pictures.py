"""The page looks as in the pictures in the repository: Docs/Design.md says what they hold and how to renew them."""

import time
from datetime import datetime, timedelta, timezone

from playwright.sync_api import expect

from browser import PageTest
from everybody import DEVICES
from harness import Reader
from picture_texts import CHINESE, ENGLISH, long_reply
from pictures import FOLDER, Comparison, pinned

PATIENCE = 10  # seconds until a page that does not look as it should counts as a failure
STILL = 3  # seconds for which one is looked at that does not change any more
NOW = datetime(2026, 3, 20, 10, tzinfo=timezone(timedelta(hours=8)))
MESSAGES = "message-view[data-role=assistant]"

WIDTHS = {
    360: {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True},
    900: {"viewport": {"width": 900, "height": 600}},
    1600: {"viewport": {"width": 1600, "height": 720}},
}
THEMES = ("light", "dark")
LANGUAGES = {"en": (ENGLISH, "en-GB"), "zh": (CHINESE, "zh-CN")}
SCENES = ("beginning", "conversation", "onboarding", "settings", "error", "long")


class Teller(Reader):
    """A reader who speaks a language, and whose page is then looked at."""

    def __init__(self, server, locale):
        super().__init__(server)
        self.locale = locale

    def request(self, method, path, body=None, headers=None):
        return super().request(method, path, body, {"Accept-Language": self.locale, **(headers or {})})

    def say(self, text, path="/api/v1/chat", **more):
        return self.json("POST", path, {"message": text, **more})[1]

    def remember(self, titles):
        """What was talked about before, on the days before."""
        days = (1, 4, 12, 40)
        kept = []
        for days_ago, title in zip(days, titles):
            at = int((NOW - timedelta(days=days_ago)).timestamp() * 1000)
            message = {"id": f"message-{days_ago}", "parent": None, "role": "user", "state": "complete", "agent": None, "created_at": at}
            kept.append({
                "id": f"conversation-{days_ago}", "title": title, "created_at": at, "updated_at": at, "archived": False,
                "pinned": days_ago == 40, "leaf": None, "messages": [{**message, "parts": [{"type": "text", "text": title}]}],
            })
        status, answer = self.json("POST", "/api/v1/imports", {"id": "import-of-older-ones", "source": "shuren", "conversations": kept})
        assert status == 200 and answer["added"] == len(kept), answer


class Pictures(PageTest):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.browser = pinned()

    def test_the_page_looks_as_in_the_english_pictures(self):
        self.compare("en")

    def test_the_page_looks_as_in_the_chinese_pictures(self):
        self.compare("zh")

    def test_there_is_a_picture_of_everything_and_no_other(self):
        wanted = {
            f"{scene}-{language}-{width}-{theme}"
            for scene in SCENES for language in LANGUAGES for width in WIDTHS for theme in THEMES
        }
        self.assertEqual({path.stem for path in FOLDER.glob("*.png")}, wanted)
        self.assertLess(sum(path.stat().st_size for path in FOLDER.glob("*.png")), 4_000_000)

    def compare(self, language):
        self.texts, self.locale = LANGUAGES[language]
        self.connected()
        comparison = Comparison(self.browser)
        self.addCleanup(comparison.page.close)
        scenes = self.told()
        for width, window in WIDTHS.items():
            for scene, (teller, path, arrive) in scenes.items():
                page = self.opened(teller, path, window)
                arrive(page)
                for theme in THEMES:
                    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                    comparison.check(f"{scene}-{language}-{width}-{theme}", self.takes(page))
                page.context.close()
        self.assertEqual(comparison.wrong, {})
        # A page that stays for a while would be kept by its worker, which would change what is loaded.
        self.expected = ["Service Worker registration blocked"]
        self.finish()

    def told(self):
        """Where each scene is: whose it is, its address, and when the page is there."""
        newcomer = Teller(self.server, self.locale)
        reader = Teller(self.server, self.locale)
        self.model.reply = lambda answer: answer.status(503, "down")
        reader.say(self.texts["failing"], conversation_id="conversation-that-failed")
        self.model.reply = lambda answer: answer.stream([long_reply(self.texts)])
        long = reader.say(self.texts["long question"])["conversation_id"]
        self.model.reply = lambda answer: answer.stream([self.texts["short"]])
        conversation = reader.say(self.texts["question"])["conversation_id"]
        reader.remember(self.texts["older"])
        guest = self.introduced()
        return {
            "beginning": (newcomer, "/", lambda page: expect(page.locator(".starter").first).to_be_visible()),
            "conversation": (reader, f"/?c={conversation}", self.message_arrived),
            "onboarding": (guest, "/onboarding", self.message_arrived),
            "settings": (reader, "/settings", lambda page: expect(page.locator("device-settings")).to_contain_text("Firefox")),
            "error": (reader, "/?c=conversation-that-failed", lambda page: expect(page.locator(".message-problem:visible")).to_be_visible()),
            "long": (reader, f"/?c={long}", self.middle_arrived),
        }

    def introduced(self):
        """Somebody in the middle of the onboarding."""
        guest = Teller(self.server, self.locale)
        place = {}
        for text, answer in self.texts["onboarding"]:
            self.model.reply = lambda said, answer=answer: said.stream([answer])
            place = {"conversation_id": guest.say(text, "/api/v1/chat/onboarding", **place)["conversation_id"]}
        status, profile = guest.json("PATCH", "/api/v1/onboarding", {"set": self.texts["known"]})
        assert status == 200, profile
        return guest

    def message_arrived(self, page):
        expect(page.locator(MESSAGES).last).to_be_visible()

    def middle_arrived(self, page):
        self.message_arrived(page)
        page.locator(f"{MESSAGES} pre").evaluate("(code) => code.scrollIntoView({ block: 'center' })")

    def opened(self, teller, path, window):
        context = self.browser.new_context(locale=self.locale, timezone_id="Asia/Shanghai", reduced_motion="reduce", service_workers="block", **window)
        self.addCleanup(context.close)
        if teller.cookie:
            name, value = teller.cookie.split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": teller.server.url}])
        context.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = context.new_page()
        page.clock.set_fixed_time(NOW)
        page.route("**/api/v1/devices", lambda route: route.fulfill(json={"devices": DEVICES}))
        page.goto(teller.server.url + path)
        return page

    def takes(self, page):
        """Pictures of the page, until there has been time enough."""
        deadline = time.monotonic() + PATIENCE
        before, changed = None, time.monotonic()
        while time.monotonic() < min(deadline, changed + STILL):
            taken = page.screenshot(animations="disabled", caret="hide", scale="css")
            if taken != before:
                before, changed = taken, time.monotonic()
            yield taken
