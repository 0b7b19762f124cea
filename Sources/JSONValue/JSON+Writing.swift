extension JSON {
    /// How much white space a written text has.
    package enum Layout: Sendable, CaseIterable {
        /// None.
        case compact
        /// One space after each colon and comma, the form of our event streams: `{"done": true, "agent_type": "diet"}`.
        case spaced
    }

    /// This value as text without white space.
    package var text: String { String(decoding: self.bytes(.compact), as: UTF8.self) }

    /// This value as UTF-8.
    package func bytes(_ layout: Layout = .compact) -> [UInt8] {
        var bytes: [UInt8] = []
        self.append(to: &bytes, layout)
        return bytes
    }

    /// Writes this value at the end of `bytes`.
    ///
    /// Only `"`, `\` and what lies below U+0020 is escaped, so `/` and everything beyond ASCII stay as they are.
    package func append(to bytes: inout [UInt8], _ layout: Layout = .compact) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(true): bytes.append(contentsOf: "true".utf8)
        case .bool(false): bytes.append(contentsOf: "false".utf8)
        case .number(let number): bytes.append(contentsOf: number.text.utf8)
        case .string(let text): appendJSONString(text, to: &bytes)
        case .array(let elements): appendArray(elements, to: &bytes, layout)
        case .object(let object): appendObject(object, to: &bytes, layout)
        }
    }
}

extension JSON: CustomStringConvertible {
    package var description: String { self.text }
}

private func appendArray(_ elements: [JSON], to bytes: inout [UInt8], _ layout: JSON.Layout) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
        if index > 0 { appendPunctuation(UInt8(ascii: ","), to: &bytes, layout) }
        element.append(to: &bytes, layout)
    }
    bytes.append(UInt8(ascii: "]"))
}

private func appendObject(_ object: JSON.Object, to bytes: inout [UInt8], _ layout: JSON.Layout) {
    bytes.append(UInt8(ascii: "{"))
    for (index, member) in object.members.enumerated() {
        if index > 0 { appendPunctuation(UInt8(ascii: ","), to: &bytes, layout) }
        appendJSONString(member.key, to: &bytes)
        appendPunctuation(UInt8(ascii: ":"), to: &bytes, layout)
        member.value.append(to: &bytes, layout)
    }
    bytes.append(UInt8(ascii: "}"))
}

private func appendPunctuation(_ punctuation: UInt8, to bytes: inout [UInt8], _ layout: JSON.Layout) {
    bytes.append(punctuation)
    if layout == .spaced { bytes.append(UInt8(ascii: " ")) }
}
