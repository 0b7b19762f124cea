"""The server does what Public/openapi.json says, and refuses what it does not: asked by schemathesis, in each state of
authentication. What is asked is always the same."""

import json
import pathlib
import subprocess
import sys
import unittest

import jsonschema_rs

from harness import ROOT, Reader, ServerTest
from model_server import ModelServer

SCHEMATHESIS = pathlib.Path(sys.executable).with_name("st")
DESCRIPTION = json.loads((ROOT / "Public/openapi.json").read_text())
SECONDS = 100  # until one run is given up

# Where the description cannot say all that the server asks for, what is valid by it may still be refused.
LOOSER = {
    "readConversation": "before, after and around exclude each other",
    "changeOnboarding": "fields and values are those of the operator's form, and something must be changed",
    "cancelStream": "the id may come in the body or in the address, and must come in one of them",
    "chatUI": "one of the messages must be a user's, with a text",
    "createCompletion": "with store, one of the messages must be a user's, with a text",
    "streamReply": "a program must send a text or name a reply",
    "streamOnboarding": "a program must send a text or name a reply",
    "streamAgent": "the tool sends the Last-Event-ID of another route",
    "streamChat": "the tool sends the Last-Event-ID of another route",
    "streamPrompt": "the tool sends the Last-Event-ID of another route",
    "signUp": "the password may be one of those that are guessed first",
    "resetPassword": "the password may be one of those that are guessed first",
    "makeKey": "a name ends with its line, and `$` may stand before the end of one",
    "import": "five thousand conversations may be more than fit into one request (413)",
}
ACCEPTED = ["2xx", "3xx", 401, 403, 404, 409, 429]
REFUSED = [400, 401, 403, 404, 405, 409, 413, 414, 415, 429]

CONFIGURATION = f"""
hooks = "openapi_hooks.py"
request-timeout = 10
warnings = false

[checks.positive_data_acceptance]
expected-statuses = {json.dumps(ACCEPTED)}

[checks.negative_data_rejection]
expected-statuses = {json.dumps(REFUSED)}

[[operations]]
include-operation-id = {json.dumps(list(LOOSER))}
checks.positive_data_acceptance.expected-statuses = {json.dumps([*ACCEPTED, 400, 413])}
"""


class OpenAPI(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)
        self.server = self.start(
            None, "--limit-messages-per-hour", "0", "--limit-streams-per-person", "0", "--coach-pace-milliseconds", "0"
        )

    def run_schemathesis(self, scheme, secret, *options):
        """Asks the server as whoever holds the secret; fails with what schemathesis found."""
        folder = pathlib.Path(self.folder())
        (folder / "openapi.json").write_text(json.dumps(self.narrowed()))
        (folder / "openapi_hooks.py").write_text((ROOT / "Tests/EndToEnd/openapi_hooks.py").read_text())
        holder = f"[auth.openapi.{scheme}]\n{'bearer' if scheme == 'key' else 'api_key'} = {json.dumps(secret)}\n"
        (folder / "schemathesis.toml").write_text(CONFIGURATION + (holder if scheme else ""))
        done = subprocess.run(
            [
                SCHEMATHESIS, "run", "openapi.json", "--url", self.server.url, "--generation-deterministic",
                "--continue-on-failure", "--no-color", *options,
            ],
            cwd=folder, capture_output=True, text=True, timeout=SECONDS,
        )
        self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}\n{self.server.log}")
        self.assertIn("Tested: ", done.stdout)
        self.assertNotIn('"level":"error"', self.server.log)

    def narrowed(self):
        """The description with what this server has: its agents, and no model's server but the test's."""
        description = json.loads(json.dumps(DESCRIPTION))
        schemas = description["components"]["schemas"]
        schemas["AgentID"]["enum"] = [agent["id"] for agent in Reader(self.server).json("GET", "/api/v1/config")[1]["agents"]]
        for form in [*schemas["AdminModelChange"]["anyOf"], schemas["AdminModelCheck"]]:
            if "base_url" in form["properties"]:
                form["properties"]["base_url"] = {"enum": [self.model.url, None]}
                form["properties"]["provider"] = {"enum": ["openai"]}
        return description

    def guest(self):
        reader = Reader(self.server)
        self.assertEqual(reader.json("POST", "/api/v1/chat", {"message": "Good morning!"})[0], 200)
        return reader

    def test_it_holds_for_strangers(self):
        self.run_schemathesis(None, None, "--phases", "examples,fuzzing", "--max-examples", "3")

    def test_it_holds_for_guests(self):
        secret = self.guest().cookie.split("=", 1)[1]
        options = ["--exclude-tag", "OpenAI clients", "--exclude-tag", "Admin", "--exclude-tag", "Operating"]
        options += ["--exclude-tag", "Accounts"]  # whoever signs up or out has another session, or none
        self.run_schemathesis("session", secret, "--phases", "examples,coverage,fuzzing", "--max-examples", "5", *options)

    def test_it_holds_for_programs_with_a_key(self):
        secret = self.server.command("key", "create", "--name", "test")[1].split()[-1]
        self.run_schemathesis("key", secret, "--phases", "examples,fuzzing", "--max-examples", "3")
        self.run_schemathesis("key", secret, "--phases", "coverage", "--include-tag", "OpenAI clients")

    def test_it_holds_for_admins(self):
        admin = self.guest()
        code = self.server.command("admin", "code")[1].strip()
        self.assertEqual(admin.json("POST", "/api/v1/admin", {"code": code})[0], 200)
        secret = admin.cookie.split("=", 1)[1]
        self.run_schemathesis("session", secret, "--phases", "coverage,fuzzing", "--max-examples", "5", "--include-tag", "Admin")

    def test_it_holds_for_people_with_accounts(self):
        reader = self.guest()
        account = {"name": "ada", "password": "correct horse battery"}
        self.assertEqual(reader.json("POST", "/api/v1/auth/sign-up", account)[0], 200)
        secret = reader.cookie.split("=", 1)[1]
        options = ["--include-tag", "Accounts", "--exclude-operation-id", "logOut"]
        self.run_schemathesis("session", secret, "--phases", "coverage,fuzzing", "--max-examples", "5", *options)

    def test_no_reason_is_kept_for_an_operation_that_is_not_there(self):
        names = {one["operationId"] for path in DESCRIPTION["paths"].values() for one in path.values()}
        self.assertEqual(set(LOOSER) - names, set())


def events(text):
    """The events of a stream as the description has them: `message` where there is no name."""
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if fields:
            yield {"event": "message", **fields}


def validator(schema):
    return jsonschema_rs.validator_for({**schema, "components": DESCRIPTION["components"]})


class Examples(unittest.TestCase):
    """What the description shows is what it says."""

    def contents(self):
        """Every content with a form: where it stands, of which type, and what it is."""
        for path, methods in DESCRIPTION["paths"].items():
            for method, operation in methods.items():
                places = [("body", operation.get("requestBody", {}))]
                places += list(operation["responses"].items())
                for place, holder in places:
                    for media, content in holder.get("content", {}).items():
                        yield f"{method} {path} {place}", media, content

    def test_every_example_has_the_form_that_it_is_an_example_of(self):
        examples = 0
        for place, media, content in self.contents():
            shown = [content["example"]] if "example" in content else [one["value"] for one in content.get("examples", {}).values()]
            for example in shown:
                values = list(events(example)) if media == "text/event-stream" else [example]
                for value in values:
                    examples += 1
                    with self.subTest(place=place, value=value):
                        self.assertEqual([error.message for error in validator(content["schema"]).iter_errors(value)], [])
        self.assertGreater(examples, 40)

    def test_every_example_of_a_stream_ends_as_its_reader_waits_for(self):
        ends = ('"done": true', '"type": "end"', "event: completed", "event: complete", "[DONE]")
        for place, media, content in self.contents():
            for example in content.get("examples", {}).values() if media == "text/event-stream" else []:
                with self.subTest(place=place):
                    self.assertTrue(any(end in example["value"] for end in ends))
                    self.assertTrue(example["value"].endswith("\n\n"))

    def test_every_form_is_one(self):
        for name, schema in DESCRIPTION["components"]["schemas"].items():
            with self.subTest(name=name):
                validator(schema)
