"""The bytes on the wire and what is refused, against the real executable."""

import gzip
import http.client
import json
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

from harness import EXECUTABLE, PATIENCE, ROOT, Reader, ServerTest, new_id, until
from model_server import ModelServer


class Streams(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.server = self.start(None, "--llm-base-url", self.model.url, "--llm-model", "test")
        self.reader = Reader(self.server)

    def test_a_plain_stream_is_the_three_frames_byte_for_byte(self):
        self.model.reply = lambda answer: answer.stream(['Say "hi"\\', "\r\n\u2028 你好 👋 a/b"])
        url = self.reader.token("Hi")["stream_url"]

        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as connection:
            connection.sendall(f"GET {url} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            answer = b""
            while more := connection.recv(65536):
                answer += more

        head, body = answer.split(b"\r\n\r\n", 1)
        self.assertTrue(head.startswith(b"HTTP/1.1 200 OK\r\n"))
        self.assertIn(b"Content-Type: text/event-stream; charset=utf-8\r\n", head)
        self.assertIn(b"Cache-Control: no-cache, no-store, no-transform\r\n", head)
        self.assertIn(b"X-Accel-Buffering: no\r\n", head)
        self.assertNotIn(b"Content-Encoding", head)
        self.assertEqual(
            body.decode(),
            ": ok\n\n"
            'data: {"chunk": "Say \\"hi\\"\\\\"}\n\n'
            'data: {"chunk": "\\r\\n\u2028 你好 👋 a/b"}\n\n'
            'data: {"done": true, "agent_type": "general"}\n\n',
        )

    def test_an_extended_stream_is_numbered_without_gap_and_resumes_after_any_number(self):
        url = self.reader.token("Hi")["stream_url"] + "&events=all"
        whole = self.reader.request("GET", url)[2]
        events = [event for event in whole.split("\n\n") if "id: " in event]
        numbers = [int(line[4:]) for event in events for line in event.split("\n") if line.startswith("id: ")]

        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        for after in range(len(numbers)):
            headers = {"Last-Event-ID": str(after)}
            resumed = self.reader.request("GET", url + "&after=99", headers=headers)[2]
            self.assertEqual([event for event in resumed.split("\n\n") if "id: " in event], events[after:])
        self.assertEqual(self.reader.request("GET", f"{url}&after={len(numbers)}")[0], 204)
        self.assertEqual(self.model.calls, 1)

    def test_a_hundred_readers_of_one_token_see_one_reply(self):
        def reply(answer):
            answer.begin()
            answer.piece("one ")
            answer.wait()
            answer.piece("reply")
            answer.end()

        self.model.reply = reply
        url = self.reader.token("Hi")["stream_url"]
        streams = [self.reader.open(url) for _ in range(100)]
        self.model.gate.set()

        answers = {(stream.status, stream.read()) for stream in streams}

        frames = b'data: {"chunk": "one "}\n\ndata: {"chunk": "reply"}\n\ndata: {"done": true, "agent_type": "general"}\n\n'
        self.assertEqual(answers, {(200, b": ok\n\n" + frames)})
        self.assertEqual(self.model.calls, 1)

    def test_one_message_asked_for_in_every_way_at_once_is_one_call(self):
        def reply(answer):
            answer.begin()
            answer.wait()
            answer.piece("only once")
            answer.end()

        self.model.reply = reply
        self.reader.token("Hello")  # makes this reader a guest
        message = new_id()
        tokens = [self.reader.token("Hi", message_id=message) for _ in range(5)]
        asking = {"message": "Hi", "message_id": message}
        with ThreadPoolExecutor(20) as pool:
            streams = [pool.submit(self.reader.request, "GET", token["stream_url"]) for token in tokens * 2]
            wholes = [pool.submit(self.reader.json, "POST", "/api/v1/chat", asking) for _ in range(5)]
            until(lambda: self.model.calls > 0, "the call of the model")
            self.model.gate.set()
            bodies = [stream.result()[2] for stream in streams]
            answers = [whole.result()[1]["response"] for whole in wholes]

        # A token whose reply was shown to its end already answers with nothing.
        self.assertTrue(all("only once" in body or body == "" for body in bodies), bodies)
        self.assertEqual(set(answers), {"only once"})
        self.assertEqual(self.model.calls, 1)

    def test_an_eleventh_reply_at_once_is_one_too_many(self):
        self.model.reply = lambda answer: answer.wait()
        streams = [self.reader.open(self.reader.token("Hi")["stream_url"]) for _ in range(10)]
        for stream in streams:
            stream.readline()

        status, headers, text = self.reader.request("POST", "/api/v1/chat/token", {"message": "Hi"})

        self.assertEqual((status, json.loads(text)["error"]["code"]), (429, "too_many_streams"))
        self.assertGreater(int(headers["Retry-After"]), 0)

    def test_without_a_valid_token_nothing_starts(self):
        for query in ("", "?token=x", "?token=" + new_id(), "?message=Hi"):
            status, _, text = self.reader.request("GET", "/api/v1/chat/stream" + query)
            self.assertEqual((status, json.loads(text)["error"]["code"]), (401, "unauthorized"))
        self.assertEqual(self.model.calls, 0)

    def test_the_whole_reply_in_one_answer_is_the_same_generation(self):
        message = new_id()
        first = self.reader.json("POST", "/api/v1/chat", {"message": "Hi", "message_id": message})
        again = self.reader.json("POST", "/api/v1/chat", {"message": "Hi", "message_id": message})
        other = self.reader.json("POST", "/api/v1/chat", {"message": "Other", "message_id": message})

        self.assertEqual(first[1]["response"], "Hello from the scripted model.")
        self.assertEqual(again, first)
        self.assertEqual(other[0], 409)
        self.assertEqual(self.model.calls, 1)

    def test_stop_ends_the_model_call_and_keeps_the_text(self):
        def reply(answer):
            answer.begin()
            answer.piece("half")
            answer.wait()
            answer.piece("never")

        self.model.reply = reply
        token = self.reader.token("Hi")
        stream = self.reader.open(token["stream_url"])
        while b"half" not in stream.readline():
            pass
        stop = {"message_id": token["message_id"], "seen": 5}

        status, receipt = self.reader.json("POST", "/api/v1/chat/stop", stop)

        self.assertEqual((status, receipt["stopped"]), (200, True))
        self.assertTrue(stream.read().endswith(b'data: {"done": true, "agent_type": "general"}\n\n'))
        reply = self.reader.messages(token["conversation_id"])[1]
        self.assertEqual((reply["state"], reply["parts"]), ("stopped", [{"type": "text", "text": "half"}]))

    def test_a_program_with_a_key_streams_under_its_own_message_id(self):
        status, key = self.server.command("key", "create", "--name", "program")
        self.assertEqual(status, 0)
        path = f"/api/v1/chat/stream?message=Hi&message_id={new_id()}"
        headers = {"Authorization": f"Bearer {key.strip()}"}

        first = self.server.request("GET", path, headers=headers)
        again = self.server.request("GET", path, headers=headers)

        self.assertEqual(first[0], 200)
        self.assertEqual(again[2], first[2])
        self.assertEqual(self.model.calls, 1)


class Failures(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.server = self.start(
            None, "--llm-base-url", self.model.url, "--llm-model", "test", "--first-chunk-timeout-seconds", "1",
            environment={"LLM_API_KEY": "sk-canary-key"},
        )
        self.reader = Reader(self.server)

    def ask(self):
        return self.reader.request("GET", self.reader.token("Hi, canary-message")["stream_url"])[2]

    def test_whatever_the_model_does_wrong_the_reader_gets_a_sentence_and_the_log_the_cause(self):
        def cut(answer):
            answer.begin()
            answer.piece("so far")

        def error_inside(answer):
            answer.begin()
            answer.data({"error": {"message": "cause-inside"}})

        sentence = 'data: {"error": "AI service temporarily unavailable"}\n\n'
        for reply, cause in (
            (lambda answer: answer.status(401, "cause-401"), "cause-401"),
            (lambda answer: answer.status(500, "cause-500"), "cause-500"),
            (error_inside, "cause-inside"),
            (cut, "without a finish reason"),
        ):
            self.model.reply = reply
            self.assertTrue(self.ask().endswith(sentence))
            self.server.logged("the model call failed", cause)
        self.assertNotIn("sk-canary-key", self.server.log)
        self.assertNotIn("canary-message", self.server.log)
        self.assertNotIn("token=", self.server.log)

    def test_a_silent_model_ends_in_a_time_out(self):
        self.model.reply = lambda answer: answer.wait()

        self.assertIn('data: {"error": "The AI service took too long to answer"}\n\n', self.ask())

    def test_a_client_without_a_stream_is_told_by_the_status(self):
        self.model.reply = lambda answer: answer.status(500, "broken")

        status, answer = self.reader.json("POST", "/api/v1/chat", {"message": "Hi"})

        self.assertEqual((status, answer["error"]["message"]), (502, "AI service temporarily unavailable"))


class Checks(ServerTest):
    def setUp(self):
        self.server = self.start()
        self.reader = Reader(self.server)

    def test_other_hosts_other_origins_and_other_types_are_turned_away(self):
        post = {"Content-Type": "application/json"}
        cases = (
            ("GET", "/", None, {"Host": "evil.example"}, 421),
            ("POST", "/api/v1/chat", '{"message": "x"}', {**post, "Origin": "http://evil.example"}, 403),
            ("POST", "/api/v1/chat", '{"message": "x"}', {**post, "Origin": "null"}, 403),
            ("POST", "/api/v1/chat", '{"message": "x"}', {**post, "Sec-Fetch-Site": "cross-site"}, 403),
            ("POST", "/api/v1/chat", '{"message": "x"}', {"Content-Type": "text/plain"}, 415),
            ("POST", "/api/v1/chat", '{"message": "x"}', {**post, "Origin": self.server.url}, 200),
            ("DELETE", "/api/v1/config", None, {}, 405),
            ("GET", "/%2e%2e/Package.swift", None, {}, 404),
        )
        for method, path, body, headers, expected in cases:
            self.assertEqual(self.server.request(method, path, body, headers)[0], expected, (method, path, headers))

    def test_after_a_hundred_messages_an_hour_a_person_has_to_wait(self):
        for _ in range(100):
            self.assertEqual(self.reader.json("POST", "/api/v1/chat", {"message": "Hi"})[0], 200)

        status, headers, text = self.reader.request("POST", "/api/v1/chat", {"message": "Hi"})

        self.assertEqual((status, json.loads(text)["error"]["code"]), (429, "rate_limited"))
        self.assertGreater(int(headers["Retry-After"]), 3000)
        self.assertEqual(Reader(self.server).json("POST", "/api/v1/chat", {"message": "Hi"})[0], 200)

    def test_streaming_is_switched_off_and_on_while_the_server_runs(self):
        status, printed = self.server.command("flag", "set", "enable_streaming", "false")
        self.assertEqual((status, printed.split("\n")[0]), (0, "enable_streaming false"))
        self.assertFalse(self.reader.json("GET", "/api/v1/config")[1]["streaming"])
        status, answer = self.reader.json("POST", "/api/v1/chat/token", {"message": "Hi"})
        self.assertEqual((status, answer["error"]["code"]), (409, "streaming_disabled"))
        self.assertEqual(self.reader.json("POST", "/api/v1/chat", {"message": "Hi"})[0], 200)

        self.server.command("flag", "reset", "enable_streaming")

        self.assertEqual(self.reader.json("GET", "/api/v1/config")[1]["source"], "configuration")
        self.assertEqual(self.reader.json("POST", "/api/v1/chat/token", {"message": "Hi"})[0], 200)

    def test_probes_and_metrics_answer(self):
        self.assertEqual(self.server.request("GET", "/livez")[2], "ok\n")
        self.assertEqual(self.server.request("GET", "/readyz")[2], "ready\n")
        self.assertIn("shuren_http_requests_total", self.server.request("GET", "/metrics")[2])
        self.assertEqual(self.server.command("healthcheck")[0], 0)
        self.server.kill()
        status, printed = self.server.command("healthcheck")
        self.assertEqual(status, 1)
        self.assertIn("shuren: ", printed)

    def test_the_page_is_compressed_and_known_by_its_tag(self):
        _, headers, _ = self.server.request("GET", "/")
        self.assertIn("require-trusted-types-for 'script'", headers["Content-Security-Policy"])
        again = self.server.request("GET", "/", headers={"If-None-Match": headers["ETag"]})
        self.assertEqual((again[0], again[2]), (304, ""))

    def test_two_servers_never_share_a_folder_or_a_port(self):
        def refusal(*options):
            done = subprocess.run([EXECUTABLE, *options], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, 1)
            return done.stderr

        self.assertIn("is in use by process", refusal("--data-dir", self.server.folder, "--port", "0"))
        port = str(self.server.port)
        self.assertIn(f"Port {port} on 127.0.0.1 is taken", refusal("--data-dir", self.folder(), "--port", port))

    def test_every_unusable_setting_is_named_at_once(self):
        options = ["check", "--port", "99999", "--loops", "none", "--colour", "red"]
        done = subprocess.run([EXECUTABLE, *options], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)

        self.assertEqual(done.returncode, 1)
        for name in ("--port", "--loops", "--colour"):
            self.assertIn(name, done.stderr)


class Packing(ServerTest):
    def test_long_answers_are_packed_for_who_can_unpack_them_and_streams_never(self):
        server = self.start()

        def answer(path, coding):
            """The fields and the bytes, unpacked where they came packed."""
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            self.addCleanup(connection.close)
            connection.request("GET", path, headers={"Accept-Encoding": coding, **self.authorization(server)})
            got = connection.getresponse()
            body = got.read()
            return got.headers, gzip.decompress(body) if got.headers["Content-Encoding"] else body, len(body)

        headers, plain, length = answer("/api/v1/onboarding", "gzip;q=0")
        self.assertIsNone(headers["Content-Encoding"])
        self.assertIn("Accept-Encoding", headers.get_all("Vary"))
        headers, unpacked, packed_length = answer("/api/v1/onboarding", "br, gzip")
        self.assertEqual(headers["Content-Encoding"], "gzip")
        self.assertEqual(json.loads(unpacked), json.loads(plain))
        self.assertLess(packed_length * 2, length)
        self.assertIsNone(answer("/api/v1/config", "gzip")[0]["Content-Encoding"])
        headers, stream, _ = answer("/api/v1/chat/stream?message=" + "word%20" * 100, "gzip")
        self.assertIsNone(headers["Content-Encoding"])
        self.assertIn(b'"done": true', stream)

    def authorization(self, server):
        if not hasattr(self, "key"):
            status, printed = server.command("key", "create", "--name", "packing")
            self.assertEqual(status, 0, printed)
            self.key = printed.strip().split()[-1]
        return {"Authorization": f"Bearer {self.key}"}
