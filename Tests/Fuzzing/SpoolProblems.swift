import Glibc

@testable import Persistence

/// The input says what is written to a segment and what then becomes of the file.
///
/// Byte 0: how many records; then for each a length, and that many bytes of payload. What follows are triples: two bytes
/// of place and one byte that is mixed into the file there. The rest of a division by three cuts the file off.
func problemReadingSpool(_ input: [UInt8]) -> String? {
    _ = SpoolRecord(decoding: input[...], salt: 0)
    var rest = input[...]
    var payloads: [[UInt8]] = []
    for _ in 0..<Int(rest.popFirst() ?? 0) % 8 {
        let count = Int(rest.popFirst() ?? 0) * 5
        payloads.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
    }
    let records = payloads.enumerated().map { SpoolRecord(sequence: UInt64($0 + 1), payload: $1) }
    let path = "\(spoolFolder)/shuren-fuzz-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    defer { unsafe unlink(path) }
    do {
        var offsets: [Int] = []
        var generator = SystemRandomNumberGenerator()
        let segment = try SpoolSegment(path: path, size: 16 * 1024, random: &generator)
        for record in records where segment.hasRoom(forPayload: record.payload.count) {
            offsets.append(try segment.append(record))
        }
        let kept = Array(records.prefix(offsets.count))
        let touched = try damage(path, by: rest)
        let again = try SpoolSegment(path: path, size: 16 * 1024, random: &generator)
        let found = again.found.map(\.record)
        // Nothing is invented, doubled or put out of order.
        var expected = kept[...]
        for record in found {
            guard let place = expected.firstIndex(of: record) else { return "a record that nobody wrote, or one twice" }
            expected = expected[(place + 1)...]
        }
        // And what no damage came near is there.
        guard touched >= 1024 else { return nil }
        let whole = zip(kept, offsets).filter { record, offset in offset + record.size <= touched }.map(\.0)
        return found.starts(with: whole) ? nil : "a sound record before the damage is not found"
    } catch {
        return "the file cannot be used: \(error)"
    }
}

/// Changes the file as the triples say, and answers the first byte that is not as it was.
private func damage(_ path: String, by changes: ArraySlice<UInt8>) throws -> Int {
    let file = try File(path: path)
    var first = Int.max
    var changes = changes
    while changes.count >= 3 {
        let place = (Int(changes.removeFirst()) << 8 | Int(changes.removeFirst())) % (16 * 1024)
        let mixed = changes.removeFirst()
        guard mixed != 0 else { continue }
        let byte = try file.read(1, at: place)[0]
        try file.write([byte ^ mixed], at: place)
        first = min(first, place)
    }
    if changes.count == 2, let high = changes.first, let low = changes.last {
        let length = 1024 + (Int(high) << 8 | Int(low)) % (15 * 1024)
        try file.truncate(to: length)
        first = min(first, length)
    }
    return first
}

/// Memory, where the system has it as a folder: a sync costs nothing there.
private let spoolFolder = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
