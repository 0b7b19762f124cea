"""The page's main story in WebKit, the engine of Safari: asking, a streamed reply, reloading in the middle, stopping."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options

from harness import ServerTest, until
from model_server import ModelServer

# What stands in the newest reply, and in which state it is.
REPLY = """
const replies = document.querySelectorAll("message-view[data-role=assistant]")
const reply = replies[replies.length - 1]
return reply ? [reply.dataset.state, reply.querySelector(".message-content").textContent] : [null, ""]
"""

# What can be pressed around the box, and what stands in that.
COMPOSER = """
const buttons = [...document.querySelectorAll("message-composer button")]
return [document.querySelector("#message-box").value, document.hasFocus(), document.visibilityState, globalThis.complaints,
  buttons.map((one) => [one.textContent, one.ariaLabel, one.disabled, one.hidden, one.getClientRects().length])]
"""

# Errors of scripts, and what the policy of the page forbids, from the beginning of the page on that is open now.
COMPLAINTS = """
globalThis.complaints ??= []
addEventListener("error", ({ message }) => complaints.push(message))
addEventListener("unhandledrejection", ({ reason }) => complaints.push(String(reason)))
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
  complaints.push(`${effectiveDirective} ${blockedURI}`))
"""


def mini_browser():
    """Debian keeps it where only the package knows."""
    found = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    return str(found[-1]) if found else None


@unittest.skipUnless(mini_browser() and shutil.which("WebKitWebDriver"), "needs webkit2gtk-driver")
class WebKit(ServerTest):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.mkdtemp(prefix="shuren-webkit-")
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        # A screen, a bus and a folder of its own; as root WebKit's sandbox cannot be made.
        environment = {
            **os.environ, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "XDG_RUNTIME_DIR": cls.home, "HOME": cls.home,
        }
        cls.log = open(Path(cls.home) / "driver.log", "w+")
        cls.addClassCleanup(cls.log.close)
        port = free_port()
        cls.driving = subprocess.Popen(
            ["dbus-run-session", "--", "xvfb-run", "-a", "WebKitWebDriver", f"--port={port}"],
            env=environment, stdout=cls.log, stderr=cls.log, start_new_session=True,
        )
        cls.addClassCleanup(cls.stop_driving)
        cls.address = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{cls.address}/status"), "WebKit's driver answers")

    @classmethod
    def stop_driving(cls):
        os.killpg(cls.driving.pid, signal.SIGTERM)
        cls.driving.wait()

    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.server = self.start(None, "--llm-base-url", self.model.url, "--llm-model", "test")
        options = Options()
        options.binary_location = mini_browser()
        options.add_argument("--automation")
        self.driver = webdriver.Remote(self.address, options=options)
        self.addCleanup(self.driver.quit)
        self.visit()

    def visit(self):
        self.driver.get(self.server.url)
        self.driver.execute_script(COMPLAINTS)

    def tearDown(self):
        self.assertEqual(self.driver.execute_script("return globalThis.complaints ?? []"), [])

    def ask(self, text):
        box = until(lambda: self.editable(), "the box can be written in")
        box.send_keys(text)
        self.press("Send")

    def editable(self):
        return next((box for box in self.driver.find_elements("css selector", "#message-box") if not box.get_attribute("readonly")), None)

    def press(self, name):
        def button():
            found = self.driver.find_elements("css selector", "message-composer button")
            return next((one for one in found if one.is_displayed() and one.is_enabled() and one.accessible_name == name), None)

        try:
            until(button, f"the button {name}").click()
        except AssertionError as error:
            raise AssertionError(f"{error}; there is {self.driver.execute_script(COMPOSER)}") from error

    def reply_is(self, state, text):
        until(lambda: self.driver.execute_script(REPLY) == [state, text], f"{state}: {text}; it is {self.driver.execute_script(REPLY)}")

    def gated(self, before, after):
        def reply(answer):
            answer.begin()
            for piece in before:
                answer.piece(piece)
            answer.wait()
            for piece in after:
                answer.piece(piece)
            answer.end()

        self.model.reply = reply

    def test_the_page_starts_whenever_it_is_opened(self):
        for visit in range(20):
            until(lambda: self.driver.execute_script(COMPOSER)[-1], f"visit {visit} has buttons")
            self.visit()

    def test_a_reply_streams_and_a_reload_in_the_middle_goes_on_with_the_same_call(self):
        self.gated(["One ", "two "], ["three."])
        self.ask("Count")
        self.reply_is("streaming", "One two▊")

        self.driver.refresh()
        self.driver.execute_script(COMPLAINTS)
        self.reply_is("streaming", "One two▊")
        self.model.gate.set()

        self.reply_is("complete", "One two three.")
        self.assertIsNotNone(until(lambda: self.editable(), "the next message can be written"))
        self.assertEqual(self.model.calls, 1)

    def test_a_stop_keeps_the_text_after_a_reload_too(self):
        self.gated(["Half of it"], ["never"])
        self.ask("Go on")
        self.reply_is("streaming", "Half of it▊")

        self.press("Stop")

        self.reply_is("stopped", "Half of it")
        self.server.logged("stopped")
        self.driver.refresh()
        self.driver.execute_script(COMPLAINTS)
        self.reply_is("stopped", "Half of it")

    def test_markdown_and_code_look_as_they_do_elsewhere(self):
        self.model.reply = lambda answer: answer.stream(["## Plan\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```swift\nlet x = 1\n```\n\n- **one**\n"])
        self.ask("Plan")
        until(lambda: self.driver.execute_script(REPLY)[0] == "complete", "the reply is complete")
        tags = self.driver.execute_script(
            'return [...document.querySelectorAll(".message-content *")].map((node) => node.localName)'
        )
        for tag in ("h3", "table", "td", "pre", "code", "ul", "li", "strong"):
            self.assertIn(tag, tags)
        shots = os.environ.get("SHUREN_SHOTS")
        if shots:
            self.driver.save_screenshot(str(Path(shots) / "webkit.png"))


def free_port():

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False
