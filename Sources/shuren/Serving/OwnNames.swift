import CLinux
import Configuration

/// The host names under which this server may be asked.
enum OwnNames {
    /// Loopback, the machine's own addresses and name, `PUBLIC_URL` and `ALLOWED_HOSTS`.
    static func all(configuration: Configuration) -> Set<String> {
        var names: Set = ["localhost", "127.0.0.1", "[::1]"]
        names.formUnion(Self.machine())
        names.formUnion(configuration.allowedHosts)
        if let url = configuration.publicURL, let host = url.split(separator: "/").dropFirst().first {
            names.insert(host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : String(host.prefix { $0 != ":" }))
        }
        return names
    }

    private static func machine() -> [String] {
        var buffer = [CChar](repeating: 0, count: 8192)
        let count = unsafe linux_own_names(&buffer, Int32(buffer.count))
        let text = String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }
}
