/// What one request is called in every line that is written because of it, here and behind the provider that it leads to.
package enum RequestID {
    /// The request that the current task works for; a reply keeps that of the request that started it.
    @TaskLocal package static var current: String?

    /// Takes what a caller calls the request; `nil` when it has not the form: 8 to 64 letters, digits, `-`, `_` and `.`.
    package static func checked(_ text: String) -> String? {
        let isOne =
            (8...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || scalar == "-" || scalar == "_" || scalar == "."
            }
        return isOne ? text : nil
    }
}
