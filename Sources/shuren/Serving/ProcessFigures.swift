import Glibc
import Observability

/// Has what the system knows of this process looked up whenever the metrics are read, under the names that Prometheus'
/// own client libraries use; and says which build this is.
func describeProcess(in metrics: Metrics) {
    metrics.describe("process_resident_memory_bytes", "Resident memory size in bytes.")
    metrics.describe("process_open_fds", "Number of open file descriptors.")
    metrics.describe("shuren_build_info", "1, with the version and what it was built of and runs with as labels.")
    let facts = Dictionary(uniqueKeysWithValues: Build.facts.map { ($0.name, $0.value) })
    metrics.set(
        "shuren_build_info",
        [
            "version": Shuren.version, "commit": facts["commit"] ?? "", "swift": facts["swift"] ?? "",
            "platform": facts["platform"] ?? "", "sqlite": facts["sqlite"] ?? "", "curl": facts["curl"] ?? "",
            "openssl": facts["openssl"] ?? "",
        ],
        to: 1
    )
    metrics.beforeReading { metrics in
        if let bytes = residentBytes() { metrics.set("process_resident_memory_bytes", to: Double(bytes)) }
        if let count = openFiles() { metrics.set("process_open_fds", to: Double(count)) }
    }
}

/// The second number of `/proc/self/statm`, which counts pages.
private func residentBytes() -> Int? {
    guard let file = unsafe fopen("/proc/self/statm", "r") else { return nil }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard unsafe fgets(&line, Int32(line.count), file) != nil else { return nil }
    let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
        separator: " "
    )
    return words.count > 1 ? Int(words[1]).map { $0 * sysconf(Int32(_SC_PAGESIZE)) } : nil
}

private func openFiles() -> Int? {
    guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
    defer { unsafe closedir(folder) }
    var count = -1  // the folder itself is open while it is read
    while let entry = unsafe readdir(folder) {
        if unsafe entry.pointee.d_name.0 != 0x2E { count += 1 }
    }
    return count
}
