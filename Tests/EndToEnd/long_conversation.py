"""Makes a conversation long, as years of use would, in the database of a server that is stopped."""

import hashlib
import json
import os
import sqlite3


def lengthen(folder, conversation, count):
    """Appends so many messages, told apart by their number, to the conversation's last one."""
    database = sqlite3.connect(os.path.join(folder, "chat.sqlite"))
    with database:
        person, parent, at = database.execute(
            "SELECT person, id, created_at FROM message WHERE conversation = ? ORDER BY sequence DESC LIMIT 1", (conversation,)
        ).fetchone()
        for number in range(count):
            name, role = f"long-{number:05}-aaaaaaaaaaaa", ("user", "assistant")[number % 2]
            text = f"Message {number}." if role == "user" else f"Reply {number}.\n\n" + "Some words of it. " * (number % 7)
            parts = json.dumps([{"type": "text", "text": text}], separators=(",", ":"))
            digest = hashlib.sha256(f"{name}\n{role}\n{parts}".encode()).digest()
            at += 1
            database.execute(
                "INSERT INTO message (person, id, conversation, parent, role, parts, hash, state, agent, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'complete', ?, ?)",
                (person, name, conversation, parent, role, parts, digest, None if role == "user" else "general", at),
            )
            parent = name
    database.close()


def name_of(number):
    """What a message that was appended is called."""
    return f"long-{number:05}-aaaaaaaaaaaa"
