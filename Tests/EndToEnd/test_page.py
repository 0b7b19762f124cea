"""The page in a real browser against the real server."""

import re
import shutil
import subprocess
import threading

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest, also_in, run_axe
from harness import until

# How bright a colour of the page's body is, 0 to 255, whatever form the browser reports it in.
SHADE = """(name) => {
  const painter = document.createElement("canvas").getContext("2d")
  painter.fillStyle = getComputedStyle(document.body)[name]
  painter.fillRect(0, 0, 1, 1)
  const [red, green, blue] = painter.getImageData(0, 0, 1, 1).data
  return (red + green + blue) / 3
}"""


class Page(PageTest):
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

    @also_in("firefox")
    def test_each_piece_is_on_the_page_before_the_model_writes_the_next(self):
        words = ["One ", "two ", "three ", "four ", "five"]
        turn = threading.Semaphore(0)

        def reply(answer):
            answer.begin()
            for word in words:
                answer.piece(word)
                assert turn.acquire(timeout=60), "the page never showed the piece"
            answer.end()

        self.model.reply = reply
        self.connected()
        page = self.visit()
        self.ask(page, "Count")
        for count in range(1, len(words) + 1):
            expect(page.locator(f"{STREAMING} .message-content")).to_have_text("".join(words[:count]).strip() + "▊")
            expect(page.locator(f"{STREAMING} .typing-cursor")).to_be_visible()
            expect(page.locator("#message-box")).not_to_be_editable()
            turn.release()

        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("One two three four five")
        expect(page.locator(".typing-cursor")).to_have_count(0)
        expect(page.locator("#message-box")).to_be_editable()
        self.finish()

    @also_in("firefox")
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

    @also_in("firefox")
    def test_stop_keeps_the_text_after_a_reload_too(self):
        self.gated(["Half of it"], ["never"])
        self.connected()
        page = self.visit()
        self.ask(page, "Go on")
        expect(page.locator(STREAMING)).to_contain_text("Half of it")

        with page.expect_response("**/chat/stop"):
            page.get_by_role("button", name="Stop").click()

        stopped = page.locator("message-view[data-role=assistant][data-state=stopped]")
        expect(stopped).to_contain_text("Half of it")
        page.reload()
        expect(stopped).to_contain_text("Half of it")
        self.finish()

    @also_in("firefox")
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

    def test_a_reply_that_broke_off_says_so_and_can_be_continued(self):
        def reply(answer):
            answer.begin()
            answer.piece("Half of it. ")
            answer.wait()
            answer.cut()

        self.model.reply = reply
        self.connected()
        page = self.visit()
        self.ask(page, "Hi")
        expect(page.locator(STREAMING)).to_contain_text("Half of it.")
        self.model.gate.set()
        failed = page.locator("message-view[data-role=assistant][data-state=failed]")
        for _ in range(2):
            expect(failed).to_contain_text("Half of it.")
            expect(failed).to_contain_text("The reply broke off: AI service temporarily unavailable")
            expect(failed.get_by_role("button", name="Try again")).to_be_visible()
            expect(failed.get_by_role("button", name="Continue")).to_be_visible()
            page.reload()
        self.model.reply = lambda answer: answer.stream(["The rest."])
        failed.get_by_role("button", name="Continue").click()
        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("The rest.")
        sent = [(turn["role"], turn["content"].strip()) for turn in self.model.bodies[-1]["messages"][1:]]
        self.assertEqual(sent, [("user", "Hi"), ("assistant", "Half of it."), ("user", "Please continue.")])
        self.expected = ["AI service temporarily unavailable", "unavailable"]
        self.finish()

    def test_a_reply_that_the_model_cuts_at_its_length_says_so_and_can_be_continued(self):
        def reply(answer):
            answer.begin()
            answer.piece("All that fits, ")
            answer.end(reason="length")

        self.connected()
        for streams in ("true", "false"):
            self.assertEqual(self.server.command("flag", "set", "enable_streaming", streams)[0], 0)
            self.model.reply = reply
            page = self.visit()
            self.ask(page, "Tell me everything")
            cut = page.locator(COMPLETE)
            for _ in range(2):
                expect(cut).to_contain_text("This reply reached its length limit and ends here.")
                expect(cut.get_by_role("button", name="Continue")).to_be_visible()
                page.reload()
            self.model.reply = lambda answer: answer.stream(["and the rest."])
            cut.get_by_role("button", name="Continue").click()
            expect(page.locator(f"{COMPLETE} .message-content").last).to_have_text("and the rest.")
            expect(page.get_by_role("button", name="Continue")).to_be_hidden()
            expect(page.get_by_text("reached its length limit")).to_have_count(1)
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
        expect(page.locator("reply-waiting")).to_contain_text("Waiting for the whole reply")
        self.model.gate.set()

        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("All at once.")
        expect(page.get_by_text("Received", exact=True)).to_be_visible()
        self.ask(page, "And again")
        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text(["All at once."] * 2)
        self.assertEqual(len(self.model.bodies[1]["messages"]), 4, "the second follows the first")
        self.assertIn("/chat", requests)
        self.assertNotIn("/chat/stream", requests)
        self.expected = ["409"]
        self.finish()

    @also_in("firefox")
    def test_it_works_on_plain_http_away_from_loopback(self):
        addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
        if not addresses:
            self.skipTest("this machine has no address but loopback")
        self.connected("--host", "0.0.0.0")
        page = self.visit(f"http://{addresses[0]}:{self.server.port}/")
        self.ask(page, "Hi")

        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("Hello from the scripted model.")
        self.finish()

    def test_a_conversation_is_opened_again_by_its_address(self):
        self.connected()
        page = self.visit()
        self.ask(page, "Remember me")
        expect(page.locator(COMPLETE)).to_be_visible()
        address = page.url
        self.assertRegex(address, r"/\?c=[\w-]{16,}$")
        page.get_by_role("link", name="New conversation").first.click()
        expect(page.locator("message-list")).to_be_hidden()
        expect(page.locator("welcome-panel")).to_be_visible()

        page.goto(address)

        expect(page.locator("message-view[data-role=user]")).to_have_text(re.compile("Remember me"))
        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("Hello from the scripted model.")
        self.assertEqual(self.model.calls, 1)
        self.finish()

    @also_in("firefox")
    def test_each_conversation_keeps_its_own_draft_until_it_is_sent(self):
        self.connected()
        page = self.visit()
        box = page.locator("#message-box")
        self.ask(page, "The first")
        expect(page.locator(COMPLETE)).to_have_count(1)
        address = page.url
        box.fill("half a thought")
        page.get_by_role("link", name="New conversation").first.click()
        expect(box).to_have_value("")
        box.fill("another one")

        page.goto(address)
        expect(box).to_have_value("half a thought")
        page.get_by_role("link", name="New conversation").first.click()
        expect(box).to_have_value("another one")
        page.get_by_role("link", name="The first").click()
        expect(page.locator(COMPLETE)).to_have_count(1)
        expect(box).to_have_value("half a thought")
        box.press("Enter")

        expect(page.locator(COMPLETE)).to_have_count(2)
        page.reload()
        expect(page.locator(COMPLETE)).to_have_count(2)
        expect(box).to_have_value("")
        self.finish()

    @also_in("firefox")
    def test_a_conversation_needs_no_mouse(self):
        self.gated(["Half of it"], ["never"])
        self.connected()
        page = self.visit()
        box = page.locator("#message-box")
        expect(box).to_be_focused()
        page.keyboard.type("One")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("Two")
        expect(box).to_have_value("One\nTwo")
        page.keyboard.press("Enter")
        expect(page.locator(STREAMING)).to_contain_text("Half of it")
        expect(box).to_be_focused()
        self.tab_to(page, "Stop")
        page.keyboard.press("Enter")
        expect(page.locator("message-view[data-state=stopped]")).to_contain_text("Half of it")
        expect(box).to_be_focused()
        self.finish()

    def tab_to(self, page, name, backwards=False):
        """Presses Tab until the element of this name has the focus."""
        for _ in range(20):
            page.keyboard.press("Shift+Tab" if backwards else "Tab")
            if page.evaluate("() => document.activeElement.getAttribute('aria-label')") == name:
                return
        self.fail(f"Tab never led to {name}")

    @also_in("firefox")
    def test_a_crash_in_mid_reply_leaves_the_text_and_a_way_to_try_again(self):
        self.gated(["Before ", "the crash"], ["never"])
        folder = self.folder()
        options = ("--llm-base-url", self.model.url, "--llm-model", "test")
        self.server = self.start(folder, *options)
        page = self.visit()
        self.ask(page, "Go on")
        expect(page.locator(STREAMING)).to_contain_text("Before the crash")
        checkpoint = "/api/v1/conversations/" + page.url.split("=")[1]
        until(lambda: "the crash" in page.request.get(self.server.url + checkpoint).text(), "the checkpoint")
        self.server.kill()
        expect(page.locator(STREAMING)).to_contain_text("Connection lost. Please check your internet.")

        self.server = self.start(folder, *options, "--port", str(self.server.port))

        interrupted = page.locator("message-view[data-role=assistant][data-state=interrupted]")
        expect(interrupted).to_contain_text("Before the crash")
        self.model.reply = lambda answer: answer.stream(["After ", "it."])
        self.assertEqual(self.model.calls, 1)
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(f"{COMPLETE} .message-content")).to_have_text("After it.")
        self.assertEqual(self.model.calls, 2)
        self.expected = ["ERR_", "The reply was interrupted", "Failed to fetch", "interrupted"]
        self.finish()

    def test_what_a_model_writes_is_never_markup(self):
        self.model.reply = lambda answer: answer.stream(
            ["<img src=x onerror=document.title='owned'>", "<script>document.title='owned'</script> ",
             "[click](javascript:document.title='owned')"]
        )
        self.connected()
        page = self.visit()
        self.ask(page, "<b id=mine>bold</b>")

        content = page.locator(f"{COMPLETE} .message-content")
        expect(content).to_contain_text("<img src=x onerror=")
        expect(content.locator("img, script, a[href^=javascript]")).to_have_count(0)
        expect(page.locator("message-view[data-role=user]")).to_contain_text("<b id=mine>bold</b>")
        expect(page.locator("#mine")).to_have_count(0)
        self.assertNotIn("owned", page.title())
        self.finish()

    def test_who_has_sent_too_much_is_told_so(self):
        self.connected("--limit-messages-per-hour", "1")
        page = self.visit()
        self.ask(page, "First")
        expect(page.locator(COMPLETE)).to_have_count(1)
        self.ask(page, "Second")

        failed = page.locator("message-view[data-role=assistant][data-state=failed]")
        expect(failed.locator(".problem-text")).not_to_be_empty()
        expect(failed.get_by_role("button", name="Try again")).to_be_visible()
        self.assertEqual(self.model.calls, 1)
        self.expected = ["429", failed.locator(".problem-text").inner_text()]
        self.finish()

    def test_the_page_is_dark_where_the_reader_wants_it_dark(self):
        self.connected()
        shades = {}
        for scheme in ("light", "dark"):
            page = self.visit(color_scheme=scheme)
            expect(page.locator("#message-box")).to_be_visible()
            shades[scheme] = [page.evaluate(SHADE, name) for name in ("backgroundColor", "color")]

        self.assertGreater(shades["light"][0], 200)
        self.assertLess(shades["light"][1], 100)
        self.assertLess(shades["dark"][0], 60)
        self.assertGreater(shades["dark"][1], 180)
        self.finish()

    def test_nobody_is_shut_out_whatever_is_on_the_page(self):
        self.gated(["# Title\n\nSome *text*\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```js\nlet a\n```\n"], ["- end"])
        self.connected()
        for scheme in ("light", "dark"):
            self.model.gate.clear()
            page = self.visit(color_scheme=scheme)
            self.assertEqual(axe_violations(page), [], f"{scheme}, empty")
            self.ask(page, "Show me")
            expect(page.locator(f"{STREAMING} table")).to_be_visible()
            self.assertEqual(axe_violations(page), [], f"{scheme}, streaming")
            self.model.gate.set()
            expect(page.locator(COMPLETE)).to_be_visible()
            self.assertEqual(axe_violations(page), [], f"{scheme}, finished")
        self.model.reply = lambda answer: answer.status(500, "broken")
        for scheme in ("light", "dark"):
            page = self.visit(color_scheme=scheme)
            self.ask(page, "Fail")
            expect(page.get_by_role("button", name="Try again")).to_be_visible()
            self.assertEqual(axe_violations(page), [], f"{scheme}, failed")
        self.expected = ["unavailable"]
        self.finish()


def axe_violations(page):
    """What axe finds wrong, and where."""
    found = run_axe(page).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
