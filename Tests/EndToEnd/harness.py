"""Starts the real executable on a free port with a folder of its own, and talks to it."""

import http.client
import json
import os
import re
import resource
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXECUTABLE = os.environ.get("SHUREN_EXECUTABLE") or str(ROOT / ".build/release/shuren")
PATIENCE = 20  # seconds until a condition that does not come true counts as a failure
CRASHED = "the server crashed"  # what run.py never takes for chance


def until(condition, what):
    """Waits for a condition and returns its value; says what was waited for when it never holds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.01)  # between two looks; no test depends on its length


class Shuren:
    """A running server."""

    def __init__(self, folder, *options, environment=None, open_files=None):
        self.folder = folder
        self.options = ["--data-dir", folder, "--port", "0", *options]
        self.process = subprocess.Popen(
            [EXECUTABLE, *self.options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={
                "PATH": os.environ["PATH"],
                "SWIFT_BACKTRACE": "enable=no",
                # Tests of a model that fails want to see how; the one of the stand-in says so.
                "COACH_STANDS_IN": "false",
                # Tests ask a model more than anybody pays for; those of the limits say so.
                "BUDGET_MESSAGES_PER_DAY": "0",
                "BUDGET_TOKENS_PER_DAY": "0",
                # Tests count what a model is asked; the one of the titles says so.
                "TITLES": "false",
                # A build with a sanitizer is told what to do with what it finds.
                **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")},
                **(environment or {}),
            },
            preexec_fn=open_files and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))),
        )
        self.lines = []
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        # A server that neither starts nor ends is ended, so that the line below comes to an end too.
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        ready = self.process.stdout.readline().decode()
        watchdog.cancel()
        found = re.search(r"http://[^:]+:(\d+)/", ready)
        if not found:
            self.process.kill()
            self.process.wait()
            self._reader.join(PATIENCE)
            raise AssertionError(f"did not start: {ready}{self.log}")
        self.port = int(found[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def _read_log(self):
        for line in self.process.stderr:
            self.lines.append(line.decode())

    @property
    def log(self):
        return "".join(self.lines)

    def logged(self, *texts):
        """Waits for one line of the log that holds all the texts; the log comes after the answer."""
        return until(
            lambda: next((line for line in list(self.lines) if all(text in line for text in texts)), None),
            f"a line of the log with {texts} in\n{self.log}",
        )

    def request(self, method, path, body=None, headers=None, timeout=PATIENCE):
        """The status, the headers and the body of an answer, read to its end."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def command(self, *words):
        """Runs another command of the executable on the same folder: its status and what it printed."""
        done = subprocess.run(
            [EXECUTABLE, *words, "--data-dir", self.folder, "--port", str(self.port)],
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
        )
        return done.returncode, done.stdout + done.stderr

    def kill(self):
        self.process.kill()
        self.process.wait()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


class Reader:
    """A person in a browser, without the browser: keeps the cookie."""

    def __init__(self, server):
        self.server = server
        self.cookie = None

    def request(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if self.cookie:
            headers["Cookie"] = self.cookie
        status, fields, text = self.server.request(method, path, body, headers)
        if fields["Set-Cookie"]:
            self.cookie = fields["Set-Cookie"].split(";")[0]
        return status, fields, text

    def json(self, method, path, body=None):
        status, _, text = self.request(method, path, body)
        return status, json.loads(text) if text else None

    def token(self, message, **more):
        """The address of the stream that answers a message."""
        status, answer = self.json("POST", "/api/v1/chat/token", {"message": message, **more})
        assert status == 200, answer
        return answer

    def messages(self, conversation):
        status, answer = self.json("GET", f"/api/v1/conversations/{conversation}")
        assert status == 200, answer
        return answer["messages"]

    def open(self, path, headers=None):
        """An open stream, to be read line by line."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        connection.request("GET", path, headers=headers or {})
        return connection.getresponse()


def new_id():
    return secrets.token_urlsafe(16)


def text_of(message):
    return "".join(part["text"] for part in message["parts"] if part["type"] == "text")


class ServerTest(unittest.TestCase):
    """A test with a server of its own."""

    options = ("--coach-pace-milliseconds", "0")

    def folder(self):
        folder = tempfile.mkdtemp(prefix="shuren-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def start(self, folder=None, *options, environment=None, open_files=None):
        server = Shuren(folder or self.folder(), *(options or self.options), environment=environment, open_files=open_files)

        def stop():
            server.process.kill()
            server.process.wait()
            server.process.stdout.close()
            server._reader.join()
            server.process.stderr.close()
            status = server.process.returncode
            self.assertIn(status, (0, 1, -signal.SIGKILL), f"{CRASHED} ({status}): {server.log[-2_000:]}")

        self.addCleanup(stop)
        return server
