"""How conversations get their titles from a model."""

from harness import Reader, ServerTest, new_id, until
from model_server import ModelServer


class Titles(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.model.reply = self.answer
        self.server = self.start(
            None, "--llm-base-url", self.model.url, "--llm-model", "test", environment={"TITLES": "true"}
        )
        self.reader = Reader(self.server)

    def answer(self, answer):
        if "You name conversations" in answer.body["messages"][0]["content"]:
            answer.wait()
            answer.stream(['"Title: ', "Strong knees", '."'])
        else:
            answer.stream(["A reply."])

    def ask(self, text, conversation):
        return self.reader.json(
            "POST", "/api/v1/chat", {"message": text, "message_id": new_id(), "conversation_id": conversation}
        )

    def listed(self):
        return self.reader.json("GET", "/api/v1/conversations")[1]["conversations"][0]

    def test_the_model_names_a_conversation_once_after_its_first_reply(self):
        conversation = new_id()
        self.ask("What is good for my knees?", conversation)
        until(lambda: self.listed()["titling"], "the model is asked for a title")
        self.assertEqual(self.listed()["title"], "What is good for my knees?")
        self.model.gate.set()
        until(lambda: self.listed()["title"] == "Strong knees", "the title is there")

        self.ask("And for my back?", conversation)

        self.assertEqual(self.model.calls, 3)
        self.assertFalse(self.listed()["titling"])

    def test_what_the_reader_calls_it_is_never_overruled(self):
        conversation = new_id()
        self.ask("What is good for my knees?", conversation)
        until(lambda: self.listed()["titling"], "the model is asked for a title")
        self.reader.json("PATCH", f"/api/v1/conversations/{conversation}", {"title": "Mine"})

        self.model.gate.set()

        until(lambda: not self.listed()["titling"], "the model has answered")
        self.assertEqual(self.listed()["title"], "Mine")

    def test_a_server_that_is_told_to_stop_does_not_wait_for_a_title(self):
        conversation = new_id()
        self.ask("What is good for my knees?", conversation)
        until(lambda: self.listed()["titling"], "the model is asked for a title")

        self.assertEqual(self.server.terminate(), 0, self.server.log)

        again = self.start(self.server.folder, "--llm-base-url", self.model.url, "--llm-model", "test")
        self.reader.server = again
        self.assertEqual(self.listed()["title"], "What is good for my knees?")
