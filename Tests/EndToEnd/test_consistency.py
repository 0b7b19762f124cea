"""The chat and the onboarding show every message alike."""

import random

from browser import PageTest

# Shows a message in the page's own element, and tells what became of it: nodes, and how each of them looks.
SHOW = """async ([message, around]) => {
  await customElements.whenDefined("message-view")
  const view = document.createElement("message-view")
  document.querySelector(".messages").replaceChildren(view)
  view.show(message, around)
  await new Promise((done) => requestAnimationFrame(done))
  const looks = [view, ...view.querySelectorAll("*")].map((node) => {
    const style = getComputedStyle(node)
    return ["color", "backgroundColor", "fontSize", "fontWeight", "display", "padding", "margin", "borderRadius"]
      .map((name) => style[name]).join("|")
  })
  return [view.outerHTML, looks]
}"""

WORDS = ["Hello", "**bold**", "`code`", "\n\n", "- item\n", "1. one\n", "> quote\n", "| a | b |\n|---|---|\n| 1 | 2 |\n",
         "```swift\nlet x = 1\n```\n", "[link](https://a.example)", "你好", "👋🏽", "<b>", "# Title\n", "$x^2$", "- [x] done\n"]


def random_message(chance):
    text = " ".join(chance.choices(WORDS, k=chance.randint(1, 12)))
    state = chance.choice(["complete", "stopped", "failed", "interrupted"])
    role = chance.choice(["user", "assistant", "assistant"])
    return {
        "id": f"message-{chance.random()}", "role": role, "text": text,
        "state": state if role == "assistant" else "complete",
        "replyTo": "question", "serverId": None, "parentId": None,
        "variants": chance.choice([["question"], ["other", "question"]]), "agent": chance.choice([None, "diet"]),
        "error": chance.choice([None, "AI service temporarily unavailable"]),
        "shown": chance.choice([None, None, 5]), "needsLogin": chance.random() < 0.1, "canReattach": False,
        "phase": None, "reasoning": chance.choice(["", "Hm."]), "replayed": None, "isReceived": True,
        "waits": "nothing", "saving": chance.choice(["saved", "waiting"]), "stopSeconds": None,
        "reason": chance.choice([None, "usual"]), "standIn": chance.choice([None, None, "The coach answers."]),
        "activities": chance.choice([[], [
            {"id": "1", "name": "bmi", "state": chance.choice(["done", "failed"]), "arguments": "{}", "result": "1", "seconds": 1},
        ]]),
        "createdAt": 1,
    }


class Consistency(PageTest):
    # Feature: chat-text-streaming, Property 19: Chat UI Consistency
    def test_for_any_message_both_pages_show_the_same(self):
        self.connected()
        pages = [self.visit(), self.visit(self.server.url + "/onboarding")]
        around = {
            "lost": None, "way": None, "habits": {"network": [], "server": [], "model": []}, "agentName": "Diet",
            "canContinue": False, "isLast": True, "acts": "now", "edit": None, "agents": [], "inspected": None, "memory": None, "answers": None,
        }
        for page in pages:
            self.ask(page, "Hello")
            page.locator("message-view[data-role=assistant][data-state=complete]").first.wait_for()
        for seed in range(1, 101):
            message = random_message(random.Random(seed))
            with self.subTest(seed=seed):
                chat, onboarding = [page.evaluate(SHOW, [message, around]) for page in pages]
                self.assertEqual(chat, onboarding)
        self.finish()
