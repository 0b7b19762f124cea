import HTTPTypes
import JSONValue
import TestSupport
import Testing
import Web

@Suite struct `The API description` {
    private let description: JSON

    init() throws {
        self.description = try shippedJSON("Public/openapi.json")
    }

    @Test func `describes every route that is registered, and no other`() async throws {
        let registered = Set(try await OwnSite().site.routes.map(Operation.init))
        let described = Set(self.operations.map(\.name))
        #expect(registered.subtracting(described).sorted() == [], "registered and not described")
        #expect(described.subtracting(registered).sorted() == [], "described and not registered")
    }

    @Test func `describes what legacy paths add by the same routes below /api/v1, and says so there`() async throws {
        let usual = Set(try await OwnSite().site.routes.map(Operation.init))
        let all = Set(try await OwnSite(hasLegacyPaths: true).site.routes.map(Operation.init))
        let added = all.subtracting(usual)
        #expect(!added.isEmpty)
        for operation in added {
            let twin = self.operations.first { $0.name == Operation(operation.method, "/api/v1" + operation.path) }
            let text = twin?.value["description"]?.string ?? ""
            #expect(text.contains("`\(operation.path)`"), "\(operation) is not told of")
        }
    }

    @Test func `has its paths and its components in alphabetical order, so that changes meet rarely`() {
        let components = self.description["components"]
        let lists = [self.description["paths"], components?["responses"], components?["schemas"]]
        for list in lists {
            let names = list?.object?.members.map(\.key) ?? []
            #expect(!names.isEmpty)
            #expect(names == names.sorted())
        }
    }

    @Test func `refers only to what is there, and has nothing that nobody refers to`() {
        let references = Set(self.description.references)
        let broken = references.filter { self.description.value(at: $0) == nil }
        #expect(broken.sorted() == [])
        for kind in ["responses", "schemas"] {
            for name in self.description["components"]?[kind]?.object?.members.map(\.key) ?? [] {
                #expect(references.contains("#/components/\(kind)/\(name)"), "nobody refers to \(name)")
            }
        }
    }

    @Test func `gives every operation a name of its own, a group, who may ask, and each answer its form`() {
        let tags = Set(self.description["tags"]?.array?.compactMap { $0["name"]?.string } ?? [])
        var names: Set<String> = []
        for operation in self.operations {
            let place = "\(operation.name)"
            let id = operation.value["operationId"]?.string ?? ""
            let isNew = names.insert(id).inserted
            #expect(isNew, "\(place)")
            let groups = Set((operation.value["tags"]?.array ?? []).compactMap(\.string))
            #expect(groups.count == 1 && tags.isSuperset(of: groups), "\(place)")
            #expect(operation.value["summary"]?.string?.hasSuffix(".") == true, "\(place)")
            #expect(operation.value["security"]?.array != nil, "\(place)")
            for response in operation.value["responses"]?.object?.members ?? [] {
                let answer = self.description.resolved(response.value)
                #expect(answer["description"]?.string?.isEmpty == false, "\(place) \(response.key)")
                let isEmpty = response.key == "204" || response.key == "304"
                #expect((answer["content"] == nil) == isEmpty, "\(place) \(response.key)")
            }
            let statuses = (operation.value["responses"]?.object?.members ?? []).map(\.key)
            #expect(statuses.contains { $0.hasPrefix("2") }, "\(place)")
        }
        #expect(names.count > 50)
    }

    @Test func `describes each name in the path of an operation`() {
        for operation in self.operations {
            let named = operation.name.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            let described = (operation.value["parameters"]?.array ?? []).filter { $0["in"]?.string == "path" }
            #expect(described.compactMap { $0["name"]?.string } == named, "\(operation.name)")
        }
    }

    /// A method and a path.
    private struct Operation: Hashable, Comparable, CustomStringConvertible {
        let method: String
        let path: String

        init(_ method: String, _ path: String) {
            self.method = method
            self.path = path
        }

        init(_ route: (method: HTTPMethod, path: String)) {
            self.init(route.method.rawValue, route.path)
        }

        var description: String { "\(self.method) \(self.path)" }

        static func < (one: Self, other: Self) -> Bool { one.description < other.description }
    }

    private var operations: [(name: Operation, value: JSON)] {
        let methods: Set = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
        return (self.description["paths"]?.object?.members ?? []).flatMap { path in
            (path.value.object?.members ?? []).filter { methods.contains($0.key) }.map {
                (Operation($0.key.uppercased(), path.key), $0.value)
            }
        }
    }
}

extension JSON {
    /// Every `$ref` in it, however deep.
    fileprivate var references: [String] {
        if let elements = self.array { return elements.flatMap(\.references) }
        return (self.object?.members ?? []).flatMap { member in
            (member.key == "$ref" ? member.value.string.map { [$0] } : nil) ?? member.value.references
        }
    }

    /// What a reference leads to; `nil` when that is nothing.
    fileprivate func value(at reference: String) -> JSON? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(self as JSON?) { $0?[String($1)] }
    }

    fileprivate func resolved(_ value: JSON) -> JSON {
        value["$ref"]?.string.flatMap { self.value(at: $0) } ?? value
    }
}
