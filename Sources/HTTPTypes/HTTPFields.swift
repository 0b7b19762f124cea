/// The header fields of a message, in their order.
package struct HTTPFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One field line.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var lines: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        self.lines = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// The value of the first field of that name, whose letters' case does not matter.
    package subscript(name: String) -> String? {
        self.lines.first { $0.name.isSameFieldName(as: name) }?.value
    }

    /// The values of all fields of that name.
    package func all(_ name: String) -> [String] {
        self.lines.filter { $0.name.isSameFieldName(as: name) }.map(\.value)
    }

    /// Adds a field behind those that are there.
    package mutating func append(_ name: String, _ value: String) {
        self.lines.append(Field(name: name, value: value))
    }

    /// Makes this the only field of that name.
    package mutating func set(_ name: String, _ value: String) {
        self.lines.removeAll { $0.name.isSameFieldName(as: name) }
        self.append(name, value)
    }
}

extension String {
    /// Whether two field names are one: ASCII letters compare without case (RFC 9110, section 5.1).
    fileprivate func isSameFieldName(as other: String) -> Bool {
        self.utf8.count == other.utf8.count
            && zip(self.utf8, other.utf8).allSatisfy { lowercasedASCII($0) == lowercasedASCII($1) }
    }
}

/// A letter of ASCII in lower case; every other byte as it is.
package func lowercasedASCII(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}
