internal import JSONValue
package import Observability

/// Tools by their names, and the running of calls to them.
///
/// Whatever goes wrong becomes a result that the model can read: an unknown name, arguments that do not fit, a tool that
/// fails or takes too long. Nothing that a model asks for ends a reply.
package struct Toolbox: Sendable {
    /// The longest result that a model is given, in UTF-8 bytes.
    static let longestResult = 32 * 1024

    private let tools: [String: any Tool]
    /// The tools' names in their order.
    package let names: [String]
    private let time: TimeSource

    package init(_ tools: [any Tool], time: TimeSource) {
        self.names = tools.map(\.description.name)
        self.tools = Dictionary(tools.map { ($0.description.name, $0) }) { first, _ in first }
        self.time = time
    }

    /// A toolbox with nothing in it.
    package static func empty(time: TimeSource) -> Toolbox { Toolbox([], time: time) }

    package var isEmpty: Bool { self.names.isEmpty }

    /// What models are told about these tools.
    package var descriptions: [ToolDescription] { self.names.compactMap { self.tools[$0]?.description } }

    /// The tools of this box that are named.
    package func only(_ names: [String]) -> Toolbox {
        Toolbox(names.compactMap { self.tools[$0] }, time: self.time)
    }

    /// Runs the calls of one round at the same time; one result for each, in their order.
    func run(_ calls: [ToolCall], for caller: ToolCaller) async -> [ToolResult] {
        await withTaskGroup { group in
            for (index, call) in calls.enumerated() {
                group.addTask { (index, await self.run(call, for: caller)) }
            }
            var results = [ToolResult?](repeating: nil, count: calls.count)
            for await (index, result) in group { results[index] = result }
            return results.compactMap(\.self)
        }
    }

    private func run(_ call: ToolCall, for caller: ToolCaller) async -> ToolResult {
        let began = self.time.elapsed()
        let outcome: ToolResult.Outcome
        do throws(ToolError) {
            let text = try await self.result(of: call, for: caller).text
            guard text.utf8.count <= Self.longestResult else { throw ToolError("The result is too long.") }
            outcome = .result(text)
        } catch {
            outcome = .error(error.message)
        }
        return ToolResult(id: call.id, name: call.name, outcome: outcome, duration: self.time.elapsed() - began)
    }

    private func result(of call: ToolCall, for caller: ToolCaller) async throws(ToolError) -> JSON {
        guard let tool = self.tools[call.name] else {
            throw ToolError(
                "There is no tool \"\(call.name.prefix(64))\". There are: \(self.names.joined(separator: ", "))."
            )
        }
        let arguments: JSON
        do {
            // Some models say nothing at all for "no arguments".
            arguments = call.arguments.isEmpty ? .object(JSON.Object()) : try JSON(parsing: call.arguments)
        } catch {
            throw ToolError("The arguments are no JSON: \(error).")
        }
        let problems = tool.description.parameters.problems(with: arguments)
        guard problems.isEmpty else {
            throw ToolError("The arguments do not fit: \(problems.joined(separator: "; ")).")
        }
        return try await self.run(tool, arguments, for: caller)
    }

    /// Runs a tool against its time limit.
    private func run(_ tool: any Tool, _ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let outcome: Result<JSON, ToolError> = await withTaskGroup(of: Result<JSON, ToolError>.self) { group in
            group.addTask {
                do throws(ToolError) {
                    return .success(try await tool.run(arguments, for: caller))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // A cancelled sleep means that the tool was faster, or that nobody wants its result any more.
                try? await self.time.sleep(tool.timeLimit)
                return .failure(ToolError("The tool took longer than \(Int(tool.timeLimit.inSeconds)) s."))
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(ToolError("The tool gave nothing."))
        }
        return try outcome.get()
    }
}
