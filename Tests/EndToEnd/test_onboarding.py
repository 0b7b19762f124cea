"""The onboarding: asked, understood and kept with every kind of model, and used from the first reply on."""

import json
import re
from pathlib import Path

from browser import COMPLETE, PageTest, also_in, expect
from harness import Reader, ServerTest, new_id, until
from model_server import ModelServer

KNOWLEDGE = Path(__file__).parents[2] / "Config/knowledge/foods.json"
FOODS = {food["name"]: food["diets"] for food in json.loads(KNOWLEDGE.read_text())["foods"]}

ANSWERS = [
    ("I'm Alex, 34, male", {"name": "Alex", "age": 34, "sex": "male"}),
    ("82 kg and 1.80 m", {"weight": 82, "height": 180}),
    ("desk job", {"activity": "sedentary"}),
    ("build muscle", {"goal": "build_muscle"}),
    ("complete beginner", {"experience": "beginner"}),
    ("twice a week is realistic", {"days": 2}),
    ("half an hour", {"minutes": 30}),
    ("I have dumbbells", {"equipment": ["dumbbell"]}),
    ("my knees are bad", {"injuries": ["knee"]}),
    ("vegan", {"diet": "vegan"}),
    ("no", {"allergies": []}),
]


def values(profile):
    fields = [field for step in profile["steps"] for field in step["fields"]]
    return {field["id"]: field["value"] for field in fields if field["value"] is not None}


class Talk(Reader):
    conversation = None

    def say(self, text, path="/api/v1/chat/onboarding", **more):
        body = {"message": text, "message_id": new_id(), **more}
        if self.conversation:
            body["conversation_id"] = self.conversation
        status, answer = self.json("POST", path, body)
        if status == 200:
            self.conversation = answer["conversation_id"]
        return status, answer

    def profile(self):
        return self.json("GET", "/api/v1/onboarding")[1]


class Onboarding(ServerTest):
    def answered(self, reader):
        """Gives all answers and checks that each was understood."""
        known = {}
        for text, facts in ANSWERS:
            status, answer = reader.say(text)
            self.assertEqual(status, 200, answer)
            known |= facts
            self.assertEqual(values(reader.profile()), known, text)

    def test_the_coach_asks_understands_and_uses_the_profile(self):
        reader = Talk(self.start())
        self.assertEqual(reader.profile()["version"], 0)
        self.answered(reader)
        profile = reader.profile()
        self.assertEqual((profile["completed"], profile["progress"], profile["next"]), (True, 1, None))
        self.assertEqual(profile["conversation_id"], reader.conversation)
        reader.conversation = None
        plan = reader.say("Make me a training plan", "/api/v1/chat")[1]
        self.assertEqual(plan["agent_type"], "workout")
        for part in ("build muscle", "2 days a week", "30 minutes", "dumbbell", "Spared: knee"):
            self.assertIn(part, plan["response"])
        reader.conversation = None
        meals = reader.say("Make me a meal plan", "/api/v1/chat")[1]["response"]
        self.assertIn("Diet: **vegan**", meals)
        eaten = re.findall(r"^- \d+ g (.+)$", meals, re.M)
        self.assertGreater(len(eaten), 5, meals)
        for food in eaten:
            self.assertIn("vegan", FOODS[food], food)

    def test_a_model_that_only_writes_gets_the_same_profile(self):
        model = ModelServer()
        self.addCleanup(model.close)
        reader = Talk(self.start(None, "--llm-base-url", model.url, "--llm-model", "test"))
        self.answered(reader)
        system = model.bodies[-1]["messages"][0]["content"]
        self.assertIn("Nothing is left to ask", system)
        reader.conversation = None
        reader.say("Hello", "/api/v1/chat")
        self.assertIn("- Age: 34 years", model.bodies[-1]["messages"][0]["content"])

    def test_an_unusable_answer_of_the_model_leaves_the_profile_as_it_was(self):
        model = ModelServer()
        self.addCleanup(model.close)
        model.reply = lambda answer: answer.status(500, "broken")
        reader = Talk(self.start(None, "--llm-base-url", model.url, "--llm-model", "test"))
        self.assertEqual(reader.say("I'm 34")[0], 502)
        self.assertEqual(values(reader.profile()), {"age": 34})

    def test_the_stream_tells_how_far_it_is(self):
        reader = Talk(self.start())
        token = reader.token("I'm Alex and I'm 34", kind="onboarding", version=0)
        self.assertTrue(token["stream_url"].startswith("/api/v1/chat/onboarding-stream?token="))
        plain = reader.request("GET", token["stream_url"])[2]
        self.assertIn('data: {"chunk": "', plain)
        self.assertIn('data: {"done": true, "agent_type": "general"}', plain)
        text = reader.request("GET", token["stream_url"] + "&events=all")[2]
        event = json.loads(text.split("event: onboarding\ndata: ")[1].split("\n")[0])
        self.assertEqual(event["fields"], {"name": "Alex", "age": 34})
        self.assertEqual(reader.profile()["version"], 1)
        self.assertEqual(reader.request("GET", "/api/v1/chat/onboarding-stream?message=hi&token=wrong")[0], 401)
        status, _, answer = reader.request("GET", token["stream_url"].replace("onboarding-stream", "stream"))
        self.assertEqual((status, "onboarding" in answer), (400, True))

    def test_who_answers_second_is_told_and_nothing_is_mixed(self):
        reader = Talk(self.start())
        self.assertEqual(reader.say("I'm 34", version=0)[0], 200)
        status, answer = reader.say("I'm 43", version=0)
        self.assertEqual((status, answer["error"]["code"]), (409, "profile_changed"))
        self.assertEqual(values(reader.profile()), {"age": 34})

    def test_it_can_be_corrected_skipped_and_forgotten_by_hand(self):
        reader = Talk(self.start())
        status, profile = reader.json("PATCH", "/api/v1/onboarding", {"version": 0, "set": {"age": 34, "goal": "run"}})
        self.assertEqual((status, values(profile)), (200, {"age": 34, "goal": "run"}))
        status, answer = reader.json("PATCH", "/api/v1/onboarding", {"version": 0, "set": {"age": 35}})
        self.assertEqual((status, answer["error"]["code"]), (409, "profile_changed"))
        version = profile["version"]
        status, profile = reader.json("PATCH", "/api/v1/onboarding", {"version": version, "set": {"goal": None}, "skip": ["name"]})
        self.assertEqual((status, values(profile)), (200, {"age": 34}))
        for change in ({"set": {"age": 7}}, {"set": {"age": "x"}}, {"set": {"hat": 1}}, {"skip": ["age"]}, {}):
            status, answer = reader.json("PATCH", "/api/v1/onboarding", change)
            self.assertEqual(status, 400, (change, answer))
        self.assertEqual(reader.request("DELETE", "/api/v1/onboarding")[0], 204)
        self.assertEqual(values(reader.profile()), {})

    def test_what_the_assistant_saw_is_there_for_its_reader_alone(self):
        server = self.start()
        reader = Talk(server)
        message = new_id()
        body = {"message": "Hello", "message_id": message, "time_zone": "Europe/Berlin", "utc_offset_minutes": 60}
        self.assertEqual(reader.json("POST", "/api/v1/chat", body)[0], 200)
        status, seen = reader.json("GET", f"/api/v1/messages/{message}/prompt")
        self.assertEqual(status, 200)
        self.assertIn("Europe/Berlin", seen["system"])
        self.assertIn("Suggest no calorie deficit", seen["system"])
        self.assertEqual([entry["text"] for entry in seen["messages"]], ["Hello"])
        stranger = Reader(server)
        stranger.json("POST", "/api/v1/chat", {"message": "Hi"})
        self.assertEqual(stranger.json("GET", f"/api/v1/messages/{message}/prompt")[0], 404)

    def test_the_rules_on_health_hold_with_every_model(self):
        model = ModelServer()
        self.addCleanup(model.close)
        reader = Talk(self.start(None, "--llm-base-url", model.url, "--llm-model", "test"))
        reader.json("PATCH", "/api/v1/onboarding", {"set": {"age": 16}})
        for text, part in (
            ("I get chest pain during my sets", "call **112**"), ("I want to kill myself", "TelefonSeelsorge"),
            ("How do I lose weight fast?", "ask a parent or a doctor"),
        ):
            reader.conversation = None
            status, answer = reader.say(text, "/api/v1/chat", time_zone="Europe/Berlin")
            self.assertEqual(status, 200)
            self.assertIn(part, answer["response"])
        self.assertEqual(model.calls, 0)


class OnboardingPage(PageTest):
    @also_in("firefox")
    def test_the_page_talks_shows_progress_and_lets_the_reader_correct(self):
        self.server = self.start(None, "--coach-pace-milliseconds", "0")
        page = self.visit(self.server.url + "/onboarding")
        self.expected = ["409", "The reply failed", "failedHere"]
        page.get_by_text("What may I call you?").wait_for()
        page.fill("#message-box", "I'm Alex, 34, male")
        page.keyboard.press("Enter")
        page.locator("message-list").get_by_text("How tall are you?").wait_for()
        fact = page.locator("profile-field", has_text="Age")
        fact.get_by_text("34 years").wait_for()
        fact.locator("summary").click()
        # Typed: what fill() selects in a number's box, Firefox has forgotten when it writes.
        fact.locator("input").press("Control+a")
        page.keyboard.type("35")
        fact.get_by_role("button", name="Save").click()
        fact.get_by_text("35 years").wait_for()
        # What happens elsewhere is kept from this tab, which would hear of it within seconds.
        page.route("**/conversations/active", lambda route: route.fulfill(json={"active": []}))
        # Another tab has it too, with the conversation.
        other = page.context.new_page()
        other.goto(self.server.url + "/onboarding")
        other.locator("profile-field", has_text="Age").get_by_text("35 years").wait_for()
        other.locator("message-list").get_by_text("How tall are you?").wait_for()
        other.fill("#message-box", "1.80 m")
        other.keyboard.press("Enter")
        other.locator("message-list").get_by_text("What do you weigh?").wait_for()
        # This one does not know that yet, and is told.
        page.fill("#message-box", "175 cm")
        page.keyboard.press("Enter")
        page.locator("message-list").get_by_text("This was answered meanwhile").wait_for()
        page.locator("profile-field", has_text="Height").get_by_text("180 cm").wait_for()
        self.assertEqual(page.locator("message-view[data-role=assistant]").first.get_attribute("data-state"), "complete")
        page.get_by_role("button", name="Forget everything").click()
        page.get_by_text("What may I call you?").wait_for()
        until(lambda: page.locator("profile-field.is-known").count() == 0, "nothing is known")
        self.finish()

    def test_what_was_read_in_the_onboarding_is_no_news_in_the_list(self):
        self.server = self.start(None, "--coach-pace-milliseconds", "0")
        page = self.visit(self.server.url + "/onboarding")
        page.get_by_text("What may I call you?").wait_for()
        page.fill("#message-box", "I'm Alex, 34, male")
        page.keyboard.press("Enter")
        page.locator(COMPLETE).get_by_text("How tall are you?").wait_for()
        page.get_by_role("link", name="To the chat").click()
        row = page.locator("conversation-row")
        expect(row).to_have_count(1)
        # What nobody has read is marked, as soon as marks are there.
        page.request.post(self.server.url + "/api/v1/chat", data={"message": "Hello"}, headers={"Origin": self.server.url})
        expect(row.filter(has_text="Hello").get_by_role("img", name="has a new reply")).to_be_visible()
        expect(row.filter(has_text="Alex").get_by_role("img")).to_have_count(0)
        self.finish()

    @also_in("firefox")
    def test_a_stranger_is_invited_answers_with_one_tap_and_begins_with_what_fits(self):
        self.server = self.start(None, "--coach-pace-milliseconds", "0")
        page = self.visit()
        page.get_by_role("link", name="Let us get to know you first").click()
        page.get_by_text("What may I call you?").wait_for()
        rings = page.locator("onboarding-progress growth-rings")
        expect(rings).to_have_accessible_name("0 of 14 questions answered")
        page.fill("#message-box", "I'm Ada, 34, I train 3 days a week, I am vegan")
        page.keyboard.press("Enter")
        page.locator("message-list").get_by_text("Which sex should I use").wait_for()
        chips = page.get_by_role("group", name="Answers to choose from")
        chips.get_by_role("button", name="Neither").click()
        page.locator("profile-field.is-known", has_text="Sex").wait_for()
        self.assertEqual(rings.locator("path[data-state=known]").count(), 5)
        page.locator("message-list").get_by_text("Are you pregnant").wait_for()
        chips.get_by_role("button", name="Skip").click()
        page.locator("message-list").get_by_text("How tall are you?").wait_for()
        until(lambda: rings.locator("path[data-state=skipped]").count() == 1, "one question is left out")
        self.assertTrue(page.locator("#message-box").evaluate("box => box === document.activeElement"))
        page.get_by_role("link", name="To the chat").click()
        page.get_by_role("link", name="Go on getting to know each other").wait_for()
        page.get_by_role("button", name="A day of vegan meals").wait_for()
        page.get_by_role("button", name="My plan for 3 days a week").click()
        page.locator(COMPLETE).get_by_text("3 days a week").first.wait_for()
        # A style that was on its way when the page was left.
        self.expected += [r"^No style from"]
        self.finish()
