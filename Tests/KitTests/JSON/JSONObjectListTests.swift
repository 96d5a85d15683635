import Testing

@testable import JSON

@Suite struct JSONObjectListTests {
    private func read(_ text: String) throws -> [Int64]? {
        let value = try JSONValue.parse(Array(text.utf8))
        let reader = try JSONObjectReader(value, allowed: ["list"])
        return try reader.objects("list", allowed: ["n", "body"], maxCount: 2) {
            fields throws(JSONFieldError) in
            guard let number = try fields.integer("n", in: 1...9) else { throw .missing("n") }
            return number
        }
    }

    @Test func objectsAreReadInTheirOrder() throws {
        #expect(try read(#"{"list":[{"n":3},{"n":1}]}"#) == [3, 1])
        #expect(try read(#"{"list":[]}"#) == [])
        #expect(try read("{}") == nil)
    }

    @Test(arguments: [
        (#"{"list":[{"n":1},{"n":0}]}"#, "list[1].n must be in 1 to 9"),
        (#"{"list":[{}]}"#, "list[0].n is missing"),
        (#"{"list":[{"n":1,"m":2}]}"#, "list[0].m is not a known field"),
        (#"{"list":[{"n":1},7]}"#, "list[1] must be a JSON object"),
        (#"{"list":[{"n":1},{"n":1},{"n":1}]}"#, "list must have at most 2 entries"),
        (#"{"list":{}}"#, "list must be an array"),
    ])
    func whatIsWrongIsNamedWithItsPlace(_ text: String, _ message: String) {
        #expect {
            try read(text)
        } throws: { ($0 as? JSONFieldError)?.description == message }
    }
}
