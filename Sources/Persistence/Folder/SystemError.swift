internal import Glibc

/// A system call that failed on a file.
package struct SystemError: Error, Sendable, Equatable {
    /// The number that the system gave (`errno`).
    package let code: Int32
    /// What was tried, as in "cannot open".
    package let attempt: String
    package let path: String

    /// The failure of the call that was just made.
    static func last(_ attempt: String, _ path: String) -> SystemError {
        SystemError(code: errno, attempt: attempt, path: path)
    }

    /// Whether the disk has no room left.
    package var isFull: Bool { self.code == ENOSPC || self.code == EDQUOT }
}

extension SystemError: CustomStringConvertible {
    package var description: String {
        "\(self.attempt) \(self.path): \(unsafe String(cString: strerror(self.code)))"
    }
}
