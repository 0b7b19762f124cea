"""Long conversations: the page has a part of them, and the rest comes where the reader goes."""

import re

from playwright.sync_api import expect

from browser import COMPLETE, PageTest, also_in, run_axe
from long_conversation import lengthen, name_of

MESSAGES = "message-view"
TOP_OF = """(text) => {
  const view = [...document.querySelectorAll("message-view")].find((one) => one.textContent.includes(text))
  return view ? view.getBoundingClientRect().top : null
}"""
FIRST_IN_VIEW = """() => {
  const edge = document.querySelector(".transcript").getBoundingClientRect()
  const view = [...document.querySelectorAll("message-view")].find((one) => one.getBoundingClientRect().top > edge.top + 20)
  return view.querySelector(".message-content").textContent.match(/(Message|Reply) \\d+\\./)[0]
}"""
NUMBERS = """() => [...document.querySelectorAll("message-view .message-content")]
  .map((one) => Number(one.textContent.match(/(?:Message|Reply) (\\d+)\\./)?.[1]))"""


class Windows(PageTest):
    def opened(self, count, message=None, **options):
        """A page with a conversation of so many messages, opened at the end or at a message."""
        folder = self.folder()
        server = self.start(folder, "--llm-base-url", self.model.url, "--llm-model", "test")
        page = self.visit(server.url, **{"viewport": {"width": 1000, "height": 700}, **options})
        self.ask(page, "Begin")
        expect(page.locator(COMPLETE)).to_have_count(1)
        self.conversation = re.search(r"c=([\w-]+)", page.url)[1]
        server.terminate()
        page.goto("about:blank")
        lengthen(folder, self.conversation, count)
        self.server = self.start(folder, "--llm-base-url", self.model.url, "--llm-model", "test")
        self.asked = []
        page.on("request", lambda request: f"/conversations/{self.conversation}" in request.url and self.asked.append(request.url))
        page.goto(f"{self.server.url}/?c={self.conversation}" + (f"&m={name_of(message)}" if message is not None else ""))
        expect(page.locator(MESSAGES).first).to_be_visible()
        return page

    def wheel(self, page, by):
        page.locator(".transcript").hover()
        page.mouse.wheel(0, by)

    def settled(self, page):
        """Until nothing rolls any more."""
        page.evaluate("""() => new Promise((done) => {
          const transcript = document.querySelector(".transcript")
          let last = NaN, still = 0
          const look = () => {
            still = transcript.scrollTop === last ? still + 1 : 0
            last = transcript.scrollTop
            if (still < 4) requestAnimationFrame(look)
            else done()
          }
          look()
        })""")

    def assert_run(self, page):
        """What is there has no gap, is in order, and is little."""
        numbers = [number for number in page.evaluate(NUMBERS) if number is not None]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))
        self.assertLessEqual(page.locator(MESSAGES).count(), 200)
        return numbers

    # Feature: chat-text-streaming, Property 13: Conversation History Preservation
    @also_in("firefox")
    def test_two_thousand_messages_open_at_once_and_nothing_jumps_while_older_ones_come(self):
        page = self.opened(2000)
        expect(page.locator(MESSAGES).last).to_contain_text("Reply 1999.")
        expect(page.locator(MESSAGES).last).to_be_in_viewport()
        self.settled(page)
        self.assertEqual(page.locator(MESSAGES).count(), 50)
        self.assertEqual(len(self.asked), 1, self.asked)

        page.evaluate("""() => {
          const real = fetch
          globalThis.held = []
          globalThis.fetch = async (url, options) => {
            if (String(url).includes("before=")) await new Promise((letGo) => held.push(letGo))
            return real(url, options)
          }
        }""")
        for _ in range(60):
            self.wheel(page, -400)
            self.settled(page)
            if page.evaluate("held.length"):
                break
        self.wheel(page, -300)
        self.settled(page)
        text = page.evaluate(FIRST_IN_VIEW)
        before = page.evaluate(TOP_OF, text)
        page.evaluate("held[0]()")
        expect(page.locator(MESSAGES)).to_have_count(100)
        self.settled(page)
        self.assertLessEqual(abs(page.evaluate(TOP_OF, text) - before), 2)
        self.assert_run(page)
        self.assertEqual(page.evaluate("held.length"), 1, "once")
        self.finish()

    def test_reading_up_to_the_first_message_keeps_the_page_light_and_the_end_is_one_press_away(self):
        page = self.opened(500)
        page.locator(".transcript").focus()
        while page.locator(".message-content").get_by_text("Begin", exact=True).count() == 0:
            page.evaluate("() => { document.querySelector('.transcript').scrollTop = 0 }")
            self.settled(page)
            self.assertLessEqual(page.locator(MESSAGES).count(), 200)
        expect(page.locator(MESSAGES).first).to_contain_text("Begin")
        expect(page.locator("window-edge").first).to_be_hidden()
        page.evaluate("() => { document.querySelector('.transcript').scrollTop = 0 }")

        page.get_by_role("button", name="Jump to latest").click()
        expect(page.locator(MESSAGES).last).to_contain_text("Reply 499.")
        expect(page.locator(MESSAGES).last).to_be_in_viewport()
        self.assertEqual(page.locator(MESSAGES).count(), 50)
        expect(page.get_by_role("button", name="Jump to latest")).to_be_hidden()
        self.finish()

    def test_older_messages_that_do_not_come_can_be_asked_for_again(self):
        self.expected = ["Failed to load resource"]
        page = self.opened(300)
        page.route("**/conversations/*before=*", lambda route: route.abort())
        page.evaluate("() => { document.querySelector('.transcript').scrollTop = 0 }")
        expect(page.get_by_text("Earlier messages could not be loaded.")).to_be_visible()
        found = run_axe(page)
        self.assertEqual([violation["id"] for violation in found.response["violations"]], [])
        page.unroute("**/conversations/*before=*")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(MESSAGES)).to_have_count(100)
        self.assert_run(page)
        self.finish()

    @also_in("firefox")
    def test_a_message_that_was_sought_is_shown_and_the_rest_comes_below_and_above(self):
        page = self.opened(1000, message=400)
        sought = page.locator(".is-sought")
        expect(sought).to_contain_text("Message 400.")
        expect(sought).to_be_in_viewport()
        expect(sought).to_be_focused()
        self.assertLessEqual(page.locator(MESSAGES).count(), 52)
        self.assertIn("around=", self.asked[0])
        found = run_axe(page)
        self.assertEqual([violation["id"] for violation in found.response["violations"]], [])

        for direction, wanted in ((600, 480), (-600, 300)):
            for _ in range(80):
                numbers = self.assert_run(page)
                if numbers[0] <= wanted <= numbers[-1]:
                    break
                self.wheel(page, direction)
                self.settled(page)
            self.assertIn(wanted, self.assert_run(page))
        page.get_by_role("button", name="Jump to latest").click()
        expect(page.locator(MESSAGES).last).to_contain_text("Reply 999.")
        expect(page.locator(MESSAGES).last).to_be_in_viewport()
        self.finish()

    def test_a_question_that_is_asked_far_above_comes_at_the_end(self):
        page = self.opened(300, message=100)
        self.model.reply = lambda answer: answer.stream(["At the end."])
        self.ask(page, "And now?")
        expect(page.locator(COMPLETE).last).to_contain_text("At the end.")
        expect(page.locator(MESSAGES).nth(-3)).to_contain_text("Reply 299.")
        self.assertEqual(page.locator("#message-box").input_value(), "")
        page.goto(f"{self.server.url}/?c={self.conversation}")
        expect(page.locator(MESSAGES).nth(-2)).to_contain_text("And now?")
        expect(page.locator(MESSAGES).nth(-3)).to_contain_text("Reply 299.")
        self.finish()

    def test_without_a_network_a_question_that_is_asked_far_above_is_in_the_box_again(self):
        self.expected = ["Failed to load resource", "ERR_CONNECTION_REFUSED", "No style from"]
        page = self.opened(300, message=100)
        page.route("**/conversations/*", lambda route: route.abort())
        page.route("**/conversations/*?*", lambda route: route.abort())
        self.ask(page, "And now?")
        expect(page.locator(".composer-notice")).to_contain_text("Connection lost")
        expect(page.locator("#message-box")).to_have_value("And now?")
        self.finish()
