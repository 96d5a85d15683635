import HTTP
import Testing

@testable import Operating
@testable import Site

@Suite struct TokenBucketTests {
    private static let second: UInt64 = 1_000_000_000
    private let limit = RateLimit(perSecond: 10, burst: 3)

    @Test func aBurstIsGrantedAndThenARate() {
        var buckets = TokenBuckets(places: 64)
        let start = 5 * Self.second
        for _ in 0..<3 { #expect(buckets.take(7, limit, nowNs: start) == 0) }
        // The next one is there after a tenth of a second.
        #expect(buckets.take(7, limit, nowNs: start) == Self.second / 10)
        #expect(buckets.take(7, limit, nowNs: start + Self.second / 10 - 1) == 1)
        #expect(buckets.take(7, limit, nowNs: start + Self.second / 10) == 0)
        #expect(buckets.take(7, limit, nowNs: start + Self.second / 10) > 0)
        // A refused request takes nothing: after a pause all are there again.
        for _ in 0..<3 { #expect(buckets.take(7, limit, nowNs: start + Self.second) == 0) }
        #expect(buckets.take(7, limit, nowNs: start + Self.second) > 0)
    }

    @Test func eachKeyHasItsOwn() {
        var buckets = TokenBuckets(places: 4_096)
        for key in 1...500 as ClosedRange<UInt64> {
            for _ in 0..<3 { #expect(buckets.take(key, limit, nowNs: Self.second) == 0) }
        }
        for key in 1...500 as ClosedRange<UInt64> {
            #expect(buckets.take(key, limit, nowNs: Self.second) > 0)
        }
    }

    /// More keys than places: whoever was full first makes room, nobody is refused for another.
    @Test func strangersRefuseNobody() {
        var buckets = TokenBuckets(places: 8)
        for key in 1...10_000 as ClosedRange<UInt64> {
            #expect(buckets.take(key, limit, nowNs: Self.second) == 0)
        }
        // One that asks too much is not forgotten for those that ask once.
        for _ in 0..<3 { _ = buckets.take(8, limit, nowNs: 9 * Self.second) }
        for key in [16, 24, 32, 40, 48] as [UInt64] {
            _ = buckets.take(key, limit, nowNs: 9 * Self.second)
            #expect(buckets.take(8, limit, nowNs: 9 * Self.second) > 0, "\(key)")
        }
    }
}

@Suite struct RateRulesTests {
    @Test func aTextChangesWhatItNames() throws {
        let usual = RateRules.perUser
        let rules = try usual.changed(by: "enter=2:9,read=off")
        #expect(rules[.enter] == RateLimit(perSecond: 2, burst: 9))
        #expect(rules[.read] == nil)
        #expect(rules[.change] == usual[.change] && rules[.change] != nil)
        #expect(try usual.changed(by: "off") == .off)
        for bad in [
            "", "enter", "enter=", "enter=1", "enter=0:1", "enter=1:0", "x=1:1", "enter=1:2:3",
            "enter=-1:1", "enter=1:10000001", "OFF",
        ] {
            #expect(throws: RateRules.TextError.unreadable(part: bad)) {
                try usual.changed(by: "read=1:1," + bad)
            }
        }
        for text in ["enter=1:1,read=1:1,enter=2:2", "enter=off,enter=off"] {
            #expect(throws: RateRules.TextError.twice(.enter)) { try usual.changed(by: text) }
        }
    }

    /// Each route is counted, but the door, about which a proxy asks for each picture of the shop.
    @Test func everyRouteHasAClass() {
        var routes: [RateClass: Int] = [:]
        var classes: [String: RateClass] = [:]
        for line in Capabilities.endpoints {
            let kind = line.rateClass
            classes[line.name] = kind
            if line.pattern.hasSuffix("/admission") {
                #expect(kind == nil)
            } else if let kind {
                routes[kind, default: 0] += 1
            } else {
                Issue.record("\(line.name) has no class")
            }
        }
        #expect(routes.count == RateClass.allCases.count)
        #expect(routes[.enter] == 3)
        #expect(routes[.list] == 10)
        #expect(classes["DELETE /api/v1/holds/{hold}"] == .change)
        #expect(classes["GET /api/v1/rooms/{room}/tickets/me"] == .read)
        #expect(classes["GET /admin/v1/rooms/{room}"] == .admin)
    }

    /// 1,000 people of one company press at once, load a page, and poll once a second for a while.
    @Test func aCompanyBehindOneAddressIsNotHindered() {
        var buckets = TokenBuckets()
        let rules = RateRules.perAddress
        func takes(_ kind: RateClass, _ count: Int, atMs: UInt64) -> Bool {
            (0..<count).allSatisfy { _ in
                rules[kind].map {
                    buckets.take(UInt64(kind.rawValue), $0, nowNs: atMs * 1_000_000) == 0
                } ?? true
            }
        }
        #expect(takes(.read, 5_000, atMs: 1_000) && takes(.enter, 2_000, atMs: 1_000))
        for second in 2...60 as ClosedRange<UInt64> {
            #expect(takes(.read, 1_000, atMs: second * 1_000), "\(second)")
            #expect(takes(.change, 200, atMs: second * 1_000), "\(second)")
        }
    }
}
