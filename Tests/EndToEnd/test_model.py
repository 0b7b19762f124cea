"""What passes between the server and the model, and what its readers notice of it."""

import json
import socket
import threading

from harness import Reader, ServerTest, new_id, text_of, until
from model_server import ModelServer

UNAVAILABLE = b'data: {"error": "AI service temporarily unavailable"}\n\n'
TIMED_OUT = b'data: {"error": "The AI service took too long to answer"}\n\n'


class Model(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)

    def connected(self, *more, url=None, environment=None):
        options = ("--llm-base-url", url or self.model.url, "--llm-model", "test", *more)
        self.server = self.start(None, *options, environment=environment)
        self.reader = Reader(self.server)

    def gated(self, before, after):
        def reply(answer):
            answer.begin()
            answer.piece(before)
            answer.wait()
            answer.piece(after)
            answer.end()

        self.model.reply = reply

    def opened(self, text, message="Hi"):
        """A token and its stream, once the stream has shown a text."""
        token = self.reader.token(message)
        stream = self.reader.open(token["stream_url"])
        self.read_until(stream, text)
        return token, stream

    def read_until(self, stream, text):
        for line in stream:
            if text.encode() in line:
                return
        self.fail(f"the stream ended without {text}")

    def reply(self, token):
        return self.reader.messages(token["conversation_id"])[-1]

    def test_the_model_is_asked_with_the_conversation_so_far(self):
        self.connected(environment={"LLM_API_KEY": "sk-canary-key"})
        first = self.reader.json("POST", "/api/v1/chat", {"message": "First"})[1]
        second = {"message": "Second", "conversation_id": first["conversation_id"]}
        self.assertEqual(self.reader.json("POST", "/api/v1/chat", second)[0], 200)

        body = self.model.bodies[1]

        turns = [(turn["role"], turn["content"]) for turn in body["messages"] if turn["role"] != "system"]
        said = "Hello from the scripted model."
        self.assertEqual(turns, [("user", "First"), ("assistant", said), ("user", "Second")])
        self.assertEqual((body["model"], body["stream"]), ("test", True))
        self.assertEqual(self.model.authorizations, ["Bearer sk-canary-key"] * 2)

    def test_what_the_model_says_it_used_is_in_the_answer(self):
        def reply(answer):
            answer.begin()
            answer.piece("counted")
            answer.end(usage={"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10})

        self.model.reply = reply
        self.connected()

        answer = self.reader.json("POST", "/api/v1/chat", {"message": "Hi"})[1]

        self.assertEqual((answer["response"], answer["usage"]), ("counted", {"input_tokens": 7, "output_tokens": 3}))

    def test_streamed_and_whole_are_the_same_text_and_the_same_generation(self):
        self.connected()
        message = new_id()
        token = self.reader.token("Hi", message_id=message)
        streamed = self.reader.request("GET", token["stream_url"])[2]

        whole = self.reader.json("POST", "/api/v1/chat", {"message": "Hi", "message_id": message})[1]

        frames = [json.loads(line[6:]) for line in streamed.split("\n") if line.startswith("data: ")]
        self.assertEqual("".join(frame.get("chunk", "") for frame in frames), whole["response"])
        self.assertEqual(whole["response"], "Hello from the scripted model.")
        self.assertEqual(self.model.calls, 1)

    def test_a_reader_who_does_not_read_holds_up_nobody(self):
        pieces = ["0123456789" * 400] * 200  # 800 kB: more than the sockets and the server's queue for one viewer hold

        # How many pieces the model may be ahead of the one who reads.
        ahead = threading.Semaphore(40)

        def reply(answer):
            answer.wait()
            answer.begin()
            for piece in pieces:
                self.assertTrue(ahead.acquire(timeout=20))
                answer.piece(piece)
            answer.end()

        self.model.reply = reply
        self.connected()
        token = self.reader.token("Hi")
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect(("127.0.0.1", self.server.port))
            slow.sendall(f"GET {token['stream_url']} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            self.assertTrue(slow.recv(64).startswith(b"HTTP/1.1 200 OK"))
            stream = self.reader.open(token["stream_url"])
            self.model.gate.set()

            body, taken = b"", 0
            while line := stream.readline():
                body += line
                while taken < body.count(b"0123456789") // 400:
                    taken += 1
                    ahead.release()

        self.assertEqual(body.count(b"0123456789"), 400 * 200)
        self.assertTrue(body.endswith(b'data: {"done": true, "agent_type": "general"}\n\n'))
        self.assertEqual(self.reply(token)["state"], "complete")

    def test_stop_hangs_up_on_the_model(self):
        hung_up = []

        def reply(answer):
            answer.begin()
            answer.piece("half")
            hung_up.append(answer.wait_for_hang_up())

        self.model.reply = reply
        self.connected()
        token, _ = self.opened("half")

        status, receipt = self.reader.json("POST", "/api/v1/chat/stop", {"message_id": token["message_id"]})

        self.assertEqual((status, receipt["state"]), (200, "stopped"))
        until(lambda: hung_up, "the model to see the connection closed")
        self.assertEqual(hung_up, [True])

    def test_a_connection_that_breaks_in_mid_reply_keeps_the_text_and_is_not_asked_again(self):
        def reply(answer):
            answer.begin()
            answer.piece("so far")
            answer.wait()
            answer.cut()

        self.model.reply = reply
        self.connected()
        token, stream = self.opened("so far")
        self.model.gate.set()

        self.assertTrue(stream.read().endswith(UNAVAILABLE))
        self.assertEqual((self.reply(token)["state"], text_of(self.reply(token))), ("failed", "so far"))
        self.assertEqual(self.reply(token)["error"], "AI service temporarily unavailable")
        self.assertEqual(self.model.calls, 1)

    def test_a_model_that_falls_silent_in_mid_reply_ends_in_a_time_out(self):
        self.gated("so far", "too late")
        self.connected("--stream-idle-timeout-seconds", "1")
        token, stream = self.opened("so far")

        rest = stream.read()

        self.assertTrue(rest.endswith(TIMED_OUT))
        self.assertNotIn(b"too late", rest)
        self.assertEqual((self.reply(token)["state"], text_of(self.reply(token))), ("failed", "so far"))

    def test_a_client_without_a_stream_is_told_of_a_time_out_by_the_status(self):
        self.model.reply = lambda answer: answer.wait()
        self.connected("--first-chunk-timeout-seconds", "1")

        status, answer = self.reader.json("POST", "/api/v1/chat", {"message": "Hi"})

        self.assertEqual((status, answer["error"]["code"]), (504, "timeout"))

    def test_a_model_that_is_too_busy_is_asked_again_and_then_answers(self):
        def reply(answer):
            if self.model.calls == 1:
                return answer.status(429, "busy", {"Retry-After": "1"})
            answer.stream(["at last"])

        self.model.reply = reply
        self.connected()

        answer = self.reader.json("POST", "/api/v1/chat", {"message": "Hi"})[1]

        self.assertEqual(answer["response"], "at last")
        self.assertEqual(self.model.calls, 2)

    def test_a_model_that_refuses_is_asked_once(self):
        for status in (400, 401, 404, 500):
            with self.subTest(status=status):
                model = ModelServer()
                self.addCleanup(model.close)
                model.reply = lambda answer: answer.status(status, "no")
                self.connected(url=model.url)
                self.assertEqual(self.reader.json("POST", "/api/v1/chat", {"message": "Hi"})[0], 502)
                self.assertEqual(model.calls, 1)

    def test_a_model_that_is_not_there_is_an_error_with_its_cause_in_the_log(self):
        with socket.socket() as unused:
            # Bound and not listening: nobody else gets the port, and every connection to it is refused.
            unused.bind(("127.0.0.1", 0))
            self.connected(url=f"http://127.0.0.1:{unused.getsockname()[1]}/v1")
            url = self.reader.token("Hi")["stream_url"]

            self.assertTrue(self.reader.request("GET", url)[2].encode().endswith(UNAVAILABLE))
            until(lambda: "the model call failed" in self.server.log, "the cause in the log")

    def test_the_coach_answers_in_the_place_of_a_model_that_is_out_of_order(self):
        self.model.reply = lambda answer: answer.status(500, "broken")
        self.connected(environment={"COACH_STANDS_IN": "true"})
        for number in range(6):
            text = self.reader.request("GET", self.reader.token("Hi")["stream_url"] + "&events=all")[2]

            self.assertIn('{"code": "stand_in", ', text)
            self.assertIn('data: {"done": true', text)

        # After five failures the model is left alone.
        self.assertEqual(self.model.calls, 5)
        until(lambda: "left alone" in self.server.log, "the reason in the log")

    def test_streaming_switched_off_lets_a_running_stream_finish(self):
        self.gated("before ", "after")
        self.connected()
        _, stream = self.opened("before")
        self.assertEqual(self.server.command("flag", "set", "enable_streaming", "false")[0], 0)
        self.assertEqual(self.reader.json("POST", "/api/v1/chat/token", {"message": "New"})[0], 409)
        self.model.gate.set()

        self.assertEqual(
            stream.read(),
            b'\ndata: {"chunk": "after"}\n\ndata: {"done": true, "agent_type": "general"}\n\n',
        )

    def test_nobody_reads_stops_renames_or_deletes_what_is_another_persons(self):
        self.gated("mine ", "still mine")
        self.connected()
        token, stream = self.opened("mine")
        stranger = Reader(self.server)
        stranger.token("I am somebody else")
        self.assertIsNotNone(stranger.cookie)
        path = f"/api/v1/conversations/{token['conversation_id']}"

        self.assertEqual(stranger.json("GET", path)[0], 404)
        self.assertEqual(stranger.json("PATCH", path, {"title": "Stolen"})[0], 404)
        self.assertEqual(stranger.json("DELETE", path)[0], 404)
        stranger.json("POST", "/api/v1/chat/stop", {"message_id": token["message_id"]})
        self.model.gate.set()

        self.assertIn(b"still mine", stream.read())
        self.assertEqual((self.reply(token)["state"], text_of(self.reply(token))), ("complete", "mine still mine"))
        titles = [one["title"] for one in self.reader.json("GET", "/api/v1/conversations")[1]["conversations"]]
        self.assertEqual(titles, ["Hi"])
