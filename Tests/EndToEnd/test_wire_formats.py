"""The recordings in Docs/WireFormats.md are what a server sends. RECORD=1 writes them anew."""

import os
import re

import test_openapi
from harness import ROOT, Reader, ServerTest, until
from model_server import ModelServer

DOCUMENT = ROOT / "Docs/WireFormats.md"
RECORDED = re.compile(r"<!-- recorded: ([\w-]+) -->\n```text\n(.*?)```", re.DOTALL)
QUESTION = "Should I run?"
PIECES = ["Yes. ", "Run ", "`slowly`", "."]
MESSAGE, CONVERSATION = "message-recorded-{}", "conversation-recorded-{}"


def plain(text):
    """What differs from run to run, made the same."""
    text = re.sub(r'("(?:reply_id|messageId)": ?")[\w-]+', r"\1REPLY", text)
    text = re.sub(r'(event: completed\ndata: \{"message_id": ")[\w-]+', r"\1REPLY", text)
    text = re.sub(r'"id":"chatcmpl-[\w-]+"', '"id":"chatcmpl-REPLY"', text)
    text = re.sub(r'"created":\d+', '"created":1795176000', text)
    return text


# Which operation of the description a recording is an answer of.
OPERATIONS = {
    "plain": ("get", "/api/v1/chat/stream"), "extended": ("get", "/api/v1/chat/stream"),
    "resumed": ("get", "/api/v1/chat/stream"), "failed": ("get", "/api/v1/chat/stream"),
    "stopped": ("get", "/api/v1/chat/stream"),
    "session": ("post", "/api/v1/sessions/{id}/messages/stream"),
    "session-words": ("post", "/api/v1/sessions/{id}/messages/stream"),
    "agent": ("get", "/api/v1/chats/{id}/stream"), "rfc": ("get", "/api/v1/stream"),
    "openai": ("post", "/v1/chat/completions"), "ui": ("post", "/api/v1/ui/chat"),
}


class WireFormats(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.model.reply = lambda answer: answer.stream(PIECES)
        self.server = self.start(None, "--llm-base-url", self.model.url, "--llm-model", "test")
        self.key = {"Authorization": f"Bearer {self.server.command('key', 'create', '--name', 'test')[1].strip()}"}
        self.reader = Reader(self.server)
        self.count = 0

    def ids(self):
        self.count += 1
        return {"message_id": MESSAGE.format(self.count), "conversation_id": CONVERSATION.format(self.count)}

    def get(self, path, **fields):
        return self.server.request("GET", path, headers={**self.key, **fields})

    def recordings(self):
        asked = QUESTION.replace(" ", "%20").replace("?", "%3F")
        token = self.reader.token(QUESTION, **self.ids())
        status, head, text = self.reader.request("GET", token["stream_url"])
        names = ("Content-Type", "Cache-Control", "X-Accel-Buffering", "X-Content-Type-Options", "Referrer-Policy")
        yield "head", f"HTTP/1.1 {status} OK\n" + "".join(f"{name}: {head[name]}\n" for name in names)
        yield "plain", text
        url = self.reader.token(QUESTION, **self.ids())["stream_url"] + "&events=all"
        yield "extended", self.reader.request("GET", url)[2]
        yield "resumed", self.reader.request("GET", url, headers={"Last-Event-ID": "5"})[2]

        self.model.reply = lambda answer: answer.status(503, "down")
        url = self.reader.token(QUESTION, **self.ids())["stream_url"] + "&events=all"
        yield "failed", self.reader.request("GET", url)[2]
        yield "stopped", self.stopped()
        self.model.reply = lambda answer: answer.stream(PIECES)

        for name, more in (("session", {}), ("session-words", {"chunk_words": 2, "delay_ms": 0})):
            ids = self.ids()
            body = {"content": QUESTION, "message_id": ids["message_id"], **more}
            yield name, self.reader.request("POST", f"/api/v1/sessions/{ids['conversation_id']}/messages/stream", body)[2]
        ids = self.ids()
        path = f"/api/v1/chats/{ids['conversation_id']}/stream?message={asked}&message_id={ids['message_id']}&accumulated=1"
        yield "agent", self.get(path)[2]
        yield "rfc", self.get(f"/api/v1/stream?prompt={asked}&message_id={self.ids()['message_id']}")[2]
        body = {
            "model": "general", "messages": [{"role": "user", "content": QUESTION}], "stream": True,
            "stream_options": {"include_usage": True},
        }
        yield "openai", self.server.request("POST", "/v1/chat/completions", body, self.key)[2]
        body = {
            "id": CONVERSATION.format("ui"), "trigger": "submit-message",
            "messages": [{"id": MESSAGE.format("ui"), "role": "user", "parts": [{"type": "text", "text": QUESTION}]}],
        }
        yield "ui", self.reader.request("POST", "/api/v1/ui/chat", body)[2]
        status, head, text = self.server.request("GET", "/api/v1/chat/stream?token=unknown")
        yield "error", f"HTTP/1.1 {status} Unauthorized\nContent-Type: {head['Content-Type']}\n\n{text}\n"

    def stopped(self):
        """A reply that was stopped behind its first two pieces."""
        self.model.gate.clear()

        def reply(answer):
            answer.begin()
            for piece in PIECES[:2]:
                answer.piece(piece)
            answer.wait()

        self.model.reply = reply
        ids = self.ids()
        token = self.reader.token(QUESTION, **ids)
        stream = self.reader.open(token["stream_url"] + "&events=all", {"Cookie": self.reader.cookie})
        until(lambda: b"Run " in stream.readline(), "the second piece")
        self.assertEqual(self.reader.json("POST", "/api/v1/chat/stop", {"message_id": ids["message_id"]})[1]["stopped"], True)
        stream.close()
        self.model.gate.set()
        return self.reader.request("GET", token["stream_url"] + "&events=all")[2]

    def test_the_recordings_are_what_is_sent(self):
        recorded = dict(self.recordings())
        document = DOCUMENT.read_text()
        self.assertEqual([name for name, _ in RECORDED.findall(document)], list(recorded))
        if os.environ.get("RECORD"):
            document = RECORDED.sub(
                lambda found: f"<!-- recorded: {found[1]} -->\n```text\n{plain(recorded[found[1]]).rstrip()}\n```", document
            )
            DOCUMENT.write_text(document)
        for name, text in RECORDED.findall(document):
            with self.subTest(name):
                self.assertEqual(plain(recorded[name]).rstrip(), text.rstrip())

    def test_the_recordings_are_what_the_description_says(self):
        for name, text in RECORDED.findall(DOCUMENT.read_text()):
            if name not in OPERATIONS:
                continue
            method, path = OPERATIONS[name]
            answer = test_openapi.DESCRIPTION["paths"][path][method]["responses"]["200"]
            form = test_openapi.validator(answer["content"]["text/event-stream"]["schema"])
            events = list(test_openapi.events(text))
            self.assertTrue(events, name)
            for event in events:
                with self.subTest(name=name, event=event):
                    self.assertEqual([error.message for error in form.iter_errors(event)], [])
