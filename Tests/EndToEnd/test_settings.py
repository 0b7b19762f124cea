"""The reader's settings: they act at once, survive a reload, and other tabs follow."""

import re

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest, also_in, run_axe

GROUND = "getComputedStyle(document.body).backgroundColor"
DARK = "rgb(19, 23, 20)"
LIGHT = "rgb(245, 247, 243)"
BLACK = "rgb(0, 0, 0)"


def keep(page, settings):
    """What an earlier visit has kept."""
    page.evaluate("(settings) => { localStorage['shuren.settings'] = JSON.stringify(settings) }", settings)


class Looks(PageTest):
    @also_in("firefox")
    def test_the_chosen_theme_is_there_before_anything_else_runs(self):
        self.connected()
        page = self.visit(color_scheme="light")
        held = []
        page.route(re.compile(r"/js/(?!theme\.js).*"), lambda route: route.continue_() if held is None else held.append(route))
        for settings, ground in (
            ({"theme": "dark"}, DARK), ({"theme": "light"}, LIGHT), ({"theme": "contrast"}, "rgb(255, 255, 255)"),
            ({}, LIGHT), ({"theme": "__proto__"}, LIGHT),
        ):
            keep(page, settings)
            # Every module waits: what is seen now is what the first paint shows.
            held = []
            page.reload(wait_until="commit")
            page.wait_for_function("() => document.querySelector('message-composer') !== null")
            page.wait_for_function(f"(ground) => {GROUND} === ground", arg=ground)
            self.assertEqual(page.locator("message-composer .composer-actions").count(), 0)
            waiting, held = held, None
            for route in waiting:
                route.continue_()
            expect(page.locator("#message-box")).to_be_editable()
            self.assertEqual(page.evaluate(GROUND), ground)
        self.finish()


class Settings(PageTest):
    def axe(self, page):
        found = run_axe(page)
        self.assertEqual([(violation["id"], len(violation["nodes"])) for violation in found.response["violations"]], [])

    @also_in("firefox")
    def test_a_setting_acts_at_once_says_so_survives_a_reload_and_other_tabs_follow(self):
        self.connected()
        page = self.visit(color_scheme="light")
        page.get_by_role("link", name="Settings").click()
        expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
        other = page.context.new_page()
        other.goto(self.server.url)
        self.assertEqual(other.evaluate(GROUND), LIGHT)

        page.get_by_role("radio", name="Dark").check()
        self.assertEqual(page.evaluate(GROUND), DARK)
        expect(page.locator("#looks").get_by_text("Saved", exact=True)).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("Saved")
        other.wait_for_function(f"(ground) => {GROUND} === ground", arg=DARK)
        page.get_by_role("radio", name="Largest").check()
        self.assertEqual(page.evaluate("getComputedStyle(document.documentElement).fontSize"), "22px")
        page.get_by_role("radio", name="Ctrl with Enter").check()
        page.get_by_role("radio", name="Calm").check()
        page.get_by_role("switch", name="Keep my question at the top while reading").check()

        page.reload()
        self.assertEqual(page.evaluate(GROUND), DARK)
        for name in ("Dark", "Largest", "Ctrl with Enter", "Calm"):
            expect(page.get_by_role("radio", name=name)).to_be_checked()
        expect(page.get_by_role("switch", name="Keep my question at the top while reading")).to_be_checked()

        # The tab that was open all the time does as it is told there.
        self.model.reply = lambda answer: answer.stream(["Fine."])
        other.locator("#message-box").fill("One")
        other.keyboard.press("Enter")
        other.keyboard.type("two")
        expect(other.locator("#message-box")).to_have_value("One\ntwo")
        other.keyboard.press("Control+Enter")
        expect(other.locator(COMPLETE)).to_contain_text("Fine.")
        # What that tab keeps of its own has left the rest alone.
        page.reload()
        expect(page.get_by_role("radio", name="Calm")).to_be_checked()
        self.finish()

    def test_the_page_speaks_another_language_at_once_in_every_tab(self):
        self.connected()
        page = self.visit(self.server.url + "/settings.html", locale="en")
        other = page.context.new_page()
        other.goto(self.server.url)
        other.locator("#message-box").fill("A draft")
        page.get_by_role("radio", name="简体中文").check()
        expect(page.get_by_role("heading", name="设置")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        expect(page.locator("#language")).to_be_focused()
        expect(other.locator("html")).to_have_attribute("lang", "zh-Hans")
        expect(other.locator("#message-box")).to_have_value("A draft")
        self.axe(page)
        self.finish()

    def test_every_theme_and_size_is_readable_by_the_rules(self):
        self.connected()
        page = self.visit(self.server.url + "/settings.html", viewport={"width": 320, "height": 700})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for theme in ("As the system", "Light", "Dark", "High contrast"):
                page.get_by_role("radio", name=theme).check()
                self.axe(page)
        page.get_by_role("radio", name="Largest").check()
        self.axe(page)
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 320)
        self.finish()

    def test_notifications_are_asked_for_by_a_click_alone(self):
        self.connected()
        page = self.visit("about:blank")
        page.add_init_script("""
          globalThis.asked = 0
          globalThis.answer = "denied"
          globalThis.Notification = class extends EventTarget {
            static permission = "default"
            static requestPermission = async () => { asked += 1; return Notification.permission = answer }
          }
        """)
        page.goto(self.server.url + "/settings.html")
        switch = page.get_by_role("switch", name="Tell me when a reply is finished")
        expect(switch).not_to_be_checked()
        self.assertEqual(page.evaluate("asked"), 0)
        switch.click()
        expect(page.get_by_text("The browser does not allow notifications")).to_be_visible()
        expect(switch).not_to_be_checked()
        page.evaluate("answer = 'granted'")
        switch.click()
        expect(switch).to_be_checked()
        self.assertEqual(page.evaluate("asked"), 2)
        self.assertTrue(page.evaluate("JSON.parse(localStorage['shuren.settings']).notifies"))
        self.finish()


class ReadersOwn(PageTest):
    def visit_settings(self, **options):
        return self.visit(self.server.url + "/settings", **options)

    def know(self, page, *facts):
        """What the reader has said yes to; the first message makes them a guest."""
        self.assertTrue(page.request.post(self.server.url + "/api/v1/chat", data={"message": "Hello"}).ok)
        for number, text in enumerate(facts):
            body = {"proposal": f"reply/{number}", "answer": "yes", "text": text}
            self.assertTrue(page.request.post(self.server.url + "/api/v1/facts", data=body).ok)

    @also_in("firefox")
    def test_what_is_known_is_forgotten_at_once_and_taken_back(self):
        self.connected()
        page = self.visit()
        self.model.reply = lambda answer: answer.stream(["Hello."])
        self.know(page, "Likes tea.", "Trains at night.")
        page.goto(self.server.url + "/settings#memory")
        facts = page.locator(".profile-fact input")
        expect(facts).to_have_count(2)
        # Its parts are within a section, and nothing of it is asked next.
        expect(page.locator("profile-panel").get_by_role("heading", level=3, name="About you")).to_be_visible()
        expect(page.locator("profile-panel").get_by_role("heading", level=2)).to_have_count(0)
        expect(page.locator(".fact-value").filter(has_text="…")).to_have_count(0)
        first = page.locator(".profile-fact").first
        text = first.locator("input").input_value()
        first.get_by_role("button", name="Forget").click()
        expect(facts).to_have_count(1)
        expect(page.locator("undo-toasts")).to_contain_text(f"Forgot “{text}”")
        page.get_by_role("button", name="Undo").click()
        expect(facts).to_have_count(2)
        self.assertEqual(sorted(fact.input_value() for fact in facts.all()), ["Likes tea.", "Trains at night."])
        # An answer of the profile, the same way.
        age = page.locator("profile-field", has_text="Age")
        age.locator("summary").click()
        age.locator("input").press("Control+a")
        page.keyboard.type("34")
        age.get_by_role("button", name="Save").click()
        expect(age).to_contain_text("34 years")
        # Everything, and all of it back.
        page.get_by_role("button", name="Forget everything").click()
        expect(facts).to_have_count(0)
        expect(age).not_to_contain_text("34 years")
        page.get_by_role("button", name="Undo").click()
        expect(facts).to_have_count(2)
        expect(age).to_contain_text("34 years")
        found = run_axe(page)
        self.assertEqual([violation["id"] for violation in found.response["violations"]], [])
        self.finish()

    def test_the_way_of_replies_is_chosen_and_explained_and_open_tabs_follow(self):
        self.connected()
        page = self.visit_settings()
        other = page.context.new_page()
        other.goto(self.server.url)
        why = page.locator("#replies .settings-why")
        expect(why).to_have_text("At the moment, replies come word by word. That is so for everybody on this server.")
        with other.expect_response("**/api/v1/config"):
            page.get_by_role("radio", name="Whole").check()
        expect(why).to_have_text("At the moment, replies come whole. You chose that.")
        expect(page.locator("#replies").get_by_text("Saved", exact=True)).to_be_visible()
        page.reload()
        expect(page.get_by_role("radio", name="Whole")).to_be_checked()
        self.model.reply = lambda answer: answer.stream(["All ", "of it."])
        with other.expect_request("**/api/v1/chat") as asked:
            self.ask(other, "Write")
        self.assertEqual(asked.value.method, "POST")
        expect(other.locator(COMPLETE)).to_contain_text("All of it.")
        self.finish()

    def test_everything_is_deleted_and_comes_back(self):
        self.model.reply = lambda answer: answer.stream(["Kept."])
        self.connected()
        page = self.visit()
        self.know(page, "Likes tea.")
        page.goto(self.server.url + "/settings#data")
        expect(page.locator(".profile-fact")).to_have_count(1)
        page.get_by_role("button", name="Delete everything").click()
        expect(page.locator("undo-toasts")).to_contain_text("Deleted 1 conversation and what was known about you.")
        expect(page.locator(".profile-fact")).to_have_count(0)
        conversations = lambda: page.request.get(self.server.url + "/api/v1/conversations").json()["conversations"]
        self.assertEqual(conversations(), [])
        # Later, too, from the same place.
        page.reload()
        page.get_by_role("button", name="Take the last deletion back").click()
        expect(page.locator(".profile-fact")).to_have_count(1)
        self.assertEqual(len(conversations()), 1)
        page.get_by_role("button", name="Take the last deletion back").click()
        expect(page.locator(".settings-problem")).to_have_text("There is nothing to take back.")
        self.expected = ["404", "The settings could not do that"]
        self.finish()

    def test_devices_are_listed_and_signed_out(self):
        self.model.reply = lambda answer: answer.stream(["Hello."])
        self.connected()
        page = self.visit()
        self.know(page, "Likes tea.")
        page.goto(self.server.url + "/settings#devices")
        devices = page.locator(".device")
        expect(devices).to_have_count(1)
        expect(devices).to_contain_text("This browser")
        devices.get_by_role("button", name="Sign out").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("no way back")
        dialog.get_by_role("button", name="Stay signed in").click()
        expect(devices).to_have_count(1)
        devices.get_by_role("button", name="Sign out").click()
        dialog.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()
        self.assertEqual(page.request.get(self.server.url + "/api/v1/facts").json()["facts"], [])
        self.finish()

    def test_assistants_are_told_the_units_when_the_reader_says_so(self):
        self.connected()
        page = self.visit_settings()
        page.get_by_role("radio", name="Pounds").check()
        expect(page.locator(".profile-fact")).to_have_count(0)
        page.get_by_role("button", name="Have the assistants remember this").click()
        expect(page.locator(".profile-fact input")).to_have_value("Measures in pounds, feet, inches and miles.")
        page.get_by_role("button", name="Have the assistants remember this").click()
        expect(page.locator(".profile-fact")).to_have_count(1)
        self.finish()

    def test_measures_are_shown_and_changed_in_the_readers_units(self):
        self.connected()
        page = self.visit_settings()
        height = page.locator("profile-field", has_text="Height")
        height.locator("summary").click()
        height.get_by_role("spinbutton", name="Height").fill("180")
        height.get_by_role("button", name="Save").click()
        expect(height.locator(".fact-value")).to_have_text("180 cm")
        page.get_by_role("radio", name="Pounds").check()
        expect(height.locator(".fact-value")).to_have_text("5 ft 11 in")
        # Saved as it stands, it stays exactly what it was.
        height.locator("summary").click()
        height.get_by_role("button", name="Save").click()
        page.get_by_role("radio", name="Kilograms").check()
        expect(height.locator(".fact-value")).to_have_text("180 cm")
        page.get_by_role("radio", name="Pounds").check()
        height.locator("summary").click()
        height.get_by_role("spinbutton", name="Height, ft").fill("6")
        height.get_by_role("spinbutton", name="Height, in").fill("2")
        height.get_by_role("button", name="Save").click()
        expect(height.locator(".fact-value")).to_have_text("6 ft 2 in")
        page.get_by_role("radio", name="Kilograms").check()
        expect(height.locator(".fact-value")).to_have_text("188 cm")
        # Beside the onboarding, too.
        page.get_by_role("radio", name="Pounds").check()
        page.goto(self.server.url + "/onboarding")
        expect(page.locator("profile-field", has_text="Height").locator(".fact-value")).to_have_text("6 ft 2 in")
        self.finish()
