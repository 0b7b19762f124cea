"""Starting and stopping: how fast, what it waits for, and what a signal does to the replies that run."""

import json
import signal
import socket
import sqlite3
import threading
import time
from pathlib import Path

from harness import PATIENCE, Reader, ServerTest, new_id, text_of, until
from model_server import ModelServer


class Stop(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)

        def reply(answer):
            answer.begin()
            answer.piece("so far")
            answer.wait()
            answer.end()

        self.model.reply = reply
        self.options = ("--llm-base-url", self.model.url, "--llm-model", "scripted")

    def running(self, *options):
        """A server with a reply under way, its reader, and the open stream."""
        folder = self.folder()
        server = self.start(folder, *self.options, *options)
        reader = Reader(server)
        token = reader.token("Hi")
        stream = reader.open(token["stream_url"])
        while b"so far" not in stream.readline():
            pass
        return folder, server, reader, token, stream

    def test_a_second_signal_ends_the_replies_at_once_and_keeps_their_text(self):
        folder, server, reader, token, stream = self.running()
        server.process.send_signal(signal.SIGTERM)
        until(lambda: server.request("GET", "/readyz")[0] == 503, "readiness goes")
        self.assertIsNone(server.process.poll())
        begin = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        self.assertEqual(server.process.wait(PATIENCE), 0)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertIn(b'data: {"error": "The reply was interrupted."}', stream.read())
        reader.server = self.start(folder, *self.options)
        kept = reader.messages(token["conversation_id"])[-1]
        self.assertEqual((text_of(kept), kept["state"]), ("so far", "interrupted"))
        self.assertEqual(self.model.calls, 1)

    def test_the_drain_has_an_end_and_what_still_runs_is_interrupted(self):
        folder, server, reader, token, stream = self.running("--drain-seconds", "1")
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(server.process.wait(PATIENCE), 0)
        self.assertIn(b'data: {"error": "The reply was interrupted."}', stream.read())
        reader.server = self.start(folder, *self.options)
        self.assertEqual(reader.messages(token["conversation_id"])[-1]["state"], "interrupted")

    def test_while_it_drains_new_messages_are_told_to_come_back_and_the_running_one_can_be_read(self):
        _, server, reader, token, stream = self.running()
        server.process.send_signal(signal.SIGTERM)
        until(lambda: server.request("GET", "/readyz")[0] == 503, "readiness goes")
        status, headers, _ = reader.request("POST", "/api/v1/chat/token", {"message": "Late"})
        self.assertEqual(status, 503)
        self.assertGreater(int(headers["Retry-After"]), 0)
        self.assertEqual(server.request("GET", "/livez")[0], 200)
        second = reader.open(token["stream_url"])
        self.assertEqual(second.status, 200)
        self.model.gate.set()
        self.assertIn(b'data: {"done": true', stream.read())
        self.assertIn(b'data: {"done": true', second.read())
        self.assertEqual(server.process.wait(PATIENCE), 0)

    def test_sighup_reads_the_flags_anew_and_an_operators_change_still_wins(self):
        folder = self.folder()
        file = Path(folder) / "settings.json"
        file.write_text('{"enable_streaming": true}')
        server = self.start(folder, "--config", str(file), "--coach-pace-milliseconds", "0")

        def config():
            return json.loads(server.request("GET", "/api/v1/config")[2])

        self.assertTrue(config()["streaming"])
        file.write_text('{"enable_streaming": false}')
        server.process.send_signal(signal.SIGHUP)
        server.logged("read flags and agents anew")
        self.assertFalse(config()["streaming"])
        file.write_text("{")
        server.process.send_signal(signal.SIGHUP)
        server.logged("the settings are unusable")
        self.assertFalse(config()["streaming"])
        self.assertEqual(server.command("flag", "set", "enable_streaming", "true")[0], 0)
        file.write_text('{"enable_streaming": false}')
        server.process.send_signal(signal.SIGHUP)
        until(lambda: server.log.count("read flags and agents anew") == 2, "the settings are read once more")
        self.assertTrue(config()["streaming"])

    def test_it_starts_without_waiting_for_a_model_that_does_not_answer(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(1)
            url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
            begin = time.monotonic()
            server = self.start(None, "--llm-base-url", url, "--llm-model", "silent")
            self.assertEqual(server.request("GET", "/livez")[0], 200)
            self.assertEqual(server.request("GET", "/readyz")[0], 200)
            took = time.monotonic() - begin
        self.assertLess(took, 2)

    def test_it_starts_quickly_on_a_large_folder_and_after_a_kill(self):
        folder = self.folder()
        server = self.start(folder, "--coach-pace-milliseconds", "0")
        reader = Reader(server)
        status, _ = reader.json("POST", "/api/v1/chat", {"message": "Hi"})
        self.assertEqual(status, 200)
        server.terminate()
        self.fill(folder, conversations=2000, each=25)
        times = []
        for number in range(6):
            begin = time.monotonic()
            server = self.start(folder, "--coach-pace-milliseconds", "0")
            self.assertEqual(server.request("GET", "/livez")[0], 200)
            times.append((time.monotonic() - begin) * 1000)
            if number % 2:
                server.terminate()
            else:
                server.kill()
        print(f"\n    50,000 messages: to the first answer {min(times):.0f} to {max(times):.0f} ms", end=" ")
        # The goal is 100 ms; what is asserted leaves room for a machine that does other work meanwhile.
        self.assertLess(min(times), 1000)

    def fill(self, folder, conversations, each):
        """Copies the one conversation that is there until there are many."""
        database = sqlite3.connect(Path(folder) / "chat.sqlite")
        columns = {
            table: [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            for table in ("conversation", "message")
        }
        conversation = database.execute("SELECT * FROM conversation").fetchone()
        message = database.execute("SELECT * FROM message ORDER BY sequence LIMIT 1").fetchone()

        def copy(table, row, **changes):
            names = [name for name in columns[table] if name != "sequence"]
            values = [changes.get(name, row[columns[table].index(name)]) for name in names]
            marks = ", ".join("?" for _ in names)
            database.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)

        for _ in range(conversations):
            owner = new_id()
            copy("conversation", conversation, id=owner)
            parent = None
            for _ in range(each):
                identity = new_id()
                copy("message", message, id=identity, conversation=owner, parent=parent)
                parent = identity
        database.commit()
        database.close()
