import HTTPTypes

/// What a person would call the browser that makes a request, "Firefox on Linux"; `nil` when it does not say what it is.
///
/// Browsers name each other in their `User-Agent` (RFC 9110, section 10.1.5) for the sake of old pages, so the first word of
/// this list that is there tells which it really is. Nothing else of the field is kept.
func deviceName(of request: HTTPRequest) -> String? {
    guard let agent = request.fields["User-Agent"], !agent.isEmpty else { return nil }
    let browser = browsers.first { agent.utf8.contains($0.word) }?.name
    let system = systems.first { agent.utf8.contains($0.word) }?.name
    switch (browser, system) {
    case (let browser?, let system?): return "\(browser) on \(system)"
    case (let name?, nil), (nil, let name?): return name
    case (nil, nil): return nil
    }
}

private let browsers: [(word: String, name: String)] = [
    ("SamsungBrowser/", "Samsung Internet"), ("DuckDuckGo/", "DuckDuckGo"), ("Vivaldi/", "Vivaldi"), ("OPR/", "Opera"),
    ("EdgiOS/", "Edge"), ("EdgA/", "Edge"), ("Edg/", "Edge"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"), ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Epiphany/", "GNOME Web"),
    ("Safari/", "Safari"),
]

private let systems: [(word: String, name: String)] = [
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Linux", "Linux"), ("X11", "Linux"),
]

extension String.UTF8View {
    /// Whether the bytes of a word stand in these; both are short.
    fileprivate func contains(_ word: String) -> Bool {
        var start = self.startIndex
        while start != self.endIndex {
            if self[start...].starts(with: word.utf8) { return true }
            start = self.index(after: start)
        }
        return false
    }
}
