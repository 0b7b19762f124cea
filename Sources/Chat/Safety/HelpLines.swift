package import JSONValue

/// Where help is, by country.
package struct HelpLines: Sendable, Equatable {
    /// The numbers of one country, each as a text that fits into a sentence.
    package struct Lines: Sendable, Equatable {
        /// The emergency number.
        package let emergency: String
        /// Somebody to talk to, for people who think of hurting themselves.
        package let crisis: String
        /// Somebody who knows about eating disorders.
        package let eating: String
        /// The time zones that lie in the country.
        let timeZones: [String]
    }

    /// Why a file of help lines is of no use.
    package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// By country code (ISO 3166-1 alpha-2).
    private let countries: [String: Lines]
    private let usual: Lines

    /// What is said without a file.
    package static let builtIn = HelpLines(
        countries: [:],
        usual: Lines(
            emergency: "your emergency number (112 in Europe, 911 in North America)",
            crisis: "a crisis line (findahelpline.com lists them by country)",
            eating: "an eating disorder helpline (findahelpline.com lists them by country)",
            timeZones: []
        )
    )

    private init(countries: [String: Lines], usual: Lines) {
        self.countries = countries
        self.usual = usual
    }

    /// Reads `{"usual": {"emergency", "crisis", "eating"}, "countries": {"DE": {…, "time_zones": […]}}}`.
    package init(_ json: JSON) throws(Problem) {
        var countries: [String: Lines] = [:]
        for country in json["countries"]?.object?.members ?? [] {
            countries[country.key] = try Lines(country.value, of: "the country \"\(country.key)\"")
        }
        self.init(countries: countries, usual: try Lines(json["usual"], of: "\"usual\""))
    }

    /// The lines of the country where a reader is: by their time zone, else by the region of their language.
    package func lines(for place: Reader.Place) -> Lines {
        if let zone = place.timeZone, let found = self.countries.values.first(where: { $0.timeZones.contains(zone) }) {
            return found
        }
        let regions = place.languages.compactMap(region)
        return regions.lazy.compactMap { self.countries[$0] }.first ?? self.usual
    }
}

/// The region that a language tag names: `DE` of `de-DE`.
private func region(of tag: String) -> String? {
    let subtags = tag.uppercased().split { (character: Character) in character == "-" }
    return subtags.dropFirst().last { $0.count == 2 }.map(String.init)
}

extension HelpLines.Lines {
    fileprivate init(_ json: JSON?, of subject: String) throws(HelpLines.Problem) {
        guard let emergency = json?["emergency"]?.string, let crisis = json?["crisis"]?.string,
            let eating = json?["eating"]?.string
        else {
            throw HelpLines.Problem(description: "\(subject) needs the texts \"emergency\", \"crisis\" and \"eating\".")
        }
        self.emergency = emergency
        self.crisis = crisis
        self.eating = eating
        self.timeZones = json?["time_zones"]?.array?.compactMap(\.string) ?? []
    }
}
