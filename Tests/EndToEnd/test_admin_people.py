"""What an admin does about people on the admin page: who has an account, who may make one, and who is shut out."""

import os
import re


from browser import COMPLETE, STREAMING, PageTest, expect, run_axe
from harness import Reader
from test_accounts import PASSWORD, digits, enter, sign_up

#: Where pictures of the states go, if anywhere.
SHOTS = os.environ.get("SHUREN_SHOTS")


class AdminPeople(PageTest):
    def axe(self, page, name):
        """No fault that axe finds, light and dark."""
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = run_axe(page)
            faults = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]]
            self.assertEqual(faults, [], f"{name} {scheme}")
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{name}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")

    def admin(self, *more, **options):
        """A server for accounts, and its first admin in front of the admin page."""
        self.connected("--auth", "accounts", *more)
        code = self.server.command("admin", "code")[1].strip()
        page = self.visit(f"{self.server.url}/login?then=/admin#code={code}", **options)
        # What the page asks before anybody is signed in.
        self.expected += ["status of 401", "Failed to load resource"]
        enter_any(page, "Root")
        expect(page.locator("#people-list")).to_contain_text("Root")
        return page

    def open(self, page, name):
        row = page.locator("#people-list li").filter(has_text=name)
        if row.locator("details").get_attribute("open") is None:
            row.locator("summary").click()
        return row

    def test_an_admin_invites_somebody_watches_them_come_and_shuts_them_out(self):
        page = self.admin()
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        expect(page.locator("#people-policy")).to_have_text(
            "AUTH=accounts: only whoever signs in is let in. "
            "SIGN_UP=invitation: whoever has an invitation can make an account."
        )
        page.get_by_label("For whom (a note for admins)").fill("for Ada")
        page.get_by_role("button", name="Make an invitation").press("Enter")
        dialog = page.get_by_role("dialog", name="An invitation")
        expect(dialog.get_by_role("img", name="The link as a QR code")).to_be_visible()
        link = dialog.get_by_label("Link", exact=True).input_value()
        self.assertRegex(link, rf"^{re.escape(self.server.url)}/login#invitation=[0-9A-Z-]+$")
        self.axe(page, "invitation")
        dialog.get_by_role("button", name="Copy the link").click()
        expect(dialog).to_contain_text("Copied.")
        self.assertEqual(page.evaluate("navigator.clipboard.readText()"), link)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        # Shown once: it is nowhere on the page any more.
        self.assertNotIn(link.split("=")[1], page.evaluate("document.documentElement.outerHTML + document.querySelector('#handed-link').value"))
        expect(page.locator("#invitation-list li")).to_contain_text("for Ada")

        self.gated(["A long "], ["reply."])
        self.model.gate.clear()
        theirs = self.visit(link)
        enter(theirs, "Ada", PASSWORD)
        self.ask(theirs, "Begin")
        expect(theirs.locator(STREAMING)).to_contain_text("A long")

        page.reload()
        row = self.open(page, "Ada")
        expect(row).to_contain_text("Last used")
        expect(page.locator("#invitation-list")).to_be_hidden()
        self.axe(page, "people")
        row.get_by_role("button", name="Disable").click()
        question = page.get_by_role("dialog", name="Disable Ada?")
        self.axe(page, "question")
        question.get_by_role("button", name="Leave it").click()
        expect(theirs.locator(STREAMING)).to_be_visible()
        row.get_by_role("button", name="Disable").click()
        question.get_by_role("button", name="Disable").click()

        expect(row.locator("summary")).to_contain_text("disabled")
        # Their stream has ended, and their page leads to the login.
        expect(theirs.locator("message-view .login")).to_be_visible()
        self.model.gate.set()
        theirs.locator("message-view .login").click()
        expect(theirs).to_have_url(re.compile("/login"))
        enter(theirs, "Ada", PASSWORD)
        expect(theirs.locator("#problem")).to_contain_text("This account is disabled")
        row.get_by_role("button", name="Enable").click()
        expect(row.locator("summary")).not_to_contain_text("disabled")
        theirs.locator("#enter").click()
        expect(theirs.locator(COMPLETE)).to_contain_text("A long reply.")
        self.assertEqual(self.model.calls, 1)
        self.expected += ["No list of conversations", "No look around", "No configuration", "could not", "status of 403", "The reply failed"]
        self.finish()

    def test_somebody_is_made_an_admin_by_the_keyboard_and_it_is_taken_back(self):
        page = self.admin("--sign-up", "open")
        ada = sign_up(self.server, "Ada")
        page.reload()
        summary = page.locator("#people-list li").filter(has_text="Ada").locator("summary")
        summary.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Make an admin")
        page.keyboard.press("Enter")
        expect(summary).to_contain_text("admin")
        self.assertEqual(ada.json("GET", "/api/v1/admin")[1]["is_admin"], True)
        expect(page.locator("undo-toasts")).to_contain_text("Ada is an admin.")
        # The button is another one now; whoever pressed it is still in the row.
        expect(summary).to_be_focused()
        page.keyboard.press("Control+z")
        expect(summary).not_to_contain_text("admin")
        self.assertEqual(ada.json("GET", "/api/v1/admin")[1]["is_admin"], False)
        own = self.open(page, "Root")
        expect(own).to_contain_text("This is your own account")
        expect(own.get_by_role("button")).to_have_count(0)
        self.finish()

    def test_a_lost_password_and_a_lost_app_are_helped_and_every_session_ends(self):
        page = self.admin("--sign-up", "open")
        ada = sign_up(self.server, "Ada")
        secret = ada.json("POST", "/api/v1/auth/second-factor", {"password": PASSWORD})[1]["secret"]
        confirmed = ada.request("POST", "/api/v1/auth/second-factor/confirm", {"digits": digits(secret)})
        self.assertEqual(confirmed[0], 204)
        page.reload()
        row = self.open(page, "Ada")
        expect(row.locator("summary")).to_contain_text("second factor")
        row.get_by_role("button", name="Remove the second factor").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove the second factor").click()
        expect(row.locator("summary")).not_to_contain_text("second factor")

        row.get_by_role("button", name="Sign out everywhere").click()
        page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
        expect(row).to_contain_text("signed in nowhere")
        self.assertEqual(ada.json("GET", "/api/v1/conversations")[0], 401)

        row.get_by_role("button", name="Code for a new password").click()
        dialog = page.get_by_role("dialog", name="A code for a new password")
        link = dialog.get_by_label("Link", exact=True).input_value()
        expect(dialog).to_contain_text("With it Ada chooses a new password")
        expect(dialog.locator(".qr-code")).to_be_visible()
        dialog.get_by_role("button", name="Done").click()
        theirs = self.visit(link)
        expect(theirs.get_by_label("Code", exact=True)).to_have_value(link.split("=")[1])
        enter(theirs, "Ada", "a wholly new battery")
        expect(theirs.locator("#message-box")).to_be_editable()
        self.finish()

    def test_thousands_are_found_by_name_and_turned_page_by_page(self):
        page = self.admin("--sign-up", "open")
        for index in range(60):
            status, text = self.server.command("user", "create", f"someone{index:02}")
            self.assertEqual(status, 0, text)
        page.reload()
        rows = page.locator("#people-list li")
        expect(rows).to_have_count(50)
        expect(page.get_by_role("button", name="Page before")).to_be_disabled()
        page.get_by_role("button", name="Next page").click()
        expect(rows).to_have_count(11)
        expect(page.locator("#people-list summary").first).to_be_focused()
        page.get_by_role("button", name="Page before").click()
        expect(rows).to_have_count(50)
        page.get_by_label("Find by name").fill("ONE4")
        expect(rows).to_have_count(10)
        page.get_by_label("Find by name").fill("nobody of that name")
        expect(page.locator("#people-none")).to_have_text("No name has “nobody of that name” in it.")
        self.axe(page, "nobody-found")
        self.finish()

    def test_where_everybody_may_come_it_is_said_why_there_is_nothing_to_invite_to(self):
        self.connected()
        page = self.visit(self.server.url + "/admin")
        page.locator("#code").fill(self.server.command("admin", "code")[1].strip())
        page.keyboard.press("Enter")
        expect(page.locator("#people-none")).to_have_text("Nobody has an account here yet.")
        expect(page.locator("#people-policy")).to_contain_text("AUTH=open: everybody is let in")
        expect(page.locator("#invitations-explanation")).to_contain_text("SIGN_UP=invitation")
        expect(page.locator("#invite")).to_be_hidden()
        self.axe(page, "open")
        self.finish()

    def test_the_part_about_people_speaks_chinese_and_fits_a_phone_in_the_dark(self):
        page = self.admin(
            "--sign-up", "invitation",
            locale="zh-CN", color_scheme="dark", viewport={"width": 360, "height": 740},
        )
        self.server.command("user", "create", "a.very.long.name.of.somebody.who.writes@department.example.org")
        self.server.command("user", "invite", "--note", "给一位名字很长的朋友")
        page.reload()
        self.open(page, "a.very.long")
        expect(page.get_by_role("heading", name="邀请", exact=True)).to_be_visible()
        expect(page.locator("#invitation-list")).to_contain_text("给一位名字很长的朋友")
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 360)
        self.axe(page, "phone-zh")
        page.emulate_media(color_scheme="dark")
        page.get_by_role("button", name="创建邀请").click()
        expect(page.locator("#handed .qr-code")).to_be_visible()
        self.assertLessEqual(page.evaluate("document.querySelector('#handed').scrollWidth"), 360)
        self.axe(page, "phone-zh-invitation")
        self.finish()


def enter_any(page, name):
    """Fills the form of the login page in whatever language it is."""
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("#enter").click()


class Cost(PageTest):
    def entered(self, *more):
        self.connected(*more)
        page = self.visit(self.server.url + "/admin", locale="en-GB")
        page.locator("#code").fill(self.server.command("admin", "code")[1].strip())
        page.keyboard.press("Enter")
        page.locator("#insight .tile").first.wait_for()
        return page

    def test_what_replies_cost_is_shown_by_assistant_and_by_provider(self):
        page = self.entered(
            "--price-per-million-input-tokens", "1000", "--price-per-million-output-tokens", "2000",
            "--price-currency", "EUR", "--budget-cost-per-day", "50",
        )
        expect(page.locator("[data-place=cost]")).to_contain_text("€0.00 of €50.00 that a day may cost")

        def counted(answer):
            answer.begin()
            answer.piece("Up!")
            answer.end({"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18})

        self.model.reply = counted
        status, answer = Reader(self.server).json("POST", "/api/v1/chat", {"message": "Good morning!"})
        self.assertEqual(status, 200, answer)
        row = page.get_by_role("region", name="Use by provider").get_by_role("row", name="openai")
        expect(row.get_by_role("cell").nth(4)).to_contain_text("€")
        expect(row.get_by_role("cell").nth(4)).not_to_have_text("€0.00")
        expect(row.get_by_role("cell").nth(6)).to_contain_text("100%")
        insight = page.evaluate("fetch('/api/v1/admin/insight').then((answer) => answer.json())")
        cost = insight["cost"]
        self.assertEqual((cost["currency"], cost["budget"]), ("EUR", 50))
        # Each call of the model costs 11 tokens read and 7 written.
        self.assertAlmostEqual(cost["today"], self.model.calls * (11 * 1000 + 7 * 2000) / 1_000_000)
        for rows in (insight["agents"], insight["providers"]):
            self.assertAlmostEqual(sum(row["cost"] for row in rows), cost["today"])
            self.assertAlmostEqual(sum(row["cost_today"] for row in rows), cost["today"])
        text = self.server.request("GET", "/metrics")[2]
        self.assertRegex(text, r'shuren_cost_today\{agent="\w+",provider="openai"\} 0\.\d+')
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/cost.png", full_page=True)
        self.finish()

    def test_a_reply_that_the_budget_cuts_short_says_so_and_offers_no_other(self):
        self.connected("--limit-tokens-per-conversation", "50")
        self.model.reply = lambda answer: answer.stream([f"word {number} " for number in range(2000)])
        page = self.visit()
        self.ask(page, "Tell me everything")
        reply = page.locator(COMPLETE)
        expect(reply).to_contain_text("The budget for replies is spent, so this one ends here.")
        expect(reply.get_by_role("button", name="Ask the model")).to_have_count(0)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/cut-short.png")
        self.finish()

    def test_without_prices_it_is_said_what_to_set(self):
        page = self.entered()
        expect(page.locator("[data-place=cost]")).to_contain_text("Set PRICE_PER_MILLION_INPUT_TOKENS")
        expect(page.get_by_role("columnheader", name="Cost")).to_have_count(0)
        self.finish()
