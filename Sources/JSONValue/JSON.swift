/// A JSON text as a value (RFC 8259), for bodies whose form is not known beforehand or not worth a type.
///
/// ```swift
/// let body = try JSON(parsing: bytes)
/// let model = body["model"]?.string ?? "default"
/// let reply: JSON = ["model": .string(model), "stream": true]
/// ```
///
/// Nothing is lost on the way from text to text but white space and the spelling of escapes: an object keeps the order
/// of its members, and a number stays the text that it was.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Number)
    case string(String)
    case array([JSON])
    case object(Object)
}

// MARK: Reading

extension JSON {
    /// The member of this object; `nil` when there is none, or when this is no object.
    package subscript(key: String) -> JSON? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The element of this array; `nil` beyond its end, or when this is no array.
    package subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    package var isNull: Bool { self == .null }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var number: Number? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The number as an integer; `nil` when it is none, or too large for one.
    package var int: Int? { self.number?.int }

    /// The number in the nearest double; `nil` beyond the range of finite ones.
    package var double: Double? { self.number?.double }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var array: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var object: Object? {
        if case .object(let object) = self { object } else { nil }
    }
}

// MARK: Literals

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) {
        self = .null
    }

    package init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    package init(integerLiteral value: Int) {
        self = .number(Number(value))
    }

    /// The literal of a number that JSON cannot say, thus an infinite one, becomes `null`.
    package init(floatLiteral value: Double) {
        self = Number(value).map(JSON.number) ?? .null
    }

    package init(stringLiteral value: String) {
        self = .string(value)
    }

    package init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }

    package init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(Object(members.map { Object.Member(key: $0, value: $1) }))
    }
}
