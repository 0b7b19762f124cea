"""Lines that break, drip and chop, between the reader and the server and between the server and the model."""

import http.client
import json

from browser import PageTest
from harness import PATIENCE, Reader, ServerTest, new_id, until
from line import Line
from model_server import ModelServer


class Lines(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.pieces = [f"{number} \u2028 \"quoted\" 你好 👋\r\n" for number in range(100)]
        self.model.reply = lambda answer: answer.stream(self.pieces)

    def line(self, port):
        line = Line(port)
        self.addCleanup(line.close)
        return line

    def serve(self, url):
        self.server = self.start(None, "--llm-base-url", url, "--llm-model", "test", "--limit-messages-per-hour", "0")
        return Reader(self.server)

    @staticmethod
    def events(lines):
        """Events as they arrive: their numbers and data."""
        number, data = None, None
        for line in lines:
            line = line.decode().rstrip("\r\n")
            if line.startswith("id: "):
                number = int(line[4:])
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif not line and data is not None:
                yield number, data
                number, data = None, None

    def test_a_line_cut_after_every_event_of_a_hundred_costs_no_text_and_no_second_call(self):
        reader = self.serve(self.model.url)
        token = reader.token("Hi")
        url, text, last, streams = token["stream_url"] + "&events=all", "", 0, 0
        done = False
        while not done:
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
            connection.request("GET", url, headers={"Last-Event-ID": str(last)})
            for number, data in self.events(connection.getresponse()):
                if number is None:
                    continue
                self.assertEqual(number, last + 1)
                last = number
                text += data.get("chunk", "")
                done = data.get("done", False)
                break  # one event, and the line is gone
            connection.close()
            streams += 1
        self.assertEqual(text, "".join(self.pieces))
        self.assertGreater(streams, 100)
        self.assertEqual(self.model.calls, 1)
        receipt = reader.json("GET", f"/api/v1/messages/{token['message_id']}/receipt")[1]
        self.assertEqual((receipt["state"], receipt["model_calls"]), ("complete", 1))
        self.assertEqual(receipt["bytes"], len(text.encode()))

    def test_a_line_that_drips_gives_the_same_bytes(self):
        reader = self.serve(self.model.url)
        token = reader.token("Hi")
        straight = reader.request("GET", token["stream_url"] + "&events=all")[2]
        line = self.line(self.server.port)
        for size in (1, 3, 1000):
            line.drips = size
            connection = http.client.HTTPConnection("127.0.0.1", line.own_port, timeout=PATIENCE)
            connection.request("GET", token["stream_url"] + "&events=all")
            self.assertEqual(connection.getresponse().read().decode(), straight)
            connection.close()

    def test_a_model_behind_a_line_that_drips_says_the_same(self):
        line = self.line(int(self.model.url.split(":")[2].split("/")[0]))
        reader = self.serve(f"{line.url}/v1")
        for size in (1, 2, 7, None):
            line.drips = size
            answer = reader.json("POST", "/api/v1/chat", {"message": "Hi", "message_id": new_id()})[1]
            self.assertEqual(answer["response"], "".join(self.pieces), size)

    def test_a_model_whose_line_is_cut_is_asked_once_and_its_text_is_kept(self):
        line = self.line(int(self.model.url.split(":")[2].split("/")[0]))
        line.cut_after = 2000
        reader = self.serve(f"{line.url}/v1")
        token = reader.token("Hi")
        text = reader.request("GET", token["stream_url"])[2]
        self.assertIn('{"error": "AI service temporarily unavailable"}', text)
        message = reader.messages(token["conversation_id"])[1]
        kept = "".join(part["text"] for part in message["parts"])
        self.assertTrue(kept and "".join(self.pieces).startswith(kept), kept)
        self.assertEqual((message["state"], self.model.calls), ("failed", 1))


class EventSources(PageTest):
    """The browser's own EventSource, in every dialect that it can read."""

    FOLLOW = """([path, names]) => new Promise((resolve) => {
      const seen = [], source = new EventSource(path)
      // A lost connection reaches the listener for "error", too: without data.
      const hear = (name) => (event) => event.data !== undefined && seen.push([name, event.data])
      for (const name of names) source.addEventListener(name, hear(name))
      source.onerror = () => { if (source.readyState === 2) resolve(seen) }
    })"""

    def test_reads_the_reply_once_and_stays_away_after_its_end(self):
        self.connected()
        page = self.visit()
        self.ask(page, "Hello")
        until(lambda: self.model.calls == 1, "the reader is known")
        token = page.evaluate(
            """async () => (await (await fetch("/api/v1/chat/token", {
              method: "POST", headers: { "Content-Type": "application/json" }, body: '{"message": "Hi"}' })).json())"""
        )
        chat = f"/api/v1/chats/{new_id()}/stream?message=Hi&message_id={new_id()}"
        rfc = f"/api/v1/stream-chat?message=Hi&message_id={new_id()}"
        for path, names, key in (
            (token["stream_url"], ["message"], "chunk"),
            (chat, ["thinking", "token", "completed", "error"], "content"),
            (rfc, ["message", "complete", "error"], "content"),
        ):
            before = self.model.calls
            # It comes back by itself after the end, and is told 204: then it is closed for good.
            seen = page.evaluate(self.FOLLOW, [path, names])
            text = "".join(json.loads(data).get(key, "") for _, data in seen)
            self.assertEqual(text, "Hello from the scripted model.", path)
            self.assertEqual(self.model.calls, before + 1)
