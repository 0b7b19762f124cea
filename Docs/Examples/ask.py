"""Asks Shuren and prints the reply as it comes, however often the connection breaks.

    SHUREN_KEY=… python3 Docs/Examples/ask.py "Should I run today?"

Needs Python 3.9 and nothing else. SHUREN_URL is http://127.0.0.1:8080 unless it is set.
"""

import http.client
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ.get("SHUREN_URL", "http://127.0.0.1:8080")
KEY = os.environ["SHUREN_KEY"]


def events(answer):
    """The events of a stream (WHATWG HTML, section 9.2) as name, id and data; one that is cut off is none."""
    name, number, data = "message", None, []
    for line in answer:
        field, _, value = line.decode().rstrip("\r\n").partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "id":
            number = value
        elif field == "data":
            data.append(value)
        elif line in (b"\n", b"\r\n"):
            if data:
                yield name, number, json.loads("\n".join(data))
            name, number, data = "message", None, []


def ask(text, attempts=20):
    """Yields the pieces of the reply to a text."""
    # Made here and the same in every attempt: so the reply is written once, whatever happens on the way.
    query = urllib.parse.urlencode({"message": text, "message_id": secrets.token_urlsafe(16), "events": "all"})
    last = "0"
    for _ in range(attempts):
        request = urllib.request.Request(
            f"{URL}/api/v1/chat/stream?{query}", headers={"Authorization": f"Bearer {KEY}", "Last-Event-ID": last}
        )
        pause = 1.0
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                for name, number, data in events(answer):
                    last = number or last
                    if name != "message":
                        continue
                    if "error" in data:
                        raise SystemExit(data["error"])
                    if "done" in data:
                        return
                    yield data["chunk"]
        except urllib.error.HTTPError as problem:
            if problem.code not in (429, 503):
                raise SystemExit(json.load(problem)["error"]["message"]) from problem
            pause = float(problem.headers.get("Retry-After", 1))
        except (OSError, http.client.HTTPException) as problem:
            print(f"[{problem}; going on behind event {last}]", file=sys.stderr)
        time.sleep(pause)
    raise SystemExit("The reply does not come.")


if __name__ == "__main__":
    for piece in ask(sys.argv[1]):
        print(piece, end="", flush=True)
    print()
