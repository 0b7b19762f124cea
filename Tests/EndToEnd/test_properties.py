"""Properties of the page that need a browser, each for a hundred random cases."""

import random
import threading

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest
from test_consistency import random_message

CASES = 100

# Shows each message in the page's own element, and tells what a reader sees of it.
SHOW = """async ([messages, around]) => {
  await customElements.whenDefined("message-view")
  const isSeen = (node) => Boolean(node?.checkVisibility())
  const seen = []
  for (const message of messages) {
    const view = document.createElement("message-view")
    document.querySelector(".messages").replaceChildren(view)
    view.show(message, around)
    await new Promise((done) => requestAnimationFrame(done))
    const cursor = view.querySelector(".typing-cursor")
    const problem = view.querySelector(".message-problem")
    const buttons = [...problem?.querySelectorAll("button") ?? []].filter(isSeen)
    seen.push({
      state: view.dataset.state,
      cursor: isSeen(cursor) ? [cursor.textContent, cursor.getAttribute("aria-label"), cursor.role] : null,
      foot: isSeen(view.querySelector(".message-foot")),
      problem: isSeen(problem) ? problem.textContent : null,
      buttons: buttons.map((button) => button.textContent.trim()),
    })
  }
  return seen
}"""

AROUND = {
    "lost": None, "way": None, "habits": {"network": [], "server": [], "model": []}, "agentName": "Diet",
    "canContinue": False, "isLast": True, "acts": "now", "edit": None, "agents": [], "inspected": None, "memory": None,
    "answers": None,
}

# What can be reached with the Tab key outside the transcript, in its order, and which of it has the focus.
FOCUS = """() => {
  globalThis.focusable = () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled && node.tabIndex >= 0
      && !node.closest("message-list, .skip-link"))
  globalThis.focused = () => focusable().indexOf(document.activeElement)
  globalThis.focusAny = (chance) => {
    const all = focusable()
    all[Math.floor(chance * all.length)].focus()
    return focused()
  }
}"""


class Properties(PageTest):
    def seen(self, messages):
        self.connected()
        page = self.visit()
        self.ask(page, "Hello")
        page.locator(COMPLETE).first.wait_for()
        return page.evaluate(SHOW, [messages, AROUND])

    # Feature: chat-text-streaming, Property 14: Typing Indicator State Consistency
    # Feature: chat-text-streaming, Property 16: Visual State Distinction
    # Feature: chat-text-streaming, Property 27: Accessibility Compliance
    def test_for_any_message_what_is_being_written_is_told_from_what_is_finished(self):
        messages = []
        for seed in range(CASES):
            chance = random.Random(seed)
            message = random_message(chance)
            if message["role"] == "assistant" and chance.random() < 0.5:
                message.update(state="streaming", error=None, shown=None)
            messages.append(message)

        for seed, (message, seen) in enumerate(zip(messages, self.seen(messages), strict=True)):
            with self.subTest(seed=seed):
                runs = message["state"] == "streaming"
                self.assertEqual(seen["state"] == "streaming", runs)
                self.assertEqual(seen["cursor"], ["▊", "typing", "img"] if runs else None)
                if message["role"] == "assistant":
                    self.assertEqual(seen["foot"], not runs)
        self.finish()

    # Feature: chat-text-streaming, Property 20: Error Message Display
    # Feature: chat-text-streaming, Property 21: Retry Button Availability
    def test_for_any_failed_reply_its_sentence_and_a_button_are_there(self):
        messages = []
        for seed in range(CASES):
            chance = random.Random(seed)
            message = random_message(chance)
            message.update(
                role="assistant", state=chance.choice(["failed", "interrupted", "complete", "stopped"]),
                error=f"It failed with {chance.random()}",
            )
            messages.append(message)

        for seed, (message, seen) in enumerate(zip(messages, self.seen(messages), strict=True)):
            with self.subTest(seed=seed):
                if message["state"] in ("failed", "interrupted"):
                    self.assertIn(message["error"], seen["problem"])
                    self.assertEqual(seen["buttons"], ["Log in" if message["needsLogin"] else "Try again"])
                else:
                    self.assertIsNone(seen["problem"])
        self.finish()

    # Feature: chat-text-streaming, Property 28: Keyboard Navigation Preservation
    # Feature: chat-text-streaming, Property 29: Focus Management Stability
    def test_for_any_piece_the_focus_stays_and_the_keyboard_goes_on(self):
        """Something has the focus, a piece comes, it still has it; and the Tab key leads on from there."""
        may_go, chance = threading.Semaphore(0), random.Random(1)

        def reply(answer):
            answer.begin()
            for number in range(CASES):
                may_go.acquire(timeout=60)
                ways = [f"word{number} ", f"\n\n# word{number}\n\n", f"\n- word{number}\n", f"**word{number}** "]
                answer.piece(chance.choice(ways))
            may_go.acquire(timeout=60)
            answer.end()

        self.model.reply = reply
        self.addCleanup(lambda: may_go.release(CASES))
        self.connected()
        page = self.visit()
        self.ask(page, "Hello")
        may_go.release()
        expect(page.locator(STREAMING)).to_contain_text("word0")
        page.evaluate(FOCUS)
        keys = random.Random(2)
        for number in range(1, CASES):
            at = page.evaluate("(chance) => focusAny(chance)", keys.random())
            self.assertEqual(page.evaluate("() => focused()"), at)
            may_go.release()
            expect(page.locator(STREAMING)).to_contain_text(f"word{number}")
            self.assertEqual(page.evaluate("() => focused()"), at)
            if 0 < at < page.evaluate("() => focusable().length") - 1:
                page.keyboard.press(keys.choice(["Tab", "Shift+Tab"]))
                self.assertNotEqual(page.evaluate("() => focused()"), at)
                self.assertTrue(page.evaluate("() => document.activeElement !== document.body"))
        may_go.release()
        expect(page.locator(COMPLETE)).to_have_count(1)
        self.finish()
