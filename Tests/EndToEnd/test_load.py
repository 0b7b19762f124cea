"""Many readers of many replies on several loops at once. Scripts/test runs it with the thread sanitizer, too."""

import http.client
import re
import threading

from harness import ServerTest, new_id
from model_server import ModelServer

REPLIES, VIEWERS, PIECES = 12, 6, 60


class Load(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.model.reply = lambda answer: answer.stream([f"piece {number} " for number in range(PIECES)])

    def test_viewers_on_all_loops_see_every_piece_once_and_in_order(self):
        server = self.start(
            None, "--loops", "4", "--llm-base-url", self.model.url, "--llm-model", "scripted",
            "--limit-streams-per-person", "0", "--limit-messages-per-hour", "0",
        )
        status, text = server.command("key", "create", "--name", "load")
        self.assertEqual(status, 0, text)
        headers = {"Authorization": f"Bearer {text.split()[-1]}"}
        found = {}

        def watch(message, viewer):
            path = f"/api/v1/chat/stream?message=hi&events=all&message_id={message}"
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            if viewer == VIEWERS:  # one who leaves in the middle and comes back for the rest
                part = b""
                while b"piece 20" not in part:
                    part += answer.readline()
                last = re.findall(rb"^id: (\d+)", part, re.MULTILINE)[-1]
                answer.close()
                connection.close()
                rest = server.request("GET", f"{path}&after={last.decode()}", headers=headers, timeout=60)[2]
                kept = part[: part.rindex(b"data: ")].rsplit(b"\n\n", 1)[0] if not part.endswith(b"\n") else part
                found[message, viewer] = kept.decode() + rest
            else:
                found[message, viewer] = answer.read().decode()
                connection.close()

        messages = [new_id() for _ in range(REPLIES)]
        threads = [
            threading.Thread(target=watch, args=(message, viewer))
            for message in messages
            for viewer in range(1, VIEWERS + 1)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(len(found), REPLIES * VIEWERS)
        expected = [f"piece {number} " for number in range(PIECES)]
        for who, text in found.items():
            self.assertEqual(re.findall(r'^data: \{"chunk": "(.*)"\}$', text, re.MULTILINE), expected, who)
            self.assertIn('data: {"done": true', text)
            numbers = [int(number) for number in re.findall(r"^id: (\d+)$", text, re.MULTILINE)]
            self.assertEqual(numbers, sorted(set(numbers)), who)
        self.assertEqual(self.model.calls, REPLIES)
        self.assertEqual(server.terminate(), 0, server.log)
        self.assertNotIn("ThreadSanitizer", server.log)
