package import Chat
package import JSONValue

/// A tool of the operator's: a request to a server of theirs, with a model's arguments in it.
package struct HTTPToolDeclaration: Sendable, Equatable {
    /// Everything that is wrong with the tools of a file, each a sentence.
    package struct Problems: Error, Sendable, Equatable, CustomStringConvertible {
        package let problems: [String]

        package var description: String { self.problems.joined(separator: "\n") }
    }

    package let description: ToolDescription
    /// Whether the arguments that the address does not hold go along as a JSON body.
    let posts: Bool
    /// The address, with `{argument}` where one goes.
    let template: String
    let fields: [(name: String, value: String)]
    package let timeLimit: Duration

    package static func == (left: HTTPToolDeclaration, right: HTTPToolDeclaration) -> Bool {
        left.description == right.description && left.template == right.template && left.posts == right.posts
    }

    /// Reads `{"http_tools": [{"name", "purpose", "url", "method"?, "parameters", "headers"?, "timeout_seconds"?}],
    /// "allowed_hosts": ["api.example.com"]}`.
    ///
    /// The host of an address must be among the allowed ones and hold no argument. `${NAME}` in a header stands for a variable
    /// of the environment, so that no key stands in the file. Names every problem at once.
    package static func read(_ json: JSON, environment: [String: String]) throws(Problems) -> [HTTPToolDeclaration] {
        var reader = Reader(
            hosts: Set((json["allowed_hosts"]?.array ?? []).compactMap { $0.string?.lowercased() }),
            environment: environment
        )
        let tools = (json["http_tools"]?.array ?? []).enumerated().compactMap { reader.tool($1, number: $0 + 1) }
        let names = tools.map(\.description.name) + ToolShelf.names
        for name in Set(names).sorted() where names.count(where: { $0 == name }) > 1 {
            reader.problems.append("There is more than one tool \"\(name)\".")
        }
        guard reader.problems.isEmpty else { throw Problems(problems: reader.problems) }
        return tools
    }
}

private struct Reader {
    let hosts: Set<String>
    let environment: [String: String]
    var problems: [String] = []

    private static let known: Set<String> = [
        "name", "purpose", "url", "method", "parameters", "headers", "timeout_seconds",
    ]

    mutating func tool(_ json: JSON, number: Int) -> HTTPToolDeclaration? {
        let name = json["name"]?.string ?? ""
        let subject = name.isEmpty ? "Tool \(number)" : "The tool \"\(name)\""
        let before = self.problems.count
        if !(1...64).contains(name.count)
            || !name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") })
        {
            self.problems.append("\(subject) needs a \"name\" of a-z, 0-9 and _.")
        }
        for member in json.object?.members ?? [] where !Self.known.contains(member.key) {
            self.problems.append("\(subject) has an unknown member \"\(member.key)\".")
        }
        let purpose = json["purpose"]?.string ?? ""
        if purpose.isEmpty { self.problems.append("\(subject) has no \"purpose\".") }
        let method = json["method"]?.string ?? "GET"
        if method != "GET" && method != "POST" { self.problems.append("\(subject): \"method\" must be GET or POST.") }
        let seconds = json["timeout_seconds"]?.int ?? 10
        if !(1...60).contains(seconds) { self.problems.append("\(subject): \"timeout_seconds\" must be from 1 to 60.") }
        let schema = self.schema(json["parameters"], subject)
        let url = self.url(json["url"]?.string ?? "", schema, subject)
        let fields = (json["headers"]?.object?.members ?? []).map { member in
            (name: member.key, value: self.expanded(member.value.string ?? "", subject))
        }
        guard self.problems.count == before, let schema else { return nil }
        return HTTPToolDeclaration(
            description: ToolDescription(name: name, purpose: purpose, parameters: schema),
            posts: method == "POST",
            template: url,
            fields: fields,
            timeLimit: .seconds(seconds)
        )
    }

    private mutating func schema(_ json: JSON?, _ subject: String) -> JSONSchema? {
        do throws(JSONSchema.Unknown) {
            let schema = try JSONSchema(json ?? ["type": "object", "properties": [:]])
            if schema.json["type"]?.string == "object" { return schema }
            self.problems.append("\(subject): \"parameters\" must describe an object.")
        } catch {
            self.problems.append("\(subject): \"parameters\": \(error).")
        }
        return nil
    }

    private mutating func url(_ text: String, _ schema: JSONSchema?, _ subject: String) -> String {
        let pattern = /(https?):\/\/([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?(\/[^\s#]*)?/
        guard let match = text.wholeMatch(of: pattern) else {
            self.problems.append("\(subject): \"url\" must be an http or https address whose host is written out.")
            return text
        }
        if !self.hosts.contains(match.2.lowercased()) {
            self.problems.append("\(subject): the host \(match.2) is not in \"allowed_hosts\".")
        }
        let required = Set(schema?.json["required"]?.array?.compactMap(\.string) ?? [])
        for argument in text.matches(of: /\{([^}]*)\}/).map({ String($0.1) }) where !required.contains(argument) {
            self.problems.append("\(subject): {\(argument)} in the address must be a required parameter.")
        }
        return text
    }

    private mutating func expanded(_ text: String, _ subject: String) -> String {
        text.replacing(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/) { match in
            guard let value = self.environment[String(match.1)] else {
                self.problems.append("\(subject) needs the environment variable \(match.1).")
                return ""
            }
            return value
        }
    }
}
