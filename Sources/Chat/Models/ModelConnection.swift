/// What replies come from.
package enum ModelConnection: Sendable, Equatable {
    /// The built-in coach: no model at all.
    case builtIn
    case server(ModelServer)

    /// The connection for logs and terminals, without its key.
    package var text: String {
        switch self {
        case .builtIn: "builtin"
        case .server(let server): "\(server.form.rawValue) \(server.address) \(server.model)"
        }
    }
}

/// A server that has a model, and how it is asked.
package struct ModelServer: Sendable, Equatable {
    /// How the server is spoken to.
    package enum Form: String, Sendable, CaseIterable {
        case openai, anthropic

        /// Where Ollama listens, and Anthropic's own address.
        package var usualAddress: String {
            switch self {
            case .openai: "http://127.0.0.1:11434/v1"
            case .anthropic: "https://api.anthropic.com"
            }
        }
    }

    package var form: Form
    /// Up to what the form's own paths begin with, without a slash at its end.
    package var address: String
    /// `nil` for a server that wants none.
    package var key: String?
    /// The model that is asked; empty while none is chosen.
    package var model: String

    package init(form: Form, address: String? = nil, key: String? = nil, model: String) {
        self.form = form
        self.address = address ?? form.usualAddress
        self.key = key
        self.model = model
    }

    /// An address as somebody typed it, without a slash at its end; `nil` when it cannot be one.
    package static func address(_ text: String) -> String? {
        let text = text.trimmed
        guard let host = text.split(separator: "://", maxSplits: 1).dropFirst().first, !host.isEmpty,
            text.hasPrefix("http://") || text.hasPrefix("https://"),
            text.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }),
            !host.prefix(while: { $0 != "/" }).contains("@")
        else { return nil }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

/// What asking a model's server for its models brought.
package struct ModelServerReport: Sendable, Equatable {
    /// What to tell, a sentence each, in plain words.
    package let findings: [String]
    /// The models that it has, in alphabetical order; none when it did not say.
    package let models: [String]
    /// Whether the model can be asked as it is described.
    package let isWell: Bool

    package init(findings: [String], models: [String] = [], isWell: Bool) {
        self.findings = findings
        self.models = models
        self.isWell = isWell
    }
}
