"""Two processes on one folder: one serves, the other stands by and takes over."""

from harness import Reader, ServerTest, new_id, text_of, until
from model_server import ModelServer


class Standby(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.data = self.folder()
        options = ("--llm-base-url", self.model.url, "--llm-model", "test", "--standby", "true")
        self.owner = self.start(self.data, *options)
        self.standby = self.start(self.data, *options)

    def test_shows_what_is_kept_and_starts_nothing(self):
        reader = Reader(self.owner)
        token = reader.token("Hi", message_id=new_id())
        reader.request("GET", token["stream_url"])
        reader.server = self.standby

        self.assertEqual(text_of(reader.messages(token["conversation_id"])[1]), "Hello from the scripted model.")
        for method, path, body in (
            ("POST", "/api/v1/chat/token", {"message": "More"}),
            ("POST", "/api/v1/chat", {"message": "More"}),
            ("PATCH", f"/api/v1/conversations/{token['conversation_id']}", {"title": "New"}),
        ):
            status, fields, _ = reader.request(method, path, body)
            self.assertEqual((status, fields["Retry-After"]), (503, "5"), path)
        self.assertEqual(self.standby.request("GET", "/livez")[0], 200)
        status, _, text = self.standby.request("GET", "/readyz")
        self.assertEqual((status, "standing by" in text), (503, True))
        self.assertEqual(self.standby.request("GET", "/")[0], 200)
        self.assertEqual(self.model.calls, 1)

    def test_does_not_call_a_reply_interrupted_that_its_owner_still_writes(self):
        self.model.reply = lambda answer: (answer.begin(), answer.piece("so far "), answer.wait(), answer.end())
        reader = Reader(self.owner)
        token = reader.token("Hi")
        stream = reader.open(token["stream_url"])
        until(lambda: b"so far" in stream.readline(), "the first piece")
        reader.server = self.standby
        self.assertEqual(reader.request("GET", token["stream_url"])[0], 503)
        self.model.gate.set()
        self.assertIn("done", stream.read().decode())
        self.assertEqual(reader.request("GET", token["stream_url"] + "&events=all")[0], 200)

    def test_takes_over_from_a_killed_owner_and_answers_the_reconnect_with_the_saved_text(self):
        self.model.reply = lambda answer: (answer.begin(), answer.piece("so far "), answer.piece("good"), answer.wait())
        reader = Reader(self.owner)
        token = reader.token("Hi")
        stream = reader.open(token["stream_url"] + "&events=all")
        until(lambda: b"good" in stream.readline(), "the pieces")
        until(
            lambda: "so far good" == text_of(reader.messages(token["conversation_id"])[1]),
            "a checkpoint",
        )

        self.owner.kill()
        until(lambda: any("took over" in line for line in list(self.standby.lines)), "the standby takes over")
        # It serves again on the port on which it stood by.
        until(lambda: self.ready(), "the standby is ready")
        reader.server = self.standby

        status, _, text = reader.request("GET", token["stream_url"] + "&events=all")
        self.assertEqual(status, 200)
        self.assertIn('data: {"chunk": "so far "}', text)
        self.assertIn('data: {"chunk": "good"}', text)
        self.assertIn('"kind": "interrupted"', text)
        message = reader.messages(token["conversation_id"])[1]
        self.assertEqual((message["state"], text_of(message)), ("interrupted", "so far good"))
        self.assertEqual(self.model.calls, 1)

        self.model.reply = lambda answer: answer.stream(["Back."])
        more = reader.token("And now?", conversation_id=token["conversation_id"])
        self.assertIn("Back.", reader.request("GET", more["stream_url"])[2])
        self.assertEqual(self.model.calls, 2)

    def ready(self):
        try:
            return self.standby.request("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def test_ends_when_it_is_told_to(self):
        self.assertEqual(self.standby.terminate(), 0)
        self.assertEqual(self.owner.request("GET", "/readyz")[0], 200)
