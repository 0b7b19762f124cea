import Chat
import Foundation
import TestSupport
import Testing

@testable import Persistence

@Suite struct `The stored connection to a model` {
    private let folder: TemporaryFolder
    private let store: StoredConnection

    init() throws {
        self.folder = try TemporaryFolder()
        self.store = StoredConnection(inFolder: self.folder.path)
    }

    @Test(arguments: [
        ModelConnection.builtIn, .server(ModelServer(form: .openai, address: "http://a/v1", key: "sk-1", model: "m")),
        .server(ModelServer(form: .anthropic, model: "m")),
    ])
    func `is there again as it was kept, until it is given up`(connection: ModelConnection) async throws {
        #expect(try await self.store.connection() == nil)

        try await self.store.keep(connection)
        #expect(try await self.store.connection() == connection)

        try await self.store.keep(nil)
        #expect(try await self.store.connection() == nil)
        try await self.store.keep(nil)
    }

    @Test func `is its owner's alone, and replaced as a whole`() async throws {
        try await self.store.keep(.server(ModelServer(form: .openai, address: "http://long.example/v1", model: "long")))
        try await self.store.keep(.builtIn)

        let path = self.folder.file("model.json")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? Int) == 0o600)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == #"{"provider": "builtin"}"#)
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.folder.path) == ["model.json"])
    }

    @Test(arguments: ["", "{", "[]", #"{"provider": "other"}"#, #"{"provider": "openai"}"#])
    func `is not guessed at when it is damaged`(text: String) async throws {
        try Array(text.utf8).write(to: self.folder.file("model.json"))

        guard !text.isEmpty else { return #expect(try await self.store.connection() == nil) }
        await #expect(throws: StoreError.self) { try await self.store.connection() }
    }
}
