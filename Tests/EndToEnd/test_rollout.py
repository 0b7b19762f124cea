"""Streaming turned up step by step while the server runs, held against whole replies, and taken back when it does worse."""

import json
import os
import signal
import pathlib
import sqlite3

from harness import Reader, ServerTest, new_id, until
from model_server import ModelServer

CONFIG = "/api/v1/config"
ROLLOUT = "/api/v1/admin/rollout"


class RolloutTest(ServerTest):
    def admin(self, server):
        reader = Reader(server)
        code = server.command("admin", "code")[1].strip()
        self.assertEqual(reader.json("POST", "/api/v1/admin", {"code": code})[0], 200)
        return reader


class Flags(RolloutTest):
    def test_flags_are_changed_by_the_command_line_too_with_a_reason_that_the_history_keeps(self):
        server = self.start()
        self.assertEqual(server.command("flag", "set", "streaming_rollout_percent", "25", "--why", "one in four")[0], 0)
        self.assertIn("streaming_rollout_percent 25", server.command("flag", "list")[1])
        self.assertEqual(server.command("flag", "set", "streaming_old_way_before", "2100-01-01")[0], 0)
        status, answer = server.command("flag", "set", "streaming_allow", "nobody")
        self.assertNotEqual(status, 0)
        self.assertIn("streaming_allow cannot be", answer)
        reader = Reader(server)
        reader.json("POST", "/api/v1/chat", {"message": "Good morning!"})
        answer = reader.json("GET", CONFIG)[1]
        self.assertEqual((answer["streaming"], answer["reason"], answer["source"]), (False, "cohort", "operator"))
        self.assertEqual(server.command("flag", "reset", "streaming_old_way_before")[0], 0)
        self.assertNotEqual(reader.json("GET", CONFIG)[1]["reason"], "cohort")
        lines = server.command("flag", "history")[1].splitlines()
        self.assertIn("streaming_rollout_percent from 100 to 25 by operator: one in four", lines[-1])
        self.assertIn("streaming_old_way_before reset to", lines[0])
        history = self.admin(server).json("GET", ROLLOUT)[1]["history"]
        self.assertEqual([change["by"] for change in history], ["operator"] * 3)

        self.assertEqual(server.terminate(), 0)
        self.assertEqual(server.command("flag", "history")[1].splitlines(), lines)
        self.assertEqual(server.command("flag", "set", "streaming_rollout_percent", "30")[0], 0)
        again = self.start(server.folder)
        self.assertIn("streaming_rollout_percent 30", again.command("flag", "list")[1])

    def test_a_hangup_takes_the_file_anew_and_the_history_says_so(self):
        folder = self.folder()
        path = pathlib.Path(folder) / "settings.json"
        path.write_text(json.dumps({"enable_streaming": True, "streaming_rollout_percent": 10}))
        server = self.start(folder + "/data", "--config", str(path), "--coach-pace-milliseconds", "0")
        path.write_text(json.dumps({"enable_streaming": True, "streaming_rollout_percent": 20}))
        server.process.send_signal(signal.SIGHUP)
        server.logged("read flags and agents anew", '"streaming_rollout_percent":"20"')
        self.assertIn("from 10 to 20 by configuration", until(lambda: server.command("flag", "history")[1], "a change"))


class BadRelease(RolloutTest):
    """A rollout over real connections, whose streamed replies break on their way from the model.

    Something between the model and the server mangles the middle of whatever a reader asks who gets streams; who gets
    whole replies is answered well. The server reads what is no event of the protocol, and the reply fails for real.
    """

    STREAMED, WHOLE = "word by word, please", "all at once, please"

    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.is_broken = False
        self.model.reply = self.answer

    def answer(self, answer):
        text = answer.body["messages"][-1]["content"]
        if self.is_broken and self.STREAMED in text:
            answer.begin()
            answer.piece("Half of ")
            return answer.data("mangled")
        answer.stream(["The ", "whole ", "reply", "."])

    def ask(self, reader):
        """Asks as the page does, and returns which way the reply came and whether it is there in the end."""
        is_streamed = reader.json("GET", CONFIG)[1]["streaming"]
        message, text = new_id(), self.STREAMED if is_streamed else self.WHOLE
        token = {}
        if is_streamed:
            status, token = reader.json("POST", "/api/v1/chat/token", {"message": text, "message_id": message})
            # A stranger learns with the first message which group is theirs; then the page asks for the whole reply.
            is_streamed = status == 200
            self.assertIn(status, (200, 409))
        if is_streamed:
            # The rollout may have stepped back since the token was given.
            is_streamed = reader.request("GET", token["stream_url"] + "&events=all")[0] == 200
        if not is_streamed:
            text = self.WHOLE
            status, token = reader.json("POST", "/api/v1/chat", {"message": text, "message_id": message})
            self.assertEqual(status, 200, token)
        kept = [one for one in reader.messages(token["conversation_id"]) if one["role"] == "assistant"][-1]
        return is_streamed, kept

    def talk(self, server, people):
        kept = []
        for _ in range(people):
            kept.append(self.ask(Reader(server)))
        return kept

    def percent(self, admin):
        return admin.json("GET", ROLLOUT)[1]["comparison"]["percent"]

    def test_steps_back_by_itself_says_why_and_loses_no_reply(self):
        server = self.start(
            None, "--llm-base-url", self.model.url, "--llm-model", "m", "--enable-streaming", "true",
            "--streaming-rollout-percent", "0", "--rollout-guard-minimum", "15", "--rollout-guard-sample", "200",
            "--limit-messages-per-hour", "0", "--rollout-patience-seconds", "60",
        )
        admin = self.admin(server)

        def turn(percent, why):
            body = {"flags": {"streaming_rollout_percent": str(percent)}, "why": why}
            self.assertEqual(admin.json("PATCH", ROLLOUT, body)[0], 200)

        turn(30, "a third to begin with")
        kept = self.talk(server, 40)
        self.assertEqual({reply["state"] for _, reply in kept}, {"complete"})
        seen = until(
            lambda: (lambda c: c if c["streaming"]["messages"] + c["whole"]["messages"] == 40 else None)(
                admin.json("GET", ROLLOUT)[1]["comparison"]
            ),
            "every message counted once",
        )
        self.assertEqual(seen["streaming"]["messages"], sum(is_streamed for is_streamed, _ in kept))
        self.assertEqual((seen["streaming"]["failed"], seen["whole"]["abandoned"]), (0, 0))

        turn(60, "two thirds")
        self.is_broken = True
        replies = []
        for _ in range(200):
            replies.append(self.ask(Reader(server)))
            if self.percent(admin) != 60:
                break
        self.assertEqual(self.percent(admin), 30, server.log[-2000:])
        streamed = [reply for is_streamed, reply in replies if is_streamed]
        self.assertLessEqual(len(streamed), 200, "found within the sample")
        # What came before the break is kept, and whoever got whole replies noticed nothing.
        self.assertEqual({reply["state"] for reply in streamed}, {"failed"})
        self.assertEqual({reply["parts"][0]["text"] for reply in streamed}, {"Half of "})
        self.assertEqual({reply["state"] for is_streamed, reply in replies if not is_streamed}, {"complete"})

        history = admin.json("GET", ROLLOUT)[1]["history"]
        self.assertEqual([(c["by"], c["from"], c["to"]) for c in history][0], ("guard", "60", "30"))
        self.assertIn("Streaming was worse", history[0]["why"])
        self.assertEqual(history[1]["verdict"]["finding"], "more_failures")
        server.logged("streaming did worse, and the rollout stepped back", '"to":"30"')
        self.assertIn('shuren_rollout_steps_back_total{finding="more_failures"} 1', server.request("GET", "/metrics")[2])
        guarded = next(flag for flag in admin.json("GET", ROLLOUT)[1]["flags"] if flag["name"] == "streaming_rollout_percent")
        self.assertEqual((guarded["value"], guarded["source"]), ("30", "guard"))

        # It holds after a restart, and the operator may go on once the release is mended.
        self.assertEqual(server.terminate(), 0)
        self.is_broken = False
        again = self.start(server.folder, *server.options[4:])
        self.assertIn("streaming_rollout_percent 30", again.command("flag", "list")[1])
        self.assertEqual({reply["state"] for _, reply in self.talk(again, 10)}, {"complete"})

    def test_what_was_counted_outlives_a_kill_and_a_restart(self):
        options = (
            "--llm-base-url", self.model.url, "--llm-model", "m", "--enable-streaming", "true", "--streaming-rollout-percent", "50",
            "--rollout-guard-minimum", "15", "--limit-messages-per-hour", "0", "--rollout-patience-seconds", "60",
        )
        server = self.start(None, *options)
        admin = self.admin(server)
        self.talk(server, 24)

        def counted(reader):
            comparison = reader.json("GET", ROLLOUT)[1]["comparison"]
            return comparison["streaming"]["messages"] + comparison["whole"]["messages"], comparison["since"]

        total, since = until(lambda: (lambda found: found if found[0] == 24 else None)(counted(admin)), "every message counted")

        def kept():
            with sqlite3.connect(f"file:{server.folder}/chat.sqlite?mode=ro", uri=True) as database:
                row = database.execute("SELECT state FROM rollout_comparison").fetchone()
            state = json.loads(row[0]) if row else {}
            return row and state["streaming"]["messages"] + state["whole"]["messages"] == 24

        until(kept, "what was counted is kept")
        server.kill()

        again = self.start(server.folder, *options)
        admin.server = again
        self.assertEqual(counted(admin), (total, since))
        self.talk(again, 6)
        until(lambda: counted(admin)[0] == 30, "the comparison goes on")
        # An orderly end keeps the last of it, however short ago.
        self.assertEqual(again.terminate(), 0)
        third = self.start(server.folder, *options)
        admin.server = third
        self.assertEqual(counted(admin), (30, since))
        self.assertEqual(third.terminate(), 0)
        # Another per cent in the configuration is another comparison.
        fourth = self.start(server.folder, *options[:7], "60", *options[8:])
        admin.server = fourth
        self.assertEqual(counted(admin)[0], 0)

    def test_readers_who_leave_streams_and_do_not_come_back_are_counted(self):
        server = self.start(
            None, "--llm-base-url", self.model.url, "--llm-model", "m", "--enable-streaming", "true",
            "--streaming-rollout-percent", "50", "--rollout-guard-minimum", "10", "--rollout-patience-seconds", "1",
        )
        admin = self.admin(server)
        self.model.reply = lambda answer: (answer.begin(), answer.piece("Half of "), answer.wait(), answer.end())
        reader = next(
            reader for reader in (Reader(server) for _ in range(64))
            if reader.json("PATCH", "/api/v1/preferences", {"streaming": "auto"})
            and reader.json("GET", CONFIG)[1]["streaming"]
        )
        token = reader.token(self.STREAMED)
        stream = reader.open(token["stream_url"])
        while b"Half of" not in stream.readline():
            pass
        stream.close()
        self.model.gate.set()
        group = until(
            lambda: (lambda group: group if group["messages"] else None)(
                admin.json("GET", ROLLOUT)[1]["comparison"]["streaming"]
            ),
            "the reader counted",
        )
        self.assertEqual((group["messages"], group["abandoned"], group["failed"]), (1, 1, 0))
        self.assertEqual(reader.messages(token["conversation_id"])[-1]["state"], "complete")
