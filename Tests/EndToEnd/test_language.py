"""The page in the reader's language: chosen by the browser or by the reader, whole, and with what the server says."""

from playwright.sync_api import expect

from browser import COMPLETE, PageTest

SETTINGS = """(language) => localStorage.setItem("shuren.settings", JSON.stringify({ language }))"""

# Every text that can be seen or heard, but for what readers, models and operators have written.
TEXTS = """() => {
  const written = ".message-content, .reasoning-text, .sight pre, .sight ol, .activity pre, option[value=''] ~ option," +
    ".conversation-title, #conversation-title, noscript, script, style, .shown-key"
  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    if (node.parentElement.closest(written)) continue
    texts.push(node.data)
  }
  for (const node of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
    if (node.closest(written) || node.matches(".conversation-link, .conversation-actions *, conversation-row *")) continue
    for (const name of ["aria-label", "title", "placeholder"]) texts.push(node.getAttribute(name) ?? "")
  }
  return [...texts, document.title]
}"""

# What is called the same in every language.
NAMES = {"AI", "Shuren", "Markdown", "HTML", "JSON", "Cookie", "Ctrl", "km", "cm", "kg"}


class Language(PageTest):
    def english(self, page):
        """The words on the page that are no Chinese."""
        found = []
        for text in page.evaluate(TEXTS):
            words = "".join(c if c.isascii() and c.isalpha() else " " for c in text).split()
            if any(len(word) > 1 and word not in NAMES for word in words):
                found.append(text.strip())
        return found

    def test_a_browser_that_wants_chinese_gets_chinese_and_nothing_else(self):
        self.model.reply = lambda answer: answer.status(503, "down")
        self.connected()
        page = self.visit("about:blank", locale="zh-CN")
        loaded = []
        page.on("request", lambda request: "/words/" in request.url and loaded.append(request.url.rpartition("/")[2]))
        page.goto(self.server.url)
        expect(page.locator("#message-box")).to_have_attribute("placeholder", "输入消息……")
        self.assertEqual(page.evaluate("() => document.documentElement.lang"), "zh-Hans")
        expect(page.locator(".starter").first).to_be_visible()
        self.assertEqual(self.english(page), [])

        self.expected += ["Failed to load resource", "The reply failed"]
        page.locator("#message-box").fill("你好")
        page.get_by_role("button", name="发送", exact=True).click()
        expect(page.locator(".problem-text")).to_have_text("AI 服务暂时不可用")
        self.assertEqual(self.english(page), [])

        self.model.reply = lambda answer: answer.stream(["你好！\n\n```html\n<p>好</p>\n```\n\n| 甲 |\n|---|\n| 乙 |"])
        page.get_by_role("button", name="重试").click()
        expect(page.locator(COMPLETE)).to_contain_text("你好！")
        page.locator(COMPLETE).locator("button:has(.icon-more)").click()
        page.get_by_role("menuitem", name="这条回复是怎么来的").click()
        expect(page.get_by_text("调用模型 1 次")).to_be_visible()
        page.get_by_text("助手看到了什么？").click()
        self.assertEqual(self.english(page), [])
        self.assertIn("zh.js", loaded)
        self.assertLessEqual(set(loaded), {"zh.js", "zh-more.js"})
        self.finish()

    def test_the_onboarding_asks_in_chinese(self):
        self.server = self.start(None, "--coach-pace-milliseconds", "0")
        page = self.visit(f"{self.server.url}/onboarding", locale="zh-CN")
        expect(page.get_by_text("我该怎么称呼你？")).to_be_visible()
        expect(page.get_by_role("heading", name="先来认识一下你")).to_be_visible()
        self.assertEqual(self.english(page), [])
        page.locator("#message-box").fill("Mei")
        page.get_by_role("button", name="发送", exact=True).click()
        expect(page.locator(COMPLETE).last).to_contain_text("你多大年纪？")
        page.locator("#message-box").fill("30")
        page.get_by_role("button", name="发送", exact=True).click()
        page.get_by_role("button", name="女", exact=True).click()
        expect(page.locator(COMPLETE).last).to_contain_text("你目前在怀孕或哺乳吗？")
        self.finish()

    def test_what_the_reader_sets_wins_over_the_browser_and_costs_no_draft(self):
        self.server = self.start(None, "--coach-pace-milliseconds", "0")
        page = self.visit(locale="en-GB")
        page.locator("#message-box").fill("Half a thought")
        page.evaluate(SETTINGS, "zh")
        page.reload()
        expect(page.locator("#message-box")).to_have_value("Half a thought")
        expect(page.get_by_role("button", name="发送", exact=True)).to_be_visible()

        asked = []
        page.on("request", lambda request: request.url.endswith("/onboarding") and asked.append(request))
        page.goto(f"{self.server.url}/onboarding")
        expect(page.get_by_text("我该怎么称呼你？")).to_be_visible()
        wanted = next(request.all_headers() for request in asked if "/api/" in request.url)["accept-language"]
        self.assertTrue(wanted.startswith("zh-Hans, en-GB"), wanted)

        page.evaluate(SETTINGS, "en")
        page.reload()
        expect(page.get_by_text("What may I call you?")).to_be_visible()
        self.assertEqual(page.evaluate("() => document.documentElement.lang"), "en")
        self.finish()

    def test_where_a_session_has_ended_that_is_said_in_the_readers_language(self):
        self.server = self.start(None)
        page = self.visit(f"{self.server.url}/login", locale="zh-TW")
        expect(page.get_by_role("heading", name="会话已过期")).to_be_visible()
        self.assertEqual(self.english(page), [])
        self.finish()
