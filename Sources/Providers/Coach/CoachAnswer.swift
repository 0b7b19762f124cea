import Chat

/// What the built-in coach says to a conversation: Markdown, the same for the same conversation.
///
/// The figures are those of public recommendations: movement from the WHO guidelines on physical activity (2020), protein
/// from the position stand of the International Society of Sports Nutrition (2017), sleep from the consensus of the
/// American Academy of Sleep Medicine (2015).
struct CoachAnswer {
    let text: String

    /// Answers the last of the reader's messages.
    init(to readers: [String]) {
        let message = readers.last ?? ""
        self.text =
            CoachTopic(of: message).map { Self.answer(about: $0, in: message, isFirst: readers.count == 1) }
            ?? reflection(on: message)
    }

    private static func answer(about topic: CoachTopic, in message: String, isFirst: Bool) -> String {
        switch topic {
        case .greeting: isFirst ? greeting : "Hello again! What shall we look at?"
        case .thanks: "You are welcome! Tell me how it goes, or ask for the next step."
        case .abilities: abilities
        case .running: running
        case .strength: strength
        case .food: food(kilograms: bodyWeight(in: message))
        case .weightLoss: weightLoss
        case .sleep: sleep
        case .stress: stress
        case .habits: habits
        }
    }
}

// MARK: What it says

private let disclaimer = "*This is general information and not medical advice.*"

private let greeting = """
    Hello! I am the **built-in coach**: a set of rules, not a language model, and here so that you can try everything \
    before a model is connected.

    Ask me about

    - **training**, for example *"a plan for my first 5k"*
    - **food**, for example *"how much protein do I need at 70 kg?"*
    - **sleep**, **stress** and **habits**

    What would you like to work on?
    """

private let abilities = """
    ## What I can do

    I am the **built-in coach**. I know a handful of topics by heart, and I say so when I do not know something:

    | topic | try |
    | --- | --- |
    | Running | *a plan for my first 5k* |
    | Strength | *a workout plan for two days a week* |
    | Food | *how much protein at 70 kg?* |
    | Sleep | *I am always tired* |
    | Stress | *help me calm down* |
    | Habits | *how do I begin and not give up?* |

    For free conversation the operator of this server can connect a language model; the page stays the same.
    """

private let running = """
    ## Your way to 5 km

    Three runs a week, so slow that you could talk. **Walk as soon as you cannot.**

    | week | run | walk | repeat |
    | ---: | ---: | ---: | ---: |
    | 1 | 1 min | 2 min | 8 times |
    | 2 | 2 min | 2 min | 7 times |
    | 3 | 4 min | 2 min | 5 times |
    | 4 | 6 min | 2 min | 4 times |
    | 5 | 10 min | 2 min | 3 times |
    | 6 | 15 min | 2 min | 2 times |
    | 7 | 25 min | – | once |
    | 8 | 30 to 35 min | – | **5 km** |

    1. Leave a day of rest between two runs.
    2. Repeat a week that was hard; nothing is lost by it.
    3. Stop when something hurts, and see a doctor when it still does after a few days.

    Together with some walking that is the **150 minutes a week** that the WHO recommends. \(disclaimer)
    """

private let strength = """
    ## Two days, whole body

    Two or three sets of each, with two repetitions left in you at the end of a set.

    | exercise | repetitions | easier |
    | --- | ---: | --- |
    | Squat | 8 to 12 | to a chair |
    | Push-up | 6 to 12 | hands on a table |
    | Row with a backpack | 8 to 12 | lighter pack |
    | Hip hinge | 10 to 15 | without weight |
    | Plank | 20 to 40 s | on the knees |

    **When it gets easy**, add a repetition; at the upper end, add weight and begin at the lower end again:

    ```text
    3 × 8  →  3 × 9  →  …  →  3 × 12  →  more weight, 3 × 8
    ```

    Leave two days between the sessions. \(disclaimer)
    """

private func food(kilograms: Int?) -> String {
    let protein =
        kilograms.map { weight in
            "At **\(weight) kg** that is about **\(weight * 14 / 10) to \(weight * 2) g a day**."
        } ?? "Tell me your weight (*\"70 kg\"*) and I work it out."
    return """
        ## Eating well without counting

        Fill your plate like this:

        - **half** vegetables and fruit
        - **a quarter** protein: beans, fish, eggs, tofu, yoghurt, meat
        - **a quarter** whole grain or potatoes
        - a spoon of oil or a few nuts

        People who train do well with **1.4 to 2.0 g of protein per kg** of body weight a day. \(protein)

        > Small and steady beats strict and short.

        \(disclaimer)
        """
}

private let weightLoss = """
    ## Losing weight, kindly

    1. **Begin with what you add**: vegetables, protein, a walk after a meal.
    2. **A small gap**: about 300 to 500 kcal a day below what you need, never below 1,500 kcal (men) or 1,200 kcal \
    (women) without a doctor.
    3. **Half a kilogram a week is fast enough.** Weigh yourself on the same day and look at the month, not the day.
    4. **Keep your strength training**, so that you lose fat and not muscle.

    Not for you if your body mass index is below 18.5, if you are pregnant or under age, or if eating is a worry to you: \
    then please talk to a doctor first. \(disclaimer)
    """

private let sleep = """
    ## Sleeping better

    Adults need **seven hours or more**. What helps most people, in this order:

    1. **The same time to get up**, on Sunday too.
    2. **Daylight** in the first hour of the day.
    3. **No coffee** after lunch.
    4. **A dark, cool room**; the phone sleeps elsewhere.
    5. Awake for more than twenty minutes? **Get up**, read something dull, go back when you are tired.

    See a doctor when you sleep badly for more than a month, or when you snore and are tired all day. \(disclaimer)
    """

private let stress = """
    ## A minute of calm

    - breathe in for **4** seconds
    - breathe out for **6** seconds
    - ten times; let the shoulders fall with each breath out

    Then write down **one thing** that you can do today, and do that one first. A walk outside helps more than it looks.

    If the weight stays on you for weeks, please talk to somebody: a friend, a doctor, a counsellor. \(disclaimer)
    """

private let habits = """
    ## Habits that stay

    1. **Tiny**: two minutes are enough to begin with.
    2. **Tied to something that you do anyway**: *after I brush my teeth, I do five squats.*
    3. **Seen**: put a cross in the calendar. Missing once is normal; do not miss twice.
    4. **Nice**: do it with somebody, or with music.

    What should your habit be? Tell me and I will make a first week of it.
    """

private func reflection(on message: String) -> String {
    let question = message.split(whereSeparator: \.isNewline).first.map { $0.prefix(120) } ?? ""
    // Quoted as code, so that nothing in it becomes formatting.
    let quoted = String(question.filter { $0 != "`" })
    return """
        You wrote: `\(quoted)`

        I am the built-in coach and **know nothing about that**; I would rather say so than make something up. I do know a \
        little about *running*, *strength*, *food*, *sleep*, *stress* and *habits*. For everything else the operator of \
        this server can connect a language model.

        Shall we begin with one of those?
        """
}

/// The body weight that a message names, in whole kilograms from 30 to 250.
private func bodyWeight(in message: String) -> Int? {
    guard let kilograms = BodyMeasures(in: message.lowercased()).kilograms, (30...250).contains(kilograms) else {
        return nil
    }
    return Int(kilograms.rounded())
}
