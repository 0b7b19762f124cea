"""The example for nginx, with Shuren behind it: streams pass word by word, and the reader is who they are."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from harness import PATIENCE, ROOT, ServerTest, until
from model_server import ModelServer


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Proxy(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.port = free_port()
        self.server = self.start(
            None, "--llm-base-url", self.model.url, "--llm-model", "scripted",
            "--public-url", f"http://chat.example:{self.port}", "--trusted-proxies", "127.0.0.1",
        )
        self.nginx()

    def nginx(self):
        """Runs the example, without the certificate that a test has not."""
        folder = Path(self.folder())
        example = (ROOT / "Config/nginx.conf").read_text()
        example = re.sub(r"listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};", example)
        example = re.sub(r"ssl_certificate\S* \S+;\n", "", example)
        example = example.replace("127.0.0.1:8080", f"127.0.0.1:{self.server.port}")
        example = example.replace("/var/log/nginx/shuren.log", str(folder / "access.log"))
        # The port is part of the name only because a test cannot have port 443.
        example = example.replace("proxy_set_header Host $host;", "proxy_set_header Host $http_host;")
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            # Root's workers would be another user, who may not write into this folder.
            f"{'user root; ' if os.getuid() == 0 else ''}daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{\n{temporary}{example}\n}}\n"
        )
        self.folder_of_nginx = folder
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        process = subprocess.Popen([program, "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)

        def stop():
            process.terminate()
            process.wait()
            process.stderr.close()

        self.addCleanup(stop)

        def answers():
            self.assertIsNone(process.poll(), process.stderr)
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close() or True
            except OSError:
                return False

        until(answers, "nginx listens")

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers["Host"] = f"chat.example:{self.port}"
        connection.request(method, path, body and json.dumps(body), headers)
        return connection.getresponse()

    def test_a_reply_passes_word_by_word_and_its_address_stays_out_of_the_log(self):
        page = self.request("GET", "/")
        self.assertEqual(page.status, 200)
        self.assertIn("Shuren", page.read().decode())

        def reply(answer):
            answer.begin()
            answer.piece("first ")
            answer.wait()
            answer.piece("second")
            answer.end()

        self.model.reply = reply
        asked = self.request(
            "POST", "/api/v1/chat/token", {"message": "Hi"},
            **{"Content-Type": "application/json", "Origin": f"http://chat.example:{self.port}"},
        )
        token = json.loads(asked.read())
        self.assertEqual(asked.status, 200, token)
        cookie = asked.headers["Set-Cookie"].split(";")[0]
        stream = self.request("GET", token["stream_url"], Cookie=cookie)
        self.assertEqual(stream.status, 200)
        # It arrives while the model still waits: nothing in between holds it back.
        while b'{"chunk": "first "}' not in stream.readline():
            pass
        self.model.gate.set()
        self.assertIn(b'data: {"done": true', stream.read())
        file = self.folder_of_nginx / "access.log"
        until(lambda: "GET /api/v1/chat/stream" in file.read_text(), "the stream is in the log, after its end")
        log = file.read_text()
        self.assertNotIn("token=", log)

    def test_another_host_is_refused_and_a_large_body_is_answered_by_shuren(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/api/v1/config", headers={"Host": "evil.example"})
        self.assertGreaterEqual(connection.getresponse().status, 400)
        large = self.request(
            "POST", "/api/v1/chat", {"message": "x" * 1_500_000},
            **{"Content-Type": "application/json", "Origin": f"http://chat.example:{self.port}"},
        )
        self.assertEqual(large.status, 413)
        self.assertEqual(large.headers["Content-Type"], "application/json; charset=utf-8")
