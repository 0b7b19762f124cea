"""The examples for nginx and Caddy, with Shuren behind them."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from harness import PATIENCE, ROOT, ServerTest, new_id, until
from line import Line
from model_server import ModelServer


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Nginx:
    """nginx with the example, changed only where a test must."""

    name = "nginx"

    def __init__(self, test, upstreams, limit):
        self.port = free_port()
        self.folder = Path(test.folder())
        example = (ROOT / "Config/nginx.conf").read_text()
        example = re.sub(r"listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};", example)
        # A test has no certificate.
        example = re.sub(r"ssl_certificate\S* \S+;\n", "", example)
        servers = "\n".join(f"server 127.0.0.1:{port};" for port in upstreams)
        example = example.replace("server 127.0.0.1:8080;", servers)
        example = example.replace("proxy_read_timeout 75s", f"proxy_read_timeout {limit}s")
        example = example.replace("/var/log/nginx/shuren.log", str(self.folder / "access.log"))
        # The port is part of the name only because a test cannot have port 443.
        example = example.replace("proxy_set_header Host $host;", "proxy_set_header Host $http_host;")
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self.folder / "nginx.conf").write_text(
            # Root's workers would be another user, who may not write into this folder.
            f"{'user root; ' if os.getuid() == 0 else ''}daemon off; pid {self.folder}/pid; "
            f"error_log {self.folder}/error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{\n{temporary}{example}\n}}\n"
        )
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        start(test, self, [program, "-c", str(self.folder / "nginx.conf")])


class Caddy:
    """Caddy with the example, changed only where a test must."""

    name = "caddy"

    def __init__(self, test, upstreams, limit):
        self.port = free_port()
        folder = Path(test.folder())
        example = (ROOT / "Config/Caddyfile").read_text()
        example = example.replace("chat.example {", f"http://chat.example:{self.port} {{")
        example = example.replace("127.0.0.1:8080", " ".join(f"127.0.0.1:{port}" for port in upstreams))
        example = example.replace("read_timeout 75s", f"read_timeout {limit}s")
        (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + example)
        start(
            test, self,
            [shutil.which("caddy"), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")],
            {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
        )


def start(test, proxy, command, environment=None):
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )

    def stop():
        process.terminate()
        process.wait()

    test.addCleanup(stop)

    def answers():
        test.assertIsNone(process.poll(), f"{proxy.name} did not start")
        try:
            return socket.create_connection(("127.0.0.1", proxy.port), 1).close() or True
        except OSError:
            return False

    until(answers, f"{proxy.name} listens")


class Visitor:
    """A browser that comes through a proxy."""

    def __init__(self, proxy):
        self.proxy = proxy
        self.cookie = None

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=PATIENCE)
        headers["Host"] = f"chat.example:{self.proxy.port}"
        if body is not None:
            headers |= {"Content-Type": "application/json", "Origin": f"http://chat.example:{self.proxy.port}"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        connection.request(method, path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        if answer.headers["Set-Cookie"]:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer

    def stream(self, url):
        """Asks until there is an answer, as the page does: a proxy may find a line dead only by using it."""
        while (answer := self.request("GET", url)).status == 502:
            answer.read()
        assert answer.status == 200, answer.status
        return answer

    def token(self, text):
        answer = self.request("POST", "/api/v1/chat/token", {"message": text})
        assert answer.status == 200, answer.read()
        return json.loads(answer.read())


class Proxies(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.server = self.start(
            None, "--llm-base-url", self.model.url, "--llm-model", "scripted",
            "--public-url", "http://chat.example", "--trusted-proxies", "127.0.0.1",
        )

    def each(self, limit=75, lines=0):
        """Both proxies in turn, each with a visitor, and with so many lines to the server that can break."""
        for kind in (Nginx, Caddy):
            through = [Line(self.server.port) for _ in range(lines)]
            for line in through:
                self.addCleanup(line.close)
            ports = [line.own_port for line in through] or [self.server.port]
            with self.subTest(kind.name):
                proxy = kind(self, ports, limit)
                yield proxy, Visitor(proxy), through

    def test_each_piece_is_there_before_the_model_writes_the_next(self):
        for _, visitor, _ in self.each():
            turn = threading.Semaphore(0)

            def reply(answer, turn=turn):
                answer.begin()
                for number in range(5):
                    answer.piece(f"piece {number} ")
                    assert turn.acquire(timeout=PATIENCE)
                answer.end()

            self.model.reply = reply
            self.assertIn("Shuren", visitor.request("GET", "/").read().decode())
            stream = visitor.request("GET", visitor.token("Hi")["stream_url"])
            self.assertEqual(stream.status, 200)
            for number in range(5):
                while f'"piece {number} "'.encode() not in stream.readline():
                    pass
                turn.release()
            self.assertIn(b'data: {"done": true', stream.read())

    def test_addresses_of_streams_stay_out_of_the_log_and_other_hosts_outside(self):
        proxy = Nginx(self, [self.server.port], 75)
        visitor = Visitor(proxy)
        visitor.request("GET", visitor.token("Hi")["stream_url"]).read()
        file = proxy.folder / "access.log"
        until(lambda: "GET /api/v1/chat/stream" in file.read_text(), "the stream is in the log, after its end")
        self.assertNotIn("token=", file.read_text())
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=PATIENCE)
        connection.request("GET", "/api/v1/config", headers={"Host": "evil.example"})
        self.assertGreaterEqual(connection.getresponse().status, 400)

    def test_a_large_body_is_answered_by_shuren(self):
        for _, visitor, _ in self.each():
            large = visitor.request("POST", "/api/v1/chat", {"message": "x" * 1_500_000})
            self.assertEqual(large.status, 413)
            self.assertEqual(large.headers["Content-Type"], "application/json; charset=utf-8")

    def test_a_silent_stream_stays_open_past_the_limit_of_the_proxy(self):
        # Longer than the fifteen seconds after which a comment comes, shorter than the model is silent.
        limit, silence = 17, 19

        def reply(answer):
            answer.begin()
            answer.piece("before ")
            time.sleep(silence)  # what is measured is the time itself
            answer.piece("after")
            answer.end()

        self.model.reply = reply
        answers = {}

        def watch(proxy, visitor):
            answers[proxy.name] = visitor.request("GET", visitor.token("Hi")["stream_url"]).read().decode()

        watching = [threading.Thread(target=watch, args=(proxy, visitor)) for proxy, visitor, _ in self.each(limit)]
        for thread in watching:
            thread.start()
        for thread in watching:
            thread.join()
        self.assertEqual(set(answers), {"nginx", "caddy"})
        for name, text in answers.items():
            self.assertIn(": still here", text, name)
            self.assertIn('{"chunk": "after"}', text, name)
        self.assertEqual(self.model.calls, 2)

    def test_a_cut_behind_the_proxy_starts_no_second_generation(self):
        # Before the first byte of the answer, and in the middle of it; the proxy has a second way to the server each time.
        for cut in (0, 700):
            for _, visitor, lines in self.each(lines=2):
                calls = self.model.calls
                self.model.gate.clear()
                self.model.reply = lambda answer: (
                    answer.begin(), answer.piece("so far " * 50), answer.wait(), answer.piece("good"), answer.end()
                )
                for line in lines:
                    line.cut_after = cut
                url = visitor.token("Hi")["stream_url"]
                first = visitor.request("GET", url)
                try:
                    text = first.read().decode()
                except (http.client.IncompleteRead, ConnectionResetError):
                    text = "cut off"
                self.assertNotIn('"done"', text)
                until(lambda: self.model.calls == calls + 1, "the model is asked")
                for line in lines:
                    line.cut_after = None
                self.model.gate.set()
                text = visitor.stream(url + "&events=all").read().decode()
                self.assertIn('{"chunk": "good"}', text)
                self.assertIn('"done"', text)
                self.assertEqual(self.model.calls, calls + 1)

    def test_a_whole_answer_that_the_proxy_cuts_is_had_by_asking_again(self):
        for _, visitor, _ in self.each(limit=1):
            calls = self.model.calls
            self.model.gate.clear()
            self.model.reply = lambda answer: (answer.begin(), answer.wait(), answer.piece("At last."), answer.end())
            visitor.token("Hello")
            body = {"message": "Hi", "message_id": new_id()}
            self.assertEqual(visitor.request("POST", "/api/v1/chat", body).status, 504)
            self.model.gate.set()
            again = visitor.request("POST", "/api/v1/chat", body)
            self.assertEqual((again.status, json.loads(again.read())["response"]), (200, "At last."))
            self.assertEqual(self.model.calls, calls + 1)
