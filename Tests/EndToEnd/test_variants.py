"""Changing a message, asking again, going back and forth between what came of it, and branching off."""

import re

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest, also_in, run_axe

QUESTION = "message-view[data-role=user]"
REPLY = "message-view[data-role=assistant]"


class Variants(PageTest):
    def setUp(self):
        super().setUp()
        self.replies = 0

        def reply(answer):
            self.replies += 1
            answer.stream([f"Answer {self.replies}"])

        self.model.reply = reply

    def talking(self, *texts, **options):
        self.connected()
        page = self.visit(**options)
        for number, text in enumerate(texts, 1):
            self.ask(page, text)
            expect(page.locator(COMPLETE)).to_have_count(number)
        return page

    def open_edit(self, page, number=-1):
        question = page.locator(QUESTION).nth(number)
        question.hover()
        question.get_by_role("button", name="Edit").click()
        return page.get_by_label("Change your message")

    def choose(self, page, message, item):
        message.hover()
        message.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name=item, exact=True).click()

    def shown(self, page):
        """What is said on the page, question by question."""
        return page.locator("message-view .message-content").all_inner_texts()

    def expect_shown(self, page, *texts):
        for index, text in enumerate(texts):
            expect(page.locator("message-view .message-content").nth(index)).to_have_text(text)
        expect(page.locator("message-view")).to_have_count(len(texts))

    def assert_accessible(self, page):
        found = run_axe(page)
        problems = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]]
        self.assertEqual(problems, [])

    @also_in("firefox")
    def test_a_message_is_changed_in_its_place_and_what_was_there_is_one_key_away(self):
        page = self.talking("First", "Second")
        box = self.open_edit(page, 0)
        expect(box).to_be_focused()
        expect(box).to_have_value("First")
        box.fill("First, other")
        page.keyboard.press("Escape")
        expect(box).to_have_count(0)
        expect(page.locator(QUESTION).first.get_by_role("button", name="Edit")).to_be_focused()
        page.keyboard.press("Enter")
        expect(box).to_have_value("First, other")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("and more")
        self.assert_accessible(page)

        page.keyboard.press("Enter")
        self.expect_shown(page, "First, other\nand more", "Answer 3")
        expect(page.locator("#message-box")).to_be_focused()
        versions = page.get_by_role("group", name="Versions of this message")
        expect(versions).to_have_text("2/2")

        versions.get_by_role("button", name="Earlier version").focus()
        page.keyboard.press("Enter")
        self.expect_shown(page, "First", "Answer 1", "Second", "Answer 2")
        expect(page.get_by_role("group", name="Versions of this message").first).to_have_text("1/2")
        expect(page.get_by_role("button", name="Later version")).to_be_focused()
        page.keyboard.press("ArrowRight")
        self.expect_shown(page, "First, other\nand more", "Answer 3")
        expect(page.get_by_role("button", name="Earlier version")).to_be_focused()
        page.keyboard.press("ArrowLeft")
        self.expect_shown(page, "First", "Answer 1", "Second", "Answer 2")

        page.reload()
        self.expect_shown(page, "First", "Answer 1", "Second", "Answer 2")
        self.assertEqual(self.model.calls, 3, "nothing was asked twice")
        self.finish()

    @also_in("firefox")
    def test_the_same_is_asked_again_and_somebody_else_is(self):
        page = self.talking("Hello there")
        page.get_by_role("button", name="Ask again").click()
        self.expect_shown(page, "Hello there", "Answer 2")
        versions = page.get_by_role("group", name="Versions of this reply")
        expect(versions).to_have_text("2/2")
        expect(page.get_by_role("group", name="Versions of this message")).to_have_count(0)

        self.choose(page, page.locator(REPLY), "Ask Mindset instead")
        self.expect_shown(page, "Hello there", "Answer 3")
        expect(versions).to_have_text("3/3")
        expect(page.locator(COMPLETE).get_by_text("Mindset", exact=True)).to_be_visible()

        page.reload()
        expect(versions).to_have_text("3/3")
        versions.get_by_role("button", name="Earlier version").click()
        self.expect_shown(page, "Hello there", "Answer 2")
        versions.get_by_role("button", name="Earlier version").click()
        self.expect_shown(page, "Hello there", "Answer 1")
        self.ask(page, "Go on")
        self.expect_shown(page, "Hello there", "Answer 1", "Go on", "Answer 4")
        self.assertEqual([m["content"] for m in self.model.bodies[-1]["messages"][1:]], ["Hello there", "Answer 1", "Go on"])
        self.finish()

    def test_asking_again_far_above_keeps_what_came_after(self):
        page = self.talking("One", "Two", "Three")
        self.choose(page, page.locator(REPLY).first, "Ask again")
        self.expect_shown(page, "One", "Answer 4")
        page.get_by_role("button", name="Earlier version").click()
        self.expect_shown(page, "One", "Answer 1", "Two", "Answer 2", "Three", "Answer 3")
        self.finish()

    def test_it_can_be_taken_back_also_while_the_reply_runs(self):
        page = self.talking("First", "Second")
        self.open_edit(page, 0).fill("Other")
        page.keyboard.press("Enter")
        self.expect_shown(page, "Other", "Answer 3")
        expect(page.locator("undo-toasts")).to_contain_text("Message changed.")
        page.get_by_role("button", name="Undo").click()
        self.expect_shown(page, "First", "Answer 1", "Second", "Answer 2")

        self.gated(["Half of "], ["it."])
        page.get_by_role("button", name="Ask again").click()
        expect(page.locator(STREAMING)).to_contain_text("Half of")
        page.get_by_role("button", name="Undo").click()
        self.expect_shown(page, "First", "Answer 1", "Second", "Answer 2")
        expect(page.locator(STREAMING)).to_have_count(0)
        expect(page.locator(REPLY).last.get_by_role("group")).to_have_text("1/2")
        self.model.gate.set()
        self.finish()

    @also_in("firefox")
    def test_the_key_takes_it_back_from_the_empty_box_and_leaves_a_text_its_own(self):
        page = self.talking("First")
        page.get_by_role("button", name="Ask again").click()
        self.expect_shown(page, "First", "Answer 2")
        box = page.locator("#message-box")
        expect(box).to_be_focused()
        expect(page.locator("undo-toasts")).to_contain_text("Asked again.")

        page.keyboard.type("x")
        page.keyboard.press("Control+z")
        expect(box).to_have_value("")
        self.expect_shown(page, "First", "Answer 2")

        page.get_by_role("button", name="Ask again").focus()
        box.focus()
        page.keyboard.press("Control+z")
        self.expect_shown(page, "First", "Answer 1")
        self.finish()

    # Feature: chat-text-streaming, Property 12: Concurrent Send Prevention
    def test_while_a_reply_runs_nothing_else_is_asked(self):
        page = self.talking("First")
        box = self.open_edit(page)
        box.fill("Other")
        self.gated(["Half of "], ["it."])
        self.ask(page, "Second")
        expect(page.locator(STREAMING)).to_contain_text("Half of")
        expect(page.locator("message-editor").get_by_role("button", name="Send the change")).to_be_disabled()
        box.press("Enter")
        page.locator(REPLY).first.hover()
        page.locator(REPLY).first.get_by_role("button", name="More").click()
        expect(page.get_by_role("menuitem", name="Ask again")).to_be_disabled()
        expect(page.get_by_role("menuitem", name="Branch from here")).to_be_enabled()
        page.keyboard.press("Escape")
        expect(page.get_by_role("menu")).to_have_count(0)
        self.assertEqual(self.model.calls, 2)
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_have_count(2)
        expect(box).to_have_value("Other")
        self.finish()

    def test_without_a_network_nothing_is_changed_and_that_is_said(self):
        page = self.talking("First")
        # What the page asks for by itself meanwhile.
        self.expected = ["ERR_INTERNET_DISCONNECTED"]
        page.context.set_offline(True)
        box = self.open_edit(page)
        box.fill("Other")
        box.press("Enter")
        expect(page.locator(".composer-notice")).to_contain_text("nothing was sent")
        expect(box).to_have_value("Other")
        page.context.set_offline(False)
        box.press("Enter")
        self.expect_shown(page, "Other", "Answer 2")
        self.finish()

    def test_a_branch_is_a_conversation_of_its_own(self):
        page = self.talking("One", "Two")
        old = page.url
        self.choose(page, page.locator(REPLY).first, "Branch from here")
        self.expect_shown(page, "One", "Answer 1")
        self.assertNotEqual(page.url, old)
        self.ask(page, "Elsewhere")
        self.expect_shown(page, "One", "Answer 1", "Elsewhere", "Answer 3")
        page.goto(old)
        self.expect_shown(page, "One", "Answer 1", "Two", "Answer 2")
        self.finish()

    def test_another_tab_sees_what_was_asked_instead(self):
        page = self.talking("First")
        other = page.context.new_page()
        other.goto(page.url)
        self.expect_shown(other, "First", "Answer 1")
        page.get_by_role("button", name="Ask again").click()
        self.expect_shown(page, "First", "Answer 2")
        other.bring_to_front()
        self.expect_shown(other, "First", "Answer 2")
        expect(other.get_by_role("group", name="Versions of this reply")).to_have_text("2/2")
        # What one tab looks at is its own: the other does not follow, and nobody is thrown back.
        other.get_by_role("button", name="Earlier version").click()
        self.expect_shown(other, "First", "Answer 1")
        self.ask(other, "On")
        self.expect_shown(other, "First", "Answer 1", "On", "Answer 3")
        self.finish()

    def test_everything_can_be_done_by_keyboard(self):
        page = self.talking("First")
        page.locator(REPLY).get_by_role("button", name="More").focus()
        page.keyboard.press("Enter")
        menu = page.get_by_role("menu", name="More about this message")
        expect(menu.get_by_role("menuitem").first).to_be_focused()
        self.assert_accessible(page)
        page.keyboard.press("ArrowUp")
        expect(menu.get_by_role("menuitem").last).to_be_focused()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        expect(menu.get_by_role("menuitem", name="Ask again")).to_be_focused()
        page.keyboard.press("Escape")
        expect(menu).to_have_count(0)
        expect(page.locator(REPLY).get_by_role("button", name="More")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        self.expect_shown(page, "First", "Answer 2")
        self.finish()

    def test_fingers_find_everything(self):
        page = self.talking(
            "First", "Second", viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True, color_scheme="dark",
        )
        edit = page.locator(QUESTION).first.get_by_role("button", name="Edit")
        expect(edit).to_be_visible()
        self.assertEqual(edit.evaluate("(button) => getComputedStyle(button).opacity"), "1")
        page.get_by_role("button", name="Ask again").tap()
        expect(page.get_by_role("group", name="Versions of this reply")).to_have_text("2/2")
        page.locator(REPLY).last.get_by_role("button", name="More").tap()
        expect(page.get_by_role("menu")).to_be_visible()
        small = page.evaluate("""() => [...document.querySelectorAll("message-view button, .message-menu button")]
          .filter((button) => button.checkVisibility()).map((button) => button.getBoundingClientRect())
          .filter(({ width, height }) => width < 44 || height < 44).length""")
        self.assertEqual(small, 0)
        inside = page.evaluate("""() => {
          const { left, right, top, bottom } = document.querySelector(".message-menu").getBoundingClientRect()
          return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
        }""")
        self.assertTrue(inside)
        self.assert_accessible(page)
        page.get_by_role("menuitem", name="Copy as text").tap()
        self.finish()

    def test_the_onboarding_has_none_of_it(self):
        self.connected()
        page = self.visit(self.server.url + "/onboarding")
        self.ask(page, "I am Ada")
        expect(page.locator(COMPLETE)).to_have_count(1)
        for name in ("Edit", "Ask again"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
        self.finish()
