"""The alert rules and the board in Config: what they say of made-up figures, and that the server has the metrics they name."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile

from harness import ROOT, Reader, ServerTest, until
from model_server import ModelServer

PROMTOOL = ROOT / ".tools/promtool"
# A metric is there from its first use; these tell of what a test cannot have happen everywhere.
RARE = {
    "shuren_failed_saves_total", "shuren_stream_dropped_total", "shuren_damaged_messages_total",
    "shuren_rollout_steps_back_total",
}


def names(text):
    """The metrics that an expression names, without the ends that histograms add."""
    found = re.findall(r"\b(?:shuren|process|gen_ai)_[a-z_]+", text)
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in found if not name.startswith("gen_ai_provider")
            and not name.startswith("gen_ai_request") and not name.startswith("gen_ai_token")}


class Alerts(ServerTest):
    def promtool(self, *words, cwd):
        if not PROMTOOL.exists():
            self.skipTest("promtool is not there; Scripts/test gets it")
        done = subprocess.run([str(PROMTOOL), *words], cwd=cwd, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_rules_are_well_formed_and_fire_when_they_should_and_only_then(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="shuren-test-"))
        self.addCleanup(shutil.rmtree, folder)
        for path in (ROOT / "Config/alerts.yml", ROOT / "Tests/EndToEnd/alerts.test.yml"):
            shutil.copy(path, folder)
        self.promtool("check", "rules", "alerts.yml", cwd=folder)
        self.promtool("test", "rules", "alerts.test.yml", cwd=folder)

    def test_the_server_has_every_metric_that_the_rules_and_the_board_name(self):
        model = ModelServer()
        self.addCleanup(model.close)
        model.reply = lambda answer: (answer.begin(), answer.piece("Hi"), answer.end({"prompt_tokens": 1, "completion_tokens": 1}))
        server = self.start(
            None, "--llm-base-url", model.url, "--llm-model", "m", "--limit-messages-per-hour", "3",
            "--enable-streaming", "true",
        )
        reader = Reader(server)
        reader.request("GET", reader.token("Hi")["stream_url"])
        reader.json("POST", "/api/v1/chat", {"message": "Hi"})
        model.reply = lambda answer: answer.status(400, "no")
        reader.json("POST", "/api/v1/chat", {"message": "Hi"})
        self.assertEqual(reader.json("POST", "/api/v1/chat", {"message": "Hi"})[0], 429)
        # Messages are counted in their groups once a second.
        text = until(
            lambda: (lambda text: text if "shuren_rollout_messages_total" in text else None)(
                server.request("GET", "/metrics")[2]
            ),
            "a message counted in its group",
        )
        shown = re.findall(r"^# TYPE (\S+)", text, re.M)
        board = json.loads((ROOT / "Config/grafana-board.json").read_text())
        expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
        wanted = names("\n".join(expressions)) | names(
            "\n".join(line for line in (ROOT / "Config/alerts.yml").read_text().splitlines() if "action:" not in line)
        )
        self.assertGreater(len(wanted), 20)
        self.assertEqual(wanted - set(shown) - RARE, set())
        source = "\n".join(path.read_text() for path in (ROOT / "Sources").rglob("*.swift"))
        for name in RARE:
            self.assertIn(f'"{name}"', source)
