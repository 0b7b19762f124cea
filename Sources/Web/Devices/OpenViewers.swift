package import Accounts
package import Identifiers
import Synchronization

/// The streams that are open, by what opened them, so that they end with it: the session of a browser, the key of a program,
/// and the person that they stand for.
///
/// A viewer is forgotten when its connection is gone. What has ended is remembered, the last thousand: a stream that was
/// admitted a moment before may open a moment after.
package final class OpenViewers: OpenDoors {
    /// What a viewer hangs on.
    private enum Holder: Hashable {
        case credential(SecretHash)
        case person(PersonID)
    }

    private struct Entry {
        weak var viewer: StreamViewer?

        var isOpen: Bool { self.viewer?.isOpen ?? false }
    }

    private struct State {
        var viewers: [Holder: [Entry]] = [:]
        var ended: [Holder] = []
        var count = 0
    }

    private static let mostRemembered = 1000
    /// How many may open between two looks for those that are gone.
    private static let sweep = 256

    private let state = Mutex(State())

    package init() {}

    /// Takes a viewer that a caller opened; one who may see nothing any more leaves at once.
    func opened(_ viewer: StreamViewer, by caller: Caller) {
        let holders = Self.holders(of: caller)
        let isOver = self.state.withLock { state in
            if holders.contains(where: state.ended.contains) { return true }
            for holder in holders { state.viewers[holder, default: []].append(Entry(viewer: viewer)) }
            state.count += 1
            if state.count % Self.sweep == 0 {
                state.viewers = state.viewers.mapValues { $0.filter(\.isOpen) }.filter { !$0.value.isEmpty }
            }
            return false
        }
        if isOver { viewer.leave() }
    }

    package func ended(_ credential: SecretHash) { self.end(.credential(credential)) }

    package func replaced(_ old: SecretHash, by new: SecretHash) {
        self.state.withLock { state in
            guard let viewers = state.viewers.removeValue(forKey: .credential(old)) else { return }
            state.viewers[.credential(new), default: []] += viewers
        }
    }

    package func passed(_ guest: PersonID, to account: PersonID) {
        self.state.withLock { state in
            guard let viewers = state.viewers.removeValue(forKey: .person(guest)) else { return }
            state.viewers[.person(account), default: []] += viewers
        }
    }

    package func shutOut(_ person: PersonID) { self.end(.person(person)) }

    package func letIn(_ person: PersonID) {
        self.state.withLock { $0.ended.removeAll { $0 == .person(person) } }
    }

    /// Ends everything that the holder has open, and what it may still open.
    private func end(_ holder: Holder) {
        let viewers = self.state.withLock { state in
            state.ended.append(holder)
            if state.ended.count > Self.mostRemembered { state.ended.removeFirst() }
            return (state.viewers.removeValue(forKey: holder) ?? []).compactMap(\.viewer)
        }
        for viewer in viewers { viewer.leave() }
    }

    private static func holders(of caller: Caller) -> [Holder] {
        (caller.person.map { [.person($0)] } ?? []) + (caller.credential.map { [.credential($0)] } ?? [])
    }
}
