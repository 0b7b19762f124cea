extension JSON {
    /// A number as it was written, so that no digit is lost between reading and writing.
    ///
    /// Two numbers are equal when they are written alike: `1.0` is not `1`.
    package struct Number: Sendable, Hashable {
        /// The number in the grammar of RFC 8259, section 6.
        package let text: String

        package init(_ value: Int) {
            self.text = String(value)
        }

        /// Takes the shortest text that reads back as `value`; `nil` for infinities and NaN, which JSON cannot say.
        package init?(_ value: Double) {
            guard value.isFinite else { return nil }
            let text = value.description
            self.text = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }

        /// For text that the parser has checked.
        init(checked text: String) {
            self.text = text
        }

        /// The number as an integer, also when it is written like `3.0` or `2e3`; `nil` when it is none.
        ///
        /// A number with a fraction or an exponent goes through a double, and counts below 2^53, where doubles still
        /// tell neighbouring integers apart.
        package var int: Int? {
            if let value = Int(self.text) { return value }
            guard let value = self.double, value.magnitude < 0x1p53, !self.isPlainInteger else { return nil }
            return Int(exactly: value)
        }

        /// The nearest double; `nil` beyond the range of finite ones.
        package var double: Double? {
            guard let value = Double(self.text), value.isFinite else { return nil }
            return value
        }

        private var isPlainInteger: Bool {
            self.text.utf8.allSatisfy {
                $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
        }
    }
}
