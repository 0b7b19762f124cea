internal import CLinux
internal import Glibc

/// An open file, closed at the end of its scope.
struct File: ~Copyable {
    let path: String
    let descriptor: Int32

    /// Opens a file that is there, for reading alone.
    init(reading path: String) throws(SystemError) {
        let descriptor = unsafe linux_open(path, O_RDONLY, 0)
        guard descriptor >= 0 else { throw .last("cannot open", path) }
        self.path = path
        self.descriptor = descriptor
    }

    /// Opens a file for reading and writing, readable by its owner alone; makes it when it is missing.
    init(path: String) throws(SystemError) {
        let descriptor = unsafe linux_open(path, O_RDWR | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw .last("cannot open", path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(self.descriptor)
    }

    /// How many bytes the file has.
    var byteCount: Int {
        get throws(SystemError) {
            let end = lseek(self.descriptor, 0, SEEK_END)
            guard end >= 0 else { throw .last("cannot measure", self.path) }
            return Int(end)
        }
    }

    /// Writes all bytes at `offset`; what is there is overwritten.
    func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { rest in
                unsafe pwrite(self.descriptor, rest.baseAddress, rest.count, Int(offset + written))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .last("cannot write to", self.path) }
            written += count
        }
    }

    /// Reads `count` bytes from `offset`, fewer where the file ends.
    func read(_ count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var found = 0
        while found < count {
            let piece = unsafe bytes[found...].withUnsafeMutableBytes { rest in
                unsafe pread(self.descriptor, rest.baseAddress, rest.count, Int(offset + found))
            }
            if piece < 0 && errno == EINTR { continue }
            guard piece >= 0 else { throw .last("cannot read", self.path) }
            if piece == 0 { break }
            found += piece
        }
        return Array(bytes.prefix(found))
    }

    /// Cuts the file to `count` bytes.
    func truncate(to count: Int) throws(SystemError) {
        guard ftruncate(self.descriptor, Int(count)) == 0 else { throw .last("cannot shorten", self.path) }
    }

    /// Returns once the device has what was written.
    func sync() throws(SystemError) {
        guard fdatasync(self.descriptor) == 0 else { throw .last("cannot sync", self.path) }
    }

    /// Gives the lock back, also where a child process that has just been started still holds the file open.
    func unlock() {
        flock(self.descriptor, LOCK_UN)
    }

    /// Whether no process has the file's lock at this moment.
    func isUnlocked() throws(SystemError) -> Bool {
        guard flock(self.descriptor, LOCK_SH | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .last("cannot lock", self.path) }
            return false
        }
        self.unlock()
        return true
    }

    /// Takes the file's lock for as long as it is open; `false` when another process has it.
    func tryLock() throws(SystemError) -> Bool {
        if flock(self.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw .last("cannot lock", self.path) }
        return false
    }
}

/// What is asked of folders.
enum Folder {
    /// Makes a folder for its owner alone, and those above it, unless they are there.
    static func make(_ path: String) throws(SystemError) {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .last("cannot make the folder", path)
        }
        try Self.make(String(path[..<slash]))
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last("cannot make the folder", path) }
    }

    /// Returns once the names of new files in the folder are on the device.
    static func sync(_ path: String) throws(SystemError) {
        let descriptor = unsafe linux_open(path, O_RDONLY | O_DIRECTORY, 0)
        guard descriptor >= 0 else { throw .last("cannot open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .last("cannot sync", path) }
    }

    /// The device that the folder lies on.
    static func device(of path: String) throws(SystemError) -> UInt64 {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .last("cannot look at", path) }
        return UInt64(status.st_dev)
    }

    /// Gives a file another name, in place of whatever has it; returns when that is on the device.
    static func rename(_ path: String, to name: String) throws(SystemError) {
        guard unsafe Glibc.rename(path, name) == 0 else { throw .last("cannot rename to", name) }
        try Self.sync(Self.parent(of: name))
    }

    /// Removes a file, if there is one; returns when that is on the device.
    static func remove(_ path: String) throws(SystemError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("cannot remove", path) }
        try Self.sync(Self.parent(of: path))
    }

    /// Gives a file a second name; returns when that is on the device.
    static func link(_ path: String, as name: String) throws(SystemError) {
        guard unsafe Glibc.link(path, name) == 0 else { throw .last("cannot link to", name) }
        try Self.sync(Self.parent(of: name))
    }

    /// What tells a file from every other on the machine; `nil` when there is none.
    static func identity(of path: String) -> [UInt64]? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }

    /// The folder that a path lies in.
    static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }

    /// The size of a file in bytes; 0 for one that is not there.
    static func size(of path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Whether there is a file of that name with anything in it.
    static func hasContent(_ path: String) -> Bool { Self.size(of: path) > 0 }

    /// Whether there is a file of that name.
    static func contains(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
