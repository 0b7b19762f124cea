"""What a model may have done on our side: the shipped tools, and those of the operator."""

import http.server
import json
import os
import threading

from harness import Reader, ServerTest, new_id
from model_server import ModelServer


class ToolServer:
    """A server of the operator's, which remembers what it was asked."""

    def __init__(self):
        self.asked = []
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                owner.asked.append((self.path, self.headers["X-Key"]))
                code, kind, body = owner.answer
                self.send_response(code)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.answer = (200, "application/json", b'{"degrees": 21}')
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server.server_address[1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Tools(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.tool = ToolServer()
        self.addCleanup(self.tool.close)

    def serve(self, private=("127.0.0.1",), **changes):
        tool = {
            "name": "weather", "purpose": "The weather of a city.",
            "url": f"http://127.0.0.1:{self.tool.port}/v1/{{city}}?unit=c", "headers": {"X-Key": "${WEATHER_KEY}"},
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        } | changes
        file = os.path.join(self.folder(), "agents.json")
        agent = {"id": "general", "name": "General", "system_prompt": "Help.", "tools": ["weather", "convert_units"]}
        with open(file, "w") as agents:
            json.dump({
                "agents": [agent], "http_tools": [tool], "allowed_hosts": ["127.0.0.1"], "allowed_private_addresses": list(private),
            }, agents)
        self.server = self.start(
            None, "--llm-base-url", self.model.url, "--llm-model", "test", "--agents-file", file,
            environment={"WEATHER_KEY": "secret-of-the-operator"},
        )
        return Reader(self.server)

    def calls(self, *calls):
        """Lets the model ask for these tools, then write."""
        turns = [calls]

        def reply(answer):
            answer.begin()
            if not turns:
                answer.piece("Here it is.")
                return answer.end()
            for index, (name, arguments) in enumerate(turns.pop()):
                function = {"name": name, "arguments": json.dumps(arguments)}
                call = {"index": index, "id": f"call_{index}", "type": "function", "function": function}
                answer.data({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
            answer.data({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
            answer.data("[DONE]")

        self.model.reply = reply

    def test_the_operators_tool_is_asked_and_its_answer_goes_back(self):
        reader = self.serve()
        self.calls(("weather", {"city": "Köln & Bonn/?"}), ("convert_units", {"amount": 180, "from": "lb", "to": "kg"}))
        message = new_id()
        token = reader.token("How is the weather?", message_id=message)
        text = reader.request("GET", token["stream_url"] + "&events=all")[2]
        self.assertIn('data: {"done": true', text)
        self.assertEqual(self.tool.asked, [("/v1/K%C3%B6ln%20%26%20Bonn%2F%3F?unit=c", "secret-of-the-operator")])
        first, second = self.model.bodies
        self.assertEqual([tool["function"]["name"] for tool in first["tools"]], ["weather", "convert_units"])
        asked, weather, units = second["messages"][-3:]
        self.assertEqual([call["id"] for call in asked["tool_calls"]], ["call_0", "call_1"])
        self.assertEqual((weather["role"], weather["tool_call_id"], json.loads(weather["content"])), ("tool", "call_0", {"degrees": 21}))
        self.assertEqual(json.loads(units["content"]), {"amount": 81.6466, "unit": "kg"})
        self.assertIn("event: tool_call\n", text)
        self.assertIn("event: tool_result\n", text)
        parts = reader.messages(token["conversation_id"])[-1]["parts"]
        self.assertEqual([part["type"] for part in parts], ["tool", "tool", "text"])
        self.assertEqual(reader.json("GET", f"/api/v1/messages/{message}/receipt")[1]["model_calls"], 2)

    def test_a_private_address_is_asked_only_when_it_is_listed(self):
        reader = self.serve(private=())
        self.calls(("weather", {"city": "Bonn"}))
        reader.json("POST", "/api/v1/chat", {"message": "How is the weather?"})
        self.assertEqual(self.tool.asked, [])
        self.assertIn("may be connected to", self.model.bodies[-1]["messages"][-1]["content"])

    def test_a_tool_that_fails_fails_no_reply(self):
        reader = self.serve()
        for answer, part in (
            ((404, "text/plain", b"no"), "answered 404"), ((302, "text/plain", b""), "answered 302"),
            ((200, "text/plain", b"x" * 100_000), "too long"), ((200, "text/html", b"<p>sunny"), "<p>sunny"),
        ):
            self.tool.answer = answer
            self.calls(("weather", {"city": "Bonn"}))
            status, said = reader.json("POST", "/api/v1/chat", {"message": "How is the weather?"})
            self.assertEqual((status, said["response"]), (200, "Here it is."))
            self.assertIn(part, self.model.bodies[-1]["messages"][-1]["content"])

    def test_what_is_wrong_with_a_tool_is_named_before_anything_starts(self):
        for changes, part in (
            ({"url": "http://evil.example/"}, 'not in "allowed_hosts"'), ({"url": "http://{city}/"}, "written out"),
            ({"url": "http://127.0.0.1/{town}"}, "must be a required parameter"), ({"method": "DELETE"}, "GET or POST"),
            ({"parameters": {"type": "object", "oneOf": []}}, "oneOf"), ({"name": "meal_plan"}, "more than one tool"),
            ({"headers": {"X-Key": "${MISSING}"}}, "environment variable MISSING"),
        ):
            with self.assertRaises(AssertionError) as refused:
                self.serve(**changes)
            self.assertIn(part, str(refused.exception))
