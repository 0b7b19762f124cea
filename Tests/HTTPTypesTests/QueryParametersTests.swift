import HTTPTypes
import Testing

@Suite struct `Query parameters` {
    @Test(arguments: [
        ("a=b", "a", "b"), ("a=b+c%20d", "a", "b c d"), ("x=1&a=%E4%BD%A0", "a", "你"), ("a", "a", ""),
        ("a=b=c", "a", "b=c"),
    ])
    func `are decoded`(text: String, name: String, value: String) {
        #expect(QueryParameters(text)?[name] == value)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%ff", "token=a&token=b"])
    func `are refused where they have no one meaning`(text: String) {
        #expect(QueryParameters(text) == nil)
    }
}
