"""A reply that is finished while nobody looks says so, and is quiet again afterwards."""

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest, also_in

# A page that the browser calls hidden when it is told; headless ones are always seen.
HIDING = """
  globalThis.isHidden = false
  Object.defineProperty(document, "visibilityState", { get: () => isHidden ? "hidden" : "visible" })
  globalThis.hide = (now) => { isHidden = now; document.dispatchEvent(new Event("visibilitychange")) }
  globalThis.badges = []
  navigator.setAppBadge = async (count) => { badges.push(count) }
  navigator.clearAppBadge = async () => { badges.push(0) }
  globalThis.notices = []
  globalThis.Notification = class extends EventTarget {
    static permission = "granted"
    static requestPermission = async () => "granted"
    constructor(title, how) { super(); notices.push({ title, ...how }) }
  }
"""
COMFORTS = "() => performance.getEntriesByName('comforts').length > 0"


class Background(PageTest):
    def hidden_page(self, settings):
        self.gated(["Half of it, "], ["and a secret."])
        self.connected()
        page = self.visit("about:blank")
        page.add_init_script(HIDING)
        page.goto(self.server.url)
        page.evaluate("(settings) => { localStorage['shuren.settings'] = JSON.stringify(settings) }", settings)
        page.reload()
        page.wait_for_function(COMFORTS)
        self.ask(page, "Write something")
        expect(page.locator(STREAMING)).to_contain_text("Half of it,")
        page.evaluate("hide(true)")
        return page

    @also_in("firefox")
    def test_a_finished_reply_marks_title_icon_and_badge_until_somebody_looks(self):
        page = self.hidden_page({})
        self.model.gate.set()
        page.wait_for_function("() => document.title.startsWith('✓ ')")
        self.assertIn("Write something", page.title())
        self.assertTrue(page.evaluate("document.querySelector('link[rel=icon]').href").endswith("/favicon-dot.svg"))
        self.assertEqual(page.evaluate("badges"), [1])
        self.assertEqual(page.evaluate("notices"), [], "nobody has asked for notifications")
        page.evaluate("hide(false)")
        expect(page.locator(COMPLETE)).to_contain_text("and a secret.")
        self.assertFalse(page.title().startswith("✓"))
        self.assertTrue(page.evaluate("document.querySelector('link[rel=icon]').href").endswith("/favicon.svg"))
        self.assertEqual(page.evaluate("badges"), [1, 0])
        self.finish()

    def test_a_page_that_let_go_of_the_stream_hears_of_the_end_and_notifies_with_the_title_alone(self):
        page = self.hidden_page({"notifies": True})
        # It lets go after five seconds, and asks from time to time.
        with page.expect_response("**/api/v1/conversations/active", timeout=20_000):
            pass
        self.assertEqual(page.evaluate("notices"), [])
        self.model.gate.set()
        page.wait_for_function("() => notices.length > 0", timeout=20_000)
        notices = page.evaluate("notices")
        self.assertEqual([(notice["title"], notice["body"]) for notice in notices], [("The reply is finished", "Write something")])
        self.assertNotIn("secret", str(notices))
        page.evaluate("hide(false)")
        expect(page.locator(COMPLETE)).to_contain_text("and a secret.")
        self.assertEqual(self.model.calls, 1)
        self.finish()
