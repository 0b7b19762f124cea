import CLinux
import EventLoop

/// The page's files, read once at the start.
enum PublicFolder {
    /// Why the page cannot be served.
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let cause: SystemError

        var description: String {
            "The page's files cannot be read: PUBLIC_DIR is \(self.path), and \(self.cause). "
                + "Start shuren where Public lies, or name the folder."
        }
    }

    /// All files below the folder, by their path in it.
    static func read(_ folder: String) throws(Failure) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var folders = [""]
        while let below = folders.popLast() {
            for (name, isFolder) in try Self.entries(of: folder + "/" + below) {
                let path = below + name
                if isFolder {
                    folders.append(path + "/")
                } else if let bytes = readFile(folder + "/" + path) {
                    files[path] = bytes
                } else {
                    throw Failure(path: folder + "/" + path, cause: SystemError(call: "read"))
                }
            }
        }
        return files
    }

    private static func entries(of path: String) throws(Failure) -> [(name: String, isFolder: Bool)] {
        guard let folder = unsafe linux_open_folder(path) else {
            throw Failure(path: path, cause: SystemError(call: "opendir"))
        }
        defer { unsafe linux_close_folder(folder) }
        var entries: [(String, Bool)] = []
        var name = [CChar](repeating: 0, count: 256)
        while true {
            let kind = unsafe linux_next_entry(folder, &name, Int32(name.count))
            guard kind >= 0 else { return entries }
            let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            entries.append((String(decoding: bytes, as: UTF8.self), kind == 1))
        }
    }
}
