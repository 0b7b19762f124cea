"""The programs of Docs/Examples get a reply whole and once, over a line that is cut again and again."""

import json
import os
import shutil
import subprocess
import sys

from harness import ROOT, ServerTest
from line import Line
from model_server import ModelServer

EXAMPLES = ROOT / "Docs/Examples"
# What ends lines, ends events, and is more than a byte long must come through.
PIECES = ["# Yes\n\n", "Run ", "slowly: ", "“easy”, ", "跑慢一点 ", "🏃‍♀️, ", "data: {}\n\n", "a\\b \"c\" ", "and ", "+ stop."] * 6
SECONDS = 60  # until a program that does not end is ended


class Examples(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.model.reply = lambda answer: answer.stream(PIECES)
        self.server = self.start(None, "--llm-base-url", self.model.url, "--llm-model", "test")
        self.key = self.server.command("key", "create", "--name", "examples")[1].split()[-1]
        self.line = Line(self.server.port)
        self.addCleanup(self.line.close)

    def run_example(self, *command, key=None):
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS,
            env={"PATH": os.environ["PATH"], "SHUREN_URL": self.line.url, "SHUREN_KEY": key or self.key, "HOME": self.folder()},
        )
        return done.returncode, done.stdout, done.stderr

    def check(self, *command):
        self.line.cut_after = 1500
        status, printed, complaints = self.run_example(*command, "Should I run + today? 50 % “maybe”")
        self.assertEqual((status, printed), (0, "".join(PIECES) + "\n"), complaints)
        self.assertEqual(self.model.calls, 1)
        self.assertEqual(self.model.bodies[0]["messages"][-1]["content"], "Should I run + today? 50 % “maybe”")
        self.assertGreater(self.line.streams, 2)
        self.assertIn("going on behind event", complaints)
        self.line.cut_after = None
        status, printed, complaints = self.run_example(*command, "Hi", key="wrong")
        self.assertEqual((status, printed), (1, ""))
        self.assertIn("The API key is not valid.", complaints)

    def test_python(self):
        self.check(sys.executable, EXAMPLES / "ask.py")

    def test_javascript(self):
        self.check("node", EXAMPLES / "ask.mjs")

    def test_swift(self):
        program = f"{self.folder()}/ask"
        subprocess.run(
            [shutil.which("swiftc"), "-swift-version", "6", "-warnings-as-errors", "-parse-as-library", EXAMPLES / "ask.swift", "-o", program],
            check=True, timeout=300,
        )
        self.check(program)

    def test_what_is_said_of_the_sdk_of_openai(self):
        text = (EXAMPLES / "README.md").read_text().split("```python\n")[1].split("```")[0]
        names = {"key": self.key}
        exec(text.replace("http://127.0.0.1:8080", self.server.url), names)
        written = "".join(chunk.choices[0].delta.content or "" for chunk in names["reply"] if chunk.choices)
        self.assertEqual(written, "".join(PIECES))
        names["reply"].close()
        names["client"].close()

    def test_shell(self):
        self.line.cut_after = 1500
        status, printed, complaints = self.run_example(EXAMPLES / "ask.sh", "Should I run + today?")
        self.assertEqual(status, 0, complaints)
        events, _, receipt = printed.rstrip("\n").rpartition("\n")
        chunks = [json.loads(line[6:]) for line in events.split("\n") if line.startswith('data: {"chunk"')]
        self.assertEqual("".join(chunk["chunk"] for chunk in chunks), "".join(PIECES))
        self.assertEqual(json.loads(receipt)["state"], "complete")
        self.assertEqual(self.model.calls, 1)
        self.assertGreater(self.line.streams, 2)
        self.line.cut_after = None
        status, printed, complaints = self.run_example(EXAMPLES / "ask.sh", "Hi", key="wrong")
        self.assertEqual((status, printed), (1, ""))
        self.assertIn("401", complaints)
