"""What becomes of many running replies when the disk is full, and when the process is killed."""

import http.client
import json
import os
import random
import subprocess
import threading
import time
from collections import Counter

from harness import Reader, ServerTest, text_of, until
from model_server import ModelServer

LONG = bool(os.environ.get("SHUREN_LONG_TESTS"))
ON_A_FULL_DISK = 32
WHEN_KILLED = 16
KILLS = 40 if LONG else 3
FILLINGS = 10 if LONG else 1
PIECES = 150
LARGE = "begin " + "0123456789" * 20_000


class Crowd(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)

    def connected(self, folder, *more):
        options = ("--llm-base-url", self.model.url, "--llm-model", "test")
        return self.start(folder, *options, *more)

    def followers(self, server, count, name):
        followers = [Follower(server, f"{name}-{number}") for number in range(count)]
        for follower in followers:
            follower.thread.start()
        return followers

    def assert_nothing_was_asked_twice(self):
        asked = Counter(body["messages"][-1]["content"] for body in self.model.bodies)
        self.assertLessEqual(max(asked.values(), default=0), 1, "a message was sent to the model twice")

    def test_a_full_disk_costs_none_of_many_replies_and_no_reader(self):
        lasting = []
        for number in range(FILLINGS):
            lasting.append(self.fill_and_free(number))
        print(
            f"\n    full disk: {FILLINGS} times, {FILLINGS * ON_A_FULL_DISK} replies done, lost 0, doubled 0,"
            f" saved at most {max(lasting):.1f} s after there was room",
            end=" ",
        )

    def fill_and_free(self, number):
        """Fills the disk under running replies, and returns how long they took to be saved once it was freed."""
        self.model.gate.clear()
        self.model.reply = self.large_reply
        disk, spool = self.small_disk(64), self.folder()
        server = self.connected(disk + "/data", "--spool-dir", spool)
        followers = self.followers(server, ON_A_FULL_DISK, f"full-{number}")
        until(lambda: all(follower.text for follower in followers), "every reply runs")
        with open(disk + "/filler", "wb", buffering=0) as filler:
            with self.assertRaisesRegex(OSError, "No space left"):
                while True:
                    filler.write(b"x" * 4096)
        self.model.gate.set()

        reads = 0
        while any(follower.thread.is_alive() for follower in followers):
            for follower in followers:
                self.assertEqual(follower.messages()[0]["state"], "complete")
                reads += 1
        self.assertGreaterEqual(reads, ON_A_FULL_DISK)
        self.assertEqual([follower.is_done for follower in followers], [True] * ON_A_FULL_DISK)
        self.assertEqual(server.request("GET", "/readyz")[0], 503)

        os.truncate(disk + "/filler", 0)
        freed = time.monotonic()
        until(lambda: server.request("GET", "/readyz")[0] == 200, "readiness")
        took = time.monotonic() - freed
        self.assert_all_are_there(followers, LARGE)
        server.kill()
        later = self.connected(disk + "/data", "--spool-dir", spool)
        for follower in followers:
            follower.reader.server = later
        self.assert_all_are_there(followers, LARGE)
        self.assert_nothing_was_asked_twice()
        later.kill()
        return took

    def large_reply(self, answer):
        answer.begin()
        answer.piece("begin ")
        answer.wait()
        for _ in range(200):
            answer.piece("0123456789" * 100)
        answer.end()

    def small_disk(self, megabytes):
        small = self.folder()
        options = f"size={megabytes}m"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", small], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"NOT RUN, needs to mount a small disk: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", small])
        return small

    def assert_all_are_there(self, followers, text):
        for follower in followers:
            question, reply = follower.messages()
            self.assertEqual(text_of(question), follower.question)
            self.assertEqual((reply["state"], text_of(reply)), ("complete", text))

    def test_a_kill_at_any_moment_costs_a_second_of_text_and_no_second_call(self):
        seed = int(os.environ.get("PROPERTY_SEED") or time.time())
        print(f"\n    seed {seed}", end=" ")
        chance = random.Random(seed)
        folder = self.folder()
        self.model.reply = self.slow_reply
        outcomes, oldest, starts = Counter(), 0, []
        for number in range(KILLS):
            server = self.connected(folder)
            followers = self.followers(server, WHEN_KILLED, f"kill-{number}")
            time.sleep(chance.uniform(0, 2.5))  # the moment of the kill; any is good
            killed = time.monotonic()
            server.kill()
            for follower in followers:
                follower.thread.join()
            began = time.monotonic()
            later = self.connected(folder)
            starts.append(time.monotonic() - began)
            for follower in followers:
                if follower.token is None:
                    continue
                outcome, age = self.look_after(follower, later, killed)
                outcomes[outcome] += 1
                oldest = max(oldest, age)
            later.kill()
        self.assert_nothing_was_asked_twice()
        self.assertLess(max(starts), 2)
        print(
            f"\n    kills: {KILLS} with {WHEN_KILLED} replies each, afterwards {dict(outcomes)}, second calls 0,"
            f" lost text at most {oldest:.2f} s old, start in at most {max(starts):.2f} s",
            end=" ",
        )

    def look_after(self, follower, later, killed):
        """How the reply of a killed process ended, and how old the oldest text was that it lost."""
        calls = self.model.calls
        follower.reader.server = later
        if follower.has_begun:
            status, _, again = follower.reader.request("GET", follower.token["stream_url"])
            self.assertEqual(status, 200)
            self.assertEqual(self.model.calls, calls)
        messages = follower.messages(may_be_missing=not follower.has_begun)
        if not messages:
            return "not begun", 0
        self.assertEqual(len(messages), 2)
        reply = messages[1]
        text = text_of(reply)
        self.assertTrue(self.whole().startswith(text))
        if follower.is_done or reply["state"] == "complete":
            self.assertEqual((reply["state"], text), ("complete", self.whole()))
            return "complete", 0
        self.assertEqual(reply["state"], "interrupted")
        self.assertIn("interrupted", again if follower.has_begun else "interrupted")
        lost = [at for at, length in follower.arrivals if length > len(text)]
        age = killed - lost[0] if lost else 0
        # Checkpoints are due every second; the rest is for a slow machine.
        self.assertLess(age, 4)
        return "interrupted", age

    def whole(self):
        return "".join(f"{number} " for number in range(PIECES))

    def slow_reply(self, answer):
        answer.begin()
        for number in range(PIECES):
            answer.piece(f"{number} ")
            time.sleep(0.01)  # the pace of a model
        answer.end()


class Follower:
    """Somebody who asks one question and follows the reply to its end."""

    def __init__(self, server, question):
        self.reader = Reader(server)
        self.question = question
        self.token = None
        self.text = ""
        self.has_begun = False
        self.is_done = False
        self.arrivals = []
        self.thread = threading.Thread(target=self.follow, daemon=True)

    def follow(self):
        try:
            self.token = self.reader.token(self.question)
            stream = self.reader.open(self.token["stream_url"])
            for line in stream:
                if line.startswith(b"data: "):
                    self.take(json.loads(line[6:]))
        except (OSError, ValueError, http.client.HTTPException):
            pass  # the server is gone

    def take(self, event):
        if "chunk" in event:
            self.text += event["chunk"]
            self.has_begun = True
            self.arrivals.append((time.monotonic(), len(self.text)))
        self.is_done = self.is_done or event.get("done") is True

    def messages(self, may_be_missing=False):
        status, answer = self.reader.json("GET", f"/api/v1/conversations/{self.token['conversation_id']}")
        if status == 404 and may_be_missing:
            return []
        assert status == 200, answer
        return answer["messages"]
