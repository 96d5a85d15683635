import HTTP
import JSON
import Testing
import Values

@testable import Ledger
@testable import Seats
@testable import Site

@Suite struct IdempotencyKeyTests {
    @Test func aKeyIs1To255PrintableCharacters() {
        for key in ["a", " ", "~", "a b", String(repeating: "k", count: 255)] {
            #expect(Attempt.isKey(key), "\(key)")
        }
        for key in ["", "a\tb", "\u{7f}", "\u{1f}", "é", String(repeating: "k", count: 256)] {
            #expect(!Attempt.isKey(key), "\(key)")
        }
    }

    /// The value is `printf 'POST\n/api/v1/payments\n{}' | sha256sum`, in base64url.
    @Test func aFingerprintIsOfMethodPathAndBody() {
        let body = Array("{}".utf8)
        let fingerprint = Attempt.fingerprint("POST", "/api/v1/payments", body)
        #expect(fingerprint == "6IDQ6vaDY7nvHNR4jjB_ec7uWgkKLBohotNcvu8k5vU")
        let others = [
            Attempt.fingerprint("PUT", "/api/v1/payments", body),
            Attempt.fingerprint("POST", "/api/v1/payment", body),
            Attempt.fingerprint("POST", "/api/v1/payments", Array("{ }".utf8)),
            Attempt.fingerprint("POST", "/api/v1/payments\n{}", []),
        ]
        #expect(!others.contains(fingerprint))
        #expect(Set(others).count == others.count)
    }
}

@Suite struct EntityTagTests {
    @Test(arguments: [
        "\"a\"", "W/\"a\"", "*", "\"b\", \"a\"", "\"b\",W/\"a\" , \"c\"", "  \"a\"  ", ",, \"a\",",
    ])
    func aListThatHasTheTagIsSeen(_ field: String) {
        #expect(EntityTag.isKnown("\"a\"", ifNoneMatch: field))
    }

    @Test(arguments: [
        "", "a", "\"A\"", "\"b\"", "\"b,\"a\"", "w/\"a\"", "\"x,*\"", "\"a", ",", "W/", "*, \"b\"",
        "W/*",
    ])
    func aListWithoutItIsNot(_ field: String) {
        #expect(!EntityTag.isKnown("\"a\"", ifNoneMatch: field))
    }

    /// The part behind the `+` is of the text alone.
    @Test func countsChangeATextAndNotWhatWasPut() {
        let said = "\"3-a\""
        let one = EntityTag.of([1], said: said), other = EntityTag.of([2], said: said)
        #expect(one != other && EntityTag.isKnown(one, ifNoneMatch: one))
        for known in [other, said] { #expect(!EntityTag.isKnown(one, ifNoneMatch: known)) }
        for seen in [one, other, said] { #expect(EntityTag.isMatch(said, ifMatch: seen)) }
        for seen in [
            "\"3-ab+1\"", "\"3-+1\"", "W/\(one)", "\"3-a+1", "\(one)\(one)", "\(one) b\"",
            "\"3-a+1\"b\"", "\"3-a+1 b\"", "\"3-a+1\u{7F}\"",
        ] {
            #expect(!EntityTag.isMatch(said, ifMatch: seen), "\(seen)")
        }
    }

    @Test func aCommaInsideQuotesIsOfTheTag() {
        #expect(EntityTag.isKnown("\"a,b\"", ifNoneMatch: "\"c\", \"a,b\""))
        #expect(!EntityTag.isKnown("\"b\"", ifNoneMatch: "\"a,\"b\"\""))
    }
}

@Suite struct SeatMapTextTests {
    @Test(arguments: [0, 1, 2, 9, 10, 11, 99, 100, 101, 1_000, 12_345])
    func itSaysWhatTheMapSays(_ count: Int) throws {
        let id = try #require(PerformanceID("p.1:a"))
        let all = [SeatState.free, .held, .sold]
        let states = (0..<count).map { all[$0 * 7 % 3] }
        let map = SeatMap(
            performance: id,
            price: 70_000,
            states: states.map(\.rawValue),
            version: "1"
        )
        let json = try JSONValue.parse(SeatMapText(map).bytes, bytesMax: 1 << 22)
        #expect(json.members?.map(\.name) == ["performance", "seats"])
        #expect(json["performance"]?.string == "p.1:a")
        let seats = try #require(json["seats"]?.array)
        #expect(seats.count == count)
        for (index, seat) in seats.enumerated() {
            #expect(seat.members?.map(\.name) == ["number", "state", "price"])
            #expect(seat["number"]?.integer == Int64(index + 1))
            #expect(seat["state"]?.string == "\(states[index].name)")
            #expect(seat["price"]?.integer == 70_000)
        }
    }
}

@Suite struct PerformanceFieldTests {
    private func read(_ text: String) throws -> PerformanceChange {
        let value = try JSONValue.parse(Array(text.utf8))
        return try PerformanceChange(
            JSONObjectReader(value, allowed: PerformanceChange.fieldNames)
        )
    }

    @Test func everyFieldIsRead() throws {
        let change = try read(
            #"""
            {"concert":"c","date":"2028-02-29","opening":"2026-12-24T10:00:00+01:00","seats":200000,
             "price":0,"room":"r","holdSeconds":1,"maxSeatsPerUser":100}
            """#
        )
        #expect(change.concert?.raw == "c")
        #expect(change.date == "2028-02-29")
        #expect(change.opening == .some(Timestamp(rfc3339: "2026-12-24T09:00:00Z")))
        #expect(change.seats == 200_000)
        #expect(change.price == 0)
        #expect(change.room == .some(RoomID("r")))
        #expect(change.holdSeconds == 1)
        #expect(change.maxSeatsPerUser == 100)
    }

    @Test func whatIsLeftOutIsNotChangedAndNullIsNone() throws {
        #expect(try read("{}") == PerformanceChange())
        let change = try read(#"{"opening":null,"room":null}"#)
        #expect(change.opening == .some(nil))
        #expect(change.room == .some(nil))
    }

    static let bad: [(body: String, field: String)] = [
        (#"{"concert":""}"#, "concert"), (#"{"concert":null}"#, "concert"),
        (#"{"concert":"a b"}"#, "concert"), (#"{"date":"2026-02-29"}"#, "date"),
        (#"{"date":"2026-13-01"}"#, "date"), (#"{"date":"2026-1-1"}"#, "date"),
        (#"{"date":"2026-12-24T00:00:00Z"}"#, "date"), (#"{"date":20261224}"#, "date"),
        (#"{"date":"2100-02-29"}"#, "date"), (#"{"date":"+026-12-24"}"#, "date"),
        (#"{"opening":"2026-12-24"}"#, "opening"),
        (#"{"opening":"1969-12-31T23:59:59Z"}"#, "opening"),
        (#"{"opening":0}"#, "opening"), (#"{"seats":0}"#, "seats"), (#"{"seats":200001}"#, "seats"),
        (#"{"seats":1.5}"#, "seats"), (#"{"seats":null}"#, "seats"), (#"{"price":-1}"#, "price"),
        (#"{"price":9007199254740993}"#, "price"), (#"{"price":"1"}"#, "price"),
        (#"{"room":""}"#, "room"), (#"{"room":"a/b"}"#, "room"), (#"{"room":1}"#, "room"),
        (#"{"holdSeconds":0}"#, "holdSeconds"), (#"{"holdSeconds":86401}"#, "holdSeconds"),
        (#"{"maxSeatsPerUser":0}"#, "maxSeatsPerUser"),
        (#"{"maxSeatsPerUser":101}"#, "maxSeatsPerUser"), (#"{"title":"x"}"#, "title"),
    ]

    @Test(arguments: bad) func aBadFieldIsNamed(_ body: String, _ field: String) throws {
        #expect { try read(body) } throws: { error in
            (error as? JSONFieldError)?.field == field
        }
    }
}

@Suite struct SaleRefusalTests {
    @Test func takenSeatsAreAMemberOfTheirOwn() throws {
        let response = Refusal.seat(.seatsTaken([3, 14])).response
        #expect(response.status == 409)
        let json = try JSONValue.parse(response.body)
        let names = ["type", "title", "status", "code", "detail", "taken"]
        #expect(json.members?.map(\.name) == names)
        #expect(json["taken"]?.array == [.integer(3), .integer(14)])
        #expect(json["detail"]?.string?.contains("3, 14") == true)
    }

    @Test func waitingHelpsWhereItIsSaid() {
        let response = Refusal.inProgress("x").response
        #expect(response.headers.contains { $0.name == "Retry-After" && $0.value == "1" })
        let other = Refusal.seat(.holdExpired).response
        #expect(!other.headers.contains { $0.name == "Retry-After" })
    }
}

/// RFC 9110, section 13.1.1.
@Suite struct IfMatchTests {
    @Test(arguments: ["\"a\"", " \"a\" ", "\"b\", \"a\"", "*", " * ", ",\"a\",", "W/\"a\",\"a\""])
    func itIsThere(_ field: String) {
        #expect(EntityTag.isMatch("\"a\"", ifMatch: field))
    }

    @Test(arguments: ["", "a", "W/\"a\"", "\"A\"", "*, \"a\"", "W/*", "\"*\"", "\"b\"", "\"a,\""])
    func itIsNot(_ field: String) {
        #expect(!EntityTag.isMatch("\"a\"", ifMatch: field))
    }

    @Test func nothingMatchesWhatIsNotThere() {
        for field in ["*", "\"a\"", ""] { #expect(!EntityTag.isMatch(nil, ifMatch: field)) }
    }

    @Test func whatIsChangedToAndFroIsAnother() {
        let one = EntityTag.of([1], revision: 1), three = EntityTag.of([1], revision: 3)
        #expect(one != three && one == EntityTag.of([1], revision: 1))
    }
}
