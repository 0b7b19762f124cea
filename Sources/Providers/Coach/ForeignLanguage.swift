import Chat

/// A language that the coach does not speak, and can say so in.
enum ForeignLanguage: CaseIterable {
    case german, spanish, french, italian, portuguese, dutch, chinese, japanese, korean, russian, arabic

    /// The language of a message that is clearly not English; `nil` for everything else.
    init?(of message: String) {
        let scripts = Scripts(of: message)
        if let language = scripts.language {
            self = language
            return
        }
        let words = PlainText(message).words
        guard words.count >= 3 else { return nil }
        // Small words tell languages apart; some are English, too, so at least two, and more than English has.
        let english = words.count(where: englishWords.contains)
        let scored = Self.allCases.map { language in (language, count: words.count(where: language.smallWords.contains))
        }
        guard let best = scored.max(by: { $0.count < $1.count }), best.count >= 2, best.count > english else {
            return nil
        }
        self = best.0
    }

    private var smallWords: Set<String> {
        switch self {
        case .german:
            [
                "ich", "und", "wie", "kann", "mir", "mein", "meine", "das", "ist", "nicht", "einen", "eine", "für",
                "mit", "zu", "habe", "möchte", "was", "der", "die", "soll", "viel",
            ]
        case .spanish:
            [
                "yo", "y", "cómo", "como", "puedo", "mi", "el", "la", "es", "no", "un", "una", "para", "con", "quiero",
                "qué", "que", "los", "me", "tengo", "cuántas", "de",
            ]
        case .french:
            [
                "je", "et", "comment", "puis", "mon", "ma", "le", "la", "est", "pas", "un", "une", "pour", "avec",
                "veux", "que", "les", "des", "combien", "de", "j'ai", "dois",
            ]
        case .italian:
            [
                "io", "e", "come", "posso", "mio", "mia", "il", "la", "è", "non", "un", "una", "per", "con", "voglio",
                "che", "gli", "di", "vorrei", "quante",
            ]
        case .portuguese:
            [
                "eu", "e", "como", "posso", "meu", "minha", "o", "a", "é", "não", "um", "uma", "para", "com", "quero",
                "que", "os", "de", "quantas", "preciso",
            ]
        case .dutch:
            [
                "ik", "en", "hoe", "kan", "mijn", "het", "de", "is", "niet", "een", "voor", "met", "wil", "wat", "van",
                "heb", "veel", "moet",
            ]
        case .chinese, .japanese, .korean, .russian, .arabic: []
        }
    }

    /// What the coach says, in that language first.
    var apology: String {
        let sentence =
            switch self {
            case .german: "Ich bin der eingebaute Coach und spreche leider nur Englisch."
            case .spanish: "Soy el entrenador incorporado y, por desgracia, solo hablo inglés."
            case .french: "Je suis le coach intégré et je ne parle malheureusement que l'anglais."
            case .italian: "Sono il coach integrato e purtroppo parlo solo inglese."
            case .portuguese: "Sou o treinador integrado e, infelizmente, só falo inglês."
            case .dutch: "Ik ben de ingebouwde coach en spreek helaas alleen Engels."
            case .chinese: "我是内置教练，很抱歉，我只会说英语。"
            case .japanese: "私は内蔵コーチです。申し訳ありませんが、英語しか話せません。"
            case .korean: "저는 내장 코치이며, 죄송하지만 영어만 할 수 있습니다."
            case .russian: "Я встроенный тренер и, к сожалению, говорю только по-английски."
            case .arabic: "أنا المدرب المدمج، وللأسف لا أتحدث إلا الإنجليزية."
            }
        return """
            \(sentence)

            I am the **built-in coach**, a set of rules and no language model, and I understand **English only**. Please write \
            to me in English, or ask the operator of this server to connect a language model (`LLM_BASE_URL` and `LLM_MODEL`): \
            then the assistants answer in your language.
            """
    }
}

private let englishWords: Set<String> = [
    "i", "the", "and", "how", "can", "my", "is", "not", "for", "with", "want", "what", "of", "to", "do", "me", "have",
    "am",
    "you", "should", "in", "it", "are", "on", "that", "this", "be", "much", "many",
]

/// How many letters of a message are of which script.
private struct Scripts {
    private var counts: [ForeignLanguage: Int] = [:]
    private var letters = 0

    init(of message: String) {
        for scalar in message.unicodeScalars where scalar.properties.isAlphabetic {
            self.letters += 1
            switch scalar.value {
            case 0x3040...0x30FF: self.counts[.japanese, default: 0] += 3
            case 0x3400...0x9FFF: self.counts[.chinese, default: 0] += 1
            case 0xAC00...0xD7AF: self.counts[.korean, default: 0] += 1
            case 0x0400...0x04FF: self.counts[.russian, default: 0] += 1
            case 0x0600...0x06FF: self.counts[.arabic, default: 0] += 1
            default: break
            }
        }
    }

    /// The language whose script most of the letters are of.
    var language: ForeignLanguage? {
        guard let most = self.counts.max(by: { $0.value < $1.value }), 2 * most.value > self.letters else { return nil }
        return most.key
    }
}
