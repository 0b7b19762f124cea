"""Backup, restore, check and export with the real executable, while it works."""

import json
import os
import sqlite3
import stat
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

from harness import EXECUTABLE, ROOT, Reader, ServerTest, new_id, text_of
from model_server import ModelServer


class Backups(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.data = self.folder()
        self.options = ("--llm-base-url", self.model.url, "--llm-model", "test", "--limit-messages-per-hour", "0")
        self.server = self.start(self.data, *self.options)
        self.backup = os.path.join(self.folder(), "backup.sqlite")

    def ask(self, reader, text):
        status, answer = reader.json("POST", "/api/v1/chat", {"message": text, "message_id": new_id()})
        self.assertEqual(status, 200, answer)
        return answer["conversation_id"]

    def command(self, *words):
        """Runs a command while no server runs."""
        return self.server.command(*words)

    def test_a_restore_drill_after_a_backup_under_traffic(self):
        readers = [Reader(self.server) for _ in range(8)]
        acknowledged = [(reader, self.ask(reader, "Before")) for reader in readers]
        stop = threading.Event()

        def traffic(reader):
            while not stop.is_set():
                self.ask(reader, "Meanwhile")

        with ThreadPoolExecutor(8) as pool:
            writing = [pool.submit(traffic, reader) for reader in readers]
            status, printed = self.command("backup", self.backup)
            stop.set()
            for future in writing:
                future.result()
        self.assertEqual(status, 0, printed)
        self.assertRegex(printed, r"^copied \d+ messages in \d+ conversations to /")
        self.assertEqual(stat.S_IMODE(os.stat(self.backup).st_mode), 0o600)
        late = self.ask(readers[0], "After the backup")
        epoch = self.epoch(os.path.join(self.data, "chat.sqlite"))

        status, printed = self.command("restore", self.backup)
        self.assertEqual((status, "in use by process" in printed), (1, True))
        self.assertEqual(self.server.terminate(), 0)
        status, printed = self.command("restore", self.backup, "--keep-sessions", "true")
        self.assertEqual(status, 0, printed)
        status, printed = self.command("check", "--thorough", "true")
        self.assertEqual((status, "all is well" in printed), (0, True), printed)

        again = self.start(self.data, *self.options)
        for reader, conversation in acknowledged:
            reader.server = again
            messages = reader.messages(conversation)
            self.assertEqual([text_of(m) for m in messages], ["Before", "Hello from the scripted model."])
        self.assertEqual(readers[0].request("GET", f"/api/v1/conversations/{late}")[0], 404)
        self.assertGreater(self.epoch(os.path.join(self.data, "chat.sqlite")), epoch)

    def epoch(self, path):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return database.execute("SELECT max(epoch) FROM run").fetchone()[0]

    def test_a_restore_ends_the_sessions_unless_told_otherwise(self):
        reader = Reader(self.server)
        conversation = self.ask(reader, "Hi")
        self.assertEqual(self.command("backup", self.backup)[0], 0)
        self.server.terminate()
        status, printed = self.command("restore", self.backup)
        self.assertEqual((status, "all sessions are ended" in printed), (0, True), printed)
        reader.server = self.start(self.data, *self.options)
        self.assertEqual(reader.request("GET", f"/api/v1/conversations/{conversation}")[0], 401)

    def test_a_damaged_backup_is_refused_and_changes_nothing(self):
        reader = Reader(self.server)
        conversation = self.ask(reader, "A text that is easy to find")
        self.assertEqual(self.command("backup", self.backup)[0], 0)
        self.server.terminate()
        with open(self.backup, "rb") as file:
            sound = file.read()
        damaged = sound.replace(b"easy to find", b"easy to fine")
        self.assertNotEqual(damaged, sound)
        for content in (damaged, sound[: len(sound) // 2], b"nothing of ours"):
            with open(self.backup, "wb") as file:
                file.write(content)
            status, printed = self.command("restore", self.backup)
            self.assertEqual((status, "Nothing was changed" in printed), (1, True), printed)
        reader.server = self.start(self.data, *self.options)
        self.assertEqual(text_of(reader.messages(conversation)[0]), "A text that is easy to find")

    def test_a_backup_that_cannot_be_made_says_why(self):
        status, printed = self.command("backup", "/dev/full/backup.sqlite")
        self.assertEqual((status, "could not be made" in printed), (1, True), printed)
        status, printed = self.command("backup", os.path.join(self.data, "chat.sqlite"))
        self.assertEqual((status, "own database" in printed), (1, True), printed)

    def test_check_looks_beside_a_server_and_before_the_first_start_and_changes_nothing(self):
        self.ask(Reader(self.server), "Hi")
        status, printed = self.command("check")
        self.assertEqual((status, "2 messages in 1 conversations" in printed), (0, True), printed)
        self.server.terminate()
        before = self.digest()
        self.assertEqual(self.command("check", "--thorough", "true")[0], 0)
        self.assertEqual(self.digest(), before)

        empty = self.folder()
        self.server.folder = empty
        status, printed = self.command("check")
        self.assertEqual((status, "none yet" in printed), (0, True), printed)
        self.assertEqual(os.listdir(empty), [])

    def digest(self):
        return {
            os.path.join(folder, name): open(os.path.join(folder, name), "rb").read()
            for folder, _, names in os.walk(self.data)
            for name in names
        }

    def test_an_export_has_every_conversation_and_nothing_that_opens_one(self):
        readers = [Reader(self.server), Reader(self.server)]
        conversations = [self.ask(reader, f"Mine {index}") for index, reader in enumerate(readers)]
        path = self.backup + ".jsonl"
        status, printed = self.command("export", path)
        self.assertEqual((status, "exported 2 conversations" in printed), (0, True), printed)
        with open(path) as file:
            lines = [json.loads(line) for line in file]
        self.assertEqual({line["id"] for line in lines}, set(conversations))
        for line in lines:
            self.assertEqual([m["role"] for m in line["messages"]], ["user", "assistant"])
            self.assertEqual(text_of(line["messages"][1]), "Hello from the scripted model.")
        text = json.dumps(lines)
        for reader in readers:
            self.assertNotIn(reader.cookie.split("=")[1], text)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        status, printed = self.command("export", path)
        self.assertEqual((status, "is there already" in printed), (1, True), printed)

        one = self.backup + ".one.jsonl"
        status, printed = self.command("export", one, "--person", lines[0]["person"])
        self.assertEqual((status, "exported 1 conversations" in printed), (0, True), printed)
        nobody = self.backup + ".nobody.jsonl"
        status, printed = self.command("export", nobody, "--person", "nobody")
        self.assertEqual((status, "no person with the id nobody" in printed), (1, True), printed)
        self.assertFalse(os.path.exists(nobody))

    def test_a_folder_that_was_not_meant_is_said_and_not_made(self):
        elsewhere, path = os.path.join(self.folder(), "typo"), self.backup + ".typo"
        for words in (("backup", path), ("export", path), ("user", "list"), ("flag", "history")):
            done = subprocess.run([EXECUTABLE, *words, "--data-dir", elsewhere], cwd=ROOT, capture_output=True, text=True)
            self.assertEqual((done.returncode, f"no database in {elsewhere}" in done.stderr), (1, True), (words, done))
        self.assertFalse(os.path.exists(elsewhere) or os.path.exists(path))

    def test_a_file_that_is_no_database_is_said_with_its_path_and_what_to_do(self):
        self.server.terminate()
        path = os.path.join(self.data, "chat.sqlite")
        with open(path, "wb") as file:
            file.write(b"no database at all " * 1000)
        for words in (("check",), ("export", self.backup + ".jsonl")):
            status, printed = self.command(*words)
            self.assertEqual((status, path in printed, "Restore a backup" in printed), (1, True, True), printed)
        self.assertFalse(os.path.exists(self.backup + ".jsonl"))
