import JSON
import Testing

@testable import TestKit

@Suite struct JSONWriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func whatIsFinishedIsTheDocument() {
        for count in [0, 1, 300] {
            var writer = JSONWriter(reservingBytes: 64)
            writer.beginArray()
            for number in 0..<count { writer.element(number) }
            writer.endArray()
            let bytes = writer.bytes
            #expect(writer.finish() == bytes)
            // Its memory is gone with the document, and another may be written all the same.
            writer.element("x")
            #expect(writer.finish() == Array("\"x\"".utf8))
        }
    }

    @Test func fieldsAndElementsAreSeparated() {
        let written = text { json in
            json.beginObject()
            json.field("room", "demo")
            json.field("position", 7)
            json.beginObject("estimate")
            json.endObject()
            json.beginArray("seats")
            json.element(1)
            json.beginObject()
            json.field("open", true)
            json.endObject()
            json.beginArray()
            json.endArray()
            json.element("x")
            json.endArray()
            json.field("rate", 0.5)
            json.null("pass")
            json.name(escaping: "a\"b")
            json.element(json: Array("[1,2]".utf8))
            json.field("ticket", utf8: Array("t".utf8))
            json.endObject()
        }
        #expect(
            written == """
                {"room":"demo","position":7,"estimate":{},"seats":[1,{"open":true},[],"x"],\
                "rate":0.5,"pass":null,"a\\"b":[1,2],"ticket":"t"}
                """
        )
    }

    @Test func anAbsentValueIsWrittenAsNull() {
        let written = text { json in
            json.beginArray()
            json.beginObject()
            json.field("a", Int64?.none)
            json.field("b", String?.none)
            json.field("c", Double?.some(2))
            json.field("d", Bool?.none)
            json.field("e", utf8: [UInt8]?.none)
            json.field("f", Int?.some(3))
            json.endObject()
            json.element(Double.nan)
            json.element(-Double.infinity)
            json.endArray()
        }
        #expect(
            written == "[{\"a\":null,\"b\":null,\"c\":2.0,\"d\":null,\"e\":null,\"f\":3},null,null]"
        )
    }

    @Test func charactersThatNeedAnEscapeGetOne() {
        #expect(
            text { $0.element("\"\\/\u{8}\t\n\u{C}\r\u{0}\u{1F}\u{7F}é🎫") }
                == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}é🎫\""
        )
    }

    @Test(arguments: [0, 1, -1, 9, 10, -10, 1_234_567_890, .max, .min] as [Int64])
    func integersAreWrittenExactly(_ value: Int64) {
        #expect(text { $0.element(value) } == "\(value)")
    }

    @Test func aWriterIsUsedAgain() {
        var json = JSONWriter()
        json.element(1)
        json.removeAll()
        json.element(2)
        #expect(json.bytes == Array("2".utf8))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed)
        for _ in 0..<300 {
            let value = random.value(depth: 4)
            var json = JSONWriter()
            json.element(value)
            let text = String(decoding: json.bytes, as: UTF8.self)
            #expect(try JSONValue.parse(json.bytes) == value, "seed \(seed): \(text)")
        }
    }
}

extension SeededRandom {
    mutating func string() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &self) {
            let limit = [0x30, 0x80, 0x800, 0x11_0000].randomElement(using: &self) ?? 0x30
            // NUL is the one character that the reader refuses.
            let scalar = Unicode.Scalar(UInt32.random(in: 1..<UInt32(limit), using: &self))
            if let scalar { text.append(scalar) }
        }
        return String(text)
    }

    mutating func value(depth: Int) -> JSONValue {
        let count = Int.random(in: 0...4, using: &self)
        switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &self))
        case 3: return .real(Double.random(in: 1e-9..<1, using: &self))
        case 4: return .string(string())
        case 5: return .array((0..<count).map { _ in value(depth: depth - 1) })
        default:
            return .object(
                (0..<count).map {
                    JSONMember(name: "\($0)" + string(), value: value(depth: depth - 1))
                }
            )
        }
    }
}
