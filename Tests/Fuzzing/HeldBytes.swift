/// How many bytes of text and byte arrays a value holds, through everything that it is made of.
///
/// Two members that share their storage count twice. That sees no capacity, but everything that grows with the input.
func heldBytes(_ value: Any) -> Int {
    switch value {
    case let bytes as [UInt8]: bytes.count
    case let text as String: text.utf8.count
    default: Mirror(reflecting: value).children.reduce(0) { $0 + heldBytes($1.value) }
    }
}
