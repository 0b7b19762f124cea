/// Whether a password is among those that are guessed first.
///
/// Rules in place of a long list: lists of leaked passwords are for the most part a word, spelled with digits and signs and
/// with some more around it, or a walk over the keyboard, or a short piece again and again. What is left of such a password
/// without all that is looked up among the words that people use for it.
func isCommonPassword(_ password: String, of name: AccountName) -> Bool {
    let letters = Array(password.lowercased())
    if isRepetition(letters) || isWalk(letters) || isNumber(letters) { return true }
    let own = name.folded.split { "@.+_-".contains($0) }.map(String.init) + [name.folded]
    return cores(of: String(letters)).contains { core in
        core.count < 3 && letters.count <= 12 && letters.allSatisfy(\.isASCII) || isRepetition(Array(core))
            || isWalk(Array(core))
            || commonWords.contains(core) || own.contains { $0.count >= 3 && core == withoutEnds($0) }
    }
}

/// Whether a piece of up to four characters makes all of it.
private func isRepetition(_ letters: [Character]) -> Bool {
    (1...4).contains { period in
        letters.count >= 2 * period
            && letters.indices.dropFirst(period).allSatisfy { letters[$0] == letters[$0 - period] }
    }
}

/// Whether all of it is one or two walks over rows of keys, the alphabet or the digits, in either direction.
private func isWalk(_ letters: [Character]) -> Bool {
    let steps = zip(letters, letters.dropFirst()).filter { !neighbours.contains("\($0)\($1)") }
    return letters.count >= 4 && steps.count <= 1
}

/// A date, a telephone number, a year: short enough to be tried through.
private func isNumber(_ letters: [Character]) -> Bool {
    letters.count <= 12 && letters.allSatisfy { $0.isNumber || "-./ ".contains($0) }
}

/// What is left without digits and signs around it, with those within read as the letters that they stand for in each usual
/// way, and as they are.
private func cores(of text: String) -> [String] {
    let readings = [
        standIns.merging(["1": "i", "!": "i"]) { $1 }, standIns.merging(["1": "l", "!": "l"]) { $1 }, [:],
    ]
    return readings.flatMap { reading in
        let read: (String) -> String = { text in String(text.map { reading[$0] ?? $0 }) }
        return [read(withoutEnds(text)), withoutEnds(read(text))]
    }
}

private let standIns: [Character: Character] = [
    "0": "o", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s", "7": "t", "8": "b",
]

/// A word without the digits and signs before and behind it.
private func withoutEnds(_ text: String) -> String {
    let isEnd: (Character) -> Bool = { !$0.isLetter }
    let core = text.drop(while: isEnd)
    return String(core.reversed().drop(while: isEnd).reversed())
}

/// Pairs of keys of which one follows the other.
private let neighbours: Set<String> = {
    let rows = [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop",
        "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "1q2w3e4r5t6y7u8i9o0p",
    ]
    var pairs: Set<String> = []
    for row in rows {
        for pair in zip(row, row.dropFirst()) {
            pairs.formUnion(["\(pair.0)\(pair.1)", "\(pair.1)\(pair.0)"])
        }
    }
    return pairs
}()

private let commonWords: Set<String> = [
    "password", "passwort", "passwd", "passw", "pass", "motdepasse", "contrasena", "senha", "parola", "haslo",
    "wachtwoord",
    "welcome", "welcom", "willkommen", "bienvenue", "letmein", "login", "logmein", "signin", "admin", "administrator",
    "root",
    "user", "guest", "test", "testing", "tester", "demo", "default", "changeme", "changeit", "change", "secret",
    "geheim",
    "master", "server", "system", "access", "internet", "computer", "google", "facebook", "youtube", "apple", "samsung",
    "microsoft", "windows", "linux", "ubuntu", "debian", "shuren", "chat", "hello", "hallo", "bonjour", "nihao",
    "iloveyou",
    "iloveu", "loveyou", "loveme", "lovely", "love", "princess", "princesse", "sunshine", "flower", "monkey", "dragon",
    "tiger", "lion", "eagle", "wolf", "horse", "pepper", "ginger", "buster", "charlie", "cookie", "banana", "chocolate",
    "cheese", "coffee", "summer", "winter", "spring", "autumn", "sommer", "january", "february", "march", "april",
    "june",
    "july", "august", "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "football", "baseball", "basketball", "soccer", "hockey", "tennis", "golfer",
    "liverpool",
    "chelsea", "arsenal", "barcelona", "juventus", "bayern", "yankees", "cowboys", "lakers", "superman", "batman",
    "spiderman", "starwars", "pokemon", "pikachu", "minecraft", "naruto", "matrix", "michael", "jessica", "jennifer",
    "ashley", "nicole", "daniel", "andrew", "joshua", "matthew", "anthony", "william", "jordan", "hunter", "killer",
    "shadow", "trustno", "whatever", "nothing", "freedom", "forever", "family", "mother", "father", "daddy", "angel",
    "babygirl", "blessed", "jesus", "christ", "god", "mustang", "ferrari", "porsche", "mercedes", "harley", "london",
    "paris", "berlin", "beijing", "shanghai", "china", "america", "germany", "france", "qwerty", "qwertz", "azerty",
    "asdf",
    "abc", "aaa", "xxx", "woaini", "mima", "administrateur", "temp", "temporary", "correcthorsebatterystaple",
    "passphrase",
    "mypassword", "thepassword", "newpassword", "yourpassword", "asdfgh", "zxcvbn", "zxcvbnm", "qazwsx", "qazwsxedc",
]
