import HTTPServer
import HTTPTypes

/// Where requests come from, seen through the operator's own proxies.
package struct ClientAddresses: Sendable {
    private let proxies: Set<String>

    /// `proxies` are the addresses whose word about clients is believed, nobody else's is.
    package init(proxies: [String]) {
        self.proxies = Set(proxies)
    }

    /// Whether the word of that end of a connection about clients is believed.
    func trusts(_ peer: Peer) -> Bool { self.proxies.contains(peer.address) }

    /// The network that is counted as one client: see ``network(ofAddress:)``.
    ///
    /// `X-Forwarded-For` is read from its end, where the nearest proxy has written, as long as proxies of ours have; what stands
    /// before that anybody may have made up.
    func client(of request: HTTPRequest, from peer: Peer) -> String {
        var client = peer.address
        var hops = (request.fields["X-Forwarded-For"] ?? "").split(separator: ",").map { hop in
            String(hop.drop { $0 == " " }.prefix { $0 != " " })
        }
        while self.proxies.contains(client), let hop = hops.popLast(), Self.isAddress(hop) { client = hop }
        return network(ofAddress: client)
    }

    /// Whether it can be an address at all; what is none is not carried any further.
    private static func isAddress(_ text: String) -> Bool {
        (2...45).contains(text.utf8.count) && text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
            && text.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" }
    }
}
