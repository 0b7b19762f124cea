"""Answers that try to fetch, run or fake something: the page shows them, and does nothing else."""

import json
import os
import random
import re
import socket
import threading

from playwright.sync_api import expect

from browser import COMPLETE, PageTest
from harness import until
from hostile_payloads import ARGUMENTS, NAMES, PAYLOADS, UNCLOSED

# How replies are cut into pieces; a failure names it.
SEED = int(os.environ.get("HOSTILE_SEED", "1"))

# Puts into `strange` what must not be in the page, even for the moment in which a reply is half written.
WATCH = """
globalThis.strange = []
{
  const elements = {
    P: [], EM: [], STRONG: [], DEL: [], CODE: [], UL: [], OL: ["start"], LI: ["class"], BLOCKQUOTE: [], BR: [], HR: [],
    H3: ["data-level"], H4: ["data-level"], H5: ["data-level"], H6: ["data-level"], A: ["href", "target", "rel"],
    PRE: ["tabindex", "role", "aria-label"], DIV: ["class", "data-language", "tabindex", "role", "aria-label"],
    SPAN: ["class", "data-state", "role", "aria-label"], BUTTON: ["type", "class", "aria-label"],
    TABLE: [], THEAD: [], TBODY: [], TR: [], TH: ["scope", "data-align"], TD: ["data-align"],
  }
  const classes = ["code-block", "table-block", "link-host", "math", "math-block", "copy-code", "has-copied", "task", "task-box", "typing-cursor"]
  const roles = ["group", "img"]
  const ours = ["/favicon.svg", "/js/app.js", "/js/onboarding.js", "/js/theme.js", "/js/words.js"]
  const texts = ".reasoning-text, .activity-name, .activity pre code, .proposal-text, .conversation-title, #conversation-title," +
    " .fact-value, .problem-text"
  const nowhere = "iframe, frame, object, embed, applet, portal, base, video, audio, template, slot, body script," +
    " body style, body link, body meta, math, form[action], [formaction], [srcdoc], [background], [ping]"
  const say = (what, node) => strange.push(`${what}: ${node.outerHTML.slice(0, 200)}`)

  function lookAt(node) {
    if (node.matches(nowhere)) say("must be nowhere", node)
    for (const { name, value } of node.attributes) {
      if (name.startsWith("on")) say("runs something", node)
      if (["src", "srcset", "poster", "data", "action", "xlink:href"].includes(name) && !ours.includes(value)) {
        say("fetches something", node)
      }
    }
    if (node.closest(texts) && !node.matches(texts)) say("is no text", node)
    const place = node.parentElement?.closest(".message-content")
    // What the page itself puts beside code is no part of the text.
    if (!place || node.closest("code-tools")) return
    const allowed = elements[node.tagName] ?? say("is no element of a text", node) ?? []
    for (const { name } of node.attributes) if (!allowed.includes?.(name)) say(`has ${name}`, node)
    for (const name of node.classList) if (!classes.includes(name)) say(`is a ${name}`, node)
    if (node.hasAttribute("role") && !roles.includes(node.getAttribute("role"))) say("has a role", node)
    if (node.tagName === "BUTTON" && node.className.split(" ")[0] !== "copy-code") say("is a button", node)
    if (node.tagName === "A" && node.hasAttribute("href")) {
      // One that no browser can read leads nowhere, and has ":".
      if (!["http:", "https:", "mailto:", ":"].includes(node.protocol)) say("leads astray", node)
      if (!node.relList.contains("noopener") || node.target !== "_blank") say("knows its opener", node)
    }
  }
  const lookBelow = (node) => [node, ...node.querySelectorAll("*")].forEach(lookAt)

  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") lookAt(target)
      else for (const node of addedNodes) if (node instanceof Element) lookBelow(node)
    }
  }).observe(document, { subtree: true, childList: true, attributes: true })
  globalThis.lookAround = () => {
    lookBelow(document.documentElement)
    return strange
  }
}
"""

# Does what a reader might do by accident with everything that is neither a link nor a button to copy code.
POKE = """() => {
  for (const node of document.querySelectorAll(".message-content *, .message-reasoning *, reply-activities *")) {
    if (node.closest("a[href], code-tools")) continue
    for (const name of ["mouseover", "focusin", "toggle", "animationstart", "error", "load"]) {
      node.dispatchEvent(new Event(name))
    }
    node.focus?.()
    node.click?.()
  }
}"""


class Canary:
    """Counts who comes; nobody should."""

    def __init__(self):
        self.visits = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self):
        self._listener.close()


class Hostile(PageTest):
    def setUp(self):
        super().setUp()
        self.canary = Canary()
        self.addCleanup(self.canary.close)
        self.events = []

    def watched(self, *options):
        """A page of which everything is seen that it might be made to do."""
        self.connected("--limit-messages-per-hour", "0", *options)
        page = self.visit()
        page.add_init_script(WATCH)
        context, origin = page.context, self.server.url + "/"
        context.on("request", lambda request: request.url.startswith(origin) or self.events.append(f"asks {request.url}"))
        context.on("page", lambda popup: self.events.append(f"opens {popup.url}"))
        page.on("dialog", lambda dialog: (self.events.append(f"says {dialog.message}"), dialog.dismiss()))
        page.on("download", lambda download: self.events.append(f"downloads {download.url}"))
        page.on("websocket", lambda line: self.events.append(f"connects to {line.url}"))
        page.on("worker", lambda worker: self.events.append(f"works {worker.url}"))
        own = re.compile(re.escape(origin) + r"(\?c=[\w-]+|onboarding)?")
        page.on("framenavigated", lambda frame: own.fullmatch(frame.url) or self.events.append(f"goes to {frame.url}"))
        # Left in the middle of loading it would complain of that.
        page.wait_for_load_state("networkidle")
        page.reload()
        return page

    def written(self, text):
        return text.replace("EVIL", self.canary.host)

    def named(self, payloads):
        """The payloads with the words in them that must stay readable: by name, word and text."""
        return [(f"seen-{name}", self.written(text.replace("MARK", f"seen-{name}"))) for name, text in payloads.items()]

    def cut(self, text):
        """A text in pieces of any length, which may cut a character in half as well."""
        chance = random.Random(SEED)
        units, pieces = text.encode("utf-16-le", "surrogatepass"), []
        while units:
            length = 2 * chance.randint(1, chance.choice((3, 30, 300)))
            pieces.append(units[:length].decode("utf-16-le", "surrogatepass"))
            units = units[length:]
        return pieces

    def check(self, page):
        page.evaluate(POKE)
        self.assertEqual(page.evaluate("() => lookAround()"), [], SEED)
        for name in ("pwned", "isAdmin"):
            self.assertTrue(page.evaluate("(name) => globalThis[name] === undefined && ({})[name] === undefined", name))
        wide = page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll(".transcript, #sidebar, main")]
              .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className || one.tagName)"""
        )
        self.assertEqual((wide, self.events, self.canary.visits), ([], [], 0), SEED)
        self.finish()

    def missing(self, page, marks, place="message-view"):
        text = "\n".join(page.locator(place).evaluate_all("(all) => all.map((one) => one.textContent)"))
        return [mark for mark in marks if mark not in text]

    def test_no_answer_fetches_runs_or_fakes_anything(self):
        page = self.watched()
        payloads, unclosed = self.named(PAYLOADS), self.named(UNCLOSED)
        share = -(-len(payloads) // len(unclosed))
        for index, last in enumerate(unclosed):
            several = [*payloads[index * share : (index + 1) * share], last]
            text = "\n\n".join(text for _, text in several)
            self.model.reply = lambda answer: answer.stream(self.cut(text))
            self.ask(page, f"Number {index}")
            expect(page.locator(COMPLETE)).to_have_count(index + 1)
            self.assertEqual(self.missing(page, [mark for mark, _ in several]), [])
        self.check(page)

        page.reload()

        expect(page.locator(COMPLETE)).to_have_count(len(unclosed))
        self.assertEqual(self.missing(page, [mark for mark, _ in payloads + unclosed]), [])
        self.check(page)

    def test_nor_does_what_a_model_thinks_calls_or_proposes(self):
        page = self.watched()
        payloads = self.named(PAYLOADS)
        turns = [[], [(name, "{}") for name in NAMES], [("propose_fact", self.written(text)) for text in ARGUMENTS]]
        fact = f"Likes <img src=http://{self.canary.host}/x.png onerror=pwned=1>"
        turns.append([("propose_fact", json.dumps({"text": fact, "quote": "I like pictures"}))])

        def reply(answer):
            answer.begin()
            if len(turns) == 4:
                for piece in self.cut("\n\n".join(text for _, text in payloads)):
                    answer.data({"choices": [{"index": 0, "delta": {"reasoning_content": piece}}]})
            turns.pop(0)
            if not turns:
                answer.piece("There.")
                return answer.end()
            for index, (name, arguments) in enumerate(turns[0]):
                function = {"name": name, "arguments": arguments}
                call = {"index": index, "id": f"{NAMES[index % len(NAMES)]}", "type": "function", "function": function}
                answer.data({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
            answer.data({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
            answer.data("[DONE]")

        self.model.reply = reply
        self.ask(page, "I like pictures, <b>really</b>")
        expect(page.locator(COMPLETE)).to_contain_text("There.")
        page.locator(".message-reasoning summary").click()
        self.assertEqual(self.missing(page, [mark for mark, _ in payloads], ".reasoning-text"), [])
        self.check(page)
        page.reload()
        expect(page.locator(COMPLETE)).to_contain_text("There.")
        expect(page.locator(".proposal-text")).to_have_text(f"“{fact}”")
        self.check(page)
        page.get_by_role("button", name="Remember", exact=True).click()
        page.goto(f"{self.server.url}/onboarding")
        expect(page.locator(".profile-fact input")).to_have_value(fact)
        self.check(page)

    def test_nor_does_a_question_or_a_title_from_elsewhere(self):
        page = self.watched()
        title = f"<img src=http://{self.canary.host}/x.png onerror=pwned=1>\u202e\u2066"
        shorter = [(mark, text) for mark, text in self.named(PAYLOADS) if len(text) < 1000]
        self.ask(page, title + "\n\n" + "\n\n".join(text for _, text in shorter))
        for _ in range(2):
            expect(page.locator(COMPLETE)).to_have_count(1)
            expect(page.locator("conversation-row")).to_contain_text("<img src=http:")
            expect(page.locator("#conversation-title")).to_contain_text("<img src=http:")
            self.assertEqual(self.missing(page, [mark for mark, _ in shorter]), [])
            self.check(page)
            page.reload()
        page.request.patch(
            f"{self.server.url}/api/v1/onboarding", data={"version": 0, "set": {"name": "<script>pwned=1</script>"}},
        )
        page.goto(f"{self.server.url}/onboarding")
        expect(page.locator("profile-field", has_text="Name")).to_be_visible()
        self.check(page)

    def test_the_watch_sees_what_it_is_there_for(self):
        page = self.watched()
        self.model.reply = lambda answer: answer.stream([f"[A link](http://{self.canary.host}/x)"])
        self.ask(page, "Hello")
        link = page.get_by_role("link", name="A link")
        expect(page.locator(COMPLETE)).to_contain_text("A link")
        with page.expect_popup():
            link.click()
            page.get_by_role("link", name="Open it").click()
        until(lambda: self.canary.visits, "a visit")
        self.assertTrue([event for event in self.events if event.startswith("opens ")], self.events)
        self.assertTrue([event for event in self.events if event.startswith("asks ")], self.events)

        page.evaluate(
            """(host) => {
              const content = document.querySelector("message-view[data-role=assistant] .message-content")
              const picture = document.createElement("img")
              picture.src = `http://${host}/x.png`
              content.append(picture)
              content.querySelector("a").removeAttribute("rel")
              document.querySelector("#conversation-title").append(document.createElement("b"))
              setTimeout(() => { throw new Error("thrown") })
              alert("said")
            }""",
            self.canary.host,
        )
        found = "\n".join(page.evaluate("() => lookAround()"))
        for part in ("fetches something", "is no element of a text", "knows its opener", "is no text"):
            self.assertIn(part, found)
        self.assertIn("says said", self.events)
        for part in ("img-src", "thrown"):
            until(lambda: page.evaluate("1") and part in "".join(self.complaints), f"a complaint about {part}")


class HostileInFirefox(Hostile):
    engine = "firefox"
