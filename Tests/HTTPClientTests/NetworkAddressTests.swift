import Glibc
import HTTPClient
import Testing

@Suite struct `A network address` {
    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.168.0.1",
        "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
        "2001:db8::1",
        "2001::1", "::127.0.0.1", "fec0::1", "3fff::1",
    ])
    func `is not global when only some can reach it`(text: String) throws {
        #expect(try #require(NetworkAddress(text)).isGlobal == false)
    }

    @Test(arguments: [
        "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "192.167.1.1", "223.1.1.1", "2606:4700::1111", "2a00::1",
        "::ffff:8.8.8.8", "64:ff9b::808:808", "2001:4860:4860::8888",
    ])
    func `is global otherwise`(text: String) throws {
        #expect(try #require(NetworkAddress(text)).isGlobal)
    }

    @Test func `says what it is`() throws {
        #expect(try #require(NetworkAddress("10.0.0.1")).description == "10.0.0.1:80")
        #expect(try #require(NetworkAddress("2001:db8::1")).description == "[2001:db8:0:0:0:0:0:1]:80")
    }
}

extension NetworkAddress {
    /// Reads an address with the C library.
    fileprivate init?(_ text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: Array(bytes.prefix(4)), port: 80)
        } else if unsafe inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes, port: 80)
        } else {
            return nil
        }
    }
}
