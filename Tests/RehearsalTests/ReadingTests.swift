import JSON
import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct ReadingTests {
    private func fields(_ text: String) -> JSONValue? { JSONValue(object: Array(text.utf8)) }

    @Test func membersOfAllKindsAreRead() throws {
        let text =
            #" {"a":"x","b":-1.5e1,"c":null,"d":true,"e":{"f":[1,{}]},"g":"\u00e9\n\ud83d\ude00"} "#
        let read = try #require(fields(text))
        #expect(read["a"] == .string("x"))
        #expect(read["b"] == .integer(-15))
        #expect(read["c"] == .null)
        #expect(read["d"] == .bool(true))
        #expect(read["e"]?.members?.count == 1)
        #expect(read.string("g") == "é\n😀")
        #expect(read["z"] == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "{}x", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":01}"#, #"{"a":+1}"#,
        #"{"a":.5}"#, #"{"a":"\x"}"#, #"{"a":"\ud800"}"#, #"{"a":tru}"#, #"{"a":"b}"#,
        "{\"a\":\"\n\"}",
        #"{"a":[1,]}"#, #"{a:1}"#, #"{"a":1 "b":2}"#,
    ])
    func whatIsNotAnObjectIsRefused(text: String) {
        #expect(fields(text) == nil)
    }

    @Test func aReplyIsWhatTheContractSays() {
        let reply = { (status: Int, body: String) in
            Reply(Response(status: status, body: Array(body.utf8), sentNs: 0, receivedNs: 0))
        }
        guard
            case .ticket(let answer) = reply(202, #"{"state":"waiting","ticket":"t","position":3}"#)
        else { return #expect(Bool(false), "no ticket") }
        #expect(answer.state == .waiting && answer.ticket == "t" && answer.position == 3)
        #expect(reply(204, "") == .accepted)
        #expect(reply(200, "hello") == .unreadable(status: 200))
        #expect(
            reply(403, #"{"code":"ticket_invalid"}"#)
                == .refused(status: 403, code: "ticket_invalid", retryAfterMs: nil)
        )
        #expect(reply(503, "").isTemporary)
        #expect(!reply(403, "").isTemporary)
    }

    @Test func eventsAreReadHoweverTheBytesAreCut() {
        let text =
            ": hello\n\nevent: ticket\r\ndata: {\"a\":\ndata: 1}\n\ndata: x\n\nevent: lost\n\n"
        for size in [1, 2, 3, 7, 1_000] {
            var reader = EventStreamReader()
            var events: [EventStreamReader.Event] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                events += reader.take(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(events.map(\.name) == ["ticket", "message"])
            #expect(events.first?.data == Array("{\"a\":\n1}".utf8))
        }
    }

    @Test func aLieIsNeverTheOwnTicket() {
        let own = "abcdefghijklmnopqrstuvwxyz.0123456789ABCDEF"
        for visitor in 0..<50 {
            for lie in VisitorPlan.Lie.allCases {
                let told = Lies.ticket(
                    lie,
                    own: own,
                    foreign: nil,
                    elsewhere: nil,
                    visitor: visitor
                )
                #expect(told != own && !told.isEmpty)
            }
        }
        #expect(
            Lies.ticket(.foreign, own: own, foreign: "f", elsewhere: "e", visitor: 0) == "f"
        )
    }

    @Test func jsonIsWrittenWithItsEscapes() throws {
        let json = JSONWriter.object { json in
            json.figure("n", 1.25)
            json.figure("m", 1.0006)
            json.figure("z", nil)
            json.counts("l", [("x\\\u{1}é\"", 1), ("y", 2)])
        }
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"n":1.25,"m":1.001,"z":null,"l":{"x\\\u0001é\"":1,"y":2}}"#
        )
        #expect(try #require(JSONValue(object: json))["l"]?.whole("x\\\u{1}é\"") == 1)
    }

    @Test func figuresAreRounded() {
        #expect(Figures.fixed(1.005, 1) == "1.0")
        #expect(Figures.fixed(-0.26, 1) == "-0.3")
        #expect(Figures.fixed(.infinity, 1) == "-")
        #expect(Figures.duration(us: 1_234_567) == "1.23 s")
        #expect(Figures.duration(us: nil) == "-")
    }
}
