"""Everything by keyboard, and by voice where the browser has one."""

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest, also_in, run_axe

SPEECH = """
  globalThis.spoken = []
  globalThis.SpeechSynthesisUtterance = class extends EventTarget {
    constructor(text) { super(); this.text = text }
  }
  Object.defineProperty(globalThis, "speechSynthesis", { value: {
    speak(utterance) { this.current = utterance; spoken.push([utterance.lang, utterance.text]) },
    cancel() { this.current = null; spoken.push("cancel") },
    finish() { this.current?.dispatchEvent(new Event("end")) },
  } })
"""
LISTENING = """
  globalThis.webkitSpeechRecognition = globalThis.SpeechRecognition = class {
    constructor() { globalThis.ear = this }
    start() { this.isOn = true }
    stop() { this.isOn = false; this.onend() }
    abort() { this.stop() }
    hear(...texts) { this.onresult({ results: texts.map((transcript) => [{ transcript }]) }) }
  }
"""
COMFORTS = "() => performance.getEntriesByName('comforts').length > 0"


class Shortcuts(PageTest):
    def ready(self, **options):
        self.model.reply = lambda answer: answer.stream(["Some code:\n\n```js\nlet a = 1\n```\n\nThat is **all**."])
        self.connected()
        page = self.visit(**options)
        page.wait_for_function(COMFORTS)
        return page

    def axe(self, page):
        found = run_axe(page)
        self.assertEqual([(violation["id"], len(violation["nodes"])) for violation in found.response["violations"]], [])

    def leave_box(self, page):
        page.evaluate("document.activeElement?.blur()")

    @also_in("firefox")
    def test_the_list_opens_while_writing_and_its_keys_do_what_it_says(self):
        page = self.ready()
        box = page.locator("#message-box")
        box.fill("What I write stays?")
        page.keyboard.press("?")
        expect(box).to_have_value("What I write stays??")
        page.keyboard.press("Control+/")
        page.emulate_media(reduced_motion="reduce")
        listed = page.get_by_role("dialog", name="Shortcuts")
        expect(listed).to_be_visible()
        self.assertGreater(listed.locator("kbd").count(), 14)
        for name, keys in (("From row to row", "↑ or ↓"), ("Rename", "F2"), ("Delete", "Del")):
            expect(listed.get_by_role("listitem").filter(has_text=name)).to_contain_text(keys)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            self.axe(page)
        # One more key does what a line says.
        page.evaluate("document.addEventListener('search-open', () => globalThis.searches = (globalThis.searches ?? 0) + 1)")
        page.keyboard.press("s")
        expect(listed).to_be_hidden()
        self.assertEqual(page.evaluate("searches"), 1)
        expect(box).to_have_value("What I write stays??")
        # So does a click; and Escape only closes.
        self.leave_box(page)
        page.keyboard.press("?")
        listed.get_by_role("button", name="Search").click()
        self.assertEqual(page.evaluate("searches"), 2)
        page.keyboard.press("Control+/")
        page.keyboard.press("Escape")
        expect(listed).to_be_hidden()
        self.finish()

    def test_a_conversation_is_had_without_a_mouse(self):
        page = self.ready(viewport={"width": 1200, "height": 500})
        for question in ("First", "Second"):
            page.locator("#message-box").fill(question)
            page.keyboard.press("Enter")
            expect(page.locator(COMPLETE).last).to_contain_text("That is all.")
            expect(page.locator(f"message-view:has-text('{question}')")).to_have_count(1)
        expect(page.locator(COMPLETE)).to_have_count(2)
        self.leave_box(page)
        page.keyboard.press("k")
        page.keyboard.press("k")
        before = page.evaluate("[...document.querySelectorAll('message-view')].indexOf(document.activeElement)")
        page.keyboard.press("j")
        after = page.evaluate("[...document.querySelectorAll('message-view')].indexOf(document.activeElement)")
        self.assertEqual(after, before + 1)
        page.keyboard.press("Shift+C")
        expect(page.get_by_role("status")).to_have_text("Copied.")
        page.keyboard.press("m")
        expect(page.locator("#message-box")).to_be_focused()
        page.evaluate("document.addEventListener('edit-last', () => globalThis.edits = (globalThis.edits ?? 0) + 1)")
        page.locator("#message-box").fill("x")
        page.keyboard.press("ArrowUp")
        page.locator("#message-box").fill("")
        page.keyboard.press("ArrowUp")
        self.assertEqual(page.evaluate("edits"), 1)
        expect(page.get_by_label("Change your message")).to_be_focused()
        self.leave_box(page)
        page.keyboard.press("n")
        expect(page.get_by_role("heading", level=1)).to_have_text("New conversation")
        self.leave_box(page)
        page.keyboard.press("Shift+J")
        expect(page.locator(COMPLETE)).to_have_count(2)
        # The list beside goes away, stays away, and comes back.
        self.leave_box(page)
        sidebar = page.locator("#sidebar")
        page.keyboard.press("b")
        expect(sidebar).to_be_hidden()
        page.reload()
        expect(page.locator("#message-box")).to_be_editable()
        expect(sidebar).to_be_hidden()
        page.wait_for_function(COMFORTS)
        self.leave_box(page)
        page.keyboard.press("b")
        expect(sidebar).to_be_visible()
        self.finish()

    def test_escape_stops_a_reply(self):
        page = self.ready()
        self.gated(["Half of it, "], ["and the rest."])
        self.ask(page, "Write")
        expect(page.locator(STREAMING)).to_contain_text("Half of it,")
        page.keyboard.press("Escape")
        expect(page.locator("message-view[data-state=stopped]")).to_contain_text("Half of it,")
        self.model.gate.set()
        self.finish()

    def test_single_keys_can_be_switched_off(self):
        page = self.ready()
        page.evaluate("localStorage['shuren.settings'] = JSON.stringify({ hasShortcuts: false })")
        page.reload()
        page.wait_for_function(COMFORTS)
        self.leave_box(page)
        page.keyboard.press("?")
        page.keyboard.press("b")
        expect(page.locator("#sidebar")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.keyboard.press("Control+/")
        expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()
        self.finish()


class Voice(PageTest):
    def spoken(self, page, script):
        page.add_init_script(script)
        page.goto(self.server.url)

    def test_a_reply_is_read_aloud_without_its_marks_and_stops(self):
        self.model.reply = lambda answer: answer.stream(["**Bold** and a [link](https://example.com).\n\n- one\n- two"])
        self.connected()
        page = self.visit("about:blank", locale="en-GB")
        self.spoken(page, SPEECH)
        self.ask(page, "Write")
        reply = page.locator(COMPLETE)
        reply.get_by_role("button", name="Read aloud").click()
        page.wait_for_function("() => spoken.length > 1")
        language, text = page.evaluate("spoken.find((said) => said !== 'cancel')")
        self.assertEqual(language, "en-GB")
        self.assertTrue(text.startswith("Bold and a link."), text)
        self.assertNotIn("*", text)
        reply.get_by_role("button", name="Stop reading").click()
        self.assertEqual(page.evaluate("spoken.at(-1)"), "cancel")
        expect(reply.get_by_role("button", name="Read aloud")).to_be_visible()
        # And to its end.
        reply.get_by_role("button", name="Read aloud").click()
        expect(reply.get_by_role("button", name="Stop reading")).to_be_visible()
        page.evaluate("speechSynthesis.finish()")
        expect(reply.get_by_role("button", name="Read aloud")).to_be_visible()
        found = run_axe(page)
        self.assertEqual([violation["id"] for violation in found.response["violations"]], [])
        self.finish()

    def test_what_is_dictated_stands_in_the_box_and_goes_with_the_message(self):
        self.model.reply = lambda answer: answer.stream(["Heard."])
        self.connected()
        page = self.visit("about:blank")
        self.spoken(page, LISTENING)
        box = page.locator("#message-box")
        box.fill("Please")
        page.get_by_role("button", name="Dictate").click()
        expect(page.get_by_role("button", name="Stop dictating")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("Listening.")
        page.evaluate("ear.hear('make me')")
        expect(box).to_have_value("Please make me")
        page.evaluate("ear.hear('make me a', ' plan')")
        expect(box).to_have_value("Please make me a plan")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(COMPLETE)).to_contain_text("Heard.")
        expect(box).to_have_value("")
        expect(page.get_by_role("button", name="Dictate")).to_be_visible()
        self.assertFalse(page.evaluate("ear.isOn"))
        self.finish()

    def test_a_microphone_that_is_not_allowed_is_said_so(self):
        self.connected()
        self.expected = ["Dictation: not-allowed"]
        page = self.visit("about:blank")
        self.spoken(page, LISTENING)
        page.get_by_role("button", name="Dictate").click()
        expect(page.get_by_role("button", name="Stop dictating")).to_be_visible()
        page.evaluate("ear.onerror({ error: 'not-allowed' }); ear.stop()")
        expect(page.get_by_role("status")).to_have_text("The browser does not let this page use the microphone.")
        expect(page.get_by_role("button", name="Dictate")).to_be_visible()
        self.finish()

    def test_a_browser_without_a_voice_has_no_buttons_for_it(self):
        self.model.reply = lambda answer: answer.stream(["Quiet."])
        self.connected()
        page = self.visit("about:blank")
        self.spoken(page, """
          for (const name of ["speechSynthesis", "SpeechRecognition", "webkitSpeechRecognition"]) delete globalThis[name]
        """)
        self.ask(page, "Write")
        expect(page.locator(COMPLETE)).to_contain_text("Quiet.")
        expect(page.get_by_role("button", name="Read aloud")).to_have_count(0)
        expect(page.get_by_role("button", name="Dictate")).to_have_count(0)
        self.finish()
