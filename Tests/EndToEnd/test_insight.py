"""What the server tells about itself: metrics, request names through to the model, and the last errors."""

import json
import re

from harness import Reader, ServerTest, new_id
from model_server import ModelServer


class Insight(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.names = []

    def start_with_model(self, *options):
        return self.start(None, "--llm-base-url", self.model.url, "--llm-model", "small", *options)

    def heard(self, answer):
        self.names.append(answer.handler.headers["X-Request-ID"])
        answer.begin()
        answer.piece("Hello.")
        answer.end({"prompt_tokens": 7, "completion_tokens": 3})

    def test_a_request_has_a_name_in_its_answer_in_the_log_and_at_the_model(self):
        self.model.reply = self.heard
        server = self.start_with_model()
        wish = {"X-Request-ID": "of-a-stranger-1"}
        fields = Reader(server).request("POST", "/api/v1/chat", {"message": "Hi"}, wish)[1]
        name = fields["X-Request-ID"]
        self.assertRegex(name, r"^[A-Za-z0-9_-]{16}$")
        self.assertEqual(self.names, [name])
        server.logged("stream ended", f'"request_id":"{name}"')

        trusting = self.start_with_model("--trusted-proxies", "127.0.0.1")
        for sent, is_taken in (("of-the-proxy-1", True), ("too bad!", False), ("short", False)):
            fields = Reader(trusting).request("POST", "/api/v1/chat", {"message": "Hi"}, {"X-Request-ID": sent})[1]
            self.assertEqual(fields["X-Request-ID"] == sent, is_taken)
            self.assertEqual(self.names[-1], fields["X-Request-ID"])

    def test_metrics_tell_of_calls_streams_and_errors_and_have_no_label_from_outside(self):
        self.model.reply = self.heard
        server = self.start_with_model()
        reader = Reader(server)
        stream = reader.token("Hi")["stream_url"]
        reader.request("GET", stream)
        self.model.reply = lambda answer: (answer.begin(), answer.piece("He"), answer.data("mangled"))
        reader.request("POST", "/api/v1/chat", {"message": "Hi", "message_id": new_id()})
        reader.request("GET", "/nowhere/" + new_id())
        text = server.request("GET", "/metrics")[2]
        for line in (
            'shuren_stream_errors_total{kind="malformed"} 1',
            'shuren_stream_cleanups_total{result="done"} 2',
            'shuren_agent_tokens_total{agent="general",kind="input"} 7',
            "shuren_stream_chunks_max 1",
            "shuren_streams_open 0",
            "shuren_replies_waiting 0",
            'gen_ai_client_token_usage_sum{gen_ai_operation_name="chat",gen_ai_provider_name="openai",'
            'gen_ai_request_model="small",gen_ai_token_type="output"} 3.0',
        ):
            self.assertIn(line, text)
        for name in ("shuren_database_bytes", "process_resident_memory_bytes", "process_open_fds", "shuren_build_info"):
            self.assertGreater(float(re.search(rf"^{name}({{.*}})? (\S+)$", text, re.M)[2]), 0)
        self.assertNotIn("nowhere", text)

    def test_the_last_errors_are_there_for_an_admin_and_hold_no_text_of_anybody(self):
        server = self.start_with_model()
        reader = Reader(server)
        self.model.reply = lambda answer: answer.status(401, "who are you")
        secret = "my secret is 4711"
        fields = reader.request("POST", "/api/v1/chat", {"message": secret})[1]
        self.assertEqual(reader.request("GET", "/api/v1/admin/insight")[0], 403)
        code = server.command("admin", "code")[1].strip()
        reader.json("POST", "/api/v1/admin", {"code": code})
        insight = reader.json("GET", "/api/v1/admin/insight")[1]
        error = next(one for one in insight["recent_errors"] if "model call failed" in one["what"])
        self.assertEqual((error["kind"], error["request_id"]), ("error", fields["X-Request-ID"]))
        self.assertNotIn(secret, json.dumps(insight))
        self.assertEqual(insight["providers"][0]["name"], "openai")
        self.assertEqual(insight["agents"][0]["failed"], 1)
        self.assertEqual(insight["errors"], [{"name": "unavailable", "count": 1}])
