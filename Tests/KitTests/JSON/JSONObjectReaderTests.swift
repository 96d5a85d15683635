import Testing

@testable import JSON

@Suite struct JSONObjectReaderTests {
    private func reader(_ text: String, _ allowed: [String] = ["a", "b"]) throws -> JSONObjectReader
    {
        try JSONObjectReader(JSONValue.parse(Array(text.utf8)), allowed: allowed)
    }

    private func fault(_ text: String, _ read: (JSONObjectReader) throws -> Void) -> String? {
        #expect(throws: JSONFieldError.self) { try read(try reader(text)) }
            .map { "\($0)" }
    }

    @Test func anUnknownFieldIsRefusedByName() {
        #expect(fault("{\"a\":1,\"ab\":2,\"z\":3}") { _ in } == "ab is not a known field")
    }

    @Test func aBodyThatIsNoObjectIsRefused() {
        #expect(fault("[]") { _ in } == "body must be a JSON object")
    }

    @Test func absentNullAndValueAreToldApart() throws {
        #expect(try reader("{}").nullableInteger("a", in: 0...9) == .absent)
        #expect(try reader("{\"a\":null}").nullableInteger("a", in: 0...9) == .null)
        #expect(try reader("{\"a\":7}").nullableInteger("a", in: 0...9) == .value(7))
        #expect(try reader("{\"a\":\"x\"}").nullableString("a", maxBytes: 1) == .value("x"))
        #expect(try reader("{}").integer("a", in: 0...9) == nil)
        #expect(
            fault("{\"a\":null}") { _ = try $0.integer("a", in: 0...9) } == "a must not be null"
        )
        #expect(fault("{\"a\":null}") { _ = try $0.bool("a") } == "a must not be null")
        #expect(
            fault("{\"a\":null}") { _ = try $0.string("a", maxBytes: 9) } == "a must not be null"
        )
    }

    @Test func integersAreWholeAndInRange() throws {
        #expect(try reader("{\"a\":5}").integer("a", in: 5...5) == 5)
        for bad in ["4", "6"] {
            #expect(
                fault("{\"a\":\(bad)}") { _ = try $0.integer("a", in: 5...5) }
                    == "a must be in 5 to 5"
            )
        }
        for same in ["5.0", "5e0", "0.05e2"] {
            #expect(try reader("{\"a\":\(same)}").integer("a", in: 5...5) == 5)
        }
        let wide = ["9223372036854775807", "9223372036854775808", "-1e19", "1e308"]
        for bad in wide + [String(repeating: "9", count: 300)] {
            #expect(
                fault("{\"a\":\(bad)}") { _ = try $0.integer("a", in: 0...9) }
                    == "a must be in 0 to 9"
            )
        }
        for bad in ["5.5", "\"5\"", "true", "[5]"] {
            #expect(
                fault("{\"a\":\(bad)}") { _ = try $0.integer("a", in: 0...9) }
                    == "a must be a whole number"
            )
        }
    }

    @Test func anIntegerThatADoubleCannotHoldIsRefused() throws {
        let all = Int64.min...Int64.max
        #expect(try reader("{\"a\":9007199254740992}").integer("a", in: all) == 1 << 53)
        #expect(
            fault("{\"a\":9007199254740993}") { _ = try $0.integer("a", in: all) }
                == "a must be in -9007199254740992 to 9007199254740992"
        )
    }

    @Test func stringsAreMeasuredInBytes() throws {
        #expect(try reader("{\"a\":\"é\"}").string("a", maxBytes: 2) == "é")
        #expect(
            fault("{\"a\":\"é\"}") { _ = try $0.string("a", maxBytes: 1) }
                == "a must be at most 1 bytes"
        )
        #expect(fault("{\"a\":1}") { _ = try $0.string("a", maxBytes: 1) } == "a must be a string")
    }

    @Test func boolsAndArraysAreTyped() throws {
        #expect(try reader("{\"a\":true}").bool("a") == true)
        #expect(fault("{\"a\":1}") { _ = try $0.bool("a") } == "a must be true or false")
        #expect(try reader("{\"a\":[3,4]}").integers("a", in: 1...4, maxCount: 2) == [3, 4])
        #expect(
            fault("{\"a\":[1,2,3]}") { _ = try $0.integers("a", in: 1...4, maxCount: 2) }
                == "a must have at most 2 entries"
        )
        #expect(
            fault("{\"a\":[1,\"2\"]}") { _ = try $0.integers("a", in: 1...4, maxCount: 2) }
                == "a[1] must be a whole number"
        )
        #expect(fault("{\"a\":{}}") { _ = try $0.array("a", maxCount: 2) } == "a must be an array")
    }
}
