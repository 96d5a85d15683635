import TestGate
import Testing

@testable import HTTP

@Suite(.alone) struct RouterTests {
    private static let nobody: HTTPHandler = { _ in HTTPResponse(status: 204) }

    private let router = Router([
        HTTPRoute(.get, "/", nobody),
        HTTPRoute(.get, "/rooms/{room}", nobody),
        HTTPRoute(.get, "/rooms/all", nobody),
        HTTPRoute(.post, "/rooms/{room}/tickets", nobody),
        HTTPRoute(.get, "/users/me/points", nobody),
        HTTPRoute(.get, "/users/{user}/orders/{order}", nobody),
        HTTPRoute(.delete, "/rooms/{room}", nobody),
    ])

    private func match(_ path: String, _ method: HTTPMethod? = .get) -> (String, [String]) {
        var captures = Captures()
        let bytes = Array(path.utf8)
        switch router.match(method, bytes.span, &captures) {
        case .route(let index):
            let values = (0..<captures.count).map {
                String(decoding: bytes[captures[$0]], as: UTF8.self)
            }
            return (router.routes[index].pattern, values)
        case .wrongMethod(let allow, _): return ("405 \(allow)", [])
        case .nothing: return ("404", [])
        }
    }

    @Test func aLiteralWinsOverACapture() {
        #expect(match("/rooms/all") == ("/rooms/all", []))
        #expect(match("/rooms/allx") == ("/rooms/{room}", ["allx"]))
    }

    @Test func aLiteralThatEndsNowhereFallsBackToTheCapture() {
        #expect(match("/users/me/orders/7") == ("/users/{user}/orders/{order}", ["me", "7"]))
    }

    @Test func aCaptureIsOneSegmentThatIsNotEmpty() {
        #expect(match("/rooms/").0 == "404")
        #expect(match("/rooms/a/b").0 == "404")
        #expect(match("/rooms/a%2Fb") == ("/rooms/{room}", ["a%2Fb"]))
    }

    @Test func theRootAndOnlyTheRootIsTheRoot() {
        #expect(match("/").0 == "/")
        #expect(match("//").0 == "404")
        #expect(match("").0 == "404")
        #expect(match("*").0 == "404")
    }

    @Test func headTakesTheGetRoute() {
        #expect(match("/rooms/x", .head).0 == "/rooms/{room}")
    }

    @Test func aKnownPathNamesItsMethods() {
        #expect(match("/rooms/x", .put).0 == "405 GET, HEAD, DELETE")
        #expect(match("/rooms/x/tickets", nil).0 == "405 POST")
        #expect(match("/nowhere", nil).0 == "404")
    }

    @Test(arguments: [
        ("a%2Fb", "a/b"), ("%E3%81%82", "あ"), ("100%", "100%"), ("%zz%4", "%zz%4"),
        ("a+b", "a+b"), ("%ff", "\u{FFFD}"), ("%00", "\u{FFFD}"), ("a%00b%", "a\u{FFFD}b%"),
        ("%2500", "%00"), ("%C0%80", "\u{FFFD}\u{FFFD}"),
    ])
    func percentDecodingIsForgiving(encoded: String, decoded: String) {
        let bytes = Array(encoded.utf8)
        #expect(percentDecoded(bytes.span) == decoded)
    }
}
