import EventLoop
import HTTPServer
import HTTPTypes
import TestSupport
import Testing

@testable import Web

@Suite struct `The client's address` {
    private let addresses = ClientAddresses(proxies: ["127.0.0.1", "10.0.0.9"])

    private func client(_ forwarded: String?, from peer: String) throws -> String {
        var fields = HTTPFields()
        if let forwarded { fields.append("X-Forwarded-For", forwarded) }
        let request = HTTPRequest(method: .get, path: "/", fields: fields)
        return self.addresses.client(of: request, from: Peer(address: peer, executor: try TestLoop().loop))
    }

    @Test(arguments: [
        (nil, "203.0.113.5", "203.0.113.5"),
        // What a stranger says of itself counts for nothing.
        ("198.51.100.1", "203.0.113.5", "203.0.113.5"),
        ("198.51.100.1", "127.0.0.1", "198.51.100.1"),
        ("198.51.100.7, 198.51.100.1", "127.0.0.1", "198.51.100.1"),
        ("198.51.100.1, 10.0.0.9", "127.0.0.1", "198.51.100.1"),
        ("198.51.100.7,198.51.100.1 , 10.0.0.9", "127.0.0.1", "198.51.100.1"),
        ("2001:db8::5", "127.0.0.1", "2001:db8:0:0::/64"),
        ("", "127.0.0.1", "127.0.0.1"),
        ("unknown", "127.0.0.1", "127.0.0.1"),
        ("198.51.100.1, _hidden", "127.0.0.1", "127.0.0.1"),
        ("10.0.0.9, 10.0.0.9", "127.0.0.1", "10.0.0.9"),
    ])
    func `is what the nearest proxy of ours has seen`(forwarded: String?, peer: String, client: String) throws {
        #expect(try self.client(forwarded, from: peer) == client)
    }

    @Test(arguments: Seeds.all)
    func `is never what somebody else put before it`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let junk = (0..<Int.random(in: 0...6, using: &random)).map { _ in
            ["1.2.3.4", "10.0.0.9", "127.0.0.1", "x", "", "::1", "999.9", ",", "\"1.1.1.1\""].randomElement(
                using: &random
            ) ?? ""
        }
        let ours = Array(repeating: "10.0.0.9", count: Int.random(in: 0...2, using: &random))

        let forwarded = (junk + ["198.51.100.1"] + ours).joined(separator: ", ")

        #expect(try self.client(forwarded, from: "127.0.0.1") == "198.51.100.1")
    }
}
