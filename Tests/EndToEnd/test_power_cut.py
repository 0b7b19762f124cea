"""What is kept when the power goes: the image of a loop device is copied while the server writes to it.

The copy holds what reached the device and nothing that the file system still had in memory, which is what a power cut
leaves. A file that nobody synced shows that it is so: it must be missing from the copy.
"""

import http.client
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

from harness import Reader, ServerTest, text_of, until
from model_server import ModelServer

CUTS = 30 if os.environ.get("SHUREN_LONG_TESTS") else 2
WRITERS = 8
MEGABYTES = 160  # 64 of them are the spool


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")


class PowerCut(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.model.reply = lambda answer: answer.stream([f"Answer to {self.question(answer)}: ", "all ", "of ", "it."])

    def question(self, answer):
        return answer.body["messages"][-1]["content"]

    def connected(self, folder):
        limits = ("--limit-messages-per-hour", "0")
        return self.start(folder, "--llm-base-url", self.model.url, "--llm-model", "test", *limits)

    def test_what_was_done_is_there_after_a_power_cut(self):
        seed = int(os.environ.get("PROPERTY_SEED") or time.time())
        print(f"\n    seed {seed}", end=" ")
        chance = random.Random(seed)
        done = 0
        for cut in range(CUTS):
            done += self.cut(cut, chance)
        print(f"\n    power cuts: {CUTS}, replies done before them {done}, lost 0, doubled 0", end=" ")
        self.assertGreaterEqual(done, CUTS)

    def cut(self, number, chance):
        """One cut; returns how many replies were done before it."""
        work = self.folder()
        image, copy, disk = f"{work}/image", f"{work}/copy", f"{work}/disk"
        os.mkdir(disk)
        self.make_disk(image)
        self.mount(image, disk)
        server = self.connected(disk + "/data")
        writers = [Writer(server, f"{number}-{index}") for index in range(WRITERS)]
        for writer in writers:
            writer.thread.start()
        until(lambda: any(writer.done for writer in writers), "the first reply is done")
        time.sleep(chance.uniform(0, 1.2))  # the moment of the cut; any is good
        Path(disk, "unsynced").write_bytes(b"x" * 65536)
        self.stand_still(server)
        promised = {writer: list(writer.done) for writer in writers}
        run("cp", "--sparse=always", image, copy)
        for writer in writers:
            writer.stops = True
        server.kill()
        for writer in writers:
            writer.thread.join()
        run("umount", disk)

        self.mount(copy, disk)
        unsynced = Path(disk, "unsynced")
        self.assertFalse(unsynced.exists() and unsynced.stat().st_size, "the copy has what never reached the device")
        began = time.monotonic()
        later = self.connected(disk + "/data")
        started = time.monotonic() - began
        calls = self.model.calls
        for writer, replies in promised.items():
            writer.reader.server = later
            for question, token in replies:
                messages = writer.reader.messages(token["conversation_id"])
                self.assertEqual(
                    [(message["role"], message["state"], text_of(message)) for message in messages],
                    [("user", "complete", question), ("assistant", "complete", f"Answer to {question}: all of it.")],
                )
        self.assertEqual(self.model.calls, calls)
        asked = Counter(body["messages"][-1]["content"] for body in self.model.bodies)
        self.assertLessEqual(max(asked.values(), default=0), 1, "a message was sent to the model twice")
        self.assertLess(started, 2)
        later.kill()
        run("umount", disk)
        return sum(len(replies) for replies in promised.values())

    def make_disk(self, image):
        try:
            with open(image, "wb") as file:
                file.truncate(MEGABYTES << 20)
            run("mkfs.ext4", "-q", "-F", image)
        except OSError as error:
            self.skipTest(f"NOT RUN, a power cut needs an ext4 image: {error}")

    def mount(self, image, folder):
        try:
            run("mount", "-t", "ext4", "-o", "loop", image, folder)
        except OSError as error:
            self.skipTest(f"NOT RUN, a power cut needs root and a loop device: {error}")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], capture_output=True)

    def stand_still(self, server):
        """Stops every thread of the server where it is, so that the copy is of one moment."""
        server.process.send_signal(signal.SIGSTOP)
        tasks = Path(f"/proc/{server.process.pid}/task")

        def are_stopped():
            states = [(task / "stat").read_text().rsplit(")", 1)[1].split()[0] for task in tasks.iterdir()]
            return all(state == "T" for state in states)

        until(are_stopped, "the server stands still")


class Writer:
    """Somebody who asks as fast as the answers come, and writes down which of them were done."""

    def __init__(self, server, name):
        self.reader = Reader(server)
        self.name = name
        self.done = []
        self.stops = False
        self.thread = threading.Thread(target=self.ask, daemon=True)

    def ask(self):
        number = 0
        while not self.stops:
            number += 1
            question = f"{self.name}-{number}"
            try:
                token = self.reader.token(question)
                body = self.reader.open(token["stream_url"]).read()
            except (OSError, ValueError, http.client.HTTPException):
                return  # the server is gone
            if b'"done"' in body:
                self.done.append((question, token))
