"""A model API for the tests: speaks chat completions, says what a test tells it, and counts what it was asked."""

import json
import select
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ModelServer:
    """Serves on a free port of this machine until it is closed.

    `reply` is a function that gets the connection's ``Answer`` and writes it; the default says "Hello from the model."
    in six pieces. It may wait for ``gate``, which a test opens.
    """

    def __init__(self):
        self.bodies = []
        self.authorizations = []
        self.models = ["test", "small"]
        # What its list of models wants; nothing wants none.
        self.key = None
        self.gate = threading.Event()
        self.reply = lambda answer: answer.stream(["Hello ", "from ", "the ", "scripted ", "model", "."])
        self._lock = threading.Lock()
        self._server = PatientServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def calls(self):
        with self._lock:
            return len(self.bodies)

    def close(self):
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(owner):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with owner._lock:
                    owner.bodies.append(body)
                    owner.authorizations.append(self.headers["Authorization"])
                try:
                    owner.reply(Answer(self, owner.gate, body))
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the server under test hung up, which is its right

            def do_GET(self):
                wanted = owner.key and f"Bearer {owner.key}"
                if wanted and self.headers["Authorization"] != wanted:
                    return self.send_error(401)
                body = json.dumps({"data": [{"id": name} for name in owner.models]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        return Handler


class PatientServer(ThreadingHTTPServer):
    """Lets many connect at once; with the usual five in the queue, the system resets some of fifty."""

    daemon_threads = True
    request_queue_size = 1024


class Answer:
    """One answer of the model."""

    def __init__(self, handler, gate, body):
        self.handler = handler
        self.gate = gate
        self.body = body

    def begin(self):
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", "text/event-stream")
        self.handler.send_header("Connection", "close")
        self.handler.end_headers()
        self.handler.close_connection = True

    def data(self, value):
        text = value if isinstance(value, str) else json.dumps(value)
        self.handler.wfile.write(f"data: {text}\n\n".encode())
        self.handler.wfile.flush()

    def piece(self, text):
        self.data({"choices": [{"index": 0, "delta": {"content": text}}]})

    def end(self, usage=None, reason="stop"):
        self.data({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        if usage:
            self.data({"choices": [], "usage": usage})
        self.data("[DONE]")

    def stream(self, pieces):
        self.begin()
        for piece in pieces:
            self.piece(piece)
        self.end()

    def wait(self):
        assert self.gate.wait(60), "the test never opened the gate"

    def wait_for_hang_up(self):
        """Returns once the server under test closed the connection; False when it never did."""
        connection = self.handler.connection
        readable, _, _ = select.select([connection], [], [], 15)
        try:
            return bool(readable) and connection.recv(1) == b""
        except ConnectionResetError:
            return True

    def cut(self):
        """Resets the connection, as a crash or a broken network does; nothing ends properly."""
        self.handler.wfile.flush()
        connection = self.handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(connection.detach())

    def status(self, code, message, headers=None):
        body = json.dumps({"error": {"message": message}}).encode()
        self.handler.send_response(code)
        for name, value in (headers or {}).items():
            self.handler.send_header(name, value)
        self.handler.send_header("Content-Type", "application/json")
        self.handler.send_header("Content-Length", str(len(body)))
        self.handler.end_headers()
        self.handler.wfile.write(body)
