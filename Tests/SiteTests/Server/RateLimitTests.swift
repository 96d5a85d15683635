import TestGate
import Testing
import TestRedis

/// 429 for addresses and users beyond their rate, told to them and to the operator.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RateLimitTests {
    private func withSite(_ arguments: [String], _ body: (Site) async throws -> Void) async throws {
        try await ServerBed.with(sites: 0) { bed in
            let redis = ["--redis", "unix:\(bed.redis.socketPath)"]
            try await body(try await Site.start(data: bed.data, redis + arguments))
        }
    }

    private func expectLimited(_ answer: Answer, _ comment: String = "") {
        expectProblem(answer, 429, "rate_limited", "\(comment)")
        #expect((1...60).contains(answer.header("Retry-After").flatMap { Int($0) } ?? 0))
    }

    @Test func anAddressHasARateForEachClass() async throws {
        let rates = "enter=1:2,change=1:2,read=1:2,list=1:2,admin=1:2"
        try await withSite(["--rates-per-address", rates]) { site in
            try await site.configure("shop", #"{"capacity":0}"#)
            let calls = [
                ("GET", "/api/v1/rooms/shop"), ("POST", "/api/v1/rooms/shop/tickets"),
                ("POST", "/rooms/shop/leave"), ("GET", "/api/v1/concerts"),
                ("GET", "/admin/v1/rooms/shop"),
            ]
            for (method, path) in calls {
                func call(_ address: String, _ user: String) async throws -> Answer {
                    let headers = ["X-Forwarded-For": address, "X-User-Id": user]
                    return try await site.request(method, path, headers)
                }
                for user in ["a", "b"] {
                    #expect(try await call("203.0.113.7", user).status != 429, "\(path)")
                }
                expectLimited(try await call("203.0.113.7", "c"), path)
                // What the client adds does not make it another one; an IPv6 /64 is one client.
                expectLimited(try await call("9.9.9.9, ::ffff:203.0.113.7", "d"), path)
                #expect(try await call("203.0.113.8", "a").status != 429, "\(path)")
                for end in 1...2 {
                    #expect(try await call("2001:db8::\(end)", "a").status != 429, "\(path)")
                }
                expectLimited(try await call("2001:db8::3", "a"), path)
            }
            let metrics = try await site.request("GET", "/metrics").text
            for kind in ["enter", "change", "read", "list", "admin"] {
                let line = "onsale_rate_limited_total{class=\"\(kind)\",by=\"address\"} 3"
                #expect(metrics.contains(line), "\(line)")
            }
            let lines = site.process.errors.split(separator: "\n").filter {
                $0.contains("event=rate_limited")
            }
            // Once for each reason, however often.
            #expect(lines.count == 5, "\(lines)")
            #expect(lines.first?.contains("class=read by=address address=203.0.113.7") == true)
        }
    }

    /// The operator's own programs, and proxies that do not say for whom they ask.
    @Test func loopbackIsNotLimitedByAddress() async throws {
        try await withSite(["--rates-per-address", "read=1:1", "--trust-proxy", "10.0.0.0/8"]) {
            site in
            try await site.configure("shop", "{}")
            for headers in [[:], ["X-Forwarded-For": "10.1.2.3"]] {
                for _ in 0..<5 {
                    let answer = try await site.request("GET", "/api/v1/rooms/shop", headers)
                    #expect(answer.status == 200)
                }
            }
        }
    }

    /// A stranger who makes the proxy write no address is not taken for the operator.
    @Test func thoseWithoutAnAddressAreOneClient() async throws {
        try await withSite(["--rates-per-address", "read=1:2", "--trust-proxy", "10.0.0.0/8"]) {
            site in
            try await site.configure("shop", "{}")
            func read(_ entry: String?) async throws -> Answer {
                let headers = entry.map { ["X-Forwarded-For": $0] } ?? [:]
                return try await site.request("GET", "/api/v1/rooms/shop", headers)
            }
            for entry in ["unknown", "203.0.113.7, _hidden"] {
                #expect(try await read(entry).status == 200)
            }
            for entry in ["unknown", "[::1", "", "1.2.3.4:x"] {
                expectLimited(try await read(entry), entry)
            }
            // A port makes no other client, and the operator's own programs are not limited.
            for port in 1...2 { #expect(try await read("203.0.113.7:\(port)").status == 200) }
            expectLimited(try await read("203.0.113.7:3"))
            #expect(try await read(nil).status == 200)
            #expect(try await read("10.1.2.3").status == 200)
            let metrics = try await site.request("GET", "/metrics").text
            #expect(metrics.contains("onsale_forwarded_unreadable_total 6\n"))
            let lines = site.process.errors.split(separator: "\n").filter {
                $0.contains("event=forwarded_unreadable")
            }
            #expect(lines.count == 6 && lines[0].contains("proxy=127.0.0.1 entry=unknown"))
        }
    }

    /// Asking for what there is not costs no more than asking for what there is.
    @Test func whatThereIsNotIsCounted() async throws {
        try await withSite(["--rates-per-address", "read=1:2"]) { site in
            var last = 0
            func call(_ method: String, _ path: String) async throws -> Answer {
                let headers = ["X-Forwarded-For": "203.0.113.\(last)"]
                let body = method == "GET" ? nil : "x"
                return try await site.request(method, path, headers, body: body)
            }
            for (method, path, status) in [
                ("GET", "/nope", 404), ("GET", "/assets/nope.js", 404),
                ("GET", "/api/v1/nope", 404), ("POST", "/nope", 404), ("BREW", "/nope", 404),
                ("DELETE", "/healthz", 405),
                ("GET", "/assets/style.css", 200),
            ] {
                last += 1
                for _ in 0..<2 { #expect(try await call(method, path).status == status, "\(path)") }
                expectLimited(try await call(method, path), "\(method) \(path)")
            }
        }
    }

    /// Whatever the address, and also from this machine.
    @Test func aUserHasARate() async throws {
        try await withSite(["--rates-per-user", "enter=1:2,change=1:2"]) { site in
            try await site.configure("shop", #"{"capacity":0}"#)
            let path = "/api/v1/rooms/shop/tickets"
            for address in ["203.0.113.7", "203.0.113.8"] {
                let headers = ["X-User-Id": "ann", "X-Forwarded-For": address]
                #expect(try await site.request("POST", path, headers).status == 202)
            }
            let ann = ["X-User-Id": "ann"]
            expectLimited(try await site.request("POST", path, ann))
            #expect(try await site.request("POST", path, ["X-User-Id": "bob"]).status == 202)
            // Another class has a rate of its own.
            let charge = "/api/v1/users/me/points/charges"
            #expect(try await site.request("POST", charge, ann).status != 429)
            let metrics = try await site.request("GET", "/metrics").text
            #expect(metrics.contains(#"onsale_rate_limited_total{class="enter",by="user"} 1"#))
            #expect(site.process.errors.contains("by=user user=ann"))
        }
    }

    /// People read a page, which asks again by itself.
    @Test func aBrowserGetsAPage() async throws {
        try await withSite(["--rates-per-address", "read=1:1,change=1:1"]) { site in
            try await site.configure("shop", #"{"capacity":0}"#)
            let browser = [
                "X-Forwarded-For": "203.0.113.7", "Accept": "text/html,*/*;q=0.8",
                "Accept-Language": "ko", "X-User-Id": "ann",
            ]
            for (method, path, back) in [
                ("GET", "/rooms/shop?continue=/a", "5;url=/rooms/shop?continue=%2Fa\""),
                ("POST", "/rooms/shop/leave", "5;url=/rooms/shop\""),
            ] {
                _ = try await site.request(method, path, browser)
                let answer = try await site.request(method, path, browser)
                #expect(answer.status == 429 && answer.header("Retry-After") != nil, "\(path)")
                #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
                #expect(answer.text.contains(#"lang="ko""#) && answer.text.contains(back))
                #expect(answer.text.contains("요청이 너무 많습니다"))
                // Its sheet could not be fetched.
                #expect(answer.text.contains("<style>") && !answer.text.contains("/assets/"))
                let policy = answer.header("Content-Security-Policy") ?? ""
                #expect(policy.contains("style-src 'sha256-") && policy.contains("='"))
            }
            let call = try await site.request("GET", "/api/v1/rooms/shop", browser)
            expectLimited(call, "programs")
        }
    }

    /// A page knows its user later than its address.
    @Test func aUserBeyondARateGetsThatPage() async throws {
        try await withSite(["--rates-per-user", "read=1:1,change=1:1"]) { site in
            try await site.configure("shop", "{}")
            for path in ["/rooms/shop", "/shop"] {
                let headers = ["Accept": "text/html", "X-User-Id": "ann-\(path.utf8.count)"]
                _ = try await site.request("GET", path, headers)
                let answer = try await site.request("GET", path, headers)
                #expect(answer.status == 429 && answer.header("Retry-After") != nil, "\(path)")
                #expect(answer.text.contains("Too many requests at once"), "\(path)")
            }
        }
    }
}
