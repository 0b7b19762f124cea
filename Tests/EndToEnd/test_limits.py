"""What people and addresses may ask for: said with what to do, counted once, and not forgotten by a restart."""

import json

from harness import Reader, ServerTest, new_id, text_of
from model_server import ModelServer


class Limits(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.data = self.folder()

    def serve(self, *options, paid=True):
        model = ("--llm-base-url", self.model.url, "--llm-model", "test") if paid else self.options
        return self.start(self.data, *model, *options)

    def say(self, reader, text="Hello", headers=None, **more):
        status, fields, answer = reader.request("POST", "/api/v1/chat", {"message": text, **more}, headers)
        return status, fields, json.loads(answer)

    def test_messages_of_a_person_are_counted_once_each_and_over_a_restart(self):
        server = self.serve("--limit-messages-per-hour", "2", paid=False)
        reader = Reader(server)
        first = new_id()
        status, fields, answer = self.say(reader, message_id=first)
        self.assertEqual((status, fields["RateLimit-Policy"]), (200, '"messages";q=2;w=3600'), answer)
        self.assertRegex(fields["RateLimit"], r'^"messages";r=1;t=\d+$')
        for _ in range(3):  # the same message again is no other one
            self.assertEqual(self.say(reader, message_id=first)[0], 200)
        self.assertEqual(self.say(reader)[0], 200)

        status, fields, answer = self.say(reader)

        self.assertEqual((status, answer["error"]["code"]), (429, "rate_limited"))
        self.assertTrue(3500 < int(fields["Retry-After"]) <= 3600, fields["Retry-After"])
        self.assertIn(";r=0;", fields["RateLimit"])
        self.assertEqual(server.terminate(), 0)
        reader.server = self.serve("--limit-messages-per-hour", "2", paid=False)
        self.assertEqual(self.say(reader)[0], 429)
        self.assertEqual(self.say(reader, message_id=first)[0], 200)
        self.assertEqual(self.say(Reader(reader.server))[0], 200)

    def test_the_budget_of_a_day_is_everybodys_and_of_each_address_and_outlives_a_restart(self):
        options = ("--budget-messages-per-day", "20", "--trusted-proxies", "127.0.0.1")
        server = self.serve(*options)
        one, other = {"X-Forwarded-For": "198.51.100.1"}, {"X-Forwarded-For": "6.6.6.6, 198.51.100.2"}
        for _ in range(2):  # a new guest each time: a cookie more buys nothing
            self.assertEqual(self.say(Reader(server), headers=one)[0], 200)
        status, fields, answer = self.say(Reader(server), headers=one)
        self.assertEqual((status, answer["error"]["code"]), (429, "budget_exceeded"))
        self.assertTrue(0 < int(fields["Retry-After"]) <= 86400)
        self.assertEqual(self.say(Reader(server), headers={"X-Forwarded-For": "7.7.7.7, 198.51.100.1"})[0], 429)
        self.assertEqual(self.say(Reader(server), headers=other)[0], 200)
        calls = self.model.calls
        self.assertEqual(server.terminate(), 0)

        server = self.serve(*options)

        status, _, text = Reader(server).request("POST", "/api/v1/chat/token", {"message": "Hello"}, one)
        self.assertEqual((status, json.loads(text)["error"]["code"]), (429, "budget_exceeded"))
        self.assertEqual(self.say(Reader(server), headers=other)[0], 200)
        self.assertEqual(self.model.calls, calls + 1)

    def test_a_stranger_s_word_about_its_address_is_not_believed(self):
        server = self.serve("--limit-heavy-requests-per-minute", "1", paid=False)
        for address, status in [("198.51.100.1", 200), ("198.51.100.2", 429)]:
            self.assertEqual(server.request("GET", "/api/v1/search?q=x", headers={"X-Forwarded-For": address})[0], status)

    def test_a_reply_that_comes_to_the_limit_ends_cleanly_with_its_text(self):
        self.model.reply = lambda answer: answer.stream([f"word {number} " for number in range(2000)])
        server = self.serve("--limit-tokens-per-conversation", "50")
        reader = Reader(server)
        status, _, answer = self.say(reader)
        self.assertEqual(status, 200, answer)
        said = answer["response"]
        self.assertTrue(said.startswith("word 0 word 1 ") and len(said) < 300, said)
        conversation = answer["conversation_id"]
        reply = reader.messages(conversation)[-1]
        self.assertEqual((text_of(reply), reply["state"]), (said, "complete"))
        server.logged("a reply was ended, because the budget is spent")

    def test_heavy_requests_of_an_address_are_bounded(self):
        server = self.serve("--limit-heavy-requests-per-minute", "3", paid=False)
        reader = Reader(server)
        self.say(reader)
        for _ in range(3):
            self.assertEqual(reader.request("GET", "/api/v1/search?q=hello")[0], 200)
        status, fields, text = reader.request("GET", "/api/v1/export")
        self.assertEqual((status, json.loads(text)["error"]["code"]), (429, "too_many_requests"))
        self.assertTrue(0 < int(fields["Retry-After"]) <= 60)
        self.assertEqual(self.say(reader)[0], 200)
