"""The page that a browser keeps: never older than the server, and there when the network is not."""

import re
import shutil
from pathlib import Path

from playwright.sync_api import expect

from browser import COMPLETE, PageTest, also_in, run_axe
from harness import ROOT, until
from line import Line

# What browsers say in the console when the network is gone, and what the page adds.
GONE = ["ERR_", "Failed to load resource", "NetworkError", "The reply failed", "No list", "No configuration", "No memory"]

KEPT = """async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("shuren-shell-") && await (await caches.open(name)).match("/shell.json")) return name
  }
  return null
}"""


class Installed(PageTest):
    def setUp(self):
        super().setUp()
        self.data = self.folder()
        self.server = None
        self.line = None

    def public(self, *changes):
        """A copy of the page with changes: the file, what stands there, what comes instead."""
        folder = Path(self.folder()) / "Public"
        shutil.copytree(ROOT / "Public", folder)
        for path, old, new in changes:
            text = (folder / path).read_text()
            assert old in text, (path, old)
            (folder / path).write_text(text.replace(old, new, 1))
        return folder

    def deploy(self, public):
        """Another server with other files takes the place of the one before, under the same address."""
        if self.server:
            self.server.terminate()
            self.expected = [r"net::ERR_"]  # a page may have asked just then
        self.server = self.start(
            self.data, "--llm-base-url", self.model.url, "--llm-model", "test", "--public-dir", str(public)
        )
        if self.line is None:
            self.line = Line(self.server.port)
            self.addCleanup(lambda: self.line.close())
        self.line.cut()
        self.line.port = self.server.port

    def installed(self, *changes, **options):
        """A page that the browser has kept."""
        self.deploy(self.public(*changes))
        page = self.visit(self.line.url, **options)
        self.keep(page)
        return page

    def keep(self, page):
        before = page.evaluate(KEPT)
        page.evaluate("() => dispatchEvent(new Event('online'))")
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        until(lambda: page.evaluate(KEPT) not in (None, before), "the page is kept")

    def no_network(self):
        self.expected = GONE
        port = self.line.own_port
        self.line.close()
        return port

    def network(self, port):
        self.line = Line(self.server.port, port)

    @also_in("firefox")
    def test_what_is_deployed_is_what_the_next_load_shows(self):
        page = self.installed()
        self.deploy(
            self.public(
                ("index.html", "<body>", "<body class=another>"),
                ("js/elements/welcome-panel.js", "export class", "document.body.dataset.made = 'anew'\nexport class"),
                ("css/base.css", "--column: 46rem", "--column: 45rem"),
            )
        )

        page.reload()

        expect(page.locator("body.another[data-made=anew]")).to_be_visible()
        self.assertEqual(page.evaluate("() => getComputedStyle(document.body).getPropertyValue('--column')"), "45rem")
        self.finish()

    @also_in("firefox")
    def test_without_a_network_the_page_opens_with_what_waits_and_sends_it_later(self):
        page = self.installed()
        port = self.no_network()
        self.ask(page, "first")
        expect(page.locator(".message-problem")).to_contain_text("Connection lost")
        context = page.context
        page.close()

        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_role("link", name="first").click()
        expect(page.locator("message-view[data-role=user]", has_text="first")).to_be_visible()
        self.ask(page, "second")
        expect(page.get_by_text("Waiting for the network")).to_have_count(1)
        answered = []
        context.on("response", lambda answer: answered.append((answer.url.split("/", 3)[3], answer.from_service_worker)))
        self.network(port)
        page.evaluate("() => dispatchEvent(new Event('online'))")

        expect(page.locator(COMPLETE)).to_have_count(2)
        self.assertEqual([body["messages"][-1]["content"] for body in self.model.bodies], ["first", "second"])
        # What was opened from what the browser had kept has given way to what the server has.
        until(lambda: page.title() and ("js/app.js", False) in answered, "the page is the server's")
        expect(page.locator(COMPLETE)).to_have_count(2)
        self.finish()

    @also_in("firefox")
    def test_a_page_opened_without_a_network_gives_way_to_a_newer_one_by_itself(self):
        page = self.installed(("index.html", "<body>", "<body class=old>"))
        port = self.no_network()
        page.goto(f"http://127.0.0.1:{port}/")
        expect(page.locator("body.old #message-box")).to_be_editable()
        self.network(port)

        self.deploy(
            self.public(("js/elements/welcome-panel.js", "export class", "document.body.dataset.made = 'anew'\nexport class"))
        )

        expect(page.locator("body[data-made=anew]:not(.old)")).to_be_visible()
        # What the page asked for while there was no network.
        self.expected += [r"^No configuration", r"^No list of conversations"]
        self.finish()

    @also_in("firefox")
    def test_where_the_page_is_not_kept_yet_a_few_words_stand_in_and_it_comes_back_by_itself(self):
        page = self.installed()
        page.evaluate("""async () => {
          for (const name of await caches.keys()) if (name.startsWith("shuren-shell-")) await caches.delete(name)
        }""")
        port = self.no_network()
        page.goto(f"http://127.0.0.1:{port}/?c=a-conversation-of-mine")

        expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()
        expect(page.get_by_role("heading")).to_have_count(1)
        if self.engine == "chromium":
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                self.assertEqual(run_axe(page).response["violations"], [])
        self.network(port)
        # Without being told of the network it looks every 30 seconds at the latest.
        expect(page.locator("#message-box")).to_be_editable(timeout=50_000)
        self.assertTrue(page.url.endswith("/?c=a-conversation-of-mine"))
        self.expected = [*GONE, "404", "401"]
        self.finish()

    def test_the_words_that_stand_in_are_also_chinese(self):
        page = self.installed(locale="zh-CN")
        page.evaluate("async () => { for (const name of await caches.keys()) if (/shell/.test(name)) await caches.delete(name) }")
        port = self.no_network()
        page.goto(f"http://127.0.0.1:{port}/")

        expect(page.get_by_role("heading", name="无法连接服务器")).to_be_visible()
        expect(page).to_have_title("没有网络 · Shuren")
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")

    def test_the_worker_answers_for_pages_and_for_nothing_else(self):
        page = self.installed()
        answered = []
        page.context.on("response", lambda answer: answered.append((answer.from_service_worker, answer.url)))
        page.reload()
        self.ask(page, "Hello")
        expect(page.locator(COMPLETE)).to_have_count(1)
        for path in ("/admin", "/preview", "/api/v1/config", "/metrics", "/onboarding"):
            page.goto(self.line.url + path)

        paths = {(worked, url.removeprefix(self.line.url).split("?")[0]) for worked, url in answered}
        self.assertIn((False, "/api/v1/chat/stream"), paths)
        self.assertEqual({path for worked, path in paths if worked}, {"/", "/onboarding"})
        kept = page.evaluate("""async () => {
          const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
          return all.flat().map(({ url }) => new URL(url).pathname)
        }""")
        self.assertIn("/js/app.js", kept)
        self.assertEqual([path for path in kept if re.match("/(api|v1|admin|metrics|preview|js/admin|login)", path)], [])
        self.expected = ["Refused to|policy", "404", "401", "403"]

    @also_in("firefox")
    def test_another_worker_takes_over(self):
        page = self.installed()
        self.deploy(
            self.public(
                (
                    "service-worker.js",
                    "let windows = null",
                    "worker.addEventListener('message', ({ data, source }) => data === 'who' && source.postMessage('another'))\n"
                    "let windows = null",
                )
            )
        )

        page.reload()
        page.evaluate("""() => {
          navigator.serviceWorker.addEventListener("controllerchange", () => globalThis.isTaken = true)
          dispatchEvent(new Event("online"))
        }""")

        there = """async () => globalThis.isTaken === true
          || Boolean((await navigator.serviceWorker.getRegistration()).waiting)"""
        until(lambda: page.evaluate(there), "another worker is there")
        # It takes over when the one before has nothing to do, which Chromium does not see while a debugger watches; and once
        # no page of the one before is open.
        context = page.context
        page.close()

        def answers():
            page = context.new_page()
            page.goto(self.line.url)
            answer = page.evaluate("""() => new Promise((resolve) => {
              navigator.serviceWorker.onmessage = ({ data }) => resolve(data)
              navigator.serviceWorker.controller?.postMessage("who")
              setTimeout(resolve, 500)
            })""")
            page.close()
            return answer == "another"

        until(answers, "the new worker answers")
        self.finish()

    @also_in("firefox")
    def test_the_worker_can_be_removed(self):
        page = self.installed()
        public = self.public()
        shutil.copy(ROOT / "Config/service-worker-off.js", public / "service-worker.js")
        self.deploy(public)

        page.reload()

        gone = """async () =>
          (await navigator.serviceWorker.getRegistrations()).length === 0 && (await caches.keys()).length === 0"""
        until(lambda: page.evaluate(gone), "no worker and nothing that it kept")
        page.reload()
        self.assertIsNone(page.evaluate("() => navigator.serviceWorker.controller"))
        self.finish()

    def test_it_can_be_installed(self):
        page = self.installed()
        browser = page.context.new_cdp_session(page)

        manifest = browser.send("Page.getAppManifest")
        self.assertEqual(manifest["errors"], [])
        self.assertTrue(manifest["url"].endswith("/manifest.webmanifest"))
        # A profile that is thrown away installs nothing; nothing else may be in the way.
        problems = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
        self.assertEqual([problem["errorId"] for problem in problems if problem["errorId"] != "in-incognito"], [])
        for path in ("/icons/icon-192.png", "/icons/icon-512.png", "/icons/maskable-512.png", "/icons/apple-touch-icon.png"):
            size = page.evaluate("async (path) => { const icon = new Image(); icon.src = path; await icon.decode(); return icon.naturalWidth }", path)
            self.assertEqual(size, {"192": 192, "512": 512}.get(path[-7:-4], 180))
        self.finish()
