"""What is remembered about a reader: nothing without a yes, everything to see, correct and take away."""

import json

from browser import PageTest, also_in
from harness import Reader, ServerTest, new_id
from model_server import ModelServer


class Memory(ServerTest):
    def proposal(self, reader, text):
        """The coach's proposal to remember something, or what was said instead."""
        status, answer = reader.json("POST", "/api/v1/chat", {"message": text, "message_id": new_id()})
        self.assertEqual(status, 200, answer)
        reply = reader.messages(answer["conversation_id"])[-1]
        tool = next(part for part in reply["parts"] if part["type"] == "tool")
        return f"{reply['id']}/{tool['id']}", tool["result"], answer["response"]

    def facts(self, reader):
        return [fact["text"] for fact in reader.json("GET", "/api/v1/facts")[1]["facts"]]

    def test_nothing_is_remembered_without_a_yes_and_everything_can_be_taken_back(self):
        reader = Reader(self.start())
        proposal, result, _ = self.proposal(reader, "Please remember that I train in the mornings only.")
        self.assertEqual(json.loads(result), {"proposed": "I train in the mornings only"})
        self.assertEqual(self.facts(reader), [])
        yes = {"proposal": proposal, "answer": "yes", "text": "I train in the mornings"}
        self.assertEqual(reader.json("POST", "/api/v1/facts", yes)[0], 200)
        self.assertEqual(reader.json("POST", "/api/v1/facts", yes)[0], 200)
        self.assertEqual(self.facts(reader), ["I train in the mornings"])
        known = reader.json("POST", "/api/v1/chat", {"message": "What do you know about me?"})[1]["response"]
        self.assertIn("I train in the mornings", known)
        fact = reader.json("GET", "/api/v1/facts")[1]["facts"][0]["id"]
        self.assertEqual(reader.json("PATCH", f"/api/v1/facts/{fact}", {"text": "I train at night"})[0], 200)
        everything = reader.json("GET", "/api/v1/about-me")[1]
        self.assertEqual([entry["text"] for entry in everything["memory"]["facts"]], ["I train at night"])
        self.assertEqual(reader.request("DELETE", f"/api/v1/facts/{fact}")[0], 204)
        self.assertEqual(self.facts(reader), [])

    def test_never_means_never(self):
        reader = Reader(self.start())
        proposal, _, _ = self.proposal(reader, "Remember that I hate burpees.")
        reader.json("POST", "/api/v1/facts", {"proposal": proposal, "answer": "never", "text": "I hate burpees"})
        _, result, _ = self.proposal(reader, "Remember that I hate burpees!")
        self.assertIn("does not want to be asked", result)
        self.assertEqual(self.facts(reader), [])

    def test_a_fact_of_somebody_else_is_not_there(self):
        server = self.start()
        reader, other = Reader(server), Reader(server)
        proposal, _, _ = self.proposal(reader, "Remember that I hate burpees.")
        reader.json("POST", "/api/v1/facts", {"proposal": proposal, "answer": "yes", "text": "I hate burpees"})
        fact = reader.json("GET", "/api/v1/facts")[1]["facts"][0]["id"]
        other.json("POST", "/api/v1/chat", {"message": "Hi"})
        self.assertEqual(self.facts(other), [])
        self.assertEqual(other.json("PATCH", f"/api/v1/facts/{fact}", {"text": "mine"})[0], 404)
        self.assertEqual(other.json("DELETE", f"/api/v1/facts/{fact}")[0], 404)

    def test_a_model_proposes_only_what_the_reader_said_and_is_told_what_is_remembered(self):
        model = ModelServer()
        self.addCleanup(model.close)
        turns = []

        def reply(answer):
            answer.begin()
            if turns:
                function = {"name": "propose_fact", "arguments": json.dumps(turns.pop())}
                call = {"index": 0, "id": "c", "type": "function", "function": function}
                answer.data({"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]})
                return answer.data("[DONE]")
            answer.piece("All right.")
            answer.end()

        model.reply = reply
        reader = Reader(self.start(None, "--llm-base-url", model.url, "--llm-model", "test"))
        turns.append({"text": "Has a dog", "quote": "I have a dog"})
        reader.json("POST", "/api/v1/chat", {"message": "I have a cat"})
        self.assertIn("not in the reader's own words", model.bodies[-1]["messages"][-1]["content"])
        turns.append({"text": "Has a cat", "quote": "i have a CAT"})
        proposal, result, _ = self.proposal(reader, "Yes, I have a cat")
        self.assertEqual(json.loads(result), {"proposed": "Has a cat"})
        reader.json("POST", "/api/v1/facts", {"proposal": proposal, "answer": "yes", "text": "Has a cat"})
        message = new_id()
        reader.json("POST", "/api/v1/chat", {"message": "Hello", "message_id": message})
        self.assertIn("- Has a cat", model.bodies[-1]["messages"][0]["content"])
        self.assertEqual(len(reader.json("GET", f"/api/v1/messages/{message}/prompt")[1]["facts"]), 1)


class MemoryPage(PageTest):
    @also_in("firefox")
    def test_the_reader_decides_on_the_page(self):
        self.server = self.start(None, "--coach-pace-milliseconds", "0")
        page = self.visit(self.server.url)
        self.ask(page, "Remember that I hate burpees.")
        card = page.locator("fact-proposal")
        card.get_by_role("button", name="Edit").click()
        card.get_by_role("textbox").fill("No burpees, please")
        card.get_by_role("button", name="Remember").click()
        card.get_by_text("Remembered.").wait_for()
        page.reload()
        page.locator("fact-proposal").get_by_text("Remembered.").wait_for()
        page.goto(self.server.url + "/onboarding")
        box = page.locator(".profile-fact input")
        box.wait_for()
        self.assertEqual(box.input_value(), "No burpees, please")
        page.locator(".profile-fact").get_by_role("button", name="Forget").click()
        box.wait_for(state="detached")
        self.finish()
