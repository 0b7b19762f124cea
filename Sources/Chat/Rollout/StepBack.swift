/// Which per cent the guard goes back to.
package enum StepBack {
    /// The newest value below the current one that was in force before a change; 0 when there was none.
    ///
    /// `earlier` are the values before each change of the per cent, newest first. A guard that steps back again and again thus
    /// comes to 0, and never goes up.
    package static func target(from current: Int, earlier: [Int]) -> Int {
        earlier.first { $0 < current } ?? 0
    }
}
