"""The page in a real browser when lines break, servers restart and tabs come and go."""

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest, also_in
from harness import until
from line import Line

INTERRUPTED = "message-view[data-role=assistant][data-state=interrupted]"


class Resume(PageTest):
    def setUp(self):
        super().setUp()
        # What browsers and the page say of lines that break, and nothing else.
        self.expected = [
            r"net::ERR_", r"status of (401|503)", "The reply was interrupted", "No list of conversations", "Not JSON from the server",
            "Stop did not arrive",
        ]

    def tearDown(self):
        self.finish()

    def line(self):
        line = Line(self.server.port)
        self.addCleanup(line.close)
        return line

    def slowly(self, answer, pieces=("one ", "two ")):
        """A reply of which a part is there until the test opens the gate."""
        answer.begin()
        for piece in pieces:
            answer.piece(piece)
        answer.wait()
        answer.piece("three.")
        answer.end()

    @also_in("firefox")
    def test_a_killed_server_that_comes_back_is_found_again_with_the_text_and_a_way_to_go_on(self):
        self.model.reply = lambda answer: self.slowly(answer)
        server = self.connected()
        page = self.visit()
        self.ask(page, "Count")
        expect(page.locator(STREAMING)).to_contain_text("one two")
        until(lambda: "two" in self.checkpointed(page), "a checkpoint")
        server.kill()
        expect(page.locator(STREAMING)).to_contain_text("Trying again")

        self.start(server.folder, "--llm-base-url", self.model.url, "--llm-model", "test", "--port", str(server.port))

        expect(page.locator(INTERRUPTED)).to_contain_text("one two")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        self.model.reply = lambda answer: answer.stream(["three."])
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(COMPLETE)).to_contain_text("three.")
        self.assertEqual(self.model.calls, 2)
        texts = [turn["content"] for turn in self.model.bodies[1]["messages"] if turn["role"] != "system"]
        self.assertEqual(texts, ["Count", "one two ", "Please continue."])
        expect(page.get_by_role("button", name="Continue")).to_be_hidden()

    def checkpointed(self, page):
        return page.evaluate(
            """async () => {
              const id = new URLSearchParams(location.search).get("c")
              const answer = await (await fetch(`/api/v1/conversations/${id}`)).json()
              return answer.messages.map((message) => message.parts.map((part) => part.text).join("")).join(" ")
            }"""
        )

    @also_in("firefox")
    def test_a_line_that_ends_after_any_byte_costs_no_text_and_no_second_call(self):
        self.model.reply = lambda answer: answer.stream([f"word{number} " for number in range(30)])
        self.connected("--limit-messages-per-hour", "0")
        line = self.line()
        page = self.visit(line.url)
        # The schedule's first waits are random up to a second: without chance they are the shortest.
        page.evaluate("Math.random = () => 0")
        wanted = " ".join(f"word{number}" for number in range(30))
        cuts = [800, 900, 1050, 1200, 1400, 1700]
        for index, cut in enumerate(cuts):
            line.cut_after = cut
            self.ask(page, f"Again {index}")
            # Every connection is cut after so many bytes, until one of them has the rest within that.
            expect(page.locator(COMPLETE)).to_have_count(index + 1)
            line.cut_after = None
            self.assertEqual(page.locator(COMPLETE).last.locator(".message-content").inner_text().strip(), wanted)
            self.assertEqual(self.model.calls, index + 1)
        self.assertGreater(line.streams, 2 * len(cuts))

    def test_a_line_that_is_dead_without_saying_so_is_left_within_half_a_minute(self):
        self.model.reply = lambda answer: self.slowly(answer)
        self.connected()
        line = self.line()
        page = self.visit(line.url)
        self.ask(page, "Count")
        expect(page.locator(STREAMING)).to_contain_text("one two")
        line.silent.add(1)
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_contain_text("one two three.", timeout=31_000)
        self.assertEqual((line.streams, self.model.calls), (2, 1))

    def test_a_token_that_expired_is_replaced_without_a_second_call(self):
        self.model.reply = lambda answer: self.slowly(answer)
        self.connected("--stream-token-seconds", "1")
        line = self.line()
        page = self.visit(line.url)
        tokens = []
        page.on("request", lambda request: request.url.endswith("/chat/token") and tokens.append(request.url))
        self.ask(page, "Count")
        expect(page.locator(STREAMING)).to_contain_text("one two")
        # As a server that has forgotten the token answers.
        page.route("**/chat/stream?*", lambda route: route.fulfill(status=401, body="{}"), times=1)
        line.cut()
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_contain_text("one two three.")
        self.assertEqual((len(tokens), self.model.calls), (2, 1))

    @also_in("firefox")
    def test_two_tabs_show_the_same_reply_and_one_stops_it_for_both(self):
        self.model.reply = lambda answer: self.slowly(answer)
        self.connected()
        first = self.visit()
        self.ask(first, "Count")
        expect(first.locator(STREAMING)).to_contain_text("one two")
        second = first.context.new_page()
        second.goto(first.url)
        expect(second.locator(STREAMING)).to_contain_text("one two")

        second.get_by_role("button", name="Stop").click()

        for page in (first, second):
            expect(page.locator("message-view[data-state=stopped]")).to_contain_text("one two")
        self.assertEqual(self.model.calls, 1)

    def test_what_one_tab_asks_shows_up_in_the_other(self):
        self.connected()
        first = self.visit()
        self.ask(first, "One")
        expect(first.locator(COMPLETE)).to_have_count(1)
        second = first.context.new_page()
        second.goto(first.url)
        expect(second.locator(COMPLETE)).to_have_count(1)
        self.ask(first, "Two")
        expect(second.locator(COMPLETE)).to_have_count(2)
        self.assertEqual(self.model.calls, 2)

    def test_eight_tabs_load_although_a_browser_has_six_connections(self):
        self.model.reply = lambda answer: self.slowly(answer)
        self.connected()
        first = self.visit()
        pages = [first] + [first.context.new_page() for _ in range(7)]
        for page in pages:
            # In a browser with a window only one tab is seen; without one all of them believe that they are.
            page.add_init_script(
                """
                let isHidden = false
                Object.defineProperty(document, "visibilityState", { get: () => isHidden ? "hidden" : "visible" })
                globalThis.hide = (value) => { isHidden = value; document.dispatchEvent(new Event("visibilitychange")) }
                """
            )
        for index, page in enumerate(pages):
            # A tab behind others is shown a frame a second, and eight of them would outwait the model.
            page.bring_to_front()
            page.goto(self.server.url)
            self.ask(page, f"Tab {index}")
            expect(page.locator(STREAMING)).to_contain_text("one two")
            page.evaluate("hide(true)")
        self.assertEqual(self.model.calls, 8)
        self.model.gate.set()
        for page in pages:
            page.bring_to_front()
            page.evaluate("hide(false)")
            expect(page.locator(COMPLETE)).to_contain_text("one two three.")
        self.assertEqual(self.model.calls, 8)

    def test_a_busy_server_is_asked_again_by_itself_and_its_sentence_is_shown(self):
        self.connected()
        page = self.visit()
        refused = {
            "status": 503,
            "headers": {"Retry-After": "2"},
            "json": {"error": {"code": "restarting", "message": "The server is restarting.", "retry_after": 2}},
        }
        page.route("**/chat/token", lambda route: route.fulfill(**refused), times=1)
        self.ask(page, "Hello")
        expect(page.locator(STREAMING)).to_contain_text("The server is restarting. Trying again in 2 s (attempt 1).")
        expect(page.locator(COMPLETE)).to_contain_text("Hello from the scripted model.")
        self.assertEqual(self.model.calls, 1)

    def test_stop_before_the_start_never_starts(self):
        self.connected()
        page = self.visit()
        held = []
        page.route("**/chat/token", lambda route: held.append(route))
        self.ask(page, "Hello")
        until(lambda: page.evaluate("1") and held, "the request for the token is under way")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("message-view[data-state=stopped]")).to_be_visible()
        for route in held:
            try:
                route.continue_()
            except Exception:
                pass  # the page let go of it
        expect(page.locator("#message-box")).to_be_editable()
        page.reload()
        self.assertEqual(self.model.calls, 0)

    def test_a_stopped_reply_stays_where_it_was_stopped_and_has_the_rest_folded(self):
        self.connected()
        page = self.visit()
        self.ask(page, "Hello")
        expect(page.locator(COMPLETE)).to_have_count(1)
        conversation = page.url.split("c=")[1]

        def shortened(route):
            answer = route.fetch().json()
            answer["messages"][1] |= {"state": "stopped", "shown": len("Hello from")}
            route.fulfill(json=answer)

        page.route(f"**/conversations/{conversation}?*", shortened)
        page.reload()
        stopped = page.locator("message-view[data-state=stopped]")
        expect(stopped.locator(".message-content")).to_have_text("Hello from")
        page.get_by_role("button", name="Show the rest").click()
        expect(stopped.locator(".message-content")).to_have_text("Hello from the scripted model.")
