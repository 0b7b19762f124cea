"""The log, read by something that is slower than the server."""

import fcntl
import json
import os
import struct
import subprocess
import termios
import threading

from harness import Reader, ServerTest, Shuren, until
from model_server import ModelServer

FREE_SPACE_OF_A_PIPE = 64 * 1024


class PausedLog(Shuren):
    """A server whose log is read only once ``resume`` is set, a page at a time."""

    resume = None

    def _read_log(self):
        descriptor = self.process.stderr.fileno()
        self.resume.wait()
        log = b""
        while piece := os.read(descriptor, 4096):
            log += piece
        self.lines = log.decode().splitlines()

    @property
    def unread(self):
        """Bytes of the log that wait in the pipe."""
        answer = fcntl.ioctl(self.process.stderr.fileno(), termios.FIONREAD, bytes(4))
        return struct.unpack("i", answer)[0]


class Log(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)

    def test_a_long_line_of_the_log_stays_one_line_whoever_else_logs(self):
        disk = self.folder()
        mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]
        mounted = subprocess.run(mount, capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"needs to mount a small disk: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", disk])

        def reply(answer):
            answer.begin()
            answer.piece("begin ")
            answer.wait()
            answer.piece("0123456789" * 30_000)
            answer.end()

        self.model.reply = reply
        resume = threading.Event()
        self.addCleanup(resume.set)
        options = ("--llm-base-url", self.model.url, "--llm-model", "test", "--spool-dir", self.folder())
        server = type("Paused", (PausedLog,), {"resume": resume})(disk + "/data", *options)
        self.addCleanup(server.process.stdout.close)
        self.addCleanup(server.kill)
        reader = Reader(server)
        stream = reader.open(reader.token("Hi")["stream_url"])
        while b"begin" not in stream.readline():
            pass
        with open(disk + "/filler", "wb", buffering=0) as filler, self.assertRaisesRegex(OSError, "No space left"):
            while True:
                filler.write(b"x" * 4096)

        # The reply that cannot be saved is logged with its text, which does not fit into the pipe ...
        self.model.gate.set()
        until(lambda: server.unread >= FREE_SPACE_OF_A_PIPE - 4096, "a full pipe")
        # ... and while that line waits for a slow reader, refused credentials are logged as well.
        refused = [threading.Thread(target=self.refuse, args=(server,)) for _ in range(16)]
        for thread in refused:
            thread.start()
        resume.set()
        for thread in refused:
            thread.join()
        self.assertIn(b'data: {"done": true', stream.read())
        server.kill()
        server._reader.join()

        torn = [line[:80] for line in server.lines if not is_object(line)]
        self.assertEqual(torn, [])
        texts = [json.loads(line).get("text") for line in server.lines]
        self.assertIn("begin " + "0123456789" * 30_000, texts)

    def refuse(self, server):
        for _ in range(20):
            server.request("GET", "/api/v1/chat/stream?token=unknown")


def is_object(line):
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
