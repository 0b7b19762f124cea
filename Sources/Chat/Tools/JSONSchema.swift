package import JSONValue

/// What a JSON value must look like, in the part of JSON Schema that tool arguments need.
///
/// Known words (JSON Schema 2020-12): `type`, `properties`, `required`, `additionalProperties: false`, `items`,
/// `minItems`, `maxItems`, `minLength`, `maxLength`, `minimum`, `maximum`, `enum`, and `description`, `title`, `default`,
/// `examples`, which say nothing about validity. Any other word is refused when the schema is read, because ignoring it
/// would let through what it forbids.
package struct JSONSchema: Sendable, Equatable {
    /// Why a text is no schema that can be held to.
    package struct Unknown: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// The schema as models are shown it.
    package let json: JSON

    private static let known: Set<String> = [
        "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength",
        "maxLength", "minimum", "maximum", "enum", "description", "title", "default", "examples",
    ]
    private static let types: Set<String> = ["object", "array", "string", "number", "integer", "boolean", "null"]

    /// Takes a schema from outside.
    package init(_ json: JSON) throws(Unknown) {
        try Self.check(json, at: "the schema")
        self.json = json
    }

    /// Takes a schema that is written in this program; an unknown word in it is a mistake there.
    package init(checked json: JSON) {
        precondition((try? Self.check(json, at: "the schema")) != nil, "a schema of ours holds an unknown word")
        self.json = json
    }

    private static func check(_ schema: JSON, at place: String) throws(Unknown) {
        guard let object = schema.object else { throw Unknown(description: "\(place) must be an object") }
        for member in object.members where !Self.known.contains(member.key) {
            throw Unknown(description: "\(place) uses \"\(member.key)\", which is not known here")
        }
        if let type = schema["type"], !Self.types.contains(type.string ?? "") {
            throw Unknown(description: "\(place) has an unknown type")
        }
        for property in schema["properties"]?.object?.members ?? [] {
            try Self.check(property.value, at: "\"\(property.key)\"")
        }
        if let items = schema["items"] { try Self.check(items, at: "an item of \(place)") }
    }

    /// Everything that is wrong with `value`, each a sentence for the model that wrote it; empty when it is right.
    package func problems(with value: JSON) -> [String] {
        var problems: [String] = []
        Self.compare(value, with: self.json, at: "the arguments", &problems)
        return problems
    }

    private static func compare(_ value: JSON, with schema: JSON, at place: String, _ problems: inout [String]) {
        if let type = schema["type"]?.string, !value.is(type) {
            return problems.append("\(place) must be of type \(type)")
        }
        if let allowed = schema["enum"]?.array, !allowed.contains(value) {
            problems.append("\(place) must be one of \(allowed.map(\.text).joined(separator: ", "))")
        }
        switch value {
        case .number(let number): Self.compare(number, with: schema, at: place, &problems)
        case .string(let text):
            let length = text.unicodeScalars.count
            if let least = schema["minLength"]?.int, length < least { problems.append("\(place) is too short") }
            if let most = schema["maxLength"]?.int, length > most {
                problems.append("\(place) is longer than \(most) characters")
            }
        case .array(let elements): Self.compare(elements, with: schema, at: place, &problems)
        case .object(let object): Self.compare(object, with: schema, at: place, &problems)
        case .null, .bool: break
        }
    }

    private static func compare(
        _ number: JSON.Number,
        with schema: JSON,
        at place: String,
        _ problems: inout [String]
    ) {
        guard let value = number.double else { return problems.append("\(place) is out of range") }
        if let least = schema["minimum"]?.number, let bound = least.double, value < bound {
            problems.append("\(place) must be at least \(least.text)")
        }
        if let most = schema["maximum"]?.number, let bound = most.double, value > bound {
            problems.append("\(place) must be at most \(most.text)")
        }
    }

    private static func compare(_ elements: [JSON], with schema: JSON, at place: String, _ problems: inout [String]) {
        if let least = schema["minItems"]?.int, elements.count < least {
            problems.append("\(place) needs at least \(least) elements")
        }
        if let most = schema["maxItems"]?.int, elements.count > most {
            problems.append("\(place) may have \(most) elements at most")
        }
        guard let items = schema["items"] else { return }
        for (index, element) in elements.enumerated() {
            Self.compare(element, with: items, at: "element \(index + 1) of \(place)", &problems)
        }
    }

    private static func compare(_ object: JSON.Object, with schema: JSON, at place: String, _ problems: inout [String])
    {
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where object[name] == nil {
            problems.append("\"\(name)\" is missing")
        }
        for member in object.members {
            if let property = schema["properties"]?[member.key] {
                Self.compare(member.value, with: property, at: "\"\(member.key)\"", &problems)
            } else if schema["additionalProperties"]?.bool == false {
                problems.append("\"\(member.key)\" is not known")
            }
        }
    }
}

extension JSON {
    fileprivate func `is`(_ type: String) -> Bool {
        switch type {
        case "object": self.object != nil
        case "array": self.array != nil
        case "string": self.string != nil
        case "number": self.number != nil
        case "integer": self.int != nil
        case "boolean": self.bool != nil
        case "null": self.isNull
        default: false
        }
    }
}
