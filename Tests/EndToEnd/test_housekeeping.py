"""What the server lets go of, gives back and leaves out, told by the real executable."""

import json
import os
import re
import sqlite3
import subprocess
import time
from pathlib import Path

from playwright.sync_api import expect

from browser import PageTest, run_axe
from harness import EXECUTABLE, PATIENCE, ROOT, Reader, ServerTest, new_id, until
from model_server import ModelServer

DAY = 24 * 60 * 60 * 1000
#: Where pictures of the states go, if anywhere.
SHOTS = os.environ.get("SHUREN_SHOTS")


def database(folder):
    connection = sqlite3.connect(f"{folder}/chat.sqlite", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def count(folder, table):
    with sqlite3.connect(f"file:{folder}/chat.sqlite?mode=ro", uri=True) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


class Housekeeping(ServerTest):
    def aged(self, days):
        """A folder whose guests and conversations were there so many days ago, and the cookies of two guests.

        The first has written something, the second nothing.
        """
        server = self.start()
        writer, looker = Reader(server), Reader(server)
        self.assertEqual(writer.json("POST", "/api/v1/chat", {"message": "Ancient words"})[0], 200)
        self.assertEqual(looker.json("PATCH", "/api/v1/preferences", {"streaming": "on"})[0], 200)
        self.assertEqual(server.terminate(), 0)
        connection = database(server.folder)
        for table, columns in (
            ("person", ["created_at"]), ("session", ["created_at", "used_at"]), ("generation", ["started_at", "ended_at"]),
            ("conversation", ["created_at", "updated_at"]), ("stream_token", ["starts_before"]), ("message", ["created_at"]),
        ):
            for column in columns:
                connection.execute(f"UPDATE {table} SET {column} = {column} - {days * DAY} WHERE {column} > 0")
        connection.close()
        return server.folder, writer.cookie, looker.cookie

    def test_by_itself_only_guests_without_anything_go(self):
        folder, writer, _ = self.aged(29)
        server = self.start(folder)
        server.request("GET", "/livez")
        self.assertEqual(server.terminate(), 0)
        self.assertEqual(count(folder, "person"), 3)
        connection = database(folder)
        for table, column in (("person", "created_at"), ("session", "created_at"), ("session", "used_at"), ("conversation", "updated_at"), ("generation", "started_at")):
            connection.execute(f"UPDATE {table} SET {column} = {column} - {2 * DAY} WHERE {column} > 0")
        connection.close()
        server = self.start(folder)
        server.logged("What nobody came back to is gone", '"guests":"1"', '"conversations":"0"')
        metrics = server.request("GET", "/metrics")[2]
        self.assertIn('shuren_retention_removed_total{what="guests"} 1', metrics)
        again = Reader(server)
        again.cookie = writer
        self.assertEqual(len(again.json("GET", "/api/v1/conversations")[1]["conversations"]), 1)

    def test_guests_with_all_of_theirs_go_when_the_operator_says_so(self):
        folder, writer, looker = self.aged(400)
        status, said = self.tool("retention", folder, "--retention-guest-days", "365")
        self.assertEqual(status, 0)
        self.assertIn("guests: gone 365 days after their last visit, with all that is theirs", said)
        self.assertIn("the next round lets go of 2 guests and 0 conversations", said)
        self.assertNotIn("warning", said)
        server = self.start(folder, "--coach-pace-milliseconds", "0", "--retention-guest-days", "365")
        server.logged("What nobody came back to is gone", '"guests":"2"')
        for cookie in (writer, looker):
            reader = Reader(server)
            reader.cookie = cookie
            self.assertEqual(reader.json("GET", "/api/v1/conversations")[1]["conversations"], [])
        # Whoever was here just now stays, and what they wrote.
        now = Reader(server)
        self.assertEqual(now.json("POST", "/api/v1/chat", {"message": "Newer words"})[0], 200)
        self.assertIn("the next round lets go of 0 guests and 0 conversations", server.command("retention", "--retention-guest-days", "365")[1])
        self.assertEqual(server.terminate(), 0)
        for table, left in (("person", 2), ("session", 1), ("message", 2), ("generation", 1), ("conversation", 1)):
            self.assertEqual(count(folder, table), left, table)
        held = b"".join(path.read_bytes() for path in Path(folder).rglob("*") if path.is_file() and "spool" not in str(path))
        self.assertIn(b"Newer words", held)

    def test_conversations_go_when_the_operator_says_so_but_not_pinned_ones_nor_those_that_run(self):
        model = ModelServer()
        self.addCleanup(model.close)
        folder, writer, _ = self.aged(40)
        days = ("--retention-conversation-days", "30", "--retention-empty-guest-days", "0")
        server = self.start(folder, "--coach-pace-milliseconds", "0", "--llm-base-url", model.url, "--llm-model", "test", *days)
        server.logged("What nobody came back to is gone", '"guests":"0"', '"conversations":"1"')
        reader = Reader(server)
        reader.cookie = writer
        self.assertEqual(reader.json("GET", "/api/v1/conversations")[1]["conversations"], [])
        self.assertEqual(reader.json("GET", "/api/v1/conversations?in=bin")[1]["conversations"], [])
        self.assertEqual(reader.json("GET", "/api/v1/search?q=Ancient")[1]["hits"], [])
        self.assertEqual(reader.json("GET", "/api/v1/config")[1]["kept_days"], {"conversations": 30, "guests": None})

    def test_what_may_not_be_meant_is_said(self):
        folder = self.folder()
        status, said = self.tool("check", folder, "--retention-guest-days", "3", "--retention-conversation-days", "1")
        self.assertEqual(status, 0, said)
        self.assertIn("retention: RETENTION_GUEST_DAYS is 3: a browser knows its guest for 30 days", said)
        self.assertIn("RETENTION_EMPTY_GUEST_DAYS is more than RETENTION_GUEST_DAYS", said)
        self.assertIn("RETENTION_CONVERSATION_DAYS is 1: who stays away for a week", said)
        self.assertIn("all is well", said)
        self.assertNotIn("retention:", self.tool("check", folder, "--retention-guest-days", "365")[1])
        self.assertIn("there is no database of this version", self.tool("retention", folder)[1])
        self.assertEqual(self.tool("retention", folder, "--retention-guest-days", "soon")[0], 1)

    def tool(self, command, folder, *options):
        """A command of the executable where no server runs."""
        done = subprocess.run(
            [EXECUTABLE, command, "--data-dir", folder, *options], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
        )
        return done.returncode, done.stdout + done.stderr

    def full(self, givable=True):
        """A folder with a conversation of some ten thousand messages that lay in the bin for long, and one that stays."""
        server = self.start()
        reader = Reader(server)
        for text in ("To be thrown away", "To be kept"):
            self.assertEqual(reader.json("POST", "/api/v1/chat", {"message": text})[0], 200)
        self.assertEqual(server.terminate(), 0)
        connection = database(server.folder)
        person, conversation = connection.execute("SELECT owner, id FROM conversation WHERE title LIKE '%thrown%'").fetchone()
        parts = json.dumps([{"type": "text", "text": "away " * 200}])
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO message (person, id, conversation, role, parts, hash, state, created_at) VALUES (?, ?, ?, 'user', ?, x'00', 'complete', 0)",
            ((person, new_id(), conversation, parts) for _ in range(10_000)),
        )
        connection.execute("UPDATE conversation SET deleted_at = 1 WHERE id = ?", (conversation,))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not givable:
            # As the first versions made the file.
            connection.execute("PRAGMA auto_vacuum = NONE")
            connection.execute("VACUUM")
        connection.close()
        return server.folder, reader.cookie

    def size(self, folder):
        return os.path.getsize(f"{folder}/chat.sqlite")

    def test_the_disk_gets_its_room_back_while_readers_are_answered(self):
        folder, cookie = self.full()
        full = self.size(folder)
        self.assertGreater(full, 10_000_000)
        server = self.start(folder, "--coach-pace-milliseconds", "0", "--limit-messages-per-hour", "0")
        reader = Reader(server)
        reader.cookie = cookie
        slowest, asked = 0, 0

        def is_smaller():
            nonlocal slowest, asked
            start = time.monotonic()
            # Not so many that what they leave would be the larger part of the file.
            way = ("POST", "/api/v1/chat", {"message": "Hi"}) if asked < 100 else ("PATCH", "/api/v1/preferences", {"streaming": "auto"})
            self.assertEqual(reader.json(*way)[0], 200)
            slowest, asked = max(slowest, time.monotonic() - start), asked + 1
            return "Room that the database does not need" in server.log

        patient = self.patience(is_smaller, 120)
        self.assertTrue(patient, server.log)
        print(f"{asked} questions were answered meanwhile, the slowest in {slowest * 1000:.0f} ms; {full} bytes became {self.size(folder)}")
        self.assertGreater(asked, 5)
        until(lambda: self.size(folder) < full / 4, "a smaller file")
        metrics = server.request("GET", "/metrics")[2]
        self.assertGreater(float(re.search(r"^shuren_database_given_back_bytes_total (\S+)", metrics, re.M)[1]), 5_000_000)
        self.assertIn("shuren_database_free_bytes", metrics)
        self.assertEqual(server.terminate(), 0)
        self.assertEqual(self.tool("check", folder, "--thorough", "true")[0], 0)

    def patience(self, condition, seconds):
        """A condition that takes longer than others; ends as soon as it holds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
        return False

    def test_an_older_file_is_made_anew_where_no_server_runs(self):
        folder, cookie = self.full(givable=False)
        server = self.start(folder)
        self.assertTrue(self.patience(lambda: count(folder, "message") == 2, 120))
        status, said = server.command("vacuum")
        self.assertEqual(status, 1)
        self.assertIn("in use by process", said)
        self.assertEqual(server.terminate(), 0)
        full = self.size(folder)
        status, said = self.tool("vacuum", folder)
        self.assertEqual(status, 0, said)
        self.assertIn("the database has 2 messages in 1 conversations", said)
        self.assertLess(self.size(folder), full / 4)
        again = self.start(folder)
        reader = Reader(again)
        reader.cookie = cookie
        self.assertEqual(reader.json("GET", "/api/v1/conversations")[1]["conversations"][0]["title"], "To be kept")
        self.assertEqual(again.terminate(), 0)
        self.assertEqual(self.tool("check", folder, "--thorough", "true")[0], 0)
        self.assertEqual(self.tool("vacuum", self.folder() + "/none")[0], 1)

    def test_a_flood_of_one_error_is_bounded_in_the_log_and_counted(self):
        model = ModelServer()
        self.addCleanup(model.close)
        model.reply = lambda answer: answer.status(400, "no")
        server = self.start(None, "--llm-base-url", model.url, "--llm-model", "test", "--limit-messages-per-hour", "0")
        reader = Reader(server)
        for _ in range(150):
            reader.json("POST", "/api/v1/chat", {"message": "Hi"})
        self.assertEqual(server.terminate(), 0)
        server._reader.join()
        lines = [json.loads(line) for line in server.lines]
        kinds = {}
        for line in lines:
            if line["level"] in ("warning", "error"):
                kinds[line["message"]] = kinds.get(line["message"], 0) + 1
        told = {line["line"]: int(line["count"]) for line in lines if line["message"] == "Lines of a kind were left out"}
        self.assertEqual(len(told), 1, kinds)
        kind = next(iter(told))
        self.assertEqual(kinds[kind], 60)
        self.assertEqual(told[kind], 90)
        # What is no warning is not left out: each reply's beginning and end are there.
        self.assertEqual(model.calls, 150)


class KeptDays(PageTest):
    def test_readers_are_told_in_their_settings_how_long_things_are_kept(self):
        self.connected("--retention-conversation-days", "365", "--retention-guest-days", "400")
        for language, scheme, heading, words in (
            ("en", "light", "How long it is kept", "A conversation in which nothing changes for 365 days is deleted for good."),
            ("zh-CN", "dark", "保留多久", "对话如果 365 天没有变化，就会被永久删除。"),
        ):
            page = self.visit(self.server.url + "/settings#data", locale=language, color_scheme=scheme)
            kept = page.locator("#data .kept-days")
            expect(kept.get_by_role("heading", name=heading)).to_be_visible()
            expect(kept).to_contain_text(words)
            expect(kept).to_contain_text("400")
            self.assertRegex(kept.text_content(), r"20\d\d")
            found = run_axe(page)
            self.assertEqual([violation["id"] for violation in found.response["violations"]], [])
            kept.scroll_into_view_if_needed()
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/kept-{language}.png")
        self.finish()

    def test_nothing_is_said_where_everything_is_kept(self):
        self.connected()
        page = self.visit(self.server.url + "/settings#data")
        expect(page.locator("#devices")).to_contain_text("Nobody is signed in yet")
        expect(page.locator("#data .kept-days")).to_be_hidden()
        self.finish()
