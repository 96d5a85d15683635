import Testing

@testable import JSON

private func parse(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

@Suite struct JSONParseTests {
    @Test func everyKindOfValueIsRead() throws {
        let text = """
            {"n":null,"t":true,"f":false,"i":-42,"r":1.5,"s":"a\\u00e9\\n\\ud83c\\udfab","a":[1\
            ,[]],"o":{}}
            """
        #expect(
            try parse(text)
                == .object([
                    JSONMember(name: "n", value: .null),
                    JSONMember(name: "t", value: .bool(true)),
                    JSONMember(name: "f", value: .bool(false)),
                    JSONMember(name: "i", value: .integer(-42)),
                    JSONMember(name: "r", value: .real(1.5)),
                    JSONMember(name: "s", value: .string("aé\n🎫")),
                    JSONMember(name: "a", value: .array([.integer(1), .array([])])),
                    JSONMember(name: "o", value: .object([])),
                ])
        )
    }

    @Test func theOrderOfMembersIsKept() throws {
        let names = (0..<100).map { "field\(($0 * 37) % 100)" }
        let text = "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try parse(text).members?.map(\.name) == names)
    }

    @Test(arguments: ["null", "true", "0", "-0", "\"\"", " [1] ", "9223372036854775807"])
    func anyValueMayStandAtTheTop(_ text: String) throws {
        _ = try parse(text)
    }

    /// Many senders have doubles only and write them as they like.
    @Test func aWholeNumberIsAnIntegerHoweverItIsWritten() throws {
        for text in ["5", "5.0", "0.5e1", "50e-1", "5E0"] {
            #expect(try parse(text).integer == 5, "\(text)")
        }
        #expect(try parse("1e5").integer == 100_000)
        #expect(try parse("-0.0").integer == 0)
        #expect(try parse("7").number == 7)
        #expect(try parse("7.5").integer == nil)
    }

    @Test(arguments: ["9223372036854775808", "-9223372036854775809", "1e19", "[1e300]"])
    func aNumberBeyondAnIntegerIsANumber(_ text: String) throws {
        let value = try parse(text)
        #expect((value.array?.first ?? value).number != nil)
        #expect(value.integer == nil)
    }

    @Test(arguments: [
        "", " ", "[", "]", "{", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{a:1}",
        "{'a':1}", "{1:1}", "[1]x", "[1][2]", "nul", "True", "NaN", "Infinity", "-", "+1", "01",
        "-01",
        "1.", ".5", "1e", "1e+", "0x10", "1_000", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
        "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"a\tb\"", "\"a\nb\"", "// c\n1", "[1]/**/",
        "\u{FEFF}1", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "1e400",
        "[9223372036854775808,1e400]", "[9223372036854775808", "[1}", "{\"a\":[}]",
        "\u{1}", "1\u{C}",
    ])
    func whatIsNotJSONIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(
        arguments: [
            [0x22, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22], [0xFF], [0x31, 0x00],
            [0x22, 0x00, 0x22], [0x7B, 0x7D, 0x00, 0x78],
        ] as [[UInt8]]
    )
    func bytesThatAreNotUTF8AreRefused(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue.parse(bytes) }
    }

    @Test func anErrorTellsLineColumnAndReason() {
        let error = #expect(throws: JSONError.self) { try parse("{\n \"a\": 1,\n \"b\": tru }") }
        #expect(error?.line == 3)
        #expect(error?.column == 9)
        #expect(error?.reason.contains("tru") == true)
        #expect("\(JSONError(line: 1, column: 2, reason: "x"))" == "line 1, column 2: x")
    }

    /// The library's own words name a flag that no sender has.
    @Test(arguments: [
        (#"{"name":"a\u0000b"}"#, #"near '"a\u0000b"'"#), (#"["\u0000"]"#, #"near '"\u0000"'"#),
        (#"{"a\u0000b":1}"#, ""),
    ])
    func aNULIsRefusedInOurWords(_ text: String, near: String) {
        let error = #expect(throws: JSONError.self) { try parse(text) }
        let reason = error?.reason ?? ""
        #expect(reason.hasPrefix(#"\u0000 is not allowed"#), "\(reason)")
        #expect(reason.hasSuffix(near) && !reason.contains("JSON_"), "\(reason)")
    }

    @Test func depthIsLimited() throws {
        let open = String(repeating: "[", count: JSONValue.depthMax)
        let close = String(repeating: "]", count: JSONValue.depthMax)
        _ = try parse(open + close)
        let error = #expect(throws: JSONError.self) { try parse("\n[" + open + close + "]") }
        #expect(error?.line == 2)
        #expect(error?.column == JSONValue.depthMax + 1)
        // Brackets inside strings are no levels, also behind an escaped quote.
        _ = try parse("\"\\\"" + open + open + "\"")
    }

    @Test func sizeIsLimited() throws {
        let bytes = Array("[\"0123456789\"]".utf8)
        _ = try JSONValue.parse(bytes, bytesMax: bytes.count)
        #expect(throws: JSONError.self) { try JSONValue.parse(bytes, bytesMax: bytes.count - 1) }
    }
}
