"""The page that shows the API: everything that the description has, found, opened and linked."""

import json
import re

from playwright.sync_api import expect

from browser import PageTest, also_in, run_axe
from harness import ROOT

DESCRIPTION = json.loads((ROOT / "Public/openapi.json").read_text())
ROUTES = [(method.upper(), path) for path, methods in DESCRIPTION["paths"].items() for method in methods]


class DocsPage(PageTest):
    @also_in("firefox")
    def test_every_route_is_there_can_be_found_opened_and_leads_to_its_forms(self):
        server = self.connected()
        page = self.visit(server.url + "/docs")
        routes = page.locator("#groups .docs-route")
        expect(routes).to_have_count(len(ROUTES))
        shown = routes.evaluate_all(
            "(views) => views.map((view) => [view.querySelector('.docs-method').textContent, view.querySelector('.docs-path').textContent])"
        )
        self.assertEqual(sorted(map(tuple, shown)), sorted(ROUTES))
        expect(page.locator("#form-list .docs-route")).to_have_count(len(DESCRIPTION["components"]["schemas"]))

        page.get_by_label("Find a route").fill("post HANDS out")
        expect(page.get_by_role("status")).to_have_text("1 route")
        only = page.locator("#groups .docs-route:visible")
        expect(only).to_have_count(1)
        expect(page.get_by_role("link", name="Operating")).to_be_hidden()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(only).to_contain_text("a program with an API key")
        expect(only.locator("pre").first).to_contain_text('"message_id": "msg-7Yk2nQ4vXb1sTz0a"')
        expect(only.locator(".docs-answer").first).to_contain_text("200 A token for one reply.")
        only.get_by_role("link", name="ChatToken", exact=True).click()
        form = page.locator("#form-ChatToken")
        expect(form).to_contain_text("Seconds until the token can start a reply no more.")
        expect(form.locator("summary")).to_be_focused()

        page.get_by_label("Find a route").fill("nothing of the kind")
        expect(page.get_by_role("status")).to_have_text("No route has these words.")
        self.finish()

    def test_every_route_and_form_can_be_drawn_and_none_has_a_fault_that_axe_finds(self):
        server = self.connected()
        for scheme, width in (("light", 1280), ("dark", 360)):
            page = self.visit(
                server.url + "/docs#issueToken", color_scheme=scheme, viewport={"width": width, "height": 800},
                reduced_motion="reduce",
            )
            expect(page.locator("#issueToken")).to_have_attribute("open", "")
            expect(page.locator("#issueToken summary")).to_be_in_viewport()
            page.evaluate("() => document.querySelectorAll('.docs-route').forEach((view) => { view.open = true })")
            inside = page.locator(".docs-inside")
            expect(inside).to_have_count(len(ROUTES) + len(DESCRIPTION["components"]["schemas"]))
            self.assertEqual(page.locator(".docs-inside:empty").count(), 0)
            self.assertEqual(page.evaluate("() => document.documentElement.scrollWidth - innerWidth"), 0)
            dead = page.evaluate(
                "() => [...document.querySelectorAll('.docs-link')].filter((link) => !document.getElementById(link.hash.slice(1))).length"
            )
            self.assertEqual(dead, 0)
            self.assertEqual(run_axe(page).response["violations"], [], scheme)
        self.finish()

    def test_its_frame_speaks_the_readers_language_and_says_when_it_cannot_be_drawn(self):
        server = self.connected()
        page = self.visit(server.url + "/docs", locale="zh-CN")
        expect(page.get_by_role("heading", level=1)).to_have_text("接口")
        expect(page.get_by_role("status")).to_have_text(f"{len(ROUTES)} 个接口")
        self.assertEqual(page.locator("html").get_attribute("lang"), "zh-Hans")
        # What is written in English says so to a screen reader.
        self.assertEqual(page.locator("#groups").get_attribute("lang"), "en")
        page.route("**/openapi.json", lambda route: route.fulfill(status=503, body="down"))
        page.reload()
        expect(page.get_by_role("status")).to_have_text("无法读取接口描述：503")
        self.expected.append("503")
        self.finish()

    def test_the_chat_page_loads_nothing_of_it(self):
        self.connected()
        page = self.visit("about:blank")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(self.server.url)
        page.wait_for_function("async () => (await navigator.serviceWorker.ready).active?.state === 'activated'")
        page.wait_for_load_state("networkidle")
        kept = page.evaluate(
            "async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((one) => one.url)))).flat()"
        )
        self.assertGreater(len(asked), 10)
        self.assertEqual([url for url in asked + kept if re.search(r"docs|openapi", url)], [])
        self.finish()
