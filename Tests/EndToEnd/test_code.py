"""Code in replies, in a real browser: its colours, what can be done with it, and trying out HTML."""

import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import expect

from browser import COMPLETE, STREAMING, PageTest, run_axe
from harness import until

SWIFT = 'func hello(_ name: String) -> String {\n    "Hello, \\(name)!" // says it\n}'
LONG = "\n".join(f"let value{line} = {line} // a line" for line in range(1, 121))
COLOURED = "() => [...CSS.highlights].reduce((sum, [, highlight]) => sum + highlight.size, 0)"


def fenced(language, code):
    return f"```{language}\n{code}\n```\n"


class Elsewhere:
    """Another machine, as far as a browser can tell; counts who asks it for anything."""

    def __init__(self):
        self.asked = asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()

            do_POST = do_GET

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Code(PageTest):
    def shown(self, text, url=None, **options):
        """The page with a reply of the model that says the text."""
        self.model.reply = lambda answer: answer.stream([text])
        if not hasattr(self, "server"):
            self.connected()
        page = self.visit(url, **options)
        self.watch_policy(page)
        self.ask(page, "Code, please")
        expect(page.locator(COMPLETE)).to_be_visible()
        return page

    def watch_policy(self, page):
        page.evaluate("() => document.addEventListener('securitypolicyviolation', (event) => "
                      "(window.violations ??= []).push(event.violatedDirective + ' ' + event.blockedURI))")
        self.watched = page

    def finish(self):
        self.assertEqual(self.watched.evaluate("() => window.violations ?? []"), [])
        super().finish()

    # Colours

    def test_finished_code_is_coloured_and_stays_one_text(self):
        page = self.shown("Look:\n\n" + fenced("swift", SWIFT) + "\nDone.")

        page.wait_for_function("() => CSS.highlights.get('code-keyword')?.size > 0")
        words = page.evaluate("""() => Object.fromEntries([...CSS.highlights].map(([name, ranges]) => [name,
            [...ranges].map((range) => range.startContainer.data.slice(range.startOffset, range.endOffset))]))""")
        self.assertEqual(words["code-keyword"], ["func"])
        self.assertEqual(words["code-name"], ["hello"])
        self.assertEqual(words["code-type"], ["String", "String"])
        self.assertEqual(words["code-string"], ['"Hello, ', '!"'])
        self.assertEqual(words["code-comment"], ["// says it"])
        self.assertEqual(page.evaluate("() => document.querySelector('pre code').childNodes.length"), 1)
        expect(page.locator(".code-name")).to_have_text("Swift")
        self.finish()

    def test_code_is_coloured_while_the_rest_of_the_reply_is_written(self):
        self.gated([fenced("js", "let a = 1"), "\nAnd now"], [" the rest."])
        self.connected()
        page = self.visit()
        self.watch_policy(page)
        self.ask(page, "Code")

        expect(page.locator(STREAMING)).to_contain_text("And now")
        page.wait_for_function("() => CSS.highlights.get('code-keyword')?.size > 0")
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_be_visible()
        self.finish()

    def test_no_range_outlives_the_conversation_it_belongs_to(self):
        page = self.shown(fenced("swift", SWIFT))
        page.wait_for_function(f"() => ({COLOURED})() > 0")

        page.get_by_role("link", name="New conversation").first.click()
        page.wait_for_function(f"() => ({COLOURED})() === 0")
        page.go_back()

        page.wait_for_function(f"() => ({COLOURED})() > 0")
        self.finish()

    def test_long_code_is_coloured_where_the_reader_is(self):
        code = "\n".join(f"let value{line} = {line} // a line" for line in range(2_500))
        page = self.shown(fenced("js", code))
        page.reload()
        self.watch_policy(page)
        page.get_by_role("button", name="Show all 2,500 lines").click()
        last = """() => Math.max(0, ...[...CSS.highlights.get('code-keyword') ?? []].map((range) => range.startOffset))"""
        page.wait_for_function(f"() => ({COLOURED})() > 0")
        self.assertLess(page.evaluate(last), len(code) / 2)

        page.locator(".transcript").evaluate("(node) => node.scrollTop = node.scrollHeight")

        page.wait_for_function(f"() => ({last})() > {len(code) - 500}")
        self.assertLess(page.evaluate(COLOURED), 1_500)
        self.finish()

    def test_without_highlights_code_is_plain_and_everything_works(self):
        self.model.reply = lambda answer: answer.stream([fenced("swift", SWIFT)])
        self.connected()
        context = self.browser.new_context()
        self.addCleanup(context.close)
        context.add_init_script("delete CSS.highlights; delete globalThis.Highlight")
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.server.url)
        self.watch_policy(page)
        self.ask(page, "Code")

        expect(page.locator(f"{COMPLETE} pre")).to_contain_text("func hello")
        page.get_by_role("button", name="Wrap long lines").click()
        self.finish()

    # Copying

    def test_code_and_messages_are_copied(self):
        page = self.shown("Say **it**:\n\n" + fenced("swift", SWIFT), permissions=["clipboard-read", "clipboard-write"])
        reply = page.locator(COMPLETE)
        for button, expected in (
            ("Copy code", SWIFT),
            ("Copy message", "Say **it**:\n\n" + fenced("swift", SWIFT)),
        ):
            reply.get_by_role("button", name=button).click()
            expect(reply.get_by_role("button", name=button)).to_have_class(re.compile("has-copied"))
            expect(page.locator("live-regions")).to_contain_text("Copied.")
            self.assertEqual(page.evaluate("() => navigator.clipboard.readText()").strip(), expected.strip())
        expect(reply.locator(".has-copied")).to_have_count(0)
        reply.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Copy as text").click()
        expect(reply.get_by_role("button", name="Copy message")).to_have_class(re.compile("has-copied"))
        self.assertEqual(page.evaluate("() => navigator.clipboard.readText()").strip(), "Say it:\n" + SWIFT.strip())
        self.finish()

    def test_code_is_copied_while_it_is_written_without_the_cursor(self):
        self.gated(["```js\nlet a = 1\n"], ["let b\n```\n"])
        self.connected()
        page = self.visit(permissions=["clipboard-read", "clipboard-write"])
        self.watch_policy(page)
        self.ask(page, "Code")
        expect(page.locator(f"{STREAMING} pre")).to_contain_text("let a = 1")

        page.get_by_role("button", name="Copy code").click()

        expect(page.locator(".copy-code")).to_have_class(re.compile("has-copied"))
        self.assertEqual(page.evaluate("() => navigator.clipboard.readText()"), "let a = 1")
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_be_visible()
        self.finish()

    def test_code_is_copied_where_the_clipboard_has_no_interface(self):
        addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
        if not addresses:
            self.skipTest("this machine has no address but loopback")
        self.connected("--host", "0.0.0.0")
        page = self.shown(fenced("swift", SWIFT), f"http://{addresses[0]}:{self.server.port}/")
        self.assertTrue(page.evaluate("() => navigator.clipboard === undefined"))

        page.get_by_role("button", name="Copy code").click()
        expect(page.locator(".copy-code")).to_have_class(re.compile("has-copied"))
        page.locator("#message-box").focus()
        page.keyboard.press("Control+V")

        expect(page.locator("#message-box")).to_have_value(SWIFT)
        self.finish()

    # Wrapping, folding, saving

    def test_long_lines_are_wrapped_and_unwrapped_by_keyboard(self):
        page = self.shown(fenced("js", f"let a = '{'word ' * 100}'"))
        is_wide = "() => { const pre = document.querySelector('pre'); return pre.scrollWidth > pre.clientWidth }"
        wrap = page.get_by_role("button", name="Wrap long lines")
        self.assertTrue(page.evaluate(is_wide))
        expect(wrap).to_have_attribute("aria-pressed", "false")

        page.locator("pre").focus()
        page.keyboard.press("Tab")
        expect(wrap).to_be_focused()
        page.keyboard.press("Enter")

        expect(wrap).to_have_attribute("aria-pressed", "true")
        self.assertFalse(page.evaluate(is_wide))
        page.keyboard.press("Space")
        expect(wrap).to_have_attribute("aria-pressed", "false")
        self.assertTrue(page.evaluate(is_wide))
        self.finish()

    def test_long_code_that_nobody_saw_being_written_is_folded(self):
        page = self.shown("Here:\n\n" + fenced("js", LONG))
        page.reload()
        self.watch_policy(page)
        show = page.get_by_role("button", name="Show all 120 lines")
        expect(show).to_have_attribute("aria-expanded", "false")
        lines = "() => { const pre = document.querySelector('pre'); return pre.clientHeight / 26 }"
        self.assertTrue(12 < page.evaluate(lines) < 18, page.evaluate(lines))

        show.click()

        fold = page.get_by_role("button", name="Show fewer lines")
        expect(fold).to_have_attribute("aria-expanded", "true")
        self.assertGreater(page.evaluate(lines), 100)
        fold.click()
        expect(show).to_be_in_viewport()
        self.finish()

    def test_unfolding_at_the_end_does_not_scroll_past_the_code(self):
        for height in (400, 1_200):
            page = self.shown("Here:\n\n" + fenced("js", LONG), viewport={"width": 1_000, "height": height})
            page.reload()
            self.watch_policy(page)
            scroller = "() => document.querySelector('.transcript')"
            show = page.get_by_role("button", name="Show all 120 lines")
            expect(show).to_be_in_viewport()
            top = page.evaluate(f"{scroller}.scrollTop")

            show.click()
            page.wait_for_timeout(400)  # the transcript follows its end within 100 ms

            self.assertAlmostEqual(page.evaluate(f"{scroller}.scrollTop"), top, delta=2)
        self.finish()

    def test_code_that_the_reader_sees_being_written_stays_open(self):
        self.gated(["```js\n" + LONG], ["\n```\n\nThat is all."])
        self.connected()
        page = self.visit()
        self.watch_policy(page)
        self.ask(page, "Code")
        expect(page.locator(f"{STREAMING} pre")).to_contain_text("value120")
        expect(page.locator(".is-folded")).to_have_count(0)

        self.model.gate.set()

        expect(page.locator(COMPLETE)).to_contain_text("That is all.")
        expect(page.get_by_role("button", name="Show fewer lines")).to_be_visible()
        expect(page.locator(".is-folded")).to_have_count(0)
        self.finish()

    def test_code_is_saved_as_a_file_of_its_language(self):
        page = self.shown(fenced("python", 'print("é")') + "\n" + fenced("", "plain"))
        for button, name, content in ((0, "code.py", 'print("é")'), (1, "code.txt", "plain")):
            with page.expect_download() as download:
                page.get_by_role("button", name="Save code as a file").nth(button).click()
            self.assertEqual(download.value.suggested_filename, name)
            self.assertEqual(Path(download.value.path()).read_text(encoding="utf-8"), content)
        self.finish()

    # The preview

    def previewed(self, html, **options):
        page = self.shown(fenced("html", html), **options)
        page.get_by_role("button", name="Preview", exact=True).click()
        return page, page.frame_locator("code-preview iframe")

    def inside(self, page):
        """The preview's frame, once the code is in it."""
        return until(lambda: next((one for one in page.frames if one.url.endswith("/preview")), None), "the frame")

    def test_html_is_shown_below_its_code_and_closed_again(self):
        page, frame = self.previewed("<!doctype html>\n<h1 id=a>Before</h1>\n<script>a.textContent += ' and after'</script>")
        expect(frame.locator("h1")).to_have_text("Before and after")
        expect(page.locator("code-preview iframe")).to_have_attribute("sandbox", "allow-scripts")
        self.assertEqual(self.inside(page).evaluate("() => document.compatMode"), "CSS1Compat")

        height = page.get_by_label("Height of the preview")
        before = page.locator("code-preview iframe").bounding_box()["height"]
        height.focus()
        page.keyboard.press("ArrowRight")
        self.assertGreater(page.locator("code-preview iframe").bounding_box()["height"], before)
        page.get_by_role("button", name="Close preview").click()

        expect(page.locator("code-preview")).to_have_count(0)
        expect(page.get_by_role("button", name="Preview", exact=True)).to_be_focused()
        self.finish()

    def test_other_code_has_no_preview(self):
        page = self.shown(fenced("js", "let a") + "\n" + fenced("xml", "<a/>"))
        expect(page.get_by_role("button", name="Copy code")).to_have_count(2)
        expect(page.get_by_role("button", name="Preview", exact=True)).to_have_count(0)
        self.finish()

    def test_a_preview_reaches_neither_the_page_nor_the_network(self):
        elsewhere = Elsewhere()
        self.addCleanup(elsewhere.close)
        there = elsewhere.url
        page = self.shown(fenced("html", f"""<!doctype html>
<img src="{there}/image"><link rel=stylesheet href="{there}/style"><script src="{there}/script"></script>
<iframe src="{there}/frame"></iframe><object data="{there}/object"></object><video src="{there}/video"></video>
<style>@import url({there}/import); body {{ background: url({there}/background) }}</style>
<link rel=prefetch href="{there}/prefetch"><form id=form action="{there}/form" method=post><input name=a></form>
<a id=link href="{there}/link" ping="{there}/ping">link</a><a id=outside href="{there}/outside" target=_top>out</a>
<script>
const results = {{}}
async function attempt(name, act) {{
  try {{ results[name] = String(await act()) }} catch (error) {{ results[name] = "refused" }}
}}
(async () => {{
  await attempt("fetch", () => fetch("{there}/fetch").then(() => "went through"))
  await attempt("fetch home", () => fetch("/api/v1/config").then(() => "went through"))
  await attempt("beacon", () => navigator.sendBeacon("{there}/beacon", "a") && "queued")
  await attempt("socket", () => new Promise((done, refuse) => {{
    const socket = new WebSocket("{there}/socket".replace("http", "ws"))
    socket.onopen = () => done("went through")
    socket.onerror = refuse
  }}))
  await attempt("worker", () => new Promise((done, refuse) => {{
    const worker = new Worker("data:text/javascript,postMessage(1)")
    worker.onmessage = () => done("went through")
    worker.onerror = refuse
  }}))
  await attempt("open", () => window.open("{there}/open") ? "went through" : "refused")
  await attempt("top", () => {{ top.location.href = "{there}/top"; return "went through" }})
  await attempt("parent", () => parent.document.title)
  await attempt("storage", () => localStorage.length)
  await attempt("cookie", () => document.cookie)
  await attempt("telephony", () => new RTCPeerConnection() && "went through")
  await attempt("origin", () => self.origin)
  parent.postMessage({{ results }}, "*")
  form.submit()
  link.click()
  outside.click()
  setTimeout(() => location.href = "{there}/self", 300)
}})()
</script>"""))
        page.evaluate("() => addEventListener('message', ({ data }) => window.results ??= data.results)")
        page.get_by_role("button", name="Preview", exact=True).click()
        page.wait_for_function("() => window.results")
        results = page.evaluate("() => window.results")
        page.wait_for_timeout(1_500)  # what was begun has time to arrive

        self.assertEqual(results.pop("origin"), "null")
        self.assertNotIn("went through", results.values(), results)
        self.assertEqual({name for name, result in results.items() if result != "refused"} - {"beacon"}, set(), results)
        self.assertEqual(elsewhere.asked, [])
        self.assertEqual(len(page.context.pages), 1)
        self.assertTrue(page.url.startswith(self.server.url), page.url)
        expect(page.locator(COMPLETE)).to_be_visible()
        # The frame's complaints about all that, and the page's about the last attempt: to leave the frame.
        self.expected = [".*"]
        self.assertEqual(set(page.evaluate("() => window.violations")), {f"frame-src {there}"})
        page.evaluate("() => window.violations = []")
        self.finish()

    def test_an_error_in_the_preview_is_sent_to_the_assistant_with_one_click(self):
        page, _ = self.previewed("<!doctype html>\n<p>Hi</p>\n<script>\n  missing.call()\n</script>")
        sentence = "ReferenceError: missing is not defined (line 4)"
        expect(page.locator(".preview-error")).to_contain_text(f"The preview reports an error: {sentence}")

        page.get_by_role("button", name="Send to the assistant").click()

        asked = f"The preview of your HTML code reports this error: {sentence}\n\nPlease fix it."
        expect(page.locator("message-view[data-role=user]").last).to_contain_text(asked)
        until(lambda: self.model.calls == 2, "the model to be asked")
        self.assertEqual(self.model.bodies[1]["messages"][-1]["content"], asked)
        self.expected = ["missing is not defined"]
        self.finish()

    def test_every_kind_of_error_is_caught_and_none_twice(self):
        for script, sentence in (
            ("setTimeout(() => { throw new TypeError('late') }, 10)", "TypeError: late"),
            ("Promise.reject(new Error('broken'))", "Unhandled rejection: Error: broken"),
            ("console.error('said', { a: 1 })", 'said {"a":1}'),
            ("let a = ;", "SyntaxError: "),
        ):
            page, _ = self.previewed(f"<script>{script}</script>")
            expect(page.locator(".preview-error")).to_contain_text(sentence)
            expect(page.locator(".preview-error")).not_to_contain_text("more")
        self.expected = ["late", "broken", "said", "Unexpected token", "expected expression"]
        self.finish()

    def test_only_the_frame_is_heard_and_not_for_ever(self):
        page, frame = self.previewed("<p>Quiet</p>")
        expect(frame.locator("p")).to_have_text("Quiet")
        page.evaluate("() => postMessage({ type: 'error', message: 'forged', line: 1 }, '*')")
        self.inside(page).evaluate("""() => {
          for (const data of [null, 'error', { type: 'error' }, { type: 'other' }]) parent.postMessage(data, '*')
        }""")
        page.wait_for_timeout(200)
        expect(page.locator(".preview-error")).to_be_hidden()

        self.inside(page).evaluate("""() => {
          for (let count = 0; count < 1000; count += 1) parent.postMessage({ type: 'error', message: 'x' }, '*')
        }""")

        expect(page.locator(".preview-error")).to_contain_text("The preview was stopped")
        expect(page.locator("code-preview iframe")).to_have_count(0)
        page.get_by_role("button", name="Start again").click()
        expect(frame.locator("p")).to_have_text("Quiet")
        expect(page.locator(".preview-error")).to_be_hidden()
        self.finish()

    def test_no_error_is_sent_while_a_reply_is_written(self):
        page, _ = self.previewed("<script>missing()</script>")
        expect(page.locator(".preview-error")).to_be_visible()
        self.gated(["Writing"], ["."])
        self.ask(page, "Something else")
        expect(page.locator(STREAMING)).to_contain_text("Writing")

        page.get_by_role("button", name="Send to the assistant").click()

        expect(page.locator(".preview-error")).to_contain_text("Please wait")
        self.assertEqual(self.model.calls, 2)
        self.model.gate.set()
        expect(page.locator(COMPLETE)).to_have_count(2)
        page.get_by_role("button", name="Send to the assistant").click()
        until(lambda: self.model.calls == 3, "the model to be asked")
        self.expected = ["missing is not defined"]
        self.finish()

    def test_the_preview_cannot_be_framed_by_others_nor_leave_its_frame(self):
        self.connected()
        policy = self.server.request("GET", "/preview")[1]["Content-Security-Policy"]
        self.assertTrue(policy.startswith("sandbox allow-scripts; default-src 'none'; "), policy)
        self.assertIn("frame-ancestors 'self'", policy)
        page = self.visit(self.server.url + "/preview")
        self.watch_policy(page)
        self.assertEqual(page.evaluate("() => self.origin"), "null")
        page.evaluate("() => postMessage({ type: 'show', code: '<h1>shown</h1>' }, '*')")
        page.wait_for_timeout(200)
        expect(page.locator("h1")).to_have_count(0)
        self.finish()

    # For everybody

    def test_code_and_previews_shut_nobody_out(self):
        text = fenced("js", LONG) + "\n" + fenced("html", "<h1>Hi</h1><script>missing()</script>") + "\n" + fenced("", "a")
        for scheme in ("light", "dark"):
            for width in (320, 1_280):
                page = self.shown(text, color_scheme=scheme, viewport={"width": width, "height": 800})
                page.get_by_role("button", name="Preview", exact=True).click()
                expect(page.locator(".preview-error")).to_be_visible()
                # The frame holds what a model wrote, which is not the page's to answer for.
                found = run_axe(page, context={"exclude": [["iframe"]]}).response["violations"]
                self.assertEqual([(one["id"], [node["target"] for node in one["nodes"]]) for one in found], [])
                small = page.evaluate("""() => [...document.querySelectorAll("message-view :is(button, input)")]
                    .map((node) => [node.textContent, node.getBoundingClientRect()])
                    .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
                    .map(([text]) => text)""")
                self.assertEqual(small, [])
                wide = "() => document.documentElement.scrollWidth > innerWidth"
                self.assertFalse(page.evaluate(wide), f"{width} px scroll sideways")
        self.expected = ["missing is not defined"]
        self.finish()
