import CZlib

extension Gzip {
    /// What `bytes` were before ``compress(_:effort:)``; `nil` when they are damaged, cut, or give more than `limit` bytes.
    package static func expand(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        guard bytes.count <= self.maximumCount else { return nil }
        var stream = unsafe z_stream()
        guard unsafe zlib_inflate_init_gzip(&stream) == Z_OK else { return nil }
        defer { unsafe inflateEnd(&stream) }

        var expanded: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var code = Z_OK
        unsafe bytes.withUnsafeBufferPointer { source in
            // zlib reads the input only; its struct has no const for callers who want none.
            unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.avail_in = UInt32(source.count)
            while code == Z_OK, expanded.count <= limit {
                let count = unsafe buffer.withUnsafeMutableBufferPointer { target -> Int in
                    unsafe stream.next_out = target.baseAddress
                    unsafe stream.avail_out = UInt32(target.count)
                    code = unsafe inflate(&stream, Z_NO_FLUSH)
                    return unsafe target.count - Int(stream.avail_out)
                }
                expanded.append(contentsOf: buffer.prefix(count))
            }
        }
        guard code == Z_STREAM_END, expanded.count <= limit, unsafe stream.avail_in == 0 else { return nil }
        return expanded
    }
}
