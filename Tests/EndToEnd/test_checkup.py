"""The check-up of the admin page, through nginx as it should be and as it should not be, and the first steps of an admin."""

import os
import re


from browser import PageTest, expect, run_axe
from harness import Reader
from test_doctor import Certificate, SecureNginx

SHOTS = os.environ.get("SHUREN_SHOTS")
LOOKED = 60_000  # milliseconds: a look takes twenty seconds, and the machine may be busy


class CheckupPage(PageTest):
    def through(self, changes=(), *options, **more):
        """The admin page behind nginx, entered."""
        proxy = SecureNginx(self, Certificate(self.folder()), changes)
        url = f"https://localhost:{proxy.port}"
        self.server = self.start(
            None, "--port", str(proxy.upstream), "--public-url", url, "--trusted-proxies", "127.0.0.1",
            "--llm-base-url", self.model.url, "--llm-model", "test", *options,
        )
        page = self.visit(url + "/admin", ignore_https_errors=True, **more)
        page.locator("#code").fill(self.server.command("admin", "code")[1].strip())
        page.keyboard.press("Enter")
        page.locator("#checkup").wait_for()
        return page

    def axe(self, page, name):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = run_axe(page)
            self.assertEqual([(one["id"], len(one["nodes"])) for one in found.response["violations"]], [], f"{name} {scheme}")
            if SHOTS:
                for part in ("first-steps", "checkup"):
                    if page.locator(f"#{part}").is_visible():
                        page.locator(f"#{part}").screenshot(path=f"{SHOTS}/{name}-{part}-{scheme}.png")
        page.emulate_media(color_scheme="light")

    def look(self, page):
        page.get_by_role("button", name=re.compile("Look at everything|全面检查")).click()
        expect(page.locator("#checkup-progress")).to_have_text(re.compile("Looked at everything|全部检查完毕"), timeout=LOOKED)

    def found(self, page, place):
        """Each finding's label and verdict."""
        return {
            item.locator("strong").inner_text(): item.get_attribute("data-verdict")
            for item in page.locator(f"{place} .findings > li").all()
        }

    def test_the_first_visit_leads_through_the_check_up_until_all_is_done(self):
        page = self.through(locale="en-GB")
        steps = page.locator("#steps li")
        expect(page.get_by_role("heading", name="First steps")).to_be_visible()
        expect(steps).to_have_count(5)
        states = lambda: [step.get_attribute("data-state") for step in steps.all()]
        self.assertEqual(states(), ["done", "open", "open", "open", "done"])
        expect(page.locator("#checkup-proof")).to_have_text("No restore was proved yet.")
        self.axe(page, "first-steps")

        self.look(page)
        self.assertEqual(set(self.found(page, "#checkup-way").values()), {"good"}, self.found(page, "#checkup-way"))
        self.assertEqual(len(self.found(page, "#checkup-way")), 11)
        expect(page.locator("#checkup-way")).to_contain_text("15 of 15 events came one by one")
        self.assertEqual(page.locator("#checkup-drawing line").count(), 15)
        inside = self.found(page, "#checkup-inside")
        self.assertEqual((inside["Database"], inside["Restore"], inside["Model"]), ("good", "good", "good"))
        expect(page.locator("#checkup-proof")).to_contain_text("Last proved restore:")
        expect(page.locator("#first-steps")).to_be_hidden()
        expect(page.locator("#checkup-build")).to_contain_text("sqlite")
        self.axe(page, "checkup-good")
        page.reload()
        expect(page.locator("#checkup-proof")).to_contain_text("Last proved restore:")
        expect(page.locator("#first-steps")).to_be_hidden()
        metrics = self.server.request("GET", "/metrics")[2]
        proved = re.search(r"^shuren_proved_restore_timestamp_seconds (\S+)$", metrics, re.MULTILINE)
        self.assertGreater(float(proved[1]), 1_700_000_000)
        self.finish()

    def test_a_proxy_that_collects_is_drawn_and_the_lines_are_there_to_copy(self):
        keep = "proxy_read_timeout 75s;"
        changes = [
            (keep, keep + " proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;"),
            ("_version 1.1;", "_version 1.0;"),
            ("proxy_set_header X-Forwarded-For $remote_addr;", ""),
        ]
        page = self.through(changes, locale="en-GB")
        self.look(page)
        found = self.found(page, "#checkup-way")
        self.assertEqual((found["One by one"], found["The reader's address"], found["Fields of the stream"]), ("bad", "bad", "good"))
        expect(page.locator("#checkup-program")).to_have_value("nginx")
        advice = page.locator("#checkup-way li", has_text="One by one")
        expect(advice.locator("pre")).to_contain_text("proxy_buffering off;")
        page.locator("#checkup-program").select_option("caddy")
        expect(advice.locator("pre")).to_contain_text("flush_interval -1")
        page.locator("#checkup-program").select_option("nginx")
        advice.get_by_role("button", name="Copy").click()
        expect(advice.get_by_role("button", name="Copied")).to_be_visible()
        # The way to readers is not well, so that step is open.
        self.assertEqual(page.locator("#steps li").nth(2).get_attribute("data-state"), "open")
        self.axe(page, "checkup-bad")
        page.get_by_role("button", name="Set aside").click()
        expect(page.locator("#first-steps")).to_be_hidden()
        page.reload()
        expect(page.locator("#checkup")).to_be_visible()
        expect(page.locator("#first-steps")).to_be_hidden()
        self.finish()

    def test_the_check_up_speaks_chinese_and_fits_a_phone(self):
        page = self.through(
            [("proxy_read_timeout 75s;", "proxy_read_timeout 75s; gzip on; gzip_min_length 0; gzip_types text/event-stream;")],
            locale="zh-CN", viewport={"width": 360, "height": 740},
        )
        expect(page.get_by_role("heading", name="最初几步")).to_be_visible()
        self.look(page)
        self.assertEqual(self.found(page, "#checkup-way")["压缩"], "bad")
        expect(page.locator("#checkup-way")).to_contain_text("gzip_types text/css")
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 360)
        self.axe(page, "checkup-phone-zh")
        self.finish()


class CheckupRoutes(PageTest):
    def test_the_last_step_is_done_when_somebody_else_can_come_in(self):
        self.server = self.start(None, "--auth", "accounts")
        code = self.server.command("admin", "code")[1].strip()
        admin = Reader(self.server)
        account = {"name": "ada", "password": "correct horse battery", "code": code}
        self.assertEqual(admin.json("POST", "/api/v1/auth/sign-up", account)[0], 200)
        page = self.visit(self.server.url + "/login", locale="en-GB")
        page.context.add_cookies([{"name": "shuren", "value": admin.cookie.split("=", 1)[1], "url": self.server.url}])
        page.goto(self.server.url + "/admin")
        people = page.locator("#steps li").nth(4)
        expect(people).to_have_attribute("data-state", "open")
        expect(people.get_by_role("link")).to_have_attribute("href", "#invitations")
        self.assertEqual(admin.json("POST", "/api/v1/admin/invitations", {})[0], 201)
        page.reload()
        expect(people).to_have_attribute("data-state", "done")
        # Strangers learn nothing of the build.
        self.assertNotIn("version", Reader(self.server).json("GET", "/api/v1/config")[1])
        self.assertEqual(Reader(self.server).request("GET", "/api/v1/admin/checkup")[0], 401)
