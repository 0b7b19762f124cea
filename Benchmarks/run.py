"""Measures Shuren beside nginx as a plain proxy, in one run, and prints the ratios. Scripts/bench calls it."""

import argparse
import json
import os
import re
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TICK = os.sysconf("SC_CLK_TCK")

# What it is, streams, pieces of each, milliseconds between two pieces, milliseconds over which they begin, how often.
PACES = [
    ("One stream at a time", 20, 20, 50, 24_000, 1),
    ("100 streams", 100, 200, 50, 200, 1),
    ("1,000 streams", 1000, 200, 50, 2000, 3),
    ("10,000 streams, slowly", 10_000, 40, 250, 10_000, 1),
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def tree(pid):
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [below for child in children for below in tree(int(child))]


def cpu_seconds(pid):
    total = 0
    for process in tree(pid):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory_kb(pid):
    total = 0
    for process in tree(pid):
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
        total += int(found[1]) if found else 0
    return total


class PeakMemory:
    """Looks at a process's memory four times a second while the block runs."""

    def __init__(self, pid):
        self.pid = pid
        self.peak = self.base = memory_kb(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        while not self._over.wait(0.25):
            self.peak = max(self.peak, memory_kb(self.pid))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


class Program:
    """A program that runs while the block does."""

    def __init__(self, *command, ready=None, environment=None):
        self.process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "SWIFT_BACKTRACE": "enable=no", **(environment or {})},
            text=True,
        )
        self.pid = self.process.pid
        if ready and ready not in (line := self.process.stdout.readline()):
            self.process.kill()
            raise SystemExit(f"{command[0]} did not start: {line}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def nginx(folder, upstream):
    port = free_port()
    file = Path(folder) / "nginx.conf"
    file.write_text(
        f"""
        worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_rlimit_nofile 65536;
        events {{ worker_connections 32768; }}
        http {{
            access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
            upstream model {{ server 127.0.0.1:{upstream}; keepalive 1024; }}
            server {{
                listen 127.0.0.1:{port};
                location / {{
                    proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection "";
                    proxy_buffering off; proxy_read_timeout 300s;
                }}
            }}
        }}
        """
    )
    program = Program(shutil.which("nginx") or "/usr/sbin/nginx", "-c", file)
    program.url = f"http://127.0.0.1:{port}/v1/chat/completions"
    program.asks = ["--body", '{"model": "bench", "stream": true, "messages": [{"role": "user", "content": "hi"}]}']
    wait_for(port)
    return program


def shuren(folder, upstream, *, loops, executable):
    folder = tempfile.mkdtemp(dir=folder)
    key = subprocess.run(
        [executable, "key", "create", "--name", "bench", "--data-dir", folder],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()[-1]
    program = Program(
        executable, "--data-dir", folder, "--port", "0", "--loops", loops, "--log-level", "warning",
        "--llm-base-url", f"http://127.0.0.1:{upstream}/v1", "--llm-model", "bench", "--enable-streaming", "true",
        "--limit-streams-per-person", "0", "--limit-messages-per-hour", "0",
    )
    ready = program.process.stdout.readline()
    found = re.search(r"http://[^:]+:(\d+)/", ready)
    if not found:
        raise SystemExit(f"Shuren did not start: {ready}")
    program.port = int(found[1])
    program.url = f"http://127.0.0.1:{found[1]}/api/v1/chat/stream?message=hi&message_id={secrets.token_urlsafe(16)}-{{i}}"
    program.asks = ["--bearer", key]
    return program


def wait_for(port):
    deadline = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)  # between two attempts


def load(tool, program, streams, pieces, ramp_ms, url=None):
    """One load: what the readers saw, and what it cost the program."""
    before = cpu_seconds(program.pid)
    with PeakMemory(program.pid) as memory:
        command = [tool, "load", "--url", url or program.url, "--streams", streams, "--pieces", pieces, "--ramp-ms", ramp_ms]
        output = subprocess.run(
            [str(part) for part in command + program.asks], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    lines = output.strip().splitlines()
    seen = json.loads(lines[-1])
    seen["problems"] = lines[:-1]
    seen["cpu_us"] = (cpu_seconds(program.pid) - before) * 1e6 / max(1, seen["pieces"])
    seen["kb_per_stream"] = (memory.peak - memory.base) / streams
    seen["rss_mb"] = memory.peak / 1024
    return seen


def row(name, seen, reference=None):
    ratio = f"{seen['cpu_us'] / reference['cpu_us']:6.2f}" if reference and reference["cpu_us"] else "      "
    print(
        f"  {name:<9}{seen['complete']:>6}/{seen['streams']:<6}"
        f"{seen['first']['p50']:>8.2f} /{seen['first']['p99']:>8.2f}"
        f"{seen['delay']['p50']:>9.2f} /{seen['delay']['p99']:>8.2f}"
        f"{seen['cpu_us']:>9.1f}{ratio}{seen['kb_per_stream']:>10.1f}{seen['rss_mb']:>8.0f}",
        flush=True,
    )
    for problem in seen["problems"][:3]:
        print(f"      {problem}")


def compare(tool, executable, loops, paces):
    print("\nStreams at a steady pace. Times in ms, p50 / p99; first: from the request to its first text; delay: from the")
    print("model's write to the reader's read. CPU in µs of the program in the middle for each piece, its start and end and")
    print("the saving of every reply included; its ratio to nginx, which parses and keeps nothing, in the same run.")
    head = "             complete          first ms            delay ms   CPU µs ratio KB/stream  RSS MB"
    lost = 0
    # A stream takes two descriptors of the program in the middle.
    most = (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 600) // 2
    for title, streams, pieces, interval, ramp, rounds in paces:
        if streams > most:
            title, streams = f"{title}; only {most:,}, because of the limit on open files", most
        print(f"\n{title}: {pieces} pieces each, every {interval} ms\n{head}")
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            with Program(tool, "model", "--port", port, "--pieces", pieces, "--interval-ms", interval, ready="ready"):
                for _ in range(rounds):
                    with nginx(folder, port) as proxy:
                        reference = load(tool, proxy, streams, pieces, ramp)
                    row("nginx", reference)
                    for count in loops:
                        with shuren(folder, port, loops=count, executable=executable) as server:
                            seen = load(tool, server, streams, pieces, ramp)
                        row("shuren" if count == 1 else f"{count} loops", seen, reference)
                        lost += seen["streams"] - seen["complete"]
    return lost


def seeds_load(tool, executable, rounds):
    print(f"\nThe load that was asked for: 100 streams of 1,000 pieces at once, {rounds} rounds on one server, every 10 ms")
    print("  round   complete   first ms p50 / p99   delay ms p50 / p99   CPU µs   RSS MB")
    lost = 0
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        with Program(tool, "model", "--port", port, "--pieces", 1000, "--interval-ms", 10, ready="ready"):
            with shuren(folder, port, loops=1, executable=executable) as server:
                for number in range(1, rounds + 1):
                    url = server.url.replace("{i}", f"{number}-{{i}}")
                    seen = load(tool, server, 100, 1000, 200, url=url)
                    lost += seen["streams"] - seen["complete"]
                    print(
                        f"  {number:>5}{seen['complete']:>8}/100"
                        f"{seen['first']['p50']:>11.2f} /{seen['first']['p99']:>7.2f}"
                        f"{seen['delay']['p50']:>11.2f} /{seen['delay']['p99']:>7.2f}"
                        f"{seen['cpu_us']:>9.1f}{memory_kb(server.pid) / 1024:>9.1f}",
                        flush=True,
                    )
    return lost


def start_up(executable):
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(10):
            port = free_port()
            begin = time.monotonic()
            with Program(executable, "--data-dir", folder, "--port", port, "--llm-provider", "builtin") as server:
                while True:
                    try:
                        urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1).read()
                        break
                    except OSError:
                        time.sleep(0.001)  # between two attempts
                times.append((time.monotonic() - begin) * 1000)
                time.sleep(0.5)  # until it has settled
                idle = memory_kb(server.pid) / 1024
    times.sort()
    size = os.path.getsize(executable) / 1e6
    print(f"\nFrom the start of the process to the first 200: {times[0]:.0f} to {times[-1]:.0f} ms, median {times[5]:.0f} ms (10 starts)")
    print(f"Memory of the idle server: {idle:.1f} MB. The executable: {size:.1f} MB with its symbols.")


def main():
    parser = argparse.ArgumentParser(prog="Scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 streams once and nothing else")
    parser.add_argument("--executable", default=str(ROOT / ".build/release/shuren"))
    parser.add_argument("--tool", default=str(ROOT / ".build/release/shuren-bench"))
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores; Shuren, nginx, the model and the readers share them.")
    if options.quick:
        lost = compare(options.tool, options.executable, [1], [("1,000 streams", 1000, 200, 50, 2000, 1)])
    else:
        start_up(options.executable)
        lost = compare(options.tool, options.executable, [1, 2], PACES)
        lost += seeds_load(options.tool, options.executable, 10)
    if lost:
        sys.exit(f"\n{lost} streams were not complete.")


main()
