internal import Chat
internal import JSONValue
internal import Observability

/// What is known about the reader, and what is not.
struct ReadProfileTool: Tool {
    let playbook: PlaybookSwitch
    let profiles: any ProfileStore

    let description = ToolDescription(
        name: "read_profile",
        purpose: "What the reader has told about themselves, and which questions are still open.",
        parameters: .object([:])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let profile = try await KnownReader(profiles: self.profiles).profile(of: caller)
        let form = self.playbook.playbook.form
        return [
            "profile": form.json(of: profile),
            "open": .list(
                form.fields(for: profile).filter { profile.values[$0.id] == nil && !profile.skipped.contains($0.id) }
                    .map(\.id)
            ),
        ]
    }
}

/// Notes what the reader has said about themselves.
struct UpdateProfileTool: Tool {
    let playbook: PlaybookSwitch
    let profiles: any ProfileStore
    let time: TimeSource

    var description: ToolDescription {
        let fields = self.playbook.playbook.form.fields.map(\.described).joined(separator: "; ")
        return ToolDescription(
            name: "update_profile",
            purpose: """
                Notes facts that the reader has just said about themselves, in their own words and nothing else. Fields: \
                \(fields).
                """,
            parameters: .object([
                "set": ["type": "object", "description": "Values by field."],
                "skip": [
                    "type": "array", "items": ["type": "string", "maxLength": 40], "maxItems": 40,
                    "description": "Fields that the reader does not want to answer.",
                ],
            ])
        )
    }

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let form = self.playbook.playbook.form
        var changes: [Profile.Change] = []
        for member in arguments["set"]?.object?.members ?? [] {
            guard let field = form[member.key], let value = Profile.Value(member.value, for: field) else {
                throw ToolError(
                    "\"\(member.key.prefix(40))\" is no field, or does not take such a value. Nothing was noted."
                )
            }
            changes.append(.set(field: field.id, value))
        }
        for entry in arguments["skip"]?.array ?? [] { changes.append(.skip(field: entry.string ?? "")) }
        let onboarding = Onboarding(form: form, profiles: self.profiles, time: self.time)
        do {
            let (profile, refusals) = try await onboarding.change(changes, of: caller.person, expecting: nil)
            guard refusals.isEmpty else {
                throw ToolError("Nothing was noted. " + refusals.map(\.message).joined(separator: " "))
            }
            return [
                "profile": form.json(of: profile), "next": form.next(for: profile).map { .string($0.id) } ?? .null,
                "progress": .rounded(form.progress(of: profile), digits: 2),
            ]
        } catch let error as ToolError {
            throw error
        } catch {
            throw ToolError("The profile cannot be changed at the moment.")
        }
    }
}

extension ProfileForm.Field {
    /// The field as a model is told of it.
    fileprivate var described: String {
        switch self.kind {
        case .text: "\(self.id) (text)"
        case .number(let quantity, let range):
            "\(self.id) (number of \(quantity.rawValue), \(written(range.lowerBound)) to \(written(range.upperBound)))"
        case .choice(let choices): "\(self.id) (one of \(choices.map(\.id).joined(separator: ", ")))"
        case .choices(let choices): "\(self.id) (list of \(choices.map(\.id).joined(separator: ", ")))"
        }
    }
}

/// Finds what was said before.
struct SearchConversationsTool: Tool {
    let conversations: any ConversationStore

    let description = ToolDescription(
        name: "search_conversations",
        purpose: "Finds what the reader and the assistants said in earlier conversations of this reader.",
        parameters: .object(["text": ["type": "string", "minLength": 2, "maxLength": 100]], required: ["text"])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let text = arguments["text"]?.string ?? ""
        do throws(StoreError) {
            // What is said here the model has before it.
            let found = try await self.conversations.messages(of: caller.person, holding: text, limit: 20)
                .filter { $0.conversation != caller.conversation }.prefix(8)
            return [
                "found": .array(
                    found.map { entry in
                        [
                            "role": .string(entry.message.role.rawValue),
                            "date": .string(entry.message.createdAt.date.iso8601),
                            "text": .string(excerpt(of: entry.message.text, around: text)),
                        ]
                    }
                )
            ]
        } catch {
            throw ToolError("The conversations cannot be searched at the moment.")
        }
    }
}

/// Up to 240 characters with what was looked for among them.
private func excerpt(of text: String, around needle: String) -> String {
    let characters = Array(text)
    let lowered = characters.map { $0.lowercased() }
    let wanted = needle.map { $0.lowercased() }
    let place = lowered.indices.first { lowered[$0...].starts(with: wanted) } ?? 0
    let start = max(0, place - 100)
    let end = min(characters.count, start + 240)
    return (start > 0 ? "…" : "") + String(characters[start..<end]) + (end < characters.count ? "…" : "")
}
