"""The dialects besides our own page's, read by the clients that exist for them."""

import json
import threading
import time

import httpx
import httpx_sse
import openai

from harness import Reader, ServerTest, new_id, until
from model_server import ModelServer

# What a browser says of a request that a script of the same origin makes; no page can set these.
OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"}


def frames(text):
    """The data of every event, with its name and id, read by the rules of event streams."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if "data" in fields:
            data = fields["data"]
            events.append((fields.get("event"), data if data == "[DONE]" else json.loads(data), fields.get("id")))
    return events


class Dialects(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.server = self.start(None, "--llm-base-url", self.model.url, "--llm-model", "test")
        self.reader = Reader(self.server)

    def key(self):
        status, printed = self.server.command("key", "create", "--name", "test")
        self.assertEqual(status, 0, printed)
        return printed.strip()

    # Sessions

    def test_a_session_takes_messages_and_shows_them(self):
        status, session = self.reader.json("POST", "/api/v1/sessions", {})
        self.assertEqual(status, 201)
        path = f"/api/v1/sessions/{session['session_id']}/messages"
        self.assertEqual(self.reader.json("GET", path), (200, {"messages": []}))
        body = {"content": "Hi", "role": "user", "message_id": new_id()}

        first = frames(self.reader.request("POST", path + "/stream", body)[2])
        again = frames(self.reader.request("POST", path + "/stream", body)[2])

        kinds = [data["type"] for _, data, _ in first]
        self.assertEqual(kinds, ["start"] + ["token"] * 6 + ["end"])
        self.assertEqual("".join(data.get("content", "") for _, data, _ in first), "Hello from the scripted model.")
        self.assertEqual(first[0][1]["messageId"], first[-1][1]["messageId"])
        self.assertEqual(again, first)
        self.assertEqual(self.model.calls, 1)
        messages = self.reader.json("GET", path)[1]["messages"]
        self.assertEqual([m["role"] for m in messages], ["user", "assistant"])
        self.assertEqual(messages[1]["content"], "Hello from the scripted model.")
        stranger = Reader(self.server)
        stranger.json("POST", "/api/v1/sessions", {})
        self.assertEqual(stranger.json("GET", path), (200, {"messages": []}))

    def test_a_session_cuts_a_reply_in_words_with_pauses_also_when_the_model_does_not_stream(self):
        self.model.reply = lambda answer: answer.stream(["one two three four five six seven"])
        path = f"/api/v1/sessions/{new_id()}/messages/stream"
        self.reader.json("POST", "/api/v1/sessions", {})
        start = time.monotonic()

        text = self.reader.request("POST", path, {"content": "Hi", "chunk_words": 3, "delay_ms": 60})[2]

        tokens = [data["content"] for _, data, _ in frames(text) if data["type"] == "token"]
        self.assertEqual(tokens, ["one two three ", "four five six ", "seven"])
        self.assertGreater(time.monotonic() - start, 4 * 0.06)

    def test_a_session_says_what_is_wrong(self):
        path = f"/api/v1/sessions/{new_id()}/messages/stream"
        for body in ({"content": ""}, {"content": "a", "role": "system"}, {"content": "a", "delay_ms": 9999}, {}):
            self.assertEqual(self.reader.json("POST", path, body)[0], 400, body)
        self.assertEqual(self.reader.json("POST", "/api/v1/sessions/no/messages/stream", {"content": "a"})[0], 404)

    # Agents

    def test_an_agent_shows_what_it_does_and_goes_on_behind_any_event(self):
        key, message = self.key(), new_id()
        path = f"/api/v1/chats/{new_id()}/stream?message=Hi&message_id={message}&accumulated=1"
        headers = {"Authorization": f"Bearer {key}"}

        whole = frames(self.server.request("GET", path, headers=headers)[2])

        names = [name for name, _, _ in whole]
        self.assertEqual(names, ["thinking"] + ["token"] * 6 + ["completed"])
        self.assertEqual(whole[-2][1]["accumulated"], "Hello from the scripted model.")
        self.assertEqual(whole[-1][1]["length"], 30)
        for index, (_, _, position) in enumerate(whole):
            self.assertTrue(position.startswith(message + "/"))
            status, _, text = self.server.request("GET", path, headers={**headers, "Last-Event-ID": position})
            self.assertEqual(frames(text), whole[index + 1 :])
            self.assertEqual(status, 204 if index + 1 == len(whole) else 200)
        self.assertEqual(self.model.calls, 1)

    def test_a_page_of_ours_streams_by_its_cookie_and_no_other_page_does(self):
        self.reader.json("POST", "/api/v1/sessions", {})
        path = f"/api/v1/chats/{new_id()}/stream?message=Hi"
        self.assertEqual(self.reader.request("GET", path)[0], 401)
        self.assertEqual(self.reader.request("GET", path, headers={**OWN_PAGE, "Sec-Fetch-Site": "cross-site"})[0], 403)
        self.assertEqual(self.reader.request("GET", path, headers={**OWN_PAGE, "Sec-Fetch-Dest": "image"})[0], 403)
        self.assertEqual(self.model.calls, 0)
        self.assertEqual(self.reader.request("GET", path, headers=OWN_PAGE)[0], 200)

    # The rfc

    def test_the_rfc_tells_code_and_links_and_goes_on_behind_any_frame(self):
        self.model.reply = lambda answer: answer.stream(
            ["See htt", "ps://a.example/b, and:\n``", "`swift\nlet a", " = 1\n```\nDone", "."]
        )
        headers = {"Authorization": f"Bearer {self.key()}"}
        path = f"/api/v1/stream-chat?message=Hi&message_id={new_id()}"

        whole = frames(self.server.request("GET", path, headers=headers)[2])

        text, code, link = "", "", ""
        for name, data, _ in whole[:-1]:
            self.assertEqual(name, "message")
            self.assertEqual(data["metadata"]["token_count"], len(data["content"]))
            text += data["content"]
            code += data["content"] if data["metadata"]["is_code"] else ""
            link += data["content"] if data["metadata"]["is_link"] else ""
        self.assertEqual(text, "See https://a.example/b, and:\n```swift\nlet a = 1\n```\nDone.")
        self.assertEqual((code, link), ("```swift\nlet a = 1\n```\n", "https://a.example/b"))
        self.assertEqual(whole[-1][0], "complete")
        for index, (_, _, position) in enumerate(whole):
            text = self.server.request("GET", path, headers={**headers, "Last-Event-ID": position})[2]
            self.assertEqual(frames(text), whole[index + 1 :], position)
        self.assertEqual(self.model.calls, 1)

    def test_the_rfc_cancels_what_runs_and_finds_nothing_else(self):
        self.model.reply = lambda answer: (answer.begin(), answer.piece("so far "), answer.wait())
        headers = {"Authorization": f"Bearer {self.key()}"}
        stream = new_id()
        answers = []
        path = f"/api/v1/stream?prompt=Hi&message_id={stream}"
        watching = threading.Thread(target=lambda: answers.append(self.server.request("GET", path, headers=headers)[2]))
        watching.start()
        until(lambda: self.model.calls == 1, "the model is asked")

        def cancel(name):
            return json.loads(self.server.request("POST", "/api/v1/cancel", {"stream_id": name}, headers)[2])

        self.assertEqual(cancel(new_id()), {"status": "not_found"})
        self.assertEqual(cancel(stream), {"status": "cancelled"})
        watching.join()
        name, data, _ = frames(answers[0])[-1]
        self.assertEqual((name, data["cancelled"]), ("complete", True))
        self.assertEqual(cancel(stream), {"status": "not_found"})

    def test_first_clients_find_their_paths_at_the_root_when_told_so(self):
        self.assertEqual(self.server.request("POST", "/cancel", {"stream_id": "x"})[0], 404)
        server = self.start(None, *self.options, "--legacy-paths", "true")
        reader = Reader(server)
        self.assertEqual(reader.json("POST", "/sessions", {})[0], 201)
        self.assertEqual(reader.json("POST", "/cancel", {"stream_id": new_id()}), (200, {"status": "not_found"}))
        status, _, text = reader.request("GET", "/stream-chat?message=Hi", headers=OWN_PAGE)
        self.assertEqual((status, frames(text)[-1][0]), (200, "complete"))

    def test_a_python_client_of_event_streams_reads_the_rfc_and_the_chat(self):
        headers = {"Authorization": f"Bearer {self.key()}"}
        with httpx.Client(base_url=self.server.url, headers=headers) as client:
            with httpx_sse.connect_sse(client, "GET", "/api/v1/stream-chat", params={"message": "Hi"}) as source:
                events = list(source.iter_sse())
            self.assertEqual([e.event for e in events], ["message"] * 6 + ["complete"])
            self.assertEqual("".join(e.json()["content"] for e in events[:-1]), "Hello from the scripted model.")
            with httpx_sse.connect_sse(client, "GET", "/api/v1/chat/stream", params={"message": "Hi"}) as source:
                events = [e.json() for e in source.iter_sse()]
            self.assertEqual("".join(e.get("chunk", "") for e in events), "Hello from the scripted model.")
            self.assertEqual(events[-1], {"done": True, "agent_type": "general"})

    # OpenAI

    def client(self, **more):
        return openai.OpenAI(base_url=f"{self.server.url}/v1", api_key=self.key(), max_retries=0, **more)

    def test_the_openai_package_reads_a_stream_with_its_usage(self):
        def reply(answer):
            answer.begin()
            answer.piece("Hel")
            answer.piece("lo")
            answer.end({"prompt_tokens": 7, "completion_tokens": 2})

        self.model.reply = reply
        messages = [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "One"},
            {"role": "assistant", "content": "1"},
            {"role": "user", "content": [{"type": "text", "text": "Two"}]},
        ]

        chunks = list(
            self.client().chat.completions.create(
                model="general", messages=messages, stream=True, temperature=0.5, stream_options={"include_usage": True}
            )
        )

        self.assertEqual("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), "Hello")
        self.assertEqual(chunks[0].choices[0].delta.role, "assistant")
        self.assertEqual([c.choices[0].finish_reason for c in chunks if c.choices][-1], "stop")
        self.assertEqual((chunks[-1].usage.prompt_tokens, chunks[-1].usage.total_tokens), (7, 9))
        self.assertEqual(len({c.id for c in chunks}), 1)
        sent = self.model.bodies[0]
        self.assertEqual(sent["messages"][1:], messages)
        self.assertEqual((sent["temperature"], sent["model"]), (0.5, "test"))

    def test_the_openai_package_reads_a_reply_in_one_piece(self):
        def reply(answer):
            answer.begin()
            answer.piece("Hello")
            answer.end({"prompt_tokens": 7, "completion_tokens": 2})

        self.model.reply = reply
        done = self.client().chat.completions.create(model="general", messages=[{"role": "user", "content": "Hi"}])
        self.assertEqual(done.choices[0].message.content, "Hello")
        self.assertEqual((done.choices[0].finish_reason, done.usage.total_tokens), ("stop", 9))

    def test_the_openai_package_gets_tool_calls_and_sends_what_came_of_them(self):
        def reply(answer):
            answer.begin()
            if answer.body["messages"][-1]["role"] == "tool":
                answer.piece("It is 22.5.")
                return answer.end()
            for delta in (
                {"index": 0, "id": "call_a", "function": {"name": "bmi", "arguments": ""}},
                {"index": 0, "function": {"arguments": '{"kg":'}},
                {"index": 1, "id": "call_b", "function": {"name": "date", "arguments": "{}"}},
                {"index": 0, "function": {"arguments": "70}"}},
            ):
                answer.data({"choices": [{"index": 0, "delta": {"tool_calls": [delta]}}]})
            answer.data({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
            answer.data("[DONE]")

        self.model.reply = reply
        client = self.client()
        tools = [{"type": "function", "function": {"name": "bmi", "parameters": {"type": "object"}}}]
        messages = [{"role": "user", "content": "My BMI?"}]

        whole = client.chat.completions.create(model="general", messages=messages, tools=tools)
        calls = whole.choices[0].message.tool_calls
        self.assertEqual([(c.id, c.function.name, c.function.arguments) for c in calls],
                         [("call_a", "bmi", '{"kg":70}'), ("call_b", "date", "{}")])
        self.assertEqual(whole.choices[0].finish_reason, "tool_calls")
        self.assertEqual(self.model.bodies[0]["tools"], tools)

        with client.chat.completions.stream(model="general", messages=messages, tools=tools) as stream:
            final = stream.get_final_completion()
        streamed = final.choices[0].message.tool_calls
        self.assertEqual([(c.id, c.function.arguments) for c in streamed], [("call_a", '{"kg":70}'), ("call_b", "{}")])

        messages.append(whole.choices[0].message.to_dict())
        messages += [{"role": "tool", "tool_call_id": c.id, "content": "22.5"} for c in calls]
        answer = client.chat.completions.create(model="general", messages=messages, tools=tools)
        self.assertEqual(answer.choices[0].message.content, "It is 22.5.")
        self.assertEqual(self.model.bodies[2]["messages"][-1], messages[-1])

    def test_the_openai_package_raises_the_errors_it_knows(self):
        ask = {"model": "general", "messages": [{"role": "user", "content": "Hi"}]}
        client = self.client()
        with self.assertRaises(openai.NotFoundError) as caught:
            client.chat.completions.create(**{**ask, "model": "gpt-9"})
        self.assertEqual(caught.exception.code, "model_not_found")
        with self.assertRaises(openai.BadRequestError):
            client.chat.completions.create(**{**ask, "messages": []})
        with self.assertRaises(openai.AuthenticationError):
            openai.OpenAI(base_url=f"{self.server.url}/v1", api_key="wrong", max_retries=0).models.list()

        self.model.reply = lambda answer: answer.status(400, "secret detail")
        with self.assertRaises(openai.InternalServerError) as caught:
            client.chat.completions.create(**ask)
        self.assertNotIn("secret", str(caught.exception))
        self.model.reply = lambda answer: (answer.begin(), answer.piece("so far"), answer.wait(), answer.cut())
        with self.assertRaises(openai.APIError) as caught:
            for chunk in client.chat.completions.create(**ask, stream=True):
                if chunk.choices[0].delta.content == "so far":
                    self.model.gate.set()
        self.assertEqual(str(caught.exception), "AI service temporarily unavailable")

    def test_the_openai_package_lists_the_agents_as_models(self):
        models = self.client().models.list().data
        self.assertIn("general", [model.id for model in models])
        self.assertEqual(self.client().models.retrieve("general").owned_by, "shuren")

    def test_a_completion_is_kept_only_when_asked_and_then_once(self):
        key = self.key()
        client = openai.OpenAI(base_url=f"{self.server.url}/v1", api_key=key, max_retries=0)
        owner = {"Authorization": f"Bearer {key}"}

        def kept():
            return json.loads(self.server.request("GET", "/api/v1/conversations", headers=owner)[2])["conversations"]

        ask = {"model": "general", "messages": [{"role": "user", "content": "Keep me"}]}
        client.chat.completions.create(**ask)
        self.assertEqual(kept(), [])
        for _ in range(2):
            client.chat.completions.create(**ask, store=True, extra_headers={"Idempotency-Key": "once"})
        self.assertEqual([c["title"] for c in kept()], ["Keep me"])
        self.assertEqual(self.model.calls, 2)

    def test_a_reply_that_is_kept_nowhere_ends_when_nobody_listens(self):
        hung_up = []
        self.model.reply = lambda answer: (
            answer.begin(), answer.piece("so far"), hung_up.append(answer.wait_for_hang_up())
        )
        stream = self.client().chat.completions.create(
            model="general", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        next(chunk for chunk in stream if chunk.choices[0].delta.content)
        stream.close()
        until(lambda: hung_up == [True], "the call of the model is ended")

    # The AI SDK

    def test_a_ui_message_stream_is_as_its_strict_client_wants_it(self):
        chat = new_id()
        body = {
            "id": chat, "trigger": "submit-message",
            "messages": [{"id": "a-b", "role": "user", "parts": [{"type": "text", "text": "Hi"}]}],
        }
        status, fields, text = self.reader.request("POST", "/api/v1/ui/chat", body)
        self.assertEqual((status, fields["x-vercel-ai-ui-message-stream"]), (200, "v1"))
        events = [data for _, data, _ in frames(text)]
        self.assertEqual(events[-1], "[DONE]")
        kinds = [data["type"] for data in events[:-1] if not data["type"].startswith("data-")]
        self.assertEqual(
            kinds, ["start", "start-step", "text-start"] + ["text-delta"] * 6 + ["text-end", "finish-step", "finish"]
        )
        again = self.reader.request("POST", "/api/v1/ui/chat", body)[2]
        self.assertEqual(again, text)
        self.assertEqual(self.model.calls, 1)
        self.assertEqual(self.reader.request("GET", f"/api/v1/ui/chat/{chat}/stream")[0], 204)
        self.assertEqual(len(self.reader.messages(chat)), 2)

    def test_a_ui_chat_resumes_the_reply_that_runs(self):
        self.model.reply = lambda answer: (answer.begin(), answer.piece("so far "), answer.wait(), answer.piece("on"), answer.end())
        chat = new_id()
        body = {"id": chat, "messages": [{"id": new_id(), "role": "user", "parts": [{"type": "text", "text": "Hi"}]}]}
        self.reader.json("POST", "/api/v1/sessions", {})
        threading.Thread(target=lambda: self.reader.request("POST", "/api/v1/ui/chat", body)).start()
        until(lambda: self.model.calls == 1, "the model is asked")
        resumed = self.reader.open(f"/api/v1/ui/chat/{chat}/stream", {"Cookie": self.reader.cookie})
        self.model.gate.set()
        deltas = [data["delta"] for _, data, _ in frames(resumed.read().decode()) if "delta" in data]
        self.assertEqual("".join(deltas), "so far on")
        self.assertEqual(self.model.calls, 1)

    # All of them

    def test_pages_of_listed_origins_may_read_and_others_may_not(self):
        server = self.start(None, *self.options, "--allowed-origins", "https://app.example")
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        for origin, is_listed in (("https://app.example", True), ("https://evil.example", False)):
            status, fields, _ = server.request("OPTIONS", "/api/v1/ui/chat", headers={**asked, "Origin": origin})
            self.assertEqual(status, 204 if is_listed else 403)
            self.assertEqual(fields["Access-Control-Allow-Origin"], origin if is_listed else None)
            body = {"id": new_id(), "messages": [{"role": "user", "content": "Hi"}]}
            status, fields, text = server.request("POST", "/api/v1/ui/chat", body, {"Origin": origin})
            self.assertEqual((status, "[DONE]" in text), (200, True) if is_listed else (403, False))
            self.assertEqual(fields["Access-Control-Allow-Origin"], origin if is_listed else None)
            self.assertEqual(fields["Access-Control-Allow-Credentials"], "true" if is_listed else None)

    def test_streaming_that_is_off_is_off_in_every_dialect(self):
        server = self.start(None, *self.options, "--enable-streaming", "false")
        status, printed = server.command("key", "create", "--name", "test")
        headers = {"Authorization": f"Bearer {printed.strip()}"}
        messages = [{"role": "user", "content": "Hi"}]
        for method, path, body in (
            ("GET", "/api/v1/chat/stream?message=Hi", None),
            ("GET", "/api/v1/stream-chat?message=Hi", None),
            ("GET", f"/api/v1/chats/{new_id()}/stream?message=Hi", None),
            ("POST", f"/api/v1/sessions/{new_id()}/messages/stream", {"content": "Hi"}),
            ("POST", "/api/v1/ui/chat", {"id": new_id(), "messages": messages}),
            ("POST", "/v1/chat/completions", {"model": "general", "stream": True, "messages": messages}),
        ):
            status, _, text = server.request(method, path, body, headers)
            self.assertEqual((status, json.loads(text)["error"]["code"]), (409, "streaming_disabled"), path)
