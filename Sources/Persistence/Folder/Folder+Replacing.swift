internal import Glibc

extension Folder {
    /// Puts bytes in the place of a file in one step; returns when they are on the device.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let draft = path + ".part"
        do {
            let file = try File(path: draft)
            try file.truncate(to: 0)
            try file.write(bytes, at: 0)
            try file.sync()
        }
        try Self.rename(draft, to: path)
    }

    /// How many bytes whoever runs this may still write on the device of a folder.
    static func freeBytes(in path: String) throws(SystemError) -> Int {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { throw .last("cannot look at the device of", path) }
        return Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }
}
