"""People with accounts: a guest who signs up, a server that lets in only some, codes, and whoever is shut out."""

import base64
import concurrent.futures
import hmac
import json
import os
import re
import time

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest, also_in, run_axe
from harness import Reader, ServerTest

PASSWORD = "correct horse battery"
OTHER = "another horse battery"
#: Where pictures of the states go, if anywhere.
SHOTS = os.environ.get("SHUREN_SHOTS")


def enter(page, name, password, code=None):
    """Fills the form of the login page and sends it."""
    page.get_by_label("Name", exact=True).fill(name)
    if code:
        page.get_by_label("Code", exact=True).fill(code)
    page.locator("#password").fill(password)
    page.locator("#enter").click()


def digits(secret, ahead=0):
    """What an authenticator app shows for a secret (RFC 6238)."""
    counter = int(time.time()) // 30 + ahead
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8, "big"), "sha1")
    offset = digest[19] & 15
    return f"{int.from_bytes(digest[offset:offset + 4], 'big') % 2**31 % 10**6:06}"


def sign_up(server, name, code=None, password=PASSWORD):
    reader = Reader(server)
    body = {"name": name, "password": password, **({"code": code} if code else {})}
    status, answer = reader.json("POST", "/api/v1/auth/sign-up", body)
    assert status == 200, answer
    return reader


class Accounts(PageTest):
    def axe(self, page, name):
        """No fault that axe finds, light and dark; in Firefox the policy of the page forbids what axe adds."""
        if self.engine != "chromium":
            return
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = run_axe(page)
            self.assertEqual([(one["id"], len(one["nodes"])) for one in found.response["violations"]], [], f"{name} {scheme}")
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{name}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")

    @also_in("firefox")
    def test_a_guest_signs_up_keeps_the_conversation_and_finds_it_elsewhere(self):
        self.connected()
        page = self.visit()
        self.ask(page, "Remember the lighthouse")
        page.locator(COMPLETE).wait_for()
        page.goto(f"{self.server.url}/settings#account")
        expect(page.locator("#account")).to_contain_text("You are a guest")
        page.get_by_role("link", name="Make an account").click()
        expect(page.get_by_role("heading", name="Make an account")).to_be_visible()

        enter(page, "Ada", "password1")
        expect(page.locator("#problem")).to_contain_text("guessed first")
        enter(page, "Ada", PASSWORD)

        expect(page.locator("#account")).to_contain_text("You are signed in as Ada.")
        page.goto(self.server.url)
        expect(page.locator("conversation-row")).to_contain_text("Remember the lighthouse")
        page.goto(f"{self.server.url}/settings#account")
        page.locator("#account").get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.goto(self.server.url)
        expect(page.locator(".starter").first).to_be_visible()
        expect(page.locator("conversation-row")).to_have_count(0)

        elsewhere = self.visit(f"{self.server.url}/login#sign-in")
        enter(elsewhere, "ada", OTHER)
        expect(elsewhere.locator("#problem")).to_have_text("The name or the password is wrong.")
        enter(elsewhere, "ada", PASSWORD)
        expect(elsewhere.locator("conversation-row")).to_contain_text("Remember the lighthouse")
        self.expected += ["status of 40[01]", "Failed to load resource", "error loading dynamically imported module", "A part of the page is missing"]
        self.finish()

    def test_a_reply_goes_on_in_front_of_whoever_signs_up_meanwhile(self):
        self.gated(["The light "], ["is on."])
        self.model.gate.clear()
        self.connected()
        page = self.visit()
        self.ask(page, "Is it on?")
        expect(page.locator(STREAMING)).to_contain_text("The light")
        other = page.context.new_page()
        other.goto(f"{self.server.url}/login#sign-up")
        enter(other, "Ada", PASSWORD)
        expect(other.locator("#message-box")).to_be_visible()
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_contain_text("The light is on.")
        self.assertEqual(self.model.calls, 1)
        self.finish()

    @also_in("firefox")
    def test_a_server_for_accounts_leads_to_the_login_and_back_and_needs_an_invitation(self):
        self.connected("--auth", "accounts")
        printed = self.server.process.stdout.readline().decode()
        code = re.search(r"enter the code (\S+) at http://127\.0\.0\.1:\d+/login#code", printed)[1]
        page = self.visit()
        expect(page).to_have_url(re.compile(r"/login\?then=%2F$"))
        expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
        expect(page.locator("#guest")).to_be_hidden()

        # The page takes the code out of its address, which Firefox may count as going elsewhere while it still loads.
        page.goto(f"{self.server.url}/login#code={code}", wait_until="commit")
        expect(page.get_by_label("Code", exact=True)).to_have_value(code)
        self.assertNotIn(code, page.url)
        enter(page, "Root", PASSWORD)
        expect(page.locator("#message-box")).to_be_editable()
        self.ask(page, "Hello")
        page.locator(COMPLETE).wait_for()
        page.goto(f"{self.server.url}/admin")
        expect(page.locator("#in-force")).to_be_visible()

        invitation = self.server.command("user", "invite")[1].strip()
        guest = self.visit(f"{self.server.url}/onboarding")
        expect(guest).to_have_url(re.compile(r"/login\?then=%2Fonboarding$"))
        guest.get_by_role("link", name="Make an account").click()
        enter(guest, "Bob", PASSWORD, "0000-0000-0000-0000")
        expect(guest.locator("#problem")).to_contain_text("needs an invitation")
        enter(guest, "Bob", PASSWORD, invitation.lower())
        expect(guest).to_have_url(re.compile("/onboarding$"))
        again = self.visit(f"{self.server.url}/login#invitation={invitation}")
        enter(again, "Eve", PASSWORD)
        expect(again.locator("#problem")).to_contain_text("needs an invitation")
        self.expected += ["status of 40[13]", "Failed to load resource", "No list of conversations", "No look around", "No configuration", "profile", "could not"]
        self.finish()

    def test_whoever_is_disabled_is_out_at_once_and_may_come_back_when_enabled(self):
        self.gated(["A long "], ["reply."])
        self.model.gate.clear()
        self.connected("--auth", "accounts", "--sign-up", "open")
        page = self.visit(f"{self.server.url}/login#sign-up")
        enter(page, "Ada", PASSWORD)
        self.ask(page, "Begin")
        expect(page.locator(STREAMING)).to_contain_text("A long")

        self.assertEqual(self.server.command("user", "disable", "ada"), (0, ""))

        expect(page.locator("message-view .login")).to_be_visible()
        self.model.gate.set()
        page.locator("message-view .login").click()
        expect(page).to_have_url(re.compile("/login"))
        enter(page, "Ada", PASSWORD)
        expect(page.locator("#problem")).to_contain_text("This account is disabled")
        self.assertEqual(self.server.command("user", "list")[1], "Ada person disabled\n")
        self.assertEqual(self.server.command("user", "enable", "ADA"), (0, ""))
        page.locator("#enter").click()
        expect(page.locator(COMPLETE)).to_contain_text("A long reply.")
        self.assertEqual(self.model.calls, 1)

    @also_in("firefox")
    def test_a_lost_password_is_set_anew_by_a_recovery_code_and_by_an_admins_code(self):
        self.connected()
        page = self.visit(f"{self.server.url}/login?then=%2Fsettings#sign-up")
        enter(page, "Ada", PASSWORD)
        account = page.locator("#account")
        expect(account).to_contain_text("0 codes are left.")
        account.locator("#account-code").fill(PASSWORD)
        account.get_by_role("button", name="Make ten new codes").click()
        expect(account.locator(".recovery-codes li")).to_have_count(10)
        self.axe(page, "account")
        recovery = account.locator(".recovery-codes li").first.inner_text()
        account.get_by_label("Password so far").fill(PASSWORD)
        account.get_by_label("New password").fill(OTHER)
        account.get_by_role("button", name="Change the password").click()
        expect(account).to_contain_text("The password is changed")

        elsewhere = self.visit(f"{self.server.url}/login#sign-in")
        elsewhere.get_by_role("link", name="I have lost my password").click()
        enter(elsewhere, "Ada", "a third good horse", recovery)
        expect(elsewhere.locator("#message-box")).to_be_editable()
        # Whoever lost the password may have lost more: every other device is out.
        page.reload()
        expect(page.locator("#account")).to_contain_text("You are a guest")
        code = self.server.command("user", "reset-password", "Ada")[1].strip()
        third = self.visit(f"{self.server.url}/login#reset={code}")
        enter(third, "Ada", PASSWORD)
        expect(third.locator("#message-box")).to_be_editable()
        self.expected += ["status of 401", "Failed to load resource"]
        self.finish()

    def test_each_state_of_the_login_is_for_everybody_and_its_problems_are_said(self):
        self.connected("--auth", "accounts", "--sign-up", "open")
        page = self.visit(f"{self.server.url}/login")
        for way, heading in (("sign-in", "Sign in"), ("sign-up", "Make an account"), ("reset", "Choose a new password")):
            page.goto(f"{self.server.url}/login#{way}")
            expect(page.locator("#heading")).to_have_text(heading)
            self.axe(page, f"login-{way}")
        page.locator("#enter").click()
        expect(page.locator("#problem")).to_have_text("Something is still empty.")
        expect(page.locator("#name")).to_be_focused()
        self.axe(page, "login-problem")
        page.goto(f"{self.server.url}/login#sign-up")
        enter(page, "Ada", PASSWORD)
        expect(page.locator("#message-box")).to_be_editable()
        page.goto(f"{self.server.url}/login")
        expect(page.locator("#who")).to_have_text("You are signed in as Ada.")
        self.axe(page, "login-signed-in")
        for number in range(6):
            Reader(self.server).json("POST", "/api/v1/auth/login", {"name": "Bob", "password": f"wrong {number}"})
        page.locator("#sign-out").click()
        enter(page, "Bob", PASSWORD)
        expect(page.locator("#problem")).to_contain_text("Too many attempts")

    def test_the_login_speaks_chinese(self):
        self.connected("--auth", "accounts", "--sign-up", "open")
        page = self.visit(f"{self.server.url}/login#sign-in", locale="zh-CN")
        expect(page.get_by_role("heading", name="登录")).to_be_visible()
        page.locator("#name").fill("Ada")
        page.locator("#password").fill("wrong")
        page.locator("#enter").click()
        expect(page.locator("#problem")).to_have_text("用户名或密码不正确。")


    def test_a_guest_brings_conversations_along_while_a_reply_is_being_written(self):
        self.connected()
        ada = sign_up(self.server, "Ada")
        self.assertEqual(ada.json("POST", "/api/v1/chat", {"message": "Said long ago"})[0], 200)
        page = self.visit()
        self.ask(page, "Remember the lighthouse")
        page.locator(COMPLETE).wait_for()
        first = page.url
        page.goto(self.server.url)
        self.gated(["A long "], ["reply."])
        self.model.gate.clear()
        self.ask(page, "Begin the keeper's tale")
        expect(page.locator(STREAMING)).to_contain_text("A long")
        # Another tab of the same browser watches on, while this one signs in.
        login = page.context.new_page()
        login.goto(f"{self.server.url}/login#sign-in")
        box = login.get_by_label("Bring along the 2 conversations of this browser")
        expect(box).to_be_checked()
        self.axe(login, "login-along")
        enter(login, "Ada", PASSWORD)

        rows = login.locator("conversation-row")
        expect(rows).to_have_count(3)
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_contain_text("A long reply.")
        login.goto(first)
        expect(login.locator("message-view").first).to_contain_text("Remember the lighthouse")
        found = ada.json("GET", "/api/v1/search?q=lighthouse")[1]["hits"]
        self.assertEqual(len([hit for hit in found if hit["message_id"]]), 1)
        login.goto(page.url)
        expect(login.locator(COMPLETE)).to_contain_text("A long reply.")
        told = [body for body in self.model.bodies if body["messages"][-1]["content"] == "Begin the keeper's tale"]
        self.assertEqual(len(told), 1, "nothing was asked twice")
        self.finish()

    def test_who_clears_the_box_leaves_the_guest_s_conversations_behind(self):
        self.connected()
        sign_up(self.server, "Ada")
        page = self.visit()
        self.ask(page, "Somebody else's words")
        page.locator(COMPLETE).wait_for()
        page.goto(f"{self.server.url}/login#sign-in")
        page.get_by_label("Bring along the conversation of this browser").uncheck()
        enter(page, "Ada", PASSWORD)
        expect(page.locator("#message-box")).to_be_editable()
        expect(page.locator("conversation-row")).to_have_count(0)
        # Nothing is left to bring.
        page.goto(f"{self.server.url}/settings#account")
        page.locator("#account").get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile("/login#sign-in$"))
        expect(page.locator("#along-field")).to_be_hidden()
        self.expected += ["status of 401", "Failed to load resource", "No list", "No look", "No configuration", "profile"]
        self.finish()

    @also_in("firefox")
    def test_a_second_factor_is_set_up_asked_for_and_switched_off(self):
        self.connected()
        page = self.visit(f"{self.server.url}/login?then=%2Fsettings#sign-up")
        enter(page, "Ada", PASSWORD)
        factor = page.locator("second-factor")
        factor.get_by_label("Password", exact=True).fill(PASSWORD)
        # What draws the code comes with the secret, not with the page.
        loaded = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/js/qr/')).length"
        self.assertEqual(page.evaluate(loaded), 0)
        factor.get_by_role("button", name="Set up").click()
        expect(factor.locator(".factor-secret")).not_to_be_empty()
        secret = factor.locator(".factor-secret").inner_text().replace(" ", "")
        address = factor.locator("a").get_attribute("href")
        self.assertRegex(address, f"^otpauth://totp/Shuren:Ada.secret={secret}&")
        picture = factor.get_by_role("img", name="The key as a QR code")
        expect(picture).to_be_visible()
        drawn = """async (address) => {
            const [{ qrCode }, { darkPath }] = await Promise.all([import("/js/qr/qr-code.js"), import("/js/qr/qr-drawing.js")])
            return darkPath(qrCode(address))
        }"""
        self.assertEqual(picture.locator("path").get_attribute("d"), page.evaluate(drawn, address))
        self.axe(page, "factor-offered")
        factor.get_by_label("Digits of your app").fill(digits(secret))
        factor.get_by_role("button", name="Confirm").click()
        expect(factor).to_contain_text("It is on")
        expect(picture).to_have_count(0)
        self.axe(page, "factor-on")

        elsewhere = self.visit(f"{self.server.url}/login#sign-in")
        enter(elsewhere, "Ada", PASSWORD)
        expect(elsewhere.locator("#problem")).to_contain_text("authenticator app")
        expect(elsewhere.locator("#factor")).to_be_focused()
        self.axe(elsewhere, "login-factor")
        # The digits of this half minute are used up; those of the next are good already.
        elsewhere.locator("#factor").fill(digits(secret, ahead=1))
        elsewhere.locator("#enter").click()
        expect(elsewhere.locator("#message-box")).to_be_editable()
        self.assertEqual(self.server.command("user", "reset-second-factor", "Ada"), (0, ""))
        third = self.visit(f"{self.server.url}/login#sign-in")
        enter(third, "Ada", PASSWORD)
        expect(third.locator("#message-box")).to_be_editable()
        self.expected += ["status of 401", "Failed to load resource"]
        self.finish()

    def test_where_everybody_needs_a_second_factor_it_comes_before_anything_else(self):
        self.connected("--auth", "accounts", "--sign-up", "open", "--require-totp", "all")
        page = self.visit(f"{self.server.url}/login?then=%2F%3Fc%3Dabc#sign-up")
        enter(page, "Ada", PASSWORD)
        expect(page.locator("#set-up")).to_contain_text("This server asks you for a second factor.")
        self.axe(page, "login-set-up")
        page.goto(self.server.url)
        expect(page).to_have_url(re.compile("/login"))
        factor = page.locator("second-factor")
        factor.get_by_label("Password", exact=True).fill(PASSWORD)
        factor.get_by_role("button", name="Set up").click()
        expect(factor.locator(".factor-secret")).not_to_be_empty()
        secret = factor.locator(".factor-secret").inner_text().replace(" ", "")
        factor.get_by_label("Digits of your app").fill(digits(secret))
        factor.get_by_role("button", name="Confirm").click()
        expect(page.locator("#message-box")).to_be_editable()

    @also_in("firefox")
    def test_a_key_is_made_for_a_program_shown_once_and_ended_with_what_it_has_open(self):
        self.gated(["A long "], ["reply."])
        self.model.gate.clear()
        self.connected()
        page = self.visit(f"{self.server.url}/login?then=%2Fsettings#sign-up")
        enter(page, "Ada", PASSWORD)
        keys = page.locator("account-keys")
        expect(keys.locator("li")).to_have_count(0)
        expect(keys.get_by_label("What may it do?").locator("option")).to_have_count(2)
        keys.get_by_label("What is it for?").fill("notes on the train")
        keys.get_by_label("Password").fill("wrong horse battery")
        keys.get_by_role("button", name="Make a key").click()
        expect(keys.locator(".account-outcome")).to_have_text("The name or the password is wrong.")
        keys.get_by_label("Password").fill(PASSWORD)
        keys.get_by_role("button", name="Make a key").click()

        secret = keys.locator(".factor-secret")
        expect(secret).to_have_text(re.compile(r"^sk-shuren-[\w-]{22}$"))
        expect(keys.get_by_role("button", name="Copy the key")).to_be_focused()
        expect(keys.locator("li")).to_contain_text("Chat, and read what is yours · Until")
        expect(keys.locator("li")).to_contain_text("Never used")
        self.axe(page, "keys-made")
        key = secret.inner_text()
        bearer = {"Authorization": f"Bearer {key}"}
        self.assertEqual(self.server.request("GET", "/api/v1/auth/me", headers=bearer)[0], 200)
        page.reload()
        expect(keys.locator("li")).to_contain_text("Used ")
        self.assertNotIn(key, page.content())

        stream = Reader(self.server).open("/api/v1/chat/stream?message=Begin", bearer)
        seen = b""
        while b"A long" not in seen:
            seen += stream.readline()
        keys.get_by_role("button", name="End the key: notes on the train").click()
        expect(page.get_by_role("dialog")).to_contain_text("End the key “notes on the train”?")
        self.axe(page, "keys-ending")
        page.get_by_role("button", name="Keep it").click()
        expect(keys.locator("li")).to_have_count(1)
        keys.get_by_role("button", name="End the key: notes on the train").click()
        page.get_by_role("dialog").get_by_role("button", name="End", exact=True).click()
        expect(keys.locator(".account-outcome")).to_have_text("The key is ended.")
        expect(keys.locator("li")).to_have_count(0)
        self.assertNotIn(b"done", stream.read())
        self.assertEqual(self.server.request("GET", "/api/v1/auth/me", headers=bearer)[0], 401)
        self.model.gate.set()
        self.axe(page, "keys-none")
        self.expected += ["status of 401", "Failed to load resource"]
        self.finish()

    def test_an_admin_makes_keys_for_what_admins_do_and_in_chinese(self):
        self.connected()
        code = self.server.command("admin", "code")[1].strip()
        page = self.visit(f"{self.server.url}/login?then=%2Fsettings#code={code}", locale="zh-CN")
        page.locator("#name").fill("Root")
        page.locator("#password").fill(PASSWORD)
        page.locator("#enter").click()
        keys = page.locator("account-keys")
        expect(keys.get_by_role("heading", name="程序密钥")).to_be_visible()
        keys.get_by_label("用途").fill("备份")
        keys.get_by_label("允许做什么？").select_option(label="管理员操作")
        keys.get_by_label("有效期").select_option(label="直到你终止它")
        keys.get_by_label("密码").fill(PASSWORD)
        keys.get_by_role("button", name="生成密钥").click()
        expect(keys.locator("li")).to_contain_text("管理员操作 · 直到你终止它 · 从未使用")
        self.axe(page, "keys-chinese")
        bearer = {"Authorization": f"Bearer {keys.locator('.factor-secret').inner_text()}"}
        self.assertEqual(self.server.request("GET", "/api/v1/admin/people", headers=bearer)[0], 200)
        status, _, body = self.server.request("GET", "/api/v1/conversations", headers=bearer)
        self.assertEqual((status, json.loads(body)["error"]["code"]), (403, "missing_scope"))
        self.finish()


class AccountsFirefox(Accounts, retold_in="firefox"):
    pass


class Operating(ServerTest):
    def test_an_operator_makes_accounts_without_a_running_server_and_with_one(self):
        server = self.start(None, "--auth", "accounts", "--coach-pace-milliseconds", "0")
        self.assertEqual(server.terminate(), 0)
        status, code = server.command("user", "create", "Ada", "--admin", "true")
        self.assertEqual(status, 0, code)
        again = self.start(server.folder, "--auth", "accounts")
        reader = Reader(again)
        reset = {"name": "ada", "code": code.strip(), "password": PASSWORD}
        self.assertEqual(reader.request("POST", "/api/v1/auth/reset", reset)[0], 204)
        self.assertEqual(reader.json("POST", "/api/v1/auth/login", {"name": "Ada", "password": PASSWORD})[0], 200)
        self.assertEqual(reader.json("GET", "/api/v1/admin/people")[1]["people"][0]["role"], "admin")
        status, said = again.command("user", "create", "ADA")
        self.assertEqual((status, said.strip()), (1, "shuren: This name is taken. Choose another one."))
        status, said = again.command("user", "disable", "nobody")
        self.assertEqual((status, said.strip()), (1, "shuren: There is no such account."))
        status, said = again.command("user", "disable", "Ada")
        self.assertEqual((status, said.strip()), (1, "shuren: This is the last admin; nobody could undo it."))

    def test_an_operator_makes_lists_and_ends_keys_with_a_running_server_and_without(self):
        server = self.start()
        sign_up(server, "Ada")

        def who(at, key):
            status, _, body = at.request("GET", "/api/v1/auth/me", headers={"Authorization": f"Bearer {key}"})
            return (json.loads(body)["account"] or {}).get("name") if status == 200 else status

        create = ("key", "create", "--name")
        status, mine = server.command(*create, "for Ada", "--person", "ada", "--scopes", "read", "--days", "7")
        self.assertEqual(status, 0, mine)
        alone = server.command(*create, "alone")[1].strip()
        self.assertEqual((who(server, mine.strip()), who(server, alone)), ("Ada", None))
        wrong = {
            "This is": ("x", "--person", "nobody"), "Only an admin": ("x", "--person", "Ada", "--scopes", "admin"),
            "A key for admins needs": ("x", "--scopes", "admin"), "--scopes is some of": ("x", "--scopes", "all"),
            "A key needs a name": ("",), "say: shuren key": ("x", "--days", "many"),
        }
        wrong["There is no such account"] = wrong.pop("This is")
        for said, words in wrong.items():
            with self.subTest(words=words):
                status, text = server.command(*create, *words)
                self.assertEqual(status, 1)
                self.assertIn(said, text)
        lines = server.command("key", "list")[1].splitlines()
        self.assertEqual([line.split(" ", 6)[1:3] + [line.split(" ", 6)[6]] for line in lines], [["read,chat", "-", "alone"], ["read", "Ada", "for Ada"]])
        self.assertNotIn(mine.strip(), "".join(lines))
        ids = [line.split()[0] for line in lines]
        self.assertEqual(server.command("key", "end", ids[0]), (0, ""))
        self.assertEqual(server.command("key", "end", ids[0])[0], 1)
        self.assertEqual(server.command("key", "end", "no/id")[0], 1)
        self.assertEqual((who(server, mine.strip()), who(server, alone)), ("Ada", 401))
        self.assertNotIn(mine.strip(), server.log)

        self.assertEqual(server.terminate(), 0)
        later = server.command(*create, "later")[1].strip()
        self.assertEqual(server.command("key", "end", ids[1]), (0, ""))
        again = self.start(server.folder)
        self.assertEqual((who(again, mine.strip()), who(again, later)), (401, None))

    def test_accounts_and_sessions_outlive_the_process_and_nothing_secret_is_kept_or_logged(self):
        server = self.start()
        reader = sign_up(server, "Canary", password="canary phrase 4711")
        codes = reader.json("POST", "/api/v1/auth/recovery-codes", {"password": "canary phrase 4711"})[1]["codes"]
        reader.json("POST", "/api/v1/auth/login", {"name": "Canary", "password": "canary guess 4712"})
        metrics = server.request("GET", "/metrics")[2]
        self.assertIn('shuren_auth_total{kind="login",result="refused"} 1', metrics)
        server.kill()
        again = self.start(server.folder)
        reader.server = again
        self.assertEqual(reader.json("GET", "/api/v1/auth/me")[1]["account"]["name"], "Canary")
        kept = b""
        for name in os.listdir(server.folder):
            path = os.path.join(server.folder, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    kept += file.read()
        everything = kept + (server.log + again.log + metrics).encode()
        for secret in ("canary phrase 4711", "canary guess 4712", reader.cookie.split("=")[1], *codes, *(code.replace("-", "") for code in codes)):
            self.assertNotIn(secret.encode(), everything)
        self.assertIn(b"$argon2id$v=19$m=19456,t=2,p=1$", kept)
        self.assertNotIn("Canary", server.log + again.log)

    def test_passwords_are_hashed_beside_streams_and_too_many_are_sent_away(self):
        server = self.start()
        sign_up(server, "Ada")

        def attempt(number):
            body = {"name": f"nobody{number}", "password": PASSWORD}
            status, fields, text = server.request("POST", "/api/v1/auth/login", body)
            return status, fields["Retry-After"], json.loads(text)["error"]["code"]

        with concurrent.futures.ThreadPoolExecutor(150) as crowd:
            attempts = [crowd.submit(attempt, number) for number in range(300)]
            # Meanwhile whoever needs no hash is served.
            self.assertEqual(server.request("GET", "/livez")[0], 200)
            answers = {one.result() for one in attempts}
        self.assertLessEqual(answers, {(401, None, "wrong_credentials"), (503, "2", "busy")})
        self.assertIn((401, None, "wrong_credentials"), answers)
