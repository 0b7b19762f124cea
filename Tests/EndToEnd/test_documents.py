"""The documents: every link leads somewhere, every block is of the language that it says, and the blocks that are marked
`sh run` are run, in their order, beside a server. `sh run stopped` stops it first and starts it again after."""

import json
import os
import re
import subprocess
from pathlib import Path

from harness import EXECUTABLE, ROOT, ServerTest, Shuren

DOCUMENTS = sorted(
    path for path in [*ROOT.glob("*.md"), *ROOT.glob("Docs/**/*.md")]
)
FENCED = re.compile(r"^([ ]*)```([^\n`]*)\n(.*?)^\1```[ ]*$", re.MULTILINE | re.DOTALL)
SECONDS = 60  # until a block that does not end is ended


def blocks(document):
    """The fenced blocks as what stands behind the fence, and the text without the indentation of a list."""
    for indent, mark, text in FENCED.findall(document.read_text()):
        yield mark.strip(), re.sub(f"^{indent}", "", text, flags=re.MULTILINE)


def prose(document):
    return re.sub(r"`[^`\n]*`", "", FENCED.sub("", document.read_text()))


def anchors(document):
    """The anchors of a document's headings, as they are made of their words where it is shown."""
    names = set()
    for heading in re.findall(r"^#+ (.*)$", FENCED.sub("", document.read_text()), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        names.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    return names


class Documents(ServerTest):
    def test_every_link_leads_to_something(self):
        links = 0
        for document in DOCUMENTS:
            for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
                if re.match(r"[a-z]+:", target):
                    continue
                links += 1
                path, _, anchor = target.partition("#")
                place = (document.parent / path).resolve() if path else document
                with self.subTest(document=str(document.relative_to(ROOT)), target=target):
                    self.assertTrue(place.is_relative_to(ROOT) and place.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(place))
        self.assertGreater(links, 60)

    def test_every_document_is_in_their_list(self):
        listed = (ROOT / "Docs/README.md").read_text()
        for document in sorted(ROOT.glob("Docs/*.md")):
            with self.subTest(document=document.name):
                self.assertTrue(document.name == "README.md" or f"]({document.name})" in listed)

    def test_every_setting_and_every_metric_that_is_named_is_there(self):
        sources = "".join(path.read_text() for path in ROOT.glob("Sources/**/*.swift"))
        settings = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "Docs/Settings.md").read_text()))
        # What a build is told is no setting of the server.
        settings |= set(re.findall(r"^ARG ([A-Z_]+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
        for name in ("QuickStart", "Deployment", "Troubleshooting", "Migration", "Security"):
            text = (ROOT / f"Docs/{name}.md").read_text()
            for setting in set(re.findall(r"\b([A-Z]{2,}(?:_[A-Z]+)+)\b", text)):
                with self.subTest(document=name, setting=setting):
                    self.assertIn(setting, settings)
            for metric in set(re.findall(r"\bshuren_[a-z_]+\b", text)):
                with self.subTest(document=name, metric=metric):
                    self.assertIn(f'"{metric}"', sources)

    def test_every_test_that_the_security_document_names_is_there(self):
        text = (ROOT / "Docs/Security.md").read_text()
        named = re.findall(r"\[[^\]]+\]\(\.\./(Tests/[^)]+)\): `([^`]+)`", text)
        self.assertGreater(len(named), 50)
        for path, name in named:
            with self.subTest(path=path, name=name):
                declared = [f"func `{name}`(", f"def {name}(self", f'test("{name}"']
                self.assertTrue(any(form in (ROOT / path).read_text() for form in declared))
        for row in re.findall(r"^\| ([^|]*) \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE):
            self.assertGreater(len(row[1].strip()), 2, row[0])

    def test_every_block_is_of_the_language_that_it_says(self):
        for document in DOCUMENTS:
            for mark, text in blocks(document):
                with self.subTest(document=str(document.relative_to(ROOT)), text=text):
                    if mark == "json" and "…" not in text:
                        json.loads(text)
                    if mark.split(" ")[0] == "sh":
                        done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, timeout=SECONDS)
                        self.assertEqual(done.stderr, "")
                    if mark == "python":
                        compile(text, str(document), "exec")
                    if mark in ("js", "javascript"):
                        module = Path(self.folder()) / "block.mjs"
                        module.write_text(text)
                        done = subprocess.run(["node", "--check", module], capture_output=True, text=True, timeout=SECONDS)
                        self.assertEqual(done.stderr, "")

    def test_what_is_marked_to_be_run_runs(self):
        ran = 0
        for document in DOCUMENTS:
            marked = [(mark, text) for mark, text in blocks(document) if mark.startswith("sh run")]
            if marked:
                with self.subTest(document=str(document.relative_to(ROOT))):
                    self.run_blocks(marked)
            ran += len(marked)
        self.assertGreater(ran, 10)

    def run_blocks(self, marked):
        folder = Path(self.folder())
        for name in ("Config", "Public", "Docs"):
            (folder / name).symlink_to(ROOT / name)
        (folder / "bin").mkdir()
        (folder / "bin/shuren").symlink_to(EXECUTABLE)
        data = folder / "data"
        data.mkdir()
        server = self.start(str(data))
        # What one block has set, the next one has.
        script = folder / "variables"
        script.write_text("")
        for mark, text in marked:
            if mark == "sh run stopped":
                self.assertEqual(server.terminate(), 0)
            text = text.replace(".build/release/shuren", "shuren").replace("127.0.0.1:8080", f"127.0.0.1:{server.port}")
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", f"set -a; . ./variables\n{text}\ndeclare -p | grep -E ' [A-Z_]*KEY=' >variables || true"],
                cwd=folder, capture_output=True, text=True, timeout=SECONDS,
                env={
                    "PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": str(folder), "DATA_DIR": str(data),
                    "PORT": str(server.port), "COACH_PACE_MILLISECONDS": "0",
                },
            )
            self.assertEqual(done.returncode, 0, f"{text}\n{done.stdout}\n{done.stderr}")
            if mark == "sh run stopped":
                server = self.start(str(data))
        self.assertIsInstance(server, Shuren)
