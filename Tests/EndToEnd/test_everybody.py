"""The page for everybody: axe, widths, zoom, colours, touch, the other direction, keyboards of all kinds."""

import os

from playwright.sync_api import expect

from browser import COMPLETE, playwright, run_axe
from everybody import Walk

# Where to put pictures for somebody to look at.
PICTURES = os.environ.get("PICTURES")

# What sticks out of the page sideways, if it can be scrolled to.
SIDEWAYS = """() => {
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth <= clientWidth && document.body.scrollWidth <= clientWidth) return []
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > clientWidth + 1 || node.getBoundingClientRect().left < -1)
    .slice(0, 5).map((node) => node.outerHTML.slice(0, 80))
}"""

# What can be pressed and is smaller than this. Links in running text are excused (WCAG 2.5.8), and what a label
# around it makes larger; a check box counts with its label.
SMALL = """(least) => {
  const small = []
  for (const node of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
    if (node.matches(".message-content a, .leaving-address a, .details-body a, .docs-inside a, [role=group], [role=region]")) continue
    const target = node.closest("label") ?? node
    const { width, height } = target.getBoundingClientRect()
    if (node.matches(".skip-link, .visually-hidden") || width === 0) continue
    if (width < least - 0.5 || height < least - 0.5) {
      small.push(`${Math.round(width)}x${Math.round(height)} ${node.outerHTML.replace(/\\s+/g, " ").slice(0, 90)}`)
    }
  }
  return small
}"""

# The focused element, if nothing shows that it is: neither an edge around it nor one around what it stands in.
UNSEEN_FOCUS = """() => {
  const focused = document.activeElement
  if (focused === document.body || focused.matches("iframe")) return null
  const isShown = (node) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node)
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none"
  }
  const { bottom, top, width } = focused.getBoundingClientRect()
  const isInView = bottom > 0 && top < innerHeight && width > 0
  const frame = focused.closest(".composer") ?? focused
  return isInView && (isShown(focused) || isShown(frame)) ? null : focused.outerHTML.slice(0, 100)
}"""

SIDES = """() => {
  const reply = [...document.querySelectorAll("message-view[data-role=assistant]")].at(-1)
  const side = (words) => {
    const node = [...reply.querySelectorAll("p")].find((one) => one.textContent.includes(words))
    const range = document.createRange()
    range.selectNodeContents(node)
    const [text, box] = [range.getBoundingClientRect(), node.getBoundingClientRect()]
    return text.left - box.left > box.right - text.right ? "right" : "left"
  }
  const question = [...document.querySelectorAll("message-view[data-role=user] .message-content")].at(-1)
  return {
    arabic: side("مرحبا"), english: side("English"), question: getComputedStyle(question).direction,
    code: getComputedStyle(reply.querySelector("pre code")).direction,
    inline: getComputedStyle(reply.querySelector("p code")).direction,
  }
}"""

FAKE_KEYBOARD = """
const fake = Object.assign(new EventTarget(), { height: innerHeight, offsetTop: 0, scale: 1 })
Object.defineProperty(globalThis, "visualViewport", { value: fake })
globalThis.keyboard = (height, offsetTop, scale = 1) => {
  Object.assign(fake, { height, offsetTop, scale })
  fake.dispatchEvent(new Event("resize"))
}
"""


class Everybody(Walk):
    maxDiff = None

    def picture(self, page, name):
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}.png", animations="disabled")

    def violations(self, page):
        found = run_axe(page, context={"exclude": [["iframe"]]}).response["violations"]
        return [(one["id"], [(node["target"], node["html"][:120]) for node in one["nodes"]][:3]) for one in found]

    def axe_in_every_state(self, language):
        self.settings = {"language": language}
        self.begin()
        wrong = {}
        for state, page in self.states():
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                self.picture(page, f"axe-{language}-{state}-{scheme}")
                if found := self.violations(page):
                    wrong[state, scheme] = found
        self.assertEqual(wrong, {})
        self.finish()

    def test_axe_finds_nothing_in_any_state_in_english(self):
        self.axe_in_every_state("en")

    def test_axe_finds_nothing_in_any_state_in_chinese(self):
        self.axe_in_every_state("zh")

    def test_nothing_is_cut_off_or_scrolls_sideways_at_any_width(self):
        self.begin()
        wrong = {}
        for state, page in self.states():
            for width, height in ((320, 640), (768, 1024), (3440, 1440)):
                page.set_viewport_size({"width": width, "height": height})
                self.picture(page, f"width-{state}-{width}")
                if found := page.evaluate(SIDEWAYS):
                    wrong[state, width] = found
            page.set_viewport_size({"width": 1280, "height": 720})
        self.assertEqual(wrong, {})
        self.finish()

    def test_everything_is_large_enough_for_a_finger_on_a_phone(self):
        self.options = {**phone()}
        self.begin()
        wrong = {}
        for state, page in self.states():
            self.picture(page, f"phone-{state}")
            if found := page.evaluate(SMALL, 44):
                wrong[state] = found
        self.assertEqual(wrong, {})
        self.finish()

    def test_everything_is_large_enough_for_a_pointer(self):
        self.begin()
        wrong = {}
        for state, page in self.states():
            if found := page.evaluate(SMALL, 24):
                wrong[state] = found
        self.assertEqual(wrong, {})
        self.finish()

    def test_at_400_percent_the_messages_and_the_box_are_there(self):
        """A window of 1280 x 1024, looked at four times as large (WCAG 1.4.10)."""
        self.options = {"viewport": {"width": 320, "height": 256}}
        self.begin()
        wrong = {}
        for state, page in self.chat_states():
            self.picture(page, f"zoom-{state}")
            if found := page.evaluate(SIDEWAYS):
                wrong[state, "sideways"] = found
            if page.locator("dialog[open]").count():
                wrong.update({} if in_view(page, "dialog[open]") else {(state, "dialog"): "out of view"})
                continue
            box, messages = page.locator("#message-box").bounding_box(), page.locator("main > :is(welcome-panel, message-list):visible").bounding_box()
            if box["y"] + box["height"] > 256 or box["width"] < 120:
                wrong[state, "box"] = box
            # Three lines; four, but for what a lost network adds.
            if messages["height"] < (80 if state == "offline" else 112):
                wrong[state, "messages"] = messages
        for state, page in self.list_states():
            self.picture(page, f"zoom-{state}")
            for name in ("conversation-row >> nth=2", "#sidebar a[href='/onboarding']", ".new-conversation"):
                page.locator(name).scroll_into_view_if_needed()
                if not in_view(page, name):
                    wrong[state, name] = "out of reach"
        self.assertEqual(wrong, {})
        self.finish()

    def test_colours_may_be_forced_and_contrast_more_without_losing_anything(self):
        self.begin()
        wrong = {}
        for state, page in self.states():
            for name, media in (
                ("forced", {"forced_colors": "active"}),
                ("forced-dark", {"forced_colors": "active", "color_scheme": "dark"}),
                ("contrast", {"contrast": "more"}),
                ("contrast-dark", {"contrast": "more", "color_scheme": "dark"}),
            ):
                page.emulate_media(**media)
                self.picture(page, f"{name}-{state}")
                if found := self.violations(page) if "contrast" in name else []:
                    wrong[state, name] = found
                page.emulate_media(forced_colors="none", contrast="no-preference", color_scheme="light")
        self.assertEqual(wrong, {})
        self.finish()

    def test_where_the_focus_is_can_be_seen_with_every_kind_of_colours(self):
        self.begin()
        unseen = {}
        for state, page in self.list_states():
            for media in ({}, {"forced_colors": "active"}, {"contrast": "more"}, {"color_scheme": "dark"}):
                page.emulate_media(**media)
                page.evaluate("() => document.activeElement.blur()")
                for _ in range(page.locator("a, button, input, select, textarea, summary").count() + 3):
                    page.keyboard.press("Tab")
                    if found := page.evaluate(UNSEEN_FOCUS):
                        unseen[str(media), found] = state
                page.emulate_media(forced_colors="none", contrast="no-preference", color_scheme="light")
        self.assertEqual(unseen, {})
        self.finish()

    def test_the_page_reads_from_the_right_where_that_is_the_way(self):
        self.begin()
        wrong = {}
        for state, page in self.states():
            page.evaluate("() => { document.documentElement.dir = 'rtl' }")
            self.picture(page, f"rtl-{state}")
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 720})
                if found := page.evaluate(SIDEWAYS):
                    wrong[state, width] = found
            if state == "list":
                page.set_viewport_size({"width": 1280, "height": 720})
                self.assertGreater(page.locator("#sidebar").bounding_box()["x"], 640)
            page.set_viewport_size({"width": 1280, "height": 720})
            page.evaluate("() => { document.documentElement.dir = 'ltr' }")
        self.assertEqual(wrong, {})
        self.finish()

    def test_each_text_has_its_own_direction_and_code_always_the_same(self):
        self.begin()
        page = self.opened()
        self.answer("مرحبا، هذا نص عربي.\n\nAnd this is English.\n\n- بند أول\n\n```js\nlet x = 1 // مرحبا\n```\n\nخذ `a + b` معك.")
        for count, direction in enumerate(("ltr", "rtl"), 1):
            page.evaluate("(direction) => { document.documentElement.dir = direction }", direction)
            self.send(page, "كيف أبدأ الجري؟")
            expect(page.locator(COMPLETE)).to_have_count(count)
            sides = page.evaluate(SIDES)
            self.assertEqual(sides["arabic"], "right", direction)
            self.assertEqual(sides["english"], "left", direction)
            self.assertEqual(sides["question"], "rtl", direction)
            self.assertEqual((sides["code"], sides["inline"]), ("ltr", "ltr"), direction)
            self.picture(page, f"directions-{direction}")
        self.finish()

    def test_the_box_stays_above_a_keyboard_that_lies_over_the_page(self):
        self.options = {**phone()}
        self.begin()
        page = self.visit("about:blank", **self.options)
        page.add_init_script(FAKE_KEYBOARD)
        page.goto(self.server.url)
        self.answer(*[f"Line {number}.\n\n" for number in range(60)])
        self.send(page, "Write")
        expect(page.locator(COMPLETE)).to_contain_text("Line 59.")
        height = page.evaluate("() => innerHeight")

        for top in (0, 90):
            page.evaluate("([height, top]) => keyboard(height, top)", [height - 340, top])
            box = page.locator(".composer").bounding_box()
            self.assertLessEqual(box["y"] + box["height"], height - 340 + top)
            self.assertGreaterEqual(page.locator(".top-bar").bounding_box()["y"], top)
            expect(page.locator(".message-content p", has_text="Line 59.")).to_be_in_viewport()
            self.picture(page, f"keyboard-{top}")

        page.evaluate("(height) => keyboard(height / 2, 0, 2)", height)
        self.assertGreater(page.locator(".composer").bounding_box()["y"], height / 2, "a closer look moves nothing")
        page.evaluate("(height) => keyboard(height, 0)", height)
        box = page.locator("message-composer").bounding_box()
        self.assertAlmostEqual(box["y"] + box["height"], height, delta=1)
        self.finish()

    def test_nothing_moves_for_who_wants_stillness(self):
        self.options = {"reduced_motion": "reduce"}
        self.begin()
        wrong = {}
        for state, page in self.chat_states():
            moving = page.evaluate(
                "() => document.getAnimations().map((one) => one.effect.getComputedTiming())"
                ".filter(({ endTime }) => endTime > 10).map(({ endTime }) => String(endTime))"
            )
            if moving:
                wrong[state] = moving
        self.assertEqual(wrong, {})
        self.finish()

    def test_the_whole_chat_is_there_for_who_has_only_a_keyboard(self):
        self.begin()
        page = self.opened()
        keys = page.keyboard
        expect(page.locator("#message-box")).to_be_focused()

        # Ask and stop.
        self.gated(["One, two, "], ["three."])
        self.model.gate.clear()
        keys.type("Count")
        keys.press("Enter")
        expect(page.locator("message-view[data-role=assistant]")).to_contain_text("One, two,")
        self.go(page, ".composer-actions button:has(.icon-stop)")
        keys.press("Enter")
        expect(page.locator("message-view[data-state=stopped]")).to_be_visible()
        expect(page.locator("#message-box")).to_be_focused()
        self.model.gate.set()

        # Go on with it, look into it, copy it.
        self.answer("Four.\n\n[Elsewhere](https://elsewhere.example/)\n\n```js\nlet five\n```")
        self.go(page, "button.continue", back=True)
        keys.press("Enter")
        expect(page.locator(COMPLETE)).to_contain_text("Four.")
        expect(page.locator("#message-box")).to_be_focused()
        self.go(page, ".message-foot button:has(.icon-more)", back=True)
        keys.press("Enter")
        for _ in range(10):
            if page.evaluate("() => document.activeElement.textContent") == "How this came about":
                break
            keys.press("ArrowDown")
        keys.press("Enter")
        expect(page.get_by_text("1 model call")).to_be_visible()
        self.go(page, ".copy-message", back=True)
        keys.press("Enter")
        expect(page.get_by_role("status").filter(has_text="Copied.")).to_have_count(1)

        # A link elsewhere, and the way back from it.
        self.go(page, ".message-content a", back=True)
        keys.press("Enter")
        expect(page.locator("dialog[open]")).to_be_visible()
        keys.press("Escape")
        expect(page.locator(".message-content a")).to_be_focused()

        # The list: rename, delete, take back, begin anew.
        self.go(page, "conversation-row a", back=True)
        keys.press("F2")
        expect(page.get_by_role("textbox", name="New title")).to_be_focused()
        keys.type("Numbers")
        keys.press("Enter")
        expect(page.get_by_role("link", name="Numbers")).to_be_focused()
        keys.press("Delete")
        expect(page.get_by_role("link", name="Numbers")).to_have_count(0)
        self.go(page, "undo-toasts .undo")
        keys.press("Enter")
        expect(page.get_by_role("link", name="Numbers")).to_be_visible()
        self.go(page, ".skip-link")
        keys.press("Enter")
        expect(page.locator("#message-box")).to_be_focused()
        self.go(page, ".new-conversation", back=True)
        keys.press("Enter")
        expect(page.locator(".starter").first).to_be_visible()
        self.go(page, ".starter", back=True)
        self.finish()

    def go(self, page, selector, back=False):
        """Presses Tab until this has the focus, which can be seen everywhere on the way."""
        for _ in range(80):
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
            page.keyboard.press("Shift+Tab" if back else "Tab")
            self.assertIsNone(page.evaluate(UNSEEN_FOCUS))
        self.fail(f"{selector} is out of the keyboard's reach")


def phone():
    return playwright().devices["Pixel 7"]


def in_view(page, selector):
    box, size = page.locator(selector).bounding_box(), page.viewport_size
    return box["y"] >= -1 and box["y"] + box["height"] <= size["height"] + 1
