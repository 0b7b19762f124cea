"""`shuren doctor --url` through real proxies: the examples are found well, and each thing that is wrong by its name."""

import json
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness import EXECUTABLE, ROOT, Reader, ServerTest
from test_proxy import free_port, start

SECONDS = 150  # until a doctor that does not end is ended


class Certificate:
    """A certificate for this machine, and the file by which a client knows it."""

    def __init__(self, folder):
        self.path, self.key = f"{folder}/cert.pem", f"{folder}/key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
             "-keyout", self.key, "-out", self.path],
            check=True, capture_output=True,
        )


class SecureNginx:
    """nginx with the example and a certificate; `changes` are what somebody wrote otherwise."""

    name = "nginx"

    def __init__(self, test, certificate, changes=()):
        self.port, self.upstream = free_port(), free_port()
        folder = Path(test.folder())
        example = (ROOT / "Config/nginx.conf").read_text()
        replaced = [
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;"),
            ("server_name chat.example;", "server_name localhost;"),
            ("/etc/ssl/chat.example/fullchain.pem", certificate.path),
            ("/etc/ssl/chat.example/key.pem", certificate.key),
            ("127.0.0.1:8080", f"127.0.0.1:{self.upstream}"),
            ("/var/log/nginx/shuren.log", str(folder / "access.log")),
            # The port is part of the name only because a test cannot have port 443.
            ("proxy_set_header Host $host;", "proxy_set_header Host $http_host;"),
        ]
        for old, new in [*replaced, *changes]:
            test.assertIn(old, example)
            example = example.replace(old, new)
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"user root; daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{\n{temporary}{example}\n}}\n"
        )
        self.command = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(folder / "nginx.conf")]
        start(test, self, self.command)


class SecureCaddy:
    """Caddy with the example and a certificate."""

    name = "caddy"

    def __init__(self, test, certificate, changes=()):
        self.port, self.upstream = free_port(), free_port()
        folder = Path(test.folder())
        example = (ROOT / "Config/Caddyfile").read_text()
        replaced = [
            ("chat.example {", f"https://localhost:{self.port} {{\n\ttls {certificate.path} {certificate.key}"),
            ("127.0.0.1:8080", f"127.0.0.1:{self.upstream}"),
        ]
        for old, new in [*replaced, *changes]:
            test.assertIn(old, example)
            example = example.replace(old, new)
        (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n" + example)
        start(
            test, self, [shutil.which("caddy"), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")],
            {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
        )


class Doctor(ServerTest):
    def setUp(self):
        self.certificate = Certificate(self.folder())

    def through(self, proxy, *options):
        """A server behind the proxy, on the port where that looks for it."""
        if "--public-url" not in options:
            options += ("--public-url", f"https://localhost:{proxy.port}")
        if "--trusted-proxies" not in options:
            options += ("--trusted-proxies", "127.0.0.1")
        return self.start(None, *options, "--port", str(proxy.upstream))

    def ask(self, server, url, *words):
        """The status, what is found by its name, and all that was printed."""
        done = subprocess.run(
            [EXECUTABLE, "doctor", "--url", url, "--ca", self.certificate.path, *words, "--data-dir", server.folder],
            cwd=ROOT, capture_output=True, text=True, timeout=SECONDS,
        )
        found = dict(reversed(pair) for pair in re.findall(r"^(good|attention|bad) +(\w+) ", done.stdout, re.MULTILINE))
        return done.returncode, found, done.stdout + done.stderr

    def test_both_examples_are_found_well(self):
        def one(kind):
            proxy = kind(self, self.certificate)
            server = self.through(proxy)
            return self.ask(server, f"https://localhost:{proxy.port}", "--idle", "31")

        with ThreadPoolExecutor() as pool:
            for status, found, text in pool.map(one, (SecureNginx, SecureCaddy)):
                self.assertEqual({name for name, verdict in found.items() if verdict != "good"}, set(), text)
                self.assertEqual(len(found), 15, text)
                self.assertIn("15 of 15 events came one by one", text)
                self.assertIn("HTTP/2:", text)
                self.assertIn("all is well", text)
                self.assertEqual(status, 0, text)

    def test_what_is_wrong_with_nginx_is_found_by_its_name(self):
        cut = "proxy_read_timeout 75s;"
        cases = {
            # What comes in chunks, as over HTTP/1.1, nginx passes on at once even so.
            "buffering": [(cut, cut + " proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;"), ("_version 1.1;", "_version 1.0;")],
            "compression": [(cut, cut + " gzip on; gzip_min_length 0; gzip_types text/event-stream; gzip_proxied any;")],
            "idle": [(cut, "proxy_read_timeout 5s;")],
            "body_size": [("client_max_body_size 2m;", "client_max_body_size 1k;")],
            "client_address": [("proxy_set_header X-Forwarded-For $remote_addr;", "")],
            "last_event_id": [(cut, cut + ' proxy_set_header Last-Event-ID "";')],
            "fields": [(cut, cut + " proxy_hide_header Cache-Control; proxy_hide_header Content-Type; add_header Content-Type text/plain;")],
            "hsts": [(cut, cut + " proxy_hide_header Strict-Transport-Security;")],
            "http_version": [(" ssl http2;", " ssl;")],
            "host": [("proxy_set_header Host $http_host;", "")],
        }

        def one(name):
            proxy = SecureNginx(self, self.certificate, cases[name])
            server = self.through(proxy)
            return name, *self.ask(server, f"https://localhost:{proxy.port}")

        attention = {"hsts", "http_version"}
        with ThreadPoolExecutor(5) as pool:
            for name, status, found, text in pool.map(one, cases):
                with self.subTest(name):
                    verdict = "attention" if name in attention else "bad"
                    self.assertEqual(found.get(name), verdict, text)
                    self.assertEqual(status, 0 if name in attention else 1, text)
                    rest = {other for other, verdict in found.items() if verdict != "good"} - {name}
                    # Who collects also sends the first byte late, and compression is a way of collecting.
                    self.assertLessEqual(rest, {"first_byte", "buffering"} if name in ("buffering", "compression") else set(), text)
                    if name not in ("host",):
                        self.assertIn("    nginx:\n", text)
                        self.assertNotIn("    caddy:\n", text)

    def test_proxy_buffering_alone_does_no_harm_because_the_server_says_no(self):
        proxy = SecureNginx(self, self.certificate, [("proxy_read_timeout 75s;", "proxy_read_timeout 75s; proxy_buffering on;"), ("_version 1.1;", "_version 1.0;")])
        status, found, text = self.ask(self.through(proxy), f"https://localhost:{proxy.port}")
        self.assertEqual((status, found.get("buffering")), (0, "good"), text)

    def test_what_the_server_is_not_told_is_found(self):
        def one(options):
            proxy = SecureNginx(self, self.certificate)
            return self.ask(self.through(proxy, *options), f"https://localhost:{proxy.port}")

        with ThreadPoolExecutor() as pool:
            untrusted, other = pool.map(one, [("--trusted-proxies", "10.9.8.7"), ("--public-url", "http://localhost")])
        self.assertEqual((untrusted[0], untrusted[1].get("client_address")), (1, "bad"), untrusted[2])
        self.assertIn("TRUSTED_PROXIES=127.0.0.1", untrusted[2])
        self.assertEqual((other[0], other[1].get("https")), (1, "bad"), other[2])

    def test_a_way_that_leads_nowhere_is_said(self):
        proxy = SecureNginx(self, self.certificate)
        server = self.through(proxy)
        other = self.start()
        for url, words in [
            (f"https://localhost:{free_port()}", "cannot be reached"),
            (f"https://localhost:{proxy.port}/chat", "--url is the address"),
            (other.url, "it does not know the code"),
        ]:
            status, found, text = self.ask(server, url)
            self.assertEqual(status, 1, text)
            self.assertIn(words, text)
        status, found, text = self.ask(server, server.url)
        self.assertEqual(found.get("https"), "bad", text)  # the cookies of this server are for https alone
        self.assertEqual(server.terminate(), 0)
        status, _, text = self.ask(server, f"https://localhost:{proxy.port}")
        self.assertEqual(status, 1)
        self.assertIn("no server runs on this data folder", text)


class DoctorInside(ServerTest):
    """`shuren doctor`, beside a running server and without one."""

    def found(self, text):
        return dict(reversed(pair) for pair in re.findall(r"^(good|attention|bad) +(\w+) ", text, re.MULTILINE))

    def test_everything_is_looked_at_and_a_restore_is_proved_beside_the_server(self):
        server = self.start()
        reader = Reader(server)
        for text in ("One", "Two"):
            self.assertEqual(reader.json("POST", "/api/v1/chat", {"message": text})[0], 200)
        before = set(os.listdir(server.folder))
        status, text = server.command("doctor")
        found = self.found(text)
        self.assertEqual(status, 0, text)
        self.assertEqual(set(found), {"database", "spool", "disk", "model", "clock", "limits", "restore"}, text)
        self.assertEqual({found[name] for name in ("database", "model", "clock", "restore")}, {"good"}, text)
        self.assertRegex(text, r"last proved restore: \d{4}-\d\d-\d\d \d\d:\d\d UTC \(2 conversations, 4 messages, took [\d.]+ s\)")
        # Nothing is left of it but what it found, and nothing is in the reader's list.
        self.assertEqual(set(os.listdir(server.folder)) - before, {"proved-restore.json"})
        self.assertEqual(len(reader.json("GET", "/api/v1/conversations")[1]["conversations"]), 2)
        metrics = server.request("GET", "/metrics")[2]
        self.assertRegex(metrics, r"shuren_proved_restore_timestamp_seconds 1\.?\d*")

        self.assertEqual(server.terminate(), 0)
        status, text = server.command("doctor", "--restore", "false")
        self.assertEqual(status, 0, text)
        self.assertIn("good       restore         last proved restore:", text)
        self.assertNotIn("limits", self.found(text))
        status, text = server.command("doctor")
        self.assertEqual((status, self.found(text)["restore"]), (0, "good"), text)

    def test_what_is_not_well_is_said_by_its_name(self):
        server = self.start(open_files=512)
        status, text = server.command("doctor", "--restore", "false", "--llm-base-url", "http://127.0.0.1:9/v1", "--llm-model", "small")
        found = self.found(text)
        self.assertEqual((status, found["model"], found["limits"], found["restore"]), (1, "bad", "attention", "attention"), text)
        self.assertIn("LimitNOFILE=65536", text)
        server.kill()
        database = Path(server.folder) / "chat.sqlite"
        for name in ("chat.sqlite-wal", "chat.sqlite-shm"):
            (Path(server.folder) / name).unlink(missing_ok=True)
        content = bytearray(database.read_bytes())
        content[100:4096] = os.urandom(3996)
        database.write_bytes(content)
        status, text = server.command("doctor")
        self.assertEqual((status, self.found(text)["database"]), (1, "bad"), text)

    def test_a_folder_that_is_not_there_yet_is_no_fault(self):
        done = subprocess.run(
            [EXECUTABLE, "doctor", "--data-dir", self.folder() + "/none"], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("There is no database yet", done.stdout)

    def test_words_that_go_together_are_asked_for(self):
        for words in (["--idle", "5"], ["--url", "https://a.example", "--idle", "0"], ["--restore", "maybe"]):
            done = subprocess.run([EXECUTABLE, "doctor", *words], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
            self.assertEqual((done.returncode, done.stdout), (1, ""), words)


class Version(ServerTest):
    def test_the_build_is_told_to_who_runs_it_and_to_no_stranger(self):
        said = [
            subprocess.run([EXECUTABLE, word], cwd=ROOT, capture_output=True, text=True, check=True).stdout
            for word in ("version", "--version")
        ]
        self.assertEqual(said[0], said[1])
        lines = said[0].splitlines()
        number = re.fullmatch(r"shuren (\d+\.\d+\.\d+)", lines[0])[1]
        names = [line.split(" ", 1)[0] for line in lines[1:]]
        self.assertEqual(names, ["commit", "swift", "platform", "sqlite", "curl", "openssl", "zlib"])
        self.assertTrue(all(re.fullmatch(r"\w+ \S.*", line) for line in lines), said[0])

        server = self.start()
        info = re.search(r"^shuren_build_info\{(.*)\} 1\.0$", server.request("GET", "/metrics")[2], re.MULTILINE)[1]
        self.assertIn(f'version="{number}"', info)
        self.assertIn('sqlite="', info)
        for path in ("/", "/login", "/settings", "/admin", "/docs", "/api/v1/config", "/api/v1/admin", "/livez", "/readyz", "/nowhere"):
            _, fields, text = server.request("GET", path)
            self.assertNotIn(number, text + str(fields), path)
        self.assertNotIn("version", json.loads(server.request("GET", "/api/v1/config")[2]))

    def test_a_section_of_the_changelog_is_a_release_or_what_comes_next(self):
        sections = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
        self.assertEqual(sections[0], "Unreleased")
        for section in sections[1:]:
            self.assertRegex(section, r"^\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d$")
