"""Who answers: the shipped agents, and those of a file that changes while the server runs."""

import json
import os
import signal

from browser import COMPLETE, PageTest
from harness import Reader, ServerTest, new_id
from model_server import ModelServer


class Agents(ServerTest):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)

    def serve(self, *more):
        self.server = self.start(None, "--llm-base-url", self.model.url, "--llm-model", "test", *more)
        return Reader(self.server)

    def answer(self, reader, text, **more):
        status, answer = reader.json("POST", "/api/v1/chat", {"message": text, "message_id": new_id(), **more})
        self.assertEqual(status, 200, answer)
        return answer

    def test_the_shipped_agents_answer_what_they_are_for(self):
        reader = self.serve()
        agents = reader.json("GET", "/api/v1/config")[1]["agents"]
        self.assertEqual([agent["id"] for agent in agents], ["general", "workout", "diet", "sleep", "mindset"])
        self.assertTrue(all(agent["description"] for agent in agents))
        for text, agent in (
            ("Hello there", "general"), ("How many squats should I do?", "workout"), ("A vegan breakfast?", "diet"),
            ("I cannot fall asleep", "sleep"), ("I have no motivation", "mindset"), ("@diet How many squats?", "diet"),
        ):
            self.assertEqual(self.answer(reader, text)["agent_type"], agent, text)
        self.assertIn("strength and endurance coach", self.model.bodies[1]["messages"][0]["content"])

    def test_an_agent_stays_until_another_is_called_or_picked(self):
        reader = self.serve()
        first = self.answer(reader, "How many squats?")
        talk = {"conversation_id": first["conversation_id"]}
        self.assertEqual(self.answer(reader, "And what shall I eat?", **talk)["agent_type"], "workout")
        self.assertEqual(self.answer(reader, "@diet And what shall I eat?", **talk)["agent_type"], "diet")
        self.assertEqual(self.answer(reader, "Thanks", agent="sleep", **talk)["agent_type"], "sleep")
        messages = reader.messages(first["conversation_id"])
        self.assertEqual([m["agent"] for m in messages if m["role"] == "assistant"], ["workout", "workout", "diet", "sleep"])
        status, answer = reader.json("POST", "/api/v1/chat", {"message": "Hi", "agent": "nobody"})
        self.assertEqual((status, "There is no agent" in answer["error"]["message"]), (400, True))

    def test_a_token_carries_the_pick_and_the_stream_the_reason(self):
        reader = self.serve()
        token = reader.token("Hello", agent="mindset")
        text = reader.request("GET", token["stream_url"] + "&events=all")[2]
        accepted = json.loads(text.split("event: accepted\ndata: ")[1].split("\n")[0])
        self.assertEqual((accepted["agent"], accepted["reason"]), ("mindset", "picked"))
        self.assertIn('data: {"done": true, "agent_type": "mindset"}', text)
        again = reader.request("GET", token["stream_url"] + "&events=all")[2]
        self.assertEqual(again, text)

    def test_a_file_of_agents_is_read_anew_on_sighup_and_left_alone_when_it_is_broken(self):
        path = os.path.join(self.folder(), "agents.json")

        def write(*agents):
            with open(path, "w") as file:
                json.dump({"agents": [{"id": i, "name": i, "system_prompt": p, **more} for i, p, more in agents]}, file)

        write(("one", "You are one.", {"model": "other-model", "temperature": 0.25}))
        reader = self.serve("--agents-file", path)
        self.assertEqual(self.answer(reader, "Hi")["agent_type"], "one")
        self.assertEqual((self.model.bodies[0]["model"], self.model.bodies[0]["temperature"]), ("other-model", 0.25))

        write(("two", "You are two.", {}))
        self.server.process.send_signal(signal.SIGHUP)
        self.server.logged("read flags and agents anew", "two")
        self.assertEqual(self.answer(reader, "Hi")["agent_type"], "two")
        self.assertEqual(self.model.bodies[1]["model"], "test")

        write(("Bad id", "", {}))
        self.server.process.send_signal(signal.SIGHUP)
        self.server.logged("the settings are unusable", "needs an")
        self.assertEqual(self.answer(reader, "Hi")["agent_type"], "two")

        status, printed = self.server.command("check", "--agents-file", path)
        self.assertEqual((status, "needs an" in printed, "has no" in printed or "must be" in printed), (1, True, True))


class AgentsPage(PageTest):
    def test_a_reader_picks_who_answers_and_asks_another_instead(self):
        self.connected()
        page = self.visit()
        page.get_by_label("Who answers").select_option("diet")
        self.ask(page, "Hello there")
        page.locator(COMPLETE).get_by_text("Diet", exact=True).wait_for()
        page.locator(COMPLETE).get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Ask Mindset instead").click()
        page.locator(COMPLETE).get_by_text("Mindset", exact=True).wait_for()
        self.assertEqual(page.locator("message-view").count(), 2)
        systems = [body["messages"][0]["content"] for body in self.model.bodies]
        self.assertEqual([("nutrition coach" in text, "level-headed" in text) for text in systems], [(True, False), (False, True)])
        self.assertEqual([len(body["messages"]) for body in self.model.bodies], [2, 2])
        page.reload()
        page.locator(COMPLETE).get_by_text("Mindset", exact=True).wait_for()
        self.assertEqual(page.locator("message-view").count(), 2)
        self.finish()
