/// A generation's events so far, numbered from 1 without gap.
package struct EventLog: Sendable, Equatable {
    package private(set) var events: [Event]

    package init(events: [Event] = []) {
        self.events = events
    }

    /// The number of the newest event; 0 when there is none.
    package var last: Int { self.events.count }

    /// Whether the generation has come to its end.
    package var isComplete: Bool { self.events.last?.isLast ?? false }

    /// Adds an event and returns its number.
    package mutating func append(_ event: Event) -> Int {
        precondition(!self.isComplete, "nothing follows the last event of a generation")
        self.events.append(event)
        return self.events.count
    }

    /// The events with the numbers `number + 1` and up; all of them for a number below 1.
    package func after(_ number: Int) -> ArraySlice<Event> {
        self.events[min(max(0, number), self.events.count)...]
    }
}
