import HTTPTypes

extension HTTPFields {
    /// The value of the first cookie of that name.
    func cookie(_ name: String) -> String? {
        for field in self.all("Cookie") {
            for pair in field.split(separator: ";") {
                let halves = pair.split(separator: "=", maxSplits: 1)
                guard halves.count == 2, halves[0].filter({ $0 != " " }) == name else { continue }
                return String(halves[1])
            }
        }
        return nil
    }
}
