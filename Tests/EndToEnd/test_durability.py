"""What is kept when a process is killed, told to stop, or finds the disk full."""

import os
import subprocess
import time

from harness import Reader, ServerTest, text_of, until
from model_server import ModelServer

LONG_REPLY = "begin " + "0123456789" * 30_000


class Durability(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)

    def connected(self, folder, *more):
        server = self.start(folder, "--llm-base-url", self.model.url, "--llm-model", "test", *more)
        return server, Reader(server)

    def test_what_was_done_survives_a_kill_right_after(self):
        folder = self.folder()
        rounds = 100 if os.environ.get("SHUREN_LONG_TESTS") else 5
        for _ in range(rounds):
            server, reader = self.connected(folder)
            token = reader.token("Hi")
            stream = reader.open(token["stream_url"])
            while b'"done"' not in stream.readline():
                pass
            server.kill()

            reader.server, _ = self.connected(folder)
            reply = reader.messages(token["conversation_id"])[-1]
            self.assertEqual((reply["state"], text_of(reply)), ("complete", "Hello from the scripted model."))
            reader.server.kill()
        self.assertEqual(self.model.calls, rounds)

    def test_a_kill_in_mid_reply_leaves_the_text_so_far_and_never_asks_again(self):
        def reply(answer):
            answer.begin()
            answer.piece("so far")
            answer.wait()

        self.model.reply = reply
        folder = self.folder()
        server, reader = self.connected(folder)
        token = reader.token("Hi")
        url = token["stream_url"] + "&events=all"
        stream = reader.open(url)
        while b"so far" not in stream.readline():
            pass
        seen = time.monotonic()
        until(lambda: text_of(reader.messages(token["conversation_id"])[-1]) == "so far", "the checkpoint")
        # Due every second; the rest is for a slow machine.
        self.assertLess(time.monotonic() - seen, 5)
        server.kill()

        reader.server, _ = self.connected(folder)
        reply = reader.messages(token["conversation_id"])[-1]
        replay = reader.request("GET", url)[2]

        self.assertEqual((reply["state"], text_of(reply)), ("interrupted", "so far"))
        self.assertIn('data: {"chunk": "so far"}', replay)
        self.assertIn('"error": "The reply was interrupted."', replay)
        self.assertEqual(self.model.calls, 1)

    def test_a_reader_who_leaves_does_not_stop_the_reply(self):
        def reply(answer):
            answer.begin()
            answer.piece("to the ")
            answer.wait()
            answer.piece("end")
            answer.end()

        self.model.reply = reply
        server, reader = self.connected(self.folder())
        token = reader.token("Hi")
        stream = reader.open(token["stream_url"])
        while b"to the" not in stream.readline():
            pass
        stream.close()
        until(lambda: "shuren_http_connections 1.0" in server.request("GET", "/metrics")[2], "the server to notice")
        self.model.gate.set()

        until(lambda: reader.messages(token["conversation_id"])[-1]["state"] == "complete", "the end of the reply")
        self.assertEqual(self.last_text(reader, token), "to the end")
        self.assertEqual(self.model.calls, 1)

    def test_told_to_stop_it_lets_the_running_reply_finish(self):
        def reply(answer):
            answer.begin()
            answer.piece("to the ")
            answer.wait()
            answer.piece("end")
            answer.end()

        self.model.reply = reply
        folder = self.folder()
        server, reader = self.connected(folder)
        token = reader.token("Hi")
        stream = reader.open(token["stream_url"])
        while b"to the" not in stream.readline():
            pass
        server.process.terminate()
        until(lambda: server.request("GET", "/readyz")[0] == 503, "readiness to go")
        self.assertEqual(reader.json("POST", "/api/v1/chat", {"message": "Late"})[0], 503)
        self.model.gate.set()

        self.assertIn(b'data: {"done": true', stream.read())
        self.assertEqual(server.process.wait(20), 0)
        reader.server, _ = self.connected(folder)
        self.assertEqual(text_of(reader.messages(token["conversation_id"])[-1]), "to the end")

    def test_a_full_disk_interrupts_no_stream_and_loses_no_reply(self):
        server, reader, token, body, make_room = self.reply_on_a_full_disk(self.small_disk(), self.folder())

        self.assertIn(b'data: {"done": true, "agent_type": "general"}', body)
        self.assertIn('"level":"error"', server.logged("database or disk is full", token["message_id"]))
        self.assertEqual(server.request("GET", "/readyz")[0], 503)
        make_room()
        until(lambda: self.last_text(reader, token) == LONG_REPLY, "the reply in the database")
        until(lambda: server.request("GET", "/readyz")[0] == 200, "readiness")
        self.assertEqual(self.model.calls, 1)

    def test_a_kill_on_a_full_disk_loses_nothing_that_was_done(self):
        disk, spool = self.small_disk(), self.folder()
        server, reader, token, body, make_room = self.reply_on_a_full_disk(disk, spool)
        self.assertIn(b'data: {"done": true', body)
        server.kill()
        make_room()

        reader.server, _ = self.connected(disk + "/data", "--spool-dir", spool)

        reply = reader.messages(token["conversation_id"])[-1]
        self.assertEqual((reply["state"], text_of(reply)), ("complete", LONG_REPLY))
        self.assertEqual(self.model.calls, 1)

    def test_a_start_on_a_full_disk_serves_what_can_be_read_until_there_is_room(self):
        disk, spool = self.small_disk(), self.folder()
        server, reader = self.connected(disk + "/data", "--spool-dir", spool)
        token = reader.token("Hi")
        reader.request("GET", token["stream_url"])
        self.assertEqual(server.terminate(), 0)
        self.fill(disk)

        server, _ = self.connected(disk + "/data", "--spool-dir", spool)
        reader.server = server
        self.assertEqual(text_of(reader.messages(token["conversation_id"])[-1]), "Hello from the scripted model.")
        self.assertEqual(reader.request("POST", "/api/v1/chat", {"message": "More"})[0], 503)
        status, _, text = server.request("GET", "/readyz")
        self.assertEqual((status, "no room on the disk" in text), (503, True))

        os.truncate(disk + "/filler", 0)
        until(lambda: self.is_ready(server), "the server is ready")
        self.assertEqual(reader.request("POST", "/api/v1/chat", {"message": "More"})[0], 200)
        self.assertEqual(self.model.calls, 2)

    def test_a_disk_that_fills_is_said_by_readiness_until_there_is_room(self):
        disk = self.small_disk()
        server, reader = self.connected(disk + "/data", "--spool-dir", self.folder(), "--limit-messages-per-hour", "0")
        self.assertTrue(self.is_ready(server))
        self.fill(disk)

        until(lambda: reader.request("POST", "/api/v1/chat", {"message": "More"})[0] == 503, "a message is refused")

        status, _, text = server.request("GET", "/readyz")
        self.assertEqual((status, "no room on the disk" in text), (503, True))
        os.truncate(disk + "/filler", 0)
        until(lambda: self.is_ready(server), "the server is ready")
        self.assertEqual(reader.request("POST", "/api/v1/chat", {"message": "More"})[0], 200)

    @staticmethod
    def is_ready(server):
        try:
            return server.request("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def fill(self, disk):
        filler = os.open(disk + "/filler", os.O_CREAT | os.O_WRONLY)
        self.addCleanup(os.close, filler)
        with self.assertRaisesRegex(OSError, "No space left"):
            while True:
                os.write(filler, b"x" * 4096)

    def small_disk(self):
        small = self.folder()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"needs to mount a small disk: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", small])
        return small

    def reply_on_a_full_disk(self, disk, spool):
        """Fills the disk in mid-reply, and hands back what was read of the stream and how to make room again."""

        def reply(answer):
            answer.begin()
            answer.piece("begin ")
            answer.wait()
            for _ in range(300):
                answer.piece("0123456789" * 100)
            answer.end()

        self.model.reply = reply
        server, reader = self.connected(disk + "/data", "--spool-dir", spool)
        token = reader.token("Hi")
        stream = reader.open(token["stream_url"])
        while b"begin" not in stream.readline():
            pass
        self.fill(disk)
        self.model.gate.set()
        return server, reader, token, stream.read(), lambda: os.truncate(disk + "/filler", 0)

    def last_text(self, reader, token):
        return text_of(reader.messages(token["conversation_id"])[-1])
