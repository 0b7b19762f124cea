"""Conversations from other products, and from here: read in the browser, shown, imported once, taken back."""

import json
import os
import random
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from browser import COMPLETE, PageTest, also_in, run_axe
from harness import ROOT, until

FORMS = ROOT / "Tests/WebUI/imports"

# The longest time between two frames, from now on.
WATCH_FRAMES = """() => {
  window.longestGap = 0
  let last = performance.now()
  const tick = (now) => {
    window.longestGap = Math.max(window.longestGap, now - last)
    last = now
    requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
}"""


class Imports(PageTest):
    def settings(self, **options):
        self.server = self.start()
        page = self.visit(self.server.url + "/settings", **options)
        expect(page.get_by_role("button", name="Choose files")).to_be_visible()
        return page

    def choose(self, page, *paths):
        page.set_input_files("import-panel input[type=file]", [str(path) for path in paths])

    def bring(self, page, found, count, *paths):
        """Chooses files and imports all that is in them and not here already."""
        self.choose(page, *paths)
        expect(page.get_by_text(found)).to_be_visible()
        page.get_by_role("button", name=f"Import {count} conversation").click()
        expect(page.locator("import-progress").get_by_text("brought along")).to_be_visible()

    def listed(self, page, where="shown"):
        """The titles that the server has."""
        answer = page.request.get(f"{self.server.url}/api/v1/conversations?in={where}")
        return sorted(entry["title"] for entry in answer.json()["conversations"])

    def clean(self, page):
        self.assertEqual(run_axe(page).response["violations"], [])

    @also_in("firefox")
    def test_what_is_in_a_file_is_shown_before_anything_is_sent(self):
        page = self.settings()
        sent = []
        page.on("request", lambda request: sent.append((request.method, request.url)))
        self.choose(page, FORMS / "chatgpt.json")
        panel = page.locator("import-preview")
        expect(panel.get_by_text("3 conversations from ChatGPT")).to_be_visible()
        expect(panel.get_by_text("9 messages")).to_be_visible()
        for line in ("1 picture", "1 file", "2 recordings", "3 steps of tools", "1 conversation without a word"):
            expect(panel.get_by_text(line)).to_be_visible()
        self.assertEqual([url for method, url in sent if method != "GET" and not url.endswith("/imports/preview")], [])
        self.clean(page)

        panel.get_by_role("searchbox", name="Filter by title").fill("sleep")
        expect(panel.locator("import-row")).to_have_count(1)
        panel.get_by_role("button", name="Choose none").click()
        expect(panel.get_by_role("button", name="Import 2 conversations")).to_be_visible()
        panel.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("button", name="Choose files")).to_be_focused()
        self.finish()

    @also_in("firefox")
    def test_a_zip_of_chatgpt_comes_along_once_and_can_be_taken_back(self):
        page = self.settings()
        archive = Path(self.folder()) / "export.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            conversations = json.loads((FORMS / "chatgpt.json").read_text())
            file.writestr("chat.html", "<html></html>")
            file.writestr("conversations-000.json", json.dumps(conversations[:2]))
            file.writestr("conversations-001.json", json.dumps(conversations[2:]))
        self.bring(page, "3 conversations from ChatGPT", 3, archive)
        # One was in the archive there, and is here.
        self.assertEqual(self.listed(page), ["Porridge", "Sleep"])
        self.assertEqual(self.listed(page, "archive"), ["What is a deload week?"])
        self.clean(page)

        page.get_by_role("button", name="Import something else").click()
        self.choose(page, archive)
        expect(page.get_by_text("All of this is here already")).to_be_visible()
        page.get_by_role("button", name="Choose all").click()
        page.get_by_role("button", name="Import 3 conversations").click()
        expect(page.get_by_text("3 were here already.")).to_be_visible()
        self.assertEqual(self.listed(page), ["Porridge", "Sleep"])

        undo = page.get_by_role("button", name="Undo: ChatGPT").last
        undo.click()
        until(lambda: self.listed(page) == [], "what was imported is gone")
        self.assertEqual(self.listed(page, "bin"), ["Porridge", "Sleep", "What is a deload week?"])
        expect(page.locator("undo-toasts")).to_contain_text("3 imported conversations are in the bin.")
        page.keyboard.press("Control+z")
        until(lambda: self.listed(page) == ["Porridge", "Sleep"], "it is back")
        self.finish()

    def test_what_came_of_an_import_is_not_taken_for_what_came_of_the_next(self):
        # One that is over between two frames is never seen on its way.
        page = self.settings()
        said = page.evaluate(
            """async () => {
                const { ImportProgress } = await import("/js/elements/import-progress.js")
                const shown = new ImportProgress()
                document.body.append(shown)
                const nothing = { added: 0, known: 0, restored: 0, refused: [] }
                return [{ added: 3 }, { known: 3 }].map((came) => {
                    const tally = { ...nothing, ...came }
                    const progress = { phase: "done", done: 3, total: 3, attempt: 0, waitMs: 0, problem: null, tally }
                    shown.show({ preview: { found: { conversations: [] } }, progress })
                    return shown.querySelector(".import-lines").textContent
                })
            }"""
        )
        self.assertEqual(said, ["3 conversations were brought along.", "3 were here already."])
        self.finish()

    def test_the_conversation_reads_as_it_was(self):
        page = self.settings()
        self.bring(page, "3 conversations from ChatGPT", 3, FORMS / "chatgpt.json")
        page.get_by_role("link", name="To the conversations").click()
        page.get_by_role("link", name="Porridge").click()
        shown = page.locator("message-view")
        expect(shown).to_have_count(4)
        expect(shown.nth(0)).to_contain_text("Which oats for porridge?")
        expect(shown.nth(1).get_by_role("link", name="Oats")).to_have_attribute("href", "https://oats.example")
        expect(shown.nth(3)).to_contain_text("Fifty grams are right for one.")
        self.finish()

    def test_open_webui_librechat_and_our_own(self):
        page = self.settings()
        again = page.get_by_role("button", name="Import something else")
        self.bring(page, "2 conversations from Open WebUI", 2, FORMS / "open-webui.json")
        again.click()
        self.bring(page, "1 conversation from Open WebUI", 1, FORMS / "open-webui-old.json")
        again.click()
        self.bring(page, "1 conversation from LibreChat", 1, FORMS / "librechat-tree.json")
        again.click()
        self.bring(page, "2 conversations from Shuren", 2, FORMS / "shuren.json")
        self.assertEqual(self.listed(page), ["A plan for squats", "Energy need", "Per cents", "Stretching"])
        self.assertEqual(self.listed(page, "archive"), ["Unanswered", "写一首短诗"])
        self.finish()

    def test_everything_taken_along_is_known_again_and_new_elsewhere(self):
        page = self.settings()
        self.bring(page, "2 conversations from Open WebUI", 2, FORMS / "open-webui.json")
        with page.expect_download() as started:
            page.get_by_role("button", name="Download all conversations").click()
        taken = Path(self.folder()) / "taken.json"
        started.value.save_as(taken)
        self.assertEqual(json.loads(taken.read_text())["format"], "shuren-conversations")

        page.get_by_role("button", name="Import something else").click()
        self.choose(page, taken)
        expect(page.get_by_text("All of this is here already")).to_be_visible()
        elsewhere = self.settings()
        self.bring(elsewhere, "2 conversations from Shuren", 2, taken)
        self.assertEqual(self.listed(elsewhere), ["Per cents"])
        self.finish()

    def test_the_open_conversation_is_taken_along_from_beside_its_title(self):
        self.server = self.start()
        page = self.visit()
        button = page.get_by_role("button", name="Export this conversation")
        expect(button).to_be_hidden()
        self.ask(page, "Hello")
        expect(page.locator(COMPLETE)).to_be_visible()
        button.click()
        self.clean(page)
        with page.expect_download() as started:
            page.get_by_role("button", name="Export as Markdown").click()
        text = Path(started.value.path()).read_text()
        self.assertTrue(text.startswith("# Hello"), text[:200])
        self.assertIn("built-in coach", text)
        expect(button).to_be_focused()
        self.finish()

    def test_a_line_that_breaks_in_the_middle_doubles_nothing(self):
        page = self.settings()
        self.expected = ["ERR_FAILED", "Failed to load resource"]
        many = [dict(entry, id=f"{entry['id']}-{n}", title=f"Talk {n}") for n in range(60) for entry in self.long_chat()]
        file = Path(self.folder()) / "many.json"
        file.write_text(json.dumps(many))
        answers = []

        def lose_some(route):
            answer = route.fetch()
            answers.append(answer.status)
            # The server has it; the page does not hear of that.
            if len(answers) == 2:
                route.abort()
            else:
                route.fulfill(response=answer)

        page.route("**/api/v1/imports", lambda route: lose_some(route) if route.request.method == "POST" else route.fallback())
        self.choose(page, file)
        page.get_by_role("button", name="Import 60 conversations").click()
        expect(page.get_by_role("heading", name="Brought along before")).to_be_visible()
        expect(page.locator("import-progress").get_by_text("Imported")).to_be_visible()
        self.assertGreater(len(answers), 3)
        self.assertEqual(self.listed(page), sorted(f"Talk {n}" for n in range(60)))
        self.finish()

    def long_chat(self):
        """One chat of some 40 KB."""
        [chat] = json.loads((FORMS / "open-webui-old.json").read_text())
        chat["chat"]["messages"][1]["content"] = "Gently before, longer after. " * 1_400
        return [chat]

    def test_a_file_of_a_hundred_megabytes_leaves_the_page_alive(self):
        page = self.settings()
        archive = Path(self.folder()) / "export.zip"
        with zipfile.ZipFile(archive, "w") as file:
            [chat, *_] = json.loads((FORMS / "chatgpt.json").read_text())
            text = json.dumps(chat)
            # Four files of 500 conversations, 38 KB each, and pictures that are not looked at.
            for part in range(4):
                names = range(part * 500, part * 500 + 500)
                chats = ",".join(self.filled(text, name) for name in names)
                file.writestr(f"conversations-{part:03}.json", f"[{chats}]", zipfile.ZIP_DEFLATED)
            for picture in range(30):
                file.writestr(f"file-{picture}.png", random.Random(picture).randbytes(3 << 20))
        self.assertGreater(os.path.getsize(archive), 90 << 20)
        page.evaluate(WATCH_FRAMES)
        self.choose(page, archive)
        expect(page.get_by_text("2,000 conversations from ChatGPT")).to_be_visible(timeout=120_000)
        # A page that reads it at once stands still for seconds; the machine of the tests is busy.
        self.assertLess(page.evaluate("window.longestGap"), 1_000)
        expect(page.locator("import-row")).to_have_count(100)
        self.finish()

    def filled(self, text, name):
        words = random.Random(name).choices(["oats", "milk", "water", "salt", "honey", "apples"], k=6_000)
        changed = text.replace("c0000000", f"{name:08x}").replace("Steel-cut oats,", " ".join(words))
        return changed.replace('"title": "Porridge"', f'"title": "Porridge {name}"')

    @also_in("firefox")
    def test_a_file_is_dropped(self):
        page = self.settings()
        page.evaluate(
            """(text) => {
              const dataTransfer = new DataTransfer()
              dataTransfer.items.add(new File([text], "chats.json", { type: "application/json" }))
              const zone = document.querySelector(".import-drop")
              for (const name of ["dragover", "drop"]) {
                zone.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }))
              }
            }""",
            (FORMS / "open-webui.json").read_text(),
        )
        expect(page.get_by_text("2 conversations from Open WebUI")).to_be_visible()
        self.finish()

    def test_what_is_wrong_with_a_file_is_said(self):
        page = self.settings()
        damaged = Path(self.folder()) / "export.zip"
        damaged.write_bytes(b"PK\x03\x04" + bytes(60))
        for path, sentence in (
            (damaged, "export.zip: This ZIP file is damaged."),
            (ROOT / "README.md", "README.md: This is no JSON, or only a part of it."),
            (ROOT / "deno.json", "deno.json: This is JSON, but no export of"),
        ):
            self.choose(page, path)
            expect(page.locator(".import-drop .import-trouble")).to_contain_text(sentence)
        self.clean(page)
        self.finish()
