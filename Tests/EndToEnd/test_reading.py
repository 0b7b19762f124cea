"""Reading while a reply is written: the page follows, lets go, counts, and comes back to where reading stopped."""

import re

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest, also_in, run_axe

LINES = [f"Line {number} of a long answer.\n\n" for number in range(60)]
TOP = "document.querySelector('.transcript').scrollTop"


class Reading(PageTest):
    def at_end(self, page):
        return page.evaluate("""() => {
          const { scrollTop, scrollHeight, clientHeight } = document.querySelector(".transcript")
          return scrollHeight - scrollTop - clientHeight < 48
        }""")

    def scroll(self, page, top):
        """As a reader does with a wheel: events and all."""
        page.locator(".transcript").hover()
        page.mouse.wheel(0, top)

    @also_in("firefox")
    def test_whoever_reads_above_is_left_alone_and_told_how_much_is_new(self):
        self.gated(LINES[:30], LINES[30:])
        self.connected()
        page = self.visit(viewport={"width": 1000, "height": 600})
        self.ask(page, "Write")
        expect(page.locator(STREAMING)).to_contain_text("Line 29")
        page.wait_for_function(f"() => {TOP} > 200")
        self.scroll(page, -2000)
        page.wait_for_function(f"() => {TOP} < 200")
        expect(page.get_by_role("button", name="Jump to latest")).to_be_visible()
        before = page.evaluate(TOP)

        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_contain_text("Line 59")
        news = page.get_by_role("button", name=re.compile(r"^\d+ new lines$"))
        expect(news).to_be_visible()
        self.assertEqual(page.evaluate(TOP), before)

        news.click()
        page.wait_for_function(f"() => {TOP} > 500")
        expect(news).to_be_hidden()
        self.finish()

    @also_in("firefox")
    def test_opening_it_again_leads_to_where_reading_stopped(self):
        self.model.reply = lambda answer: answer.stream(LINES)
        self.connected()
        page = self.visit(viewport={"width": 1000, "height": 600})
        self.ask(page, "Write")
        expect(page.locator(COMPLETE)).to_contain_text("Line 59")
        page.wait_for_function(f"() => {TOP} > 1000")
        self.scroll(page, -900)
        page.wait_for_function("() => Object.keys(JSON.parse(localStorage['shuren.places'] ?? '{}')).length > 0")
        page.wait_for_function("""() => {
          const [, , offset] = JSON.parse(localStorage["shuren.places"])[0]
          const view = document.querySelector("message-view[data-role=assistant]")
          return Math.abs(view.offsetTop - document.querySelector(".transcript").scrollTop - offset) < 2
        }""")
        before = page.evaluate(TOP)
        page.reload()
        expect(page.locator(COMPLETE)).to_contain_text("Line 59")
        page.wait_for_function(f"(before) => Math.abs({TOP} - before) < 4", arg=before)
        self.finish()

    def test_a_question_stays_at_the_top_for_whoever_wants_that(self):
        self.gated(LINES[:30], LINES[30:])
        self.connected()
        page = self.visit(viewport={"width": 1000, "height": 600})
        page.evaluate("localStorage['shuren.settings'] = JSON.stringify({ keepsQuestionInView: true })")
        page.reload()
        self.ask(page, "Write")
        expect(page.locator(STREAMING)).to_contain_text("Line 29")
        distance = """() => document.querySelector("message-view[data-role=user]").getBoundingClientRect().top
          - document.querySelector(".transcript").getBoundingClientRect().top"""
        self.assertLess(abs(page.evaluate(distance)), 40)
        before = page.evaluate(TOP)
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_contain_text("Line 59")
        self.assertEqual(page.evaluate(TOP), before)
        self.finish()

    def test_nothing_jumps_when_a_reply_ends(self):
        self.gated(LINES[:10], LINES[10:12])
        self.connected()
        page = self.visit(viewport={"width": 1000, "height": 900})
        self.ask(page, "Write")
        expect(page.locator(STREAMING)).to_contain_text("Line 9")
        page.evaluate("""() => {
          globalThis.shift = 0
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value
          }).observe({ type: "layout-shift", buffered: false })
        }""")
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_contain_text("Line 11")
        expect(page.locator(f"{COMPLETE} .message-foot")).to_be_visible()
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.assertLess(page.evaluate("shift"), 0.01)
        self.finish()

    def test_text_flows_and_is_there_within_a_second(self):
        self.gated([], ["word " * 400])
        self.connected()
        page = self.visit()
        page.evaluate("""() => {
          globalThis.lengths = []
          new MutationObserver(() => {
            const length = document.querySelector("message-view[data-role=assistant] .message-content")?.textContent.length
            if (length && length !== lengths.at(-1)?.[1]) lengths.push([performance.now(), length])
          }).observe(document.body, { subtree: true, childList: true, characterData: true })
        }""")
        self.ask(page, "Write")
        expect(page.locator(STREAMING)).to_be_visible()
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_have_count(1)
        lengths = page.evaluate("lengths")
        self.assertGreater(len(lengths), 5, "it flows")
        self.assertLess(lengths[-1][0] - lengths[0][0], 2000, "half a second, and a machine with other things to do")
        self.finish()

    def test_with_reduced_motion_text_is_there_at_once(self):
        self.model.reply = lambda answer: answer.stream(["word " * 400])
        self.connected()
        page = self.visit(reduced_motion="reduce")
        page.evaluate("""() => {
          globalThis.lengths = new Set()
          new MutationObserver(() => lengths.add(
            document.querySelector("message-view[data-role=assistant] .message-content")?.textContent.length ?? 0,
          )).observe(document.body, { subtree: true, childList: true, characterData: true })
        }""")
        self.ask(page, "Write")
        expect(page.locator(COMPLETE)).to_have_count(1)
        self.assertLessEqual(page.evaluate("lengths.size"), 4)
        self.finish()

    def test_what_is_slow_is_said_and_a_screen_reader_hears_that_it_goes_on(self):
        self.gated([], ["Done."])
        self.connected()
        page = self.visit()
        self.ask(page, "Write")
        waiting = page.locator("reply-waiting")
        expect(waiting).to_contain_text("thinking")
        expect(waiting).to_contain_text("The model takes its time")
        expect(waiting).to_contain_text(re.compile(r"\d s"))
        expect(page.get_by_role("status").filter(has_text="The assistant is still answering.")).to_have_count(1)
        found = run_axe(page)
        self.assertEqual([violation["id"] for violation in found.response["violations"]], [])
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_contain_text("Done.")
        expect(waiting).to_be_hidden()
        self.finish()

    def test_without_event_source_the_reply_streams_over_fetch(self):
        self.gated(["Half of it, "], ["and the rest."])
        self.connected()
        page = self.visit()
        page.add_init_script("delete globalThis.EventSource")
        page.reload()
        self.ask(page, "Write")
        expect(page.locator(STREAMING)).to_contain_text("Half of it,")
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_contain_text("Half of it, and the rest.")
        self.assertEqual(self.model.calls, 1)
        self.finish()

    def test_a_session_that_is_over_leads_to_the_login_once_the_reader_says_so(self):
        self.connected()
        self.expected = ["401", "The reply failed"]
        page = self.visit()
        page.route("**/api/v1/chat/token", lambda route: route.fulfill(status=401, json={"error": {"code": "unauthorized"}}))
        self.ask(page, "Hello")
        expect(page.locator(".message-problem")).to_contain_text("Session expired. Please log in again.")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()
        page.get_by_role("link", name="Go on as a new guest").click()
        expect(page.locator("#message-box")).to_be_visible()
        self.finish()
