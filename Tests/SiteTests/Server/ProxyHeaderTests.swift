import TestGate
import Testing
import TestRedis

/// What a proxy says of the visitor's side counts for trusted proxies only.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct ProxyHeaderTests {
    private func withSite(
        _ arguments: [String] = [],
        _ body: (Site) async throws -> Void
    ) async throws {
        try await ServerBed.with(sites: 0) { bed in
            let redis = ["--redis", "unix:\(bed.redis.socketPath)", "--auth", "visitor"]
            try await body(try await Site.start(data: bed.data, redis + arguments))
        }
    }

    private static let proxied = [
        "X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example",
        "Origin": "https://shop.example",
    ]

    @Test func theOriginIsComparedWithTheHostThatTheBrowserKnows() async throws {
        try await withSite { site in
            try await site.configure("shop", #"{"capacity":0}"#)
            let path = "/rooms/shop/join"
            #expect(try await site.request("POST", path, Self.proxied).status == 303)
            let foreign = Self.proxied.merging(["X-Forwarded-Host": "evil.example"]) { $1 }
            expectProblem(try await site.request("POST", path, foreign), 403, "forbidden")
        }
    }

    /// The machine's own address is not loopback.
    @Test(.enabled(if: ownAddress() != nil), arguments: [false, true])
    func othersAreNotBelieved(isNamed: Bool) async throws {
        let own = try #require(ownAddress())
        let named = isNamed ? ["--trust-proxy", own] : []
        try await withSite(["--host", "0.0.0.0"] + named) { site in
            try await site.configure("shop", #"{"capacity":0}"#)
            let client = try HTTPClient(site.port, at: own)
            client.send("GET", "/shop", Self.proxied)
            let cookie = try #require(try await client.answer().header("Set-Cookie"))
            #expect(cookie.hasPrefix("__Host-") == isNamed, "\(cookie)")
            #expect(cookie.contains("Secure") == isNamed)
            client.send("POST", "/rooms/shop/join", Self.proxied, body: "")
            #expect(try await client.answer().status == (isNamed ? 303 : 403))
        }
    }

    /// Whoever trusts everybody lets each visitor choose an address: told at the start.
    @Test(arguments: [
        ("0.0.0.0/0", "IPv4"), ("10.0.0.0/8,0.0.0.0/1,128.0.0.0/1", "IPv4"), ("::/0", "IPv4,IPv6"),
        ("2000::/3", "IPv6"), ("::ffff:0:0/96", "IPv4"), ("2000::/4,10.0.0.0/8,0.0.0.0/1", nil),
    ])
    func trustInEverybodyIsToldAtTheStart(networks: String, families: String?) async throws {
        try await withSite(["--trust-proxy", networks]) { site in
            let log = site.process.errors
            let told = log.split(separator: "\n").filter { $0.contains("event=trusts_everybody") }
            #expect(told.count == (families == nil ? 0 : 1), "\(log)")
            guard let families, let line = told.first else { return }
            #expect(line.contains("level=warn"), "\(line)")
            #expect(line.contains(" flag=--trust-proxy all=\(families) "), "\(line)")
            #expect(line.contains("X-Forwarded-For"), "\(line)")
        }
    }

    /// Whoever does what the log says must not come to trust a visitor.
    @Test(.enabled(if: ownAddress() != nil))
    func aVisitorBehindAProxyHeaderIsNoProxyToName() async throws {
        let own = try #require(ownAddress())
        try await withSite(["--host", "0.0.0.0", "--threads", "1"]) { site in
            func ask(_ client: HTTPClient) async throws {
                client.send("GET", "/nowhere", ["X-Forwarded-For": "192.0.2.1"])
                #expect(try await client.answer().status == 404)
            }
            for header in ["TCP4 203.0.113.88 10.0.0.1 1 1", "UNKNOWN"] {
                let client = try HTTPClient(site.port)
                client.send("PROXY \(header)\r\n")
                try await ask(client)
            }
            try await ask(HTTPClient(site.port, at: own))
            site.process.signal(15)
            #expect(try await site.process.exit() == 0)
            let log = site.process.errors
            let told = log.split(separator: "\n").filter { $0.contains("event=untrusted_proxy") }
            #expect(told.count == 1, "\(log)")
            #expect(told.first?.contains("address=\(own) ") == true, "\(log)")
        }
    }

    /// The PROXY protocol, from the flag to the log; the rest is in `ProxyProtocolTests`.
    @Test func theAddressBeforeAConnectionIsTheVisitors() async throws {
        try await withSite(["--access-log"]) { site in
            let client = try HTTPClient(site.port)
            client.send("PROXY TCP4 203.0.113.9 10.0.0.1 1 1\r\n")
            client.send("GET", "/nowhere")
            #expect(try await client.answer().status == 404)
            let bad = try HTTPClient(site.port)
            bad.send("PROXY TCP4 nobody\r\n")
            #expect(await bad.seesEnd())
            let text = try await site.request("GET", "/metrics").text
            let metrics = try PrometheusText(text)
            #expect(metrics.value("onsale_http_proxy_headers_refused_total") == 1)
            site.process.signal(15)
            #expect(try await site.process.exit() == 0)
            let log = site.process.errors
            #expect(log.contains(" path=/nowhere status=404 "), "\(log)")
            #expect(log.contains(" address=203.0.113.9"), "\(log)")
            #expect(log.contains("event=proxy_header_refused address=127.0.0.1"), "\(log)")
        }
    }
}
