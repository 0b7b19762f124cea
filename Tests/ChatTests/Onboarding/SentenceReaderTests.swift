import Chat
import JSONValue
import TestSupport
import Testing

@Suite struct `The reader of answers` {
    private let form: ProfileForm
    private let reader: SentenceReader

    init() throws {
        self.form = try ProfileForm(shippedJSON("Config/onboarding.json"))
        self.reader = SentenceReader(form: self.form)
    }

    @Test(arguments: [
        ("Please plan a week of training for me, twice a week with dumbbells", #"{"days":2,"equipment":["dumbbell"]}"#),
        (
            "training plan, 2x per week, dumbbells only, 30 minutes",
            #"{"days":2,"minutes":30,"equipment":["dumbbell"]}"#
        ),
        ("Can you build me a plan for four days a week? I want to build muscle", #"{"days":4,"goal":"build_muscle"}"#),
        ("Give me a workout plan for 3 days, half an hour each", #"{"days":3,"minutes":30}"#),
        ("workout plan to lose weight", #"{"goal":"lose_weight"}"#), ("Make me a plan", "{}"),
        ("a plan for my 10 day holiday in week 3", "{}"),
    ])
    func `hears in a request what a plan should be like`(message: String, wishes: String) throws {
        let found = self.reader.wishes(in: message).compactMap { change -> (String, JSON)? in
            if case .set(let field, let value) = change { (field, value.json) } else { nil }
        }
        let wanted = try #require(try JSON(parsing: Array(wishes.utf8)).object)

        #expect(Dictionary(found) { $1 } == Dictionary(wanted.members.map { ($0.key, $0.value) }) { $1 })
    }

    /// What each message says, to somebody who asked for `asked`; the values as JSON, in the form's order.
    @Test(arguments: [
        // Many things at once, whatever was asked.
        (
            "I'm 34, 82 kg, knees are bad, twice a week is realistic", "name",
            #"{"age":34,"weight":82,"days":2,"injuries":["knee"]}"#
        ),
        (
            "Hi, I'm Alex, 29 years old, male, 1.83 m and 78kg", "name",
            #"{"name":"Alex","age":29,"sex":"male","height":183,"weight":78}"#
        ),
        ("My name is Maria Lopez and I'm a woman", "name", #"{"name":"Maria Lopez","sex":"female"}"#),
        ("call me Jo", "name", #"{"name":"Jo"}"#),
        ("我叫小明", "name", #"{"name":"小明"}"#),
        ("叫我小红吧", "name", #"{"name":"小红"}"#),
        ("你好，我的名字是王小明。", "name", #"{"name":"王小明"}"#),
        ("我是Alex", "name", #"{"name":"Alex"}"#),
        ("我叫了外卖", "name", "{}"),
        ("医生叫我少吃盐", "age", "{}"),
        ("小明", "name", #"{"name":"小明"}"#),
        ("Sam", "name", #"{"name":"Sam"}"#),
        ("I'm Alex and I'm 34", "name", #"{"name":"Alex","age":34}"#),
        ("Lose weight", "name", #"{"goal":"lose_weight"}"#),
        ("ok", "name", "{}"),
        ("i'm thirty-four", "age", #"{"age":34}"#),
        ("42", "age", #"{"age":42}"#),
        ("I just turned 50!", "age", #"{"age":50}"#),
        ("a 27 year old guy", "age", #"{"age":27,"sex":"male"}"#),
        ("I'm 5'11\" and 180 lbs", "height", #"{"height":180.3,"weight":81.6}"#),
        ("5 ft 4", "height", #"{"height":162.6}"#),
        ("six feet", "height", #"{"height":182.9}"#),
        ("1,78m", "height", #"{"height":178}"#),
        ("1.78", "height", #"{"height":178}"#),
        ("about 165", "height", #"{"height":165}"#),
        ("12 stone 4", "weight", #"{"weight":78}"#),
        ("around 70 kilos", "weight", #"{"weight":70}"#),
        ("154 pounds", "weight", #"{"weight":69.9}"#),
        ("I weigh 63.5kg", "weight", #"{"weight":63.5}"#),
        ("desk job, I sit all day", "activity", #"{"activity":"sedentary"}"#),
        ("I'm a nurse, on my feet all day", "activity", #"{"activity":"moderate"}"#),
        ("I want to lose 5 kg", "goal", #"{"goal":"lose_weight"}"#),
        ("build some muscle", "goal", #"{"goal":"build_muscle"}"#),
        ("run my first 10k", "goal", #"{"goal":"run"}"#),
        ("just get in shape", "goal", #"{"goal":"get_fitter"}"#),
        ("total beginner", "experience", #"{"experience":"beginner"}"#),
        ("I've been lifting for years", "experience", #"{"experience":"advanced"}"#),
        ("three times a week", "days", #"{"days":3}"#),
        ("3-4 days", "days", #"{"days":3}"#),
        ("Monday, Wednesday and Friday", "days", #"{"days":3}"#),
        ("every day", "days", #"{"days":7}"#),
        ("weekends only", "days", #"{"days":2}"#),
        ("once a week", "days", #"{"days":1}"#),
        ("maybe 4", "days", #"{"days":4}"#),
        ("half an hour", "minutes", #"{"minutes":30}"#),
        ("45 min max", "minutes", #"{"minutes":45}"#),
        ("an hour", "minutes", #"{"minutes":60}"#),
        ("a pair of dumbbells and resistance bands", "equipment", #"{"equipment":["dumbbell","band"]}"#),
        ("nothing, just my body weight", "equipment", #"{"equipment":[]}"#),
        ("I have a kettlebell but no barbell", "equipment", #"{"equipment":["kettlebell"]}"#),
        ("no injuries", "injuries", #"{"injuries":[]}"#),
        ("nope", "injuries", #"{"injuries":[]}"#),
        ("my lower back and my left shoulder", "injuries", #"{"injuries":["lower-back","shoulder"]}"#),
        ("my knees are fine but my wrist hurts", "injuries", #"{"injuries":["wrist"]}"#),
        ("vegan", "diet", #"{"diet":"vegan"}"#),
        ("I eat everything", "diet", #"{"diet":"everything"}"#),
        ("I don't eat meat", "diet", #"{"diet":"vegetarian"}"#),
        ("peanuts and gluten", "allergies", #"{"allergies":["gluten","peanut"]}"#),
        ("none", "allergies", #"{"allergies":[]}"#),
        ("lactose intolerant", "allergies", #"{"allergies":["milk"]}"#),
        ("yes, pregnant", "pregnancy", #"{"pregnancy":"yes"}"#),
        ("no", "pregnancy", #"{"pregnancy":"no"}"#),
        ("no nuts please", "allergies", #"{"allergies":["nuts"]}"#),
        ("I'd like to strengthen my back and shoulders", "goal", "{}"),
        ("stronger legs, but my left ankle is sprained", "goal", #"{"goal":"build_muscle","injuries":["ankle"]}"#),
        // What is denied, over, or somebody else's is not noted.
        ("I don't have a gym membership", "equipment", "{}"),
        ("I cancelled my gym membership, I have a kettlebell", "equipment", #"{"equipment":["kettlebell"]}"#),
        ("I've never set foot in a gym", "experience", #"{"experience":"beginner"}"#),
        ("my knees don't hurt", "name", "{}"),
        ("I don't want to lose weight, I want to get stronger", "goal", #"{"goal":"build_muscle"}"#),
        ("anything but running", "name", "{}"),
        ("I sprained my ankle last year but it's healed", "name", "{}"),
        ("my husband is 40 and my son weighs 30 kg", "age", "{}"),
        ("my mum is vegan", "name", "{}"),
        ("no but I'm nursing my baby", "pregnancy", #"{"pregnancy":"yes"}"#),
        ("my wife is pregnant", "name", "{}"),
        ("no injuries apart from a dodgy shoulder", "injuries", #"{"injuries":["shoulder"]}"#),
        ("no butter please", "allergies", #"{"allergies":["milk"]}"#),
        // Numbers that count something else.
        ("65,5 kg", "weight", #"{"weight":65.5}"#),
        ("I have a 32 kg kettlebell", "name", #"{"equipment":["kettlebell"]}"#),
        ("target weight 65 kg", "name", "{}"),
        ("sorry, actually my weight is more like 74", "activity", #"{"weight":74}"#),
        ("I weigh about 76 now", "diet", #"{"weight":76}"#), ("my weight is 180 lbs", "name", #"{"weight":81.6}"#),
        ("my height is more like 171", "name", #"{"height":171}"#), ("my goal weight is 60", "name", "{}"),
        ("my son's weight is 30", "name", "{}"),
        ("240", "weight", "{}"),
        ("I'm down to 77 kg from 85", "weight", #"{"weight":77}"#),
        ("I used to be 6 foot, now 5'11\"", "height", #"{"height":180.3}"#),
        ("5 10", "height", #"{"height":177.8}"#),
        ("three quarters of an hour", "minutes", #"{"minutes":45}"#),
        ("1 h 15", "minutes", #"{"minutes":75}"#),
        ("I walk my dog twice a day", "activity", #"{"activity":"light"}"#),
        ("I want to run 5k in 25 minutes", "goal", #"{"goal":"run"}"#),
        ("every other day", "days", #"{"days":3}"#),
        ("fish but no meat", "diet", #"{"diet":"pescatarian"}"#),
        ("what counts as active?", "activity", "{}"),
        ("hi its jake here", "name", #"{"name":"jake"}"#),
        ("sounds good", "name", "{}"),
        // What is no answer changes nothing.
        ("What do you mean?", "age", "{}"),
        ("I had 2 eggs and 3 coffees", "age", "{}"),
        ("I lost 5 kg last year", "name", "{}"),
        ("why do you ask?", "weight", "{}"),
    ])
    func `understands ordinary sentences`(message: String, asked: String, expected: String) throws {
        var profile = Profile.unknown
        let changes = self.reader.changes(in: message, asked: self.form[asked])
        (profile, _) = profile.making(changes, as: self.form, at: .sample)

        #expect(self.form.json(of: profile).text == expected)
    }

    @Test func `corrects the number that was wrong, and adds to a list unless it is taken back`() {
        let known = Profile(values: ["height": .number(178), "weight": .number(82), "injuries": .choices(["knee"])])

        #expect(
            self.reader.changes(in: "sorry, 187 not 178", asked: self.form["weight"], known: known)
                == [.set(field: "height", .number(187))]
        )
        #expect(
            self.reader.changes(in: "my shoulder hurts too", asked: nil, known: known)
                == [.set(field: "injuries", .choices(["knee", "shoulder"]))]
        )
        #expect(
            self.reader.changes(in: "sorry, I meant my shoulder hurts", asked: nil, known: known)
                == [.set(field: "injuries", .choices(["shoulder"]))]
        )
    }

    @Test(arguments: ["skip", "I'd rather not say", "pass", "next question please", "prefer not to say"])
    func `knows when somebody does not want to answer`(message: String) {
        #expect(self.reader.changes(in: message, asked: self.form["weight"]) == [.skip(field: "weight")])
    }
}
