"""What a reader can find out about a reply: its tools, how it came about, what the assistant saw."""

from playwright.sync_api import expect

from browser import COMPLETE, PageTest


class Details(PageTest):
    def test_a_tool_and_the_way_of_a_reply_can_be_looked_into_and_are_there_again_after_a_reload(self):
        def reply(answer):
            if any(message["role"] == "tool" for message in answer.body["messages"]):
                return answer.stream(["Your index is 22.9."])
            answer.begin()
            call = {"name": "body_mass_index", "arguments": '{"kilograms": 70, "centimetres": 175}'}
            answer.data({"choices": [{"index": 0, "delta": {"reasoning_content": "Weight over height."}}]})
            answer.data({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "a", "function": call}]}}]})
            answer.data({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
            answer.data({"choices": [], "usage": {"prompt_tokens": 1200, "completion_tokens": 30}})
            answer.data("[DONE]")

        self.model.reply = reply
        self.connected()
        page = self.visit()
        self.ask(page, "@diet what is my BMI?")
        for visit in ("at once", "after a reload"):
            with self.subTest(visit):
                message = page.locator(COMPLETE)
                expect(message).to_contain_text("Your index is 22.9.")
                message.locator(".activity summary").click()
                expect(message.locator(".activity")).to_contain_text('"kilograms": 70')
                expect(message.locator(".activity")).to_contain_text('"body_mass_index": 22.9')
                message.get_by_text("Reasoning", exact=True).click()
                expect(message.get_by_text("Weight over height.")).to_be_visible()
                expect(message.locator(".message-saved")).to_have_text("On disk")
                message.get_by_role("button", name="More").click()
                page.get_by_role("menuitem", name="How this came about").click()
                expect(message).to_contain_text("Diet answers, because you called it.")
                expect(message).to_contain_text("2 model calls")
                expect(message).to_contain_text("1,200 tokens read, 30 tokens written")
                message.get_by_text("What did the assistant see?").click()
                expect(message.locator(".sight")).to_contain_text("You: @diet what is my BMI?")
                expect(message.locator(".sight")).to_contain_text("It could use:")
            page.reload()
        self.finish()

    def test_a_reply_in_the_models_place_says_so_and_the_model_can_be_asked_again(self):
        self.model.reply = lambda answer: answer.status(503, "down")
        self.connected("--coach-stands-in", "true", "--coach-pace-milliseconds", "0")
        page = self.visit()
        self.ask(page, "Hello there")
        expect(page.locator(COMPLETE)).to_contain_text("The model is out of reach right now.")
        page.reload()
        expect(page.locator(COMPLETE)).to_contain_text("The model is out of reach right now.")
        self.model.reply = lambda answer: answer.stream(["I am ", "back."])
        page.get_by_role("button", name="Ask the model again").click()
        expect(page.locator(COMPLETE)).to_contain_text("I am back.")
        expect(page.get_by_text("The model is out of reach right now.")).to_be_hidden()
        self.finish()
