"""A line between two programs that breaks as the test wants it to."""

import socket
import threading


class Line:
    """A line between browser and server that can break in every way."""

    def __init__(self, port, own_port=0):
        self.port = port
        self.cut_after = None
        # At most so many bytes at a time, each in a packet of its own.
        self.drips = None
        # How many streams there were, and those of them that nothing comes through any more.
        self.streams = 0
        self.silent = set()
        self._listener = socket.create_server(("127.0.0.1", own_port), backlog=128)
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def own_port(self):
        return self._listener.getsockname()[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.own_port}"

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                client.close()  # there is no server at the moment
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [client, server]
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(server, client), daemon=True).start()

    def _up(self, client, server):
        try:
            while data := client.recv(65536):
                server.sendall(data)
        except OSError:
            pass
        self.hang_up(client, server)

    def _down(self, server, client):
        """Passes on what the server says, as long as the line does."""
        passed, stream = 0, None
        try:
            while data := server.recv(65536):
                if data.startswith(b"HTTP/1.1 "):
                    # A script may hold these words, too, and a connection that had a stream may have other answers.
                    head = data.partition(b"\r\n\r\n")[0].lower()
                    is_stream = b"\r\ncontent-type: text/event-stream" in head
                    self.streams += is_stream
                    passed, stream = 0, self.streams if is_stream else None
                if stream in self.silent:
                    continue  # both ends believe that the connection lives
                if stream and self.cut_after is not None and passed + len(data) > self.cut_after:
                    client.sendall(data[: max(0, self.cut_after - passed)])
                    break
                passed += len(data)
                for start in range(0, len(data), self.drips or len(data)):
                    client.sendall(data[start : start + (self.drips or len(data))])
        except OSError:
            pass
        self.hang_up(client, server)

    @staticmethod
    def hang_up(*sockets):
        for end in sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def cut(self):
        self.hang_up(*self._open)
        self._open = []

    def close(self):
        # Closing alone would let who waits in it take one more.
        self.hang_up(self._listener)
        self.cut()
