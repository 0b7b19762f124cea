"""What is written without a network: it waits in order, survives the page, and is sent once."""

from playwright.sync_api import expect

from browser import COMPLETE, PageTest, also_in
from harness import until

OFFLINE = ["ERR_INTERNET_DISCONNECTED", "Failed to load resource", "The reply failed", "No list", "NetworkError"]


class Outbox(PageTest):
    def offline(self):
        """A page whose network goes away after it has loaded."""
        self.connected("--limit-messages-per-hour", "0")
        self.expected = OFFLINE
        page = self.visit()
        page.mouse.move(10, 10)
        page.wait_for_function("() => customElements.get('message-list')")
        page.context.set_offline(True)
        return page

    def write(self, page, *texts):
        for text in texts:
            self.ask(page, text)
            expect(page.locator("message-view[data-role=user]", has_text=text)).to_be_visible()

    def asked(self):
        return [body["messages"][-1]["content"] for body in self.model.bodies]

    @also_in("firefox")
    def test_messages_without_a_network_are_sent_in_order_and_once_when_it_is_back(self):
        page = self.offline()
        self.write(page, "first")
        expect(page.locator(".message-problem")).to_contain_text("Connection lost. Please check your internet.")
        self.write(page, "second", "third")
        expect(page.get_by_text("Waiting for the network")).to_have_count(2)
        expect(page.get_by_text("No network: what you write waits here and is sent in order.")).to_be_visible()

        page.context.set_offline(False)
        expect(page.locator(COMPLETE)).to_have_count(3)
        self.assertEqual(self.asked(), ["first", "second", "third"])
        expect(page.get_by_text("Received", exact=True)).to_have_count(3)
        page.reload()
        expect(page.locator(COMPLETE)).to_have_count(3)
        self.assertEqual(len(self.asked()), 3)
        self.finish()

    def test_they_survive_closing_the_page(self):
        page = self.offline()
        self.write(page, "first")
        expect(page.locator(".message-problem")).to_be_visible()
        self.write(page, "second")
        context = page.context
        page.close()
        context.set_offline(False)

        # Another conversation is open, and the list has this one.
        again = context.new_page()
        again.goto(self.server.url)
        until(lambda: len(self.asked()) == 2, "both are asked")
        again.get_by_role("link", name="first", exact=True).click()
        expect(again.locator(COMPLETE)).to_have_count(2)
        self.assertEqual(self.asked(), ["first", "second"])
        self.finish()

    def test_after_an_hour_the_reader_is_asked(self):
        self.connected()
        page = self.visit()
        page.evaluate("""() => {
          const written = (id, text) => ({
            id, text, conversationId: "a-conversation-of-mine", agent: null, writtenAt: Date.now() - 61 * 60 * 1000,
          })
          localStorage["shuren.outbox.chat"] = JSON.stringify([
            written("an-identifier-001", "first"), written("an-identifier-002", "second"),
          ])
        }""")
        page.reload()
        page.get_by_role("link", name="first", exact=True).click()
        expect(page.get_by_text("Written a while ago, and never sent")).to_have_count(2)
        self.assertEqual(self.asked(), [])
        page.get_by_role("button", name="Do not send").first.click()
        expect(page.get_by_text("Written a while ago, and never sent")).to_have_count(1)
        page.get_by_role("button", name="Send now").click()
        expect(page.locator(COMPLETE)).to_have_count(1)
        self.assertEqual(self.asked(), ["second"])
        self.expected = ["404", "401"]
        self.finish()
