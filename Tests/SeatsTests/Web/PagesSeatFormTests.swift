import Testing
import Values

@testable import Seats
@testable import Site

@Suite struct PagesSeatFormTests {
    @Test func aHoldComesBackFromItsCookieAsItWas() throws {
        let hold = SeatPages.hold(of: SeatPages.page().performance.id)
        #expect(HeldSeats(cookie: hold.cookie) == hold)
        #expect(hold.cookie == "1780000300000~140000~1.4~to~ken.1")
        // Octets that RFC 6265 allows in a cookie without quotes.
        #expect(
            hold.cookie.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !" \",;\\".utf8.contains($0) }
        )
    }

    @Test(arguments: [
        "", "~~~", "1~1~1", "1~1~1~", "x~1~1~t", "0~1~1~t", "-5~1~1~t", "1~-1~1~t",
        "1~9007199254740993~1~t", "1~1~~t", "1~1~0~t", "1~1~1.~t", "1~1~1..2~t", "1~1~a~t",
        "1~1~200001~t", "99999999999999999999~1~1~t",
        "1~1~" + Array(repeating: "1", count: 101).joined(separator: ".") + "~t",
        "1~1~1~" + String(repeating: "t", count: 4_096),
    ])
    func aCookieThatIsNoneIsNotBelieved(cookie: String) {
        #expect(HeldSeats(cookie: cookie) == nil)
    }

    @Test func theFieldsOfAFormAreRead() throws {
        let form = try #require(FormBody(Array("seat=1&seat=22&key=a+b%2Bc%C3%A9&x&=y&z=".utf8)))
        #expect(form.all("seat") == ["1", "22"])
        #expect(form["seat"] == "1")
        #expect(form["key"] == "a b+cé")
        #expect(form["x"] == "" && form["z"] == "" && form[""] == "y")
        #expect(form["nothing"] == nil)
        #expect(FormBody([])?["seat"] == nil)
    }

    @Test func brokenEscapesAreKeptAndBadBytesReplaced() throws {
        let form = try #require(FormBody(Array("a=%zz&b=%4&c=%FF&d=%&e=%00x%00%E3".utf8)))
        #expect(form["a"] == "%zz" && form["b"] == "%4" && form["d"] == "%")
        #expect(form["c"] == "\u{FFFD}")
        #expect(form["e"] == "\u{FFFD}x\u{FFFD}\u{FFFD}")
    }

    @Test func aFormBeyondItsLimitIsNotRead() {
        let fields = Array(repeating: "seat=1", count: FormBody.fieldsMax)
        #expect(FormBody(Array(fields.joined(separator: "&").utf8)) != nil)
        #expect(FormBody(Array((fields + ["seat=1"]).joined(separator: "&").utf8)) == nil)
    }

    @Test func everyPageHasKeysOfItsOwn() {
        let keys = (1...100).flatMap { _ in
            let keys = FormKeys()
            return [keys.pay, keys.charge]
        }
        #expect(Set(keys).count == 200)
    }
}
