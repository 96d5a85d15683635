import HTTP
import TestGate
import Testing

/// Whom `X-Forwarded-For` and its like are believed of.
@Suite(.alone) struct ProxyTests {
    private static let routes: [HTTPRoute] = [
        HTTPRoute(.get, "/client") { request in
            text(
                200,
                "\(request.client) \(request.isFromProxy)"
                    + " \(request.forwarded("X-Forwarded-Proto") ?? "-")"
            )
        },
        HTTPRoute(.get, "/unnamed") { text(200, "\($0.untrustedProxy.map { "\($0)" } ?? "-")") },
    ]

    /// The log tells the operator before all visitors are one client.
    @Test func aProxyThatNobodyHasNamedIsSeen() async throws {
        let unnamed = try #require(NetworkRanges("10.0.0.0/8"))
        for (trusted, header, seen) in [
            (unnamed, "X-Forwarded-For: 203.0.113.7", "127.0.0.1"), (unnamed, "X-Other: 1", "-"),
            (.loopback, "X-Forwarded-For: 203.0.113.7", "-"),
        ] {
            #expect(try await client(trusted, [header], at: "/unnamed") == seen)
        }
    }

    private func client(
        _ trusted: NetworkRanges,
        _ headers: [String],
        at path: String = "/client"
    ) async throws -> String? {
        var body: String?
        try await TestServer.run({ $0.trustedProxies = trusted }, routes: { _ in Self.routes }) {
            let client = try $0.client()
            let lines = headers.map { $0 + "\r\n" }.joined()
            client.send("GET \(path) HTTP/1.1\r\nHost: t\r\n\(lines)\r\n")
            body = client.answer()?.body
        }
        return body
    }

    @Test(arguments: [
        (["X-Forwarded-For: 203.0.113.7"], "203.0.113.7 false"),
        // What the client itself sent stands left of what the proxy wrote.
        (["X-Forwarded-For: 198.51.100.1, 203.0.113.7"], "203.0.113.7 false"),
        (["X-Forwarded-For: 203.0.113.7, 10.0.0.3 ,127.0.0.1"], "203.0.113.7 false"),
        (["X-Forwarded-For: 198.51.100.1", "x-forwarded-for: 203.0.113.7"], "203.0.113.7 false"),
        (["X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 10.9.9.9"], "203.0.113.7 false"),
        (["X-Forwarded-For: 203.0.113.7:4711"], "203.0.113.7 false"),
        (["X-Forwarded-For: ::ffff:203.0.113.7"], "203.0.113.7 false"),
        (["X-Forwarded-For: 2001:db8:1::9, ::1"], "2001:db8:1::9 false"),
        (["X-Forwarded-For: [2001:db8::9]:443, 2001:db8:aa::1"], "2001:db8::9 false"),
        // All are ours: the first one called.
        (["X-Forwarded-For: 10.0.0.4, 10.0.0.5"], "10.0.0.4 true"),
        // No address: nobody knows more than who wrote it, and all of them are one client.
        (["X-Forwarded-For: 203.0.113.7, unknown"], "127.0.0.1 false"),
        (["X-Forwarded-For: 203.0.113.7, ::ffff:10.0.0.1, x"], "127.0.0.1 false"),
        (["X-Forwarded-For: 203.0.113.7, x, 10.0.0.1"], "10.0.0.1 false"),
        (["X-Forwarded-For: 203.0.113.7, ::ffff:10.0.0.1"], "203.0.113.7 false"),
        (["X-Forwarded-For: ,"], "127.0.0.1 false"), (["X-Forwarded-For:"], "127.0.0.1 false"),
        (["X-Forwarded-For: 203.0.113.7, "], "127.0.0.1 false"),
        (["X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: "], "127.0.0.1 false"),
        (["X-Forwarded-For: ,10.0.0.1"], "10.0.0.1 false"), ([], "127.0.0.1 true"),
    ])
    func theClientIsTheLastAddressThatIsNotOurs(_ headers: [String], _ client: String) async throws
    {
        let trusted = try #require(NetworkRanges("127.0.0.0/8,::1,10.0.0.0/8,2001:db8:aa::/48"))
        #expect(try await self.client(trusted, headers) == client + " -", "\(headers)")
    }

    /// As nginx and Azure's gateways write them, and what only looks like it.
    @Test(arguments: [
        ("1.2.3.4:5678", "1.2.3.4"), ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"),
        ("_hidden", nil), ("unknown", nil), ("[::1", nil), ("[]:1", nil), ("::1]", nil),
        ("1.2.3.4:", nil), ("1.2.3.4:x", nil), ("1.2.3.4:123456", nil), ("1.2.3.4:1:2", nil),
        ("[2001:db8::1]x", nil), ("[2001:db8::1]:", nil), ("[1.2.3.4]:1", nil),
        ("1.2.3", nil), ("1.2.3.4 5.6.7.8", nil), ("shop.example", nil), ("fe80::1%eth0", nil),
    ])
    func anEntryIsAnAddressPerhapsWithAPort(_ entry: String, _ address: String?) async throws {
        let seen = try await client(.loopback, ["X-Forwarded-For: 198.51.100.1, \(entry)"])
        #expect(seen == "\(address ?? "127.0.0.1") false -", "\(entry)")
    }

    @Test func nobodyElseIsBelieved() async throws {
        let trusted = try #require(NetworkRanges("10.0.0.0/8"))
        let headers = ["X-Forwarded-For: 203.0.113.7", "X-Forwarded-Proto: https"]
        #expect(try await client(trusted, headers) == "127.0.0.1 false -")
        #expect(try await client(.loopback, headers) == "203.0.113.7 false https")
        let several = ["X-Forwarded-Proto:  https , http"]
        #expect(try await client(.loopback, several) == "127.0.0.1 true https")
    }

    @Test func networksAreReadAsWritten() throws {
        let ranges = try #require(NetworkRanges("192.0.2.0/25,2001:db8::/33,0.0.0.0/32"))
        for inside in ["192.0.2.127", "::ffff:192.0.2.1", "2001:db8:7fff::1", "0.0.0.0"] {
            #expect(ranges.contains(try #require(NetworkAddress(inside))), "\(inside)")
        }
        for outside in ["192.0.2.128", "192.0.3.1", "2001:db8:8000::1", "::", "::ffff:0:1"] {
            #expect(!ranges.contains(try #require(NetworkAddress(outside))), "\(outside)")
        }
        let all = try #require(NetworkRanges("0.0.0.0/0"))
        #expect(all.contains(try #require(NetworkAddress("8.8.8.8"))))
        #expect(!all.contains(try #require(NetworkAddress("2001:db8::1"))))
        for bad in ["", ",", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "a.example", "/8"]
        {
            #expect(NetworkRanges(bad) == nil, "\(bad)")
        }
        let many = Array(repeating: "10.0.0.1", count: NetworkRanges.countMax + 1)
        #expect(NetworkRanges(many.joined(separator: ",")) == nil)
    }

    @Test(arguments: [
        ("0.0.0.0/0", ["IPv4"]), ("::/0", ["IPv4", "IPv6"]), ("2000::/3", ["IPv6"]),
        ("::ffff:0:0/96", ["IPv4"]), ("::/80", ["IPv4"]), ("10.0.0.0/8,2001:db8::/32", []),
        ("0.0.0.0/1,128.0.0.0/1", ["IPv4"]), ("0.0.0.0/1,128.0.0.0/2", []),
        ("0.0.0.0/1,128.0.0.0/2,192.0.0.0/2", ["IPv4"]), ("2000::/4", []),
        ("2000::/4,3000::/4", ["IPv6"]), ("0.0.0.0,255.255.255.255", []),
    ])
    func networksThatAreEverybodyAreSeen(text: String, kinds: [String]) throws {
        #expect(try #require(NetworkRanges(text)).wholeKinds == kinds)
    }

    @Test func anAddressHasASite() throws {
        #expect(NetworkAddress("203.0.113.7")?.site.description == "203.0.113.7")
        #expect(NetworkAddress("2001:db8:1:2:3:4:5:6")?.site.description == "2001:db8:1:2::")
    }
}
