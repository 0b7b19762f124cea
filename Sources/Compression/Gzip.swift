import CZlib

/// The gzip format (RFC 1952), for what is compressed once: static files at the start, long JSON answers.
package enum Gzip {
    /// How hard to try; static files are worth the time, an answer that somebody waits for is not.
    package enum Effort: Int32, Sendable, CaseIterable {
        case fast = 1
        case balanced = 6
        case best = 9
    }

    /// The largest input that zlib takes in one call.
    package static let maximumCount = Int(UInt32.max)

    /// `bytes`, compressed; `nil` when they are more than ``maximumCount`` or when memory is short.
    ///
    /// The header names no time and no system, so equal bytes always give equal results.
    package static func compress(_ bytes: [UInt8], effort: Effort = .balanced) -> [UInt8]? {
        guard bytes.count <= self.maximumCount else { return nil }
        var stream = unsafe z_stream()
        guard unsafe zlib_deflate_init_gzip(&stream, effort.rawValue) == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }

        let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            // zlib reads the input only; its struct has no const for callers who want none.
            count = unsafe bytes.withUnsafeBufferPointer { source -> Int in
                unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(clamping: target.count)
                guard unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END else { return 0 }
                return unsafe target.count - Int(stream.avail_out)
            }
        }
        return compressed.isEmpty ? nil : compressed
    }
}
