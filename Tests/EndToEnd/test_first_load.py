"""A page that has only begun to load: what can be done already."""

from playwright.sync_api import expect

from browser import COMPLETE, PageTest, also_in


class FirstLoad(PageTest):
    @also_in("firefox")
    def test_what_is_written_before_the_scripts_are_there_stays_and_can_be_sent(self):
        self.connected()
        page = self.visit("about:blank")
        held = []
        page.route("**/js/app.js", lambda route: held.append(route))
        page.goto(self.server.url, wait_until="commit")
        page.locator("#message-box").press_sequentially("Written early")
        self.assertEqual(page.locator("#message-box").input_value(), "Written early")
        self.assertTrue(held)
        held[0].continue_()
        send = page.get_by_role("button", name="Send", exact=True)
        expect(send).to_be_enabled()
        expect(page.locator("#message-box")).to_have_value("Written early")
        send.click()
        page.locator(COMPLETE).wait_for()
        expect(page.locator("message-view[data-role=user]")).to_contain_text("Written early")
        expect(page.locator("#message-box")).to_have_value("")
        self.assertEqual(self.model.calls, 1)
        self.finish()

    def test_what_is_written_early_stands_below_the_draft_that_waited(self):
        self.connected()
        page = self.visit()
        page.locator("#message-box").fill("A draft")
        page.route("**/js/app.js", lambda route: (page.locator("#message-box").fill("and more"), route.continue_()))
        page.reload()
        expect(page.locator("#message-box")).to_have_value("A draft\nand more")
        self.finish()

    def test_late_words_that_once_could_not_be_had_come_with_the_next_try(self):
        self.connected()
        page = self.visit()
        self.ask(page, "Kept")
        page.locator(COMPLETE).wait_for()
        # A browser remembers under a name that it could not load it.
        page.route("**/js/words/en-more.js", lambda route: route.abort())
        self.expected = ["ERR_FAILED"]
        page.reload()
        page.locator("conversation-row").hover()
        options = page.get_by_role("button", name="Options for Kept")
        options.click()
        expect(page.get_by_role("menuitem", name="Rename")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Control+/")
        expect(page.locator("dialog.shortcut-list")).to_be_visible()
        self.finish()
