"""The list of conversations: found, kept, put away, deleted and had back."""

import json
import re

from playwright.sync_api import expect

from browser import COMPLETE, PageTest, also_in
from harness import until
from test_page import axe_violations

ROWS = "conversation-row"


class Conversations(PageTest):
    def ask_anew(self, page, text):
        """Begins a conversation, and waits for its reply."""
        page.get_by_role("link", name="New conversation").first.click()
        expect(page.locator("message-list")).to_be_hidden()
        self.ask(page, text)
        expect(page.locator(COMPLETE)).to_have_count(1)
        expect(self.row(page, text)).to_be_visible()

    def row(self, page, title):
        return page.locator(ROWS).filter(has_text=title)

    def menu(self, page, title, item):
        row = self.row(page, title)
        row.hover()
        row.get_by_role("button", name=f"Options for {title}").click()
        page.get_by_role("menuitem", name=item).click()

    def group(self, page, name):
        return page.get_by_role("list", name=name, exact=True)

    def listed(self, page, where="shown"):
        """The titles that the server has there."""
        answer = page.request.get(f"{self.server.url}/api/v1/conversations?in={where}").json()
        return [conversation["title"] for conversation in answer["conversations"]]

    @also_in("firefox")
    def test_a_conversation_is_renamed_pinned_archived_deleted_and_had_back(self):
        self.connected()
        page = self.visit()
        self.ask_anew(page, "First words of it")
        self.ask_anew(page, "Another one")
        expect(self.group(page, "Today").get_by_role("listitem")).to_have_text(["Another one", "First words of it"])

        self.menu(page, "First words of it", "Rename")
        page.get_by_role("textbox", name="New title").fill("My plan")
        page.get_by_role("textbox", name="New title").press("Enter")
        expect(self.row(page, "My plan").get_by_role("link")).to_be_focused()
        self.menu(page, "My plan", "Pin")
        expect(self.group(page, "Pinned").get_by_role("listitem")).to_have_text(["My plan"])
        page.reload()
        expect(self.group(page, "Pinned").get_by_role("listitem")).to_have_text(["My plan"])
        self.menu(page, "My plan", "Unpin")
        expect(self.group(page, "Pinned")).to_have_count(0)

        self.menu(page, "My plan", "Archive")
        expect(self.row(page, "My plan")).to_have_count(0)
        page.get_by_role("button", name="Archive", exact=True).click()
        expect(page.get_by_role("heading", name="Archive")).to_be_visible()
        self.menu(page, "My plan", "Take out of the archive")
        expect(page.get_by_text("What you archive is kept here, out of the way.")).to_be_visible()
        page.get_by_role("button", name="Back to all conversations").click()
        expect(self.row(page, "My plan")).to_be_visible()

        self.menu(page, "My plan", "Delete")
        expect(self.row(page, "My plan")).to_have_count(0)
        until(lambda: self.listed(page, "bin") == ["My plan"], "the server to delete it at once")
        page.get_by_role("button", name="Undo").click()
        expect(self.row(page, "My plan")).to_be_visible()
        self.assertEqual(sorted(self.listed(page)), ["Another one", "My plan"])
        self.finish()

    @also_in("firefox")
    def test_what_was_deleted_is_in_the_bin_until_that_is_emptied(self):
        self.connected()
        page = self.visit()
        for title in ("One", "Two", "Three"):
            self.ask_anew(page, title)
        for title in ("One", "Two"):
            self.menu(page, title, "Delete")
            expect(self.row(page, title)).to_have_count(0)
        until(lambda: len(self.listed(page, "bin")) == 2, "the deletions to arrive")

        page.reload()
        page.get_by_role("button", name="Bin").click()
        entries = page.get_by_role("list", name="Bin").get_by_role("listitem")
        expect(entries).to_have_count(2)
        expect(entries.first).to_contain_text("gone in 30 days")
        page.get_by_role("button", name="Restore One").click()
        expect(entries).to_have_count(1)
        expect(page.get_by_role("button", name="Restore Two")).to_be_focused()

        page.get_by_role("button", name="Empty the bin").click()
        dialog = page.get_by_role("dialog", name="Empty the bin?")
        dialog.get_by_role("button", name="Keep it").click()
        expect(dialog).to_have_count(0)
        self.assertEqual(self.listed(page, "bin"), ["Two"])

        # Escape closes the question alone; the next one closes the bin.
        page.get_by_role("button", name="Empty the bin").click()
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(page.get_by_role("heading", name="Bin")).to_be_visible()
        expect(page.get_by_role("button", name="Empty the bin")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", name="Bin")).to_have_count(0)
        page.get_by_role("button", name="Bin").click()

        page.get_by_role("button", name="Empty the bin").click()
        dialog.get_by_role("button", name="Empty the bin").click()
        expect(page.get_by_text("Nothing was deleted in the last 30 days.")).to_be_visible()
        self.assertEqual(self.listed(page, "bin"), [])
        page.get_by_role("button", name="Back to all conversations").click()
        expect(page.get_by_role("button", name="Bin")).to_be_focused()
        expect(page.locator(ROWS)).to_have_count(2)
        self.finish()

    @also_in("firefox")
    def test_a_page_that_is_closed_at_once_has_deleted_all_the_same(self):
        self.connected()
        page = self.visit()
        self.ask_anew(page, "Forget me")
        self.menu(page, "Forget me", "Delete")
        page.goto("about:blank")

        until(lambda: self.listed(page, "bin") == ["Forget me"], "the deletion to arrive")
        page.goto(self.server.url)
        expect(page.locator("conversation-list")).to_contain_text("Your conversations will be listed here.")
        self.finish()

    @also_in("firefox")
    def test_the_list_needs_no_mouse(self):
        self.connected()
        page = self.visit()
        for title in ("Three", "Two", "One"):
            self.ask_anew(page, title)
        links = page.locator(f"{ROWS} a")
        expect(links).to_have_text(["One", "Two", "Three"])

        # The list is one stop, wherever one was in it last.
        page.get_by_role("searchbox", name="Search conversations").focus()
        page.keyboard.press("Tab")
        expect(links.nth(0)).to_be_focused()
        for key, at in (("ArrowDown", 1), ("End", 2), ("ArrowUp", 1), ("Home", 0), ("ArrowDown", 1)):
            page.keyboard.press(key)
            expect(links.nth(at)).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Options for Two")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
        page.keyboard.press("p")
        expect(page.get_by_role("menuitem", name="Pin")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Options for Two")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(links.nth(1)).to_be_focused()

        page.keyboard.press("F2")
        expect(page.get_by_role("textbox", name="New title")).to_be_focused()
        page.keyboard.type("Second")
        page.keyboard.press("Enter")
        expect(links.nth(1)).to_have_text("Second")
        expect(links.nth(1)).to_be_focused()
        page.keyboard.press("Delete")
        expect(links).to_have_text(["One", "Three"])
        expect(links.nth(1)).to_be_focused()
        page.keyboard.press("Delete")
        expect(links).to_have_text(["One"])
        expect(links.nth(0)).to_be_focused()
        page.keyboard.press("Control+z")
        expect(links).to_have_text(["One", "Three"])
        page.keyboard.press("Control+z")
        expect(links).to_have_text(["One", "Second", "Three"])
        page.keyboard.press("Control+z")
        expect(links).to_have_text(["One", "Two", "Three"])
        until(lambda: self.listed(page) == ["One", "Two", "Three"], "the server to agree")
        self.finish()

    def test_a_list_that_changes_behind_an_open_menu_keeps_the_place_that_was_reached(self):
        self.connected()
        page = self.visit()
        self.ask_anew(page, "Reached")
        self.gated(["Half "], ["and the rest."])
        page.get_by_role("link", name="New conversation").first.click()
        expect(page.locator("message-list")).to_be_hidden()
        self.ask(page, "Shown")
        mark = self.row(page, "Shown").get_by_label("is being answered")
        expect(mark).to_be_visible()
        button = page.get_by_role("button", name="Options for Reached")
        link = self.row(page, "Reached").get_by_role("link")
        link.focus()
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()

        self.model.gate.set()
        expect(mark).to_be_hidden()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(link).to_be_focused()
        self.finish()

    def test_a_key_in_a_text_takes_back_what_was_written_and_nothing_else(self):
        self.connected()
        page = self.visit()
        self.ask_anew(page, "Keep me")
        self.menu(page, "Keep me", "Delete")
        expect(page.locator("undo-toasts")).to_contain_text("Deleted “Keep me”.")

        page.locator("#message-box").focus()
        page.keyboard.type("word")
        page.keyboard.press("Control+z")
        expect(page.locator("#message-box")).to_have_value("")
        expect(page.locator(ROWS)).to_have_count(0)
        page.get_by_role("button", name="Put this away").click()
        expect(page.locator("undo-toasts")).to_be_hidden()
        self.finish()

    @also_in("firefox")
    def test_a_search_finds_words_in_their_places_and_leads_there(self):
        self.model.reply = lambda answer: answer.stream(["Rest the ", "knee ", "for a week."])
        self.connected()
        page = self.visit()
        self.ask_anew(page, "Why does my knee hurt?")
        self.ask_anew(page, "膝盖疼怎么办")
        box = page.get_by_role("searchbox", name="Search conversations")
        results = page.locator("search-results")

        box.fill("knee hurt")
        expect(results.locator(".result-link")).to_have_count(1)
        expect(results.locator(".result-link mark")).to_have_text(["knee", "hurt"])
        expect(page.get_by_role("status")).to_contain_text("found")
        box.fill("膝盖")
        expect(results.locator(".result-link")).to_have_count(1)
        expect(results.locator(".result-link mark").first).to_contain_text("膝")
        box.fill("zebra")
        expect(page.locator(".list-note").filter(has_text="Nothing found for “zebra”.")).to_be_visible()

        box.fill("week")
        expect(results.locator(".result-link")).to_have_count(2)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(results.locator(".result-link").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/\?c=[\w-]+&m=[\w-]+$"))
        expect(page.locator(COMPLETE)).to_contain_text("Rest the knee for a week.")
        expect(results.locator(".result-link").first).to_have_attribute("aria-current", "true")
        box.focus()
        page.keyboard.press("Escape")
        expect(box).to_have_value("")
        expect(page.locator(ROWS)).to_have_count(2)
        self.finish()

    def test_older_conversations_come_at_the_end_of_the_list(self):
        self.connected("--limit-messages-per-hour", "0")
        page = self.visit()
        self.ask_anew(page, "The first of all")
        for number in range(130):
            answer = page.request.post(f"{self.server.url}/api/v1/chat", data={"message": f"Number {number}"})
            self.assertEqual(answer.status, 200)
        page.reload()
        expect(self.row(page, "Number 129")).to_be_visible()
        expect(page.locator(ROWS)).to_have_count(100)

        page.locator(f"{ROWS} a").first.focus()
        page.keyboard.press("End")

        expect(page.locator(ROWS)).to_have_count(131)
        page.keyboard.press("End")
        expect(page.get_by_role("link", name="The first of all")).to_be_focused()
        self.finish()

    def test_replies_elsewhere_are_marked_while_they_run_and_until_they_are_read(self):
        self.gated(["Half ", "of it"], [" and the rest."])
        self.connected()
        page = self.visit()
        other = page.context.new_page()
        self.ask(page, "Slow one")
        expect(page.locator("message-view[data-role=assistant]")).to_contain_text("Half of it")
        other.goto(self.server.url)
        expect(self.row(other, "Slow one").get_by_role("img", name="is being answered")).to_be_visible()

        page.get_by_role("link", name="New conversation").first.click()
        self.model.gate.set()
        for one in (page, other):
            expect(self.row(one, "Slow one").get_by_role("img", name="has a new reply")).to_be_visible()
        other.reload()
        expect(self.row(other, "Slow one").get_by_role("img", name="has a new reply")).to_be_visible()
        self.row(other, "Slow one").get_by_role("link").click()
        expect(other.locator(COMPLETE)).to_contain_text("and the rest.")

        # Read in one tab is read in all.
        for one in (page, other):
            expect(self.row(one, "Slow one").get_by_role("img")).to_have_count(0)
        self.finish()

    def test_today_becomes_yesterday_at_midnight_where_the_reader_is(self):
        self.connected()
        page = self.visit(timezone_id="Pacific/Kiritimati")
        self.ask_anew(page, "Late thoughts")
        expect(self.group(page, "Today").get_by_role("listitem")).to_have_text(["Late thoughts"])

        page.clock.install()
        page.reload()
        expect(self.group(page, "Today").get_by_role("listitem")).to_have_text(["Late thoughts"])
        page.clock.fast_forward("24:00:00")

        expect(self.group(page, "Yesterday").get_by_role("listitem")).to_have_text(["Late thoughts"])
        self.finish()

    def test_on_a_phone_the_list_is_a_drawer_and_works_the_same(self):
        self.connected()
        page = self.visit(viewport={"width": 390, "height": 844}, has_touch=True)
        self.ask(page, "Small screen")
        expect(page.locator(COMPLETE)).to_be_visible()
        page.get_by_role("button", name="Conversations").tap()
        row = self.row(page, "Small screen")
        box = row.get_by_role("button", name="Options for Small screen").bounding_box()
        self.assertGreaterEqual(min(box["width"], box["height"]), 40)
        row.get_by_role("button", name="Options for Small screen").tap()
        page.get_by_role("menuitem", name="Delete").tap()
        expect(row).to_have_count(0)
        toast = page.locator(".toast").bounding_box()
        self.assertLessEqual(toast["x"] + toast["width"], 390)
        # A touch beside the drawer closes it.
        page.get_by_role("button", name="Undo").tap()
        expect(page.locator("#sidebar")).to_be_hidden()
        page.get_by_role("button", name="Conversations").tap()
        row.get_by_role("link").tap()
        expect(page.locator("#sidebar")).to_be_hidden()
        expect(page.locator(COMPLETE)).to_be_visible()
        page.evaluate("() => document.dispatchEvent(new CustomEvent('search-open'))")
        expect(page.get_by_role("searchbox", name="Search conversations")).to_be_focused()
        self.finish()

    def test_what_cannot_be_done_says_so_and_is_as_before(self):
        self.connected()
        page = self.visit()
        self.ask_anew(page, "Stay here")
        page.context.set_offline(True)
        self.menu(page, "Stay here", "Delete")
        expect(page.get_by_text("Connection lost. Please check your internet.")).to_be_visible()
        expect(self.row(page, "Stay here")).to_be_visible()
        expect(page.locator("undo-toasts")).to_be_hidden()
        page.get_by_role("searchbox", name="Search conversations").fill("here")
        expect(page.get_by_text("This could not be loaded.")).to_be_visible()
        page.context.set_offline(False)
        page.locator("conversation-list").get_by_role("button", name="Try again").click()
        expect(page.locator("search-results mark")).to_have_count(2)
        self.expected = ["ERR_", "Connection lost", "Failed to fetch", "could not be", "cannot be loaded"]
        self.finish()

    def test_nobody_is_shut_out_of_any_part_of_the_list(self):
        self.connected()
        for scheme in ("light", "dark"):
            page = self.visit(color_scheme=scheme)
            for title in ("One knee", "Two", "Three", "Four"):
                self.ask_anew(page, title)
            self.menu(page, "Two", "Pin")
            self.menu(page, "Three", "Delete")
            self.menu(page, "Four", "Archive")
            self.check(page, f"{scheme}, list with a toast")
            self.row(page, "Two").get_by_role("button", name="Options for Two").click()
            self.check(page, f"{scheme}, menu")
            page.keyboard.press("F2")
            page.keyboard.press("Escape")
            self.row(page, "Two").get_by_role("link").press("F2")
            self.check(page, f"{scheme}, renaming")
            page.keyboard.press("Escape")
            page.get_by_role("button", name="Archive", exact=True).click()
            expect(self.row(page, "Four")).to_be_visible()
            self.check(page, f"{scheme}, archive")
            page.get_by_role("button", name="Back to all conversations").click()
            page.get_by_role("button", name="Bin").click()
            expect(page.get_by_role("button", name="Restore Three")).to_be_visible()
            self.check(page, f"{scheme}, bin")
            page.get_by_role("button", name="Empty the bin").click()
            self.check(page, f"{scheme}, question")
            page.get_by_role("button", name="Keep it").click()
            page.get_by_role("searchbox", name="Search conversations").fill("knee")
            expect(page.locator("search-results mark").first).to_be_visible()
            self.check(page, f"{scheme}, results")
        self.finish()

    def check(self, page, what):
        self.assertEqual(axe_violations(page), [], what)
