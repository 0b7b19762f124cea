extension JSON {
    /// The members of an object, in their order.
    ///
    /// Keys are told apart by their bytes, as RFC 8259, section 8.3 asks for, not by what they look like: a composed and
    /// a decomposed `é` are two keys. Looking one up takes time in proportion to the number of members.
    package struct Object: Sendable, Hashable {
        /// A key and what it stands for.
        package struct Member: Sendable, Hashable {
            package let key: String
            package var value: JSON

            package init(key: String, value: JSON) {
                self.key = key
                self.value = value
            }
        }

        package private(set) var members: [Member]

        /// Takes members whose keys all differ.
        package init(_ members: [Member] = []) {
            self.members = members
        }

        /// The value of a key; a new key goes to the end, and `nil` removes the member.
        package subscript(key: String) -> JSON? {
            get { self.index(of: key).map { self.members[$0].value } }
            set {
                switch (self.index(of: key), newValue) {
                case (let index?, let value?): self.members[index].value = value
                case (let index?, nil): self.members.remove(at: index)
                case (nil, let value?): self.members.append(Member(key: key, value: value))
                case (nil, nil): break
                }
            }
        }

        private func index(of key: String) -> Int? {
            self.members.firstIndex { hasSameBytes($0.key, key) }
        }
    }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral members: (String, JSON)...) {
        self.init(members.map { Member(key: $0, value: $1) })
    }
}

func hasSameBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}
