import Crypto
import Foundation
import JSON
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import TestKit

/// `--auth jwt`: the visitor is the token's `sub`.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct JWTAuthTests {
    private static let secret = Array("a secret of at least thirty-two bytes".utf8)

    private func unsigned(_ header: String, _ payload: String) -> String {
        Base64URL.encodeString(Array(header.utf8)) + "."
            + Base64URL.encodeString(Array(payload.utf8))
    }

    private func hs256(_ payload: String, secret: [UInt8] = secret) -> String {
        let message = unsigned(#"{"alg":"HS256","typ":"JWT"}"#, payload)
        let code = MessageAuthenticator(key: secret).authenticate(Array(message.utf8))
        return message + "." + Base64URL.encodeString(code.indices.map { code[$0] })
    }

    private func enter(_ site: Site, _ token: String?, user: String? = nil) async throws -> Answer {
        var headers: [String: String] = [:]
        headers["Authorization"] = token.map { "Bearer \($0)" }
        headers["X-User-Id"] = user
        return try await site.request("POST", "/api/v1/rooms/shop/tickets", headers)
    }

    /// A server that checks tokens with `key`, with a room `shop` that admits nobody.
    private func withSite(
        key: [UInt8],
        _ arguments: [String],
        _ body: (Site) async throws -> Void
    ) async throws {
        try await withSite(key: key, arguments) { site, _ in try await body(site) }
    }

    private func withSite(
        key: [UInt8],
        _ arguments: [String],
        _ body: (Site, String) async throws -> Void
    ) async throws {
        try await ServerBed.with(sites: 0) { bed in
            let path = bed.data + "/visitors.key"
            try Data(key).write(to: URL(filePath: path))
            let site = try await Site.start(
                data: bed.data,
                ["--redis", "unix:\(bed.redis.socketPath)", "--auth", "jwt"]
                    + arguments.map { $0 == "KEY" ? path : $0 }
            )
            #expect(!site.process.errors.contains("WARNING"))
            try await site.configure("shop", #"{"capacity":0}"#)
            try await body(site, bed.data)
        }
    }

    @Test func aSharedSecretNamesTheVisitor() async throws {
        try await withSite(key: Self.secret, ["--jwt-secret", "KEY"]) { site in
            let now = Int(Date().timeIntervalSince1970)
            let good = hs256(#"{"sub":"ann","exp":\#(now + 60)}"#)
            let ann = try TicketDocument(try await enter(site, good))
            let status = try await site.request(
                "GET",
                "/api/v1/rooms/shop/tickets/me",
                ["Authorization": "Bearer \(good)", "Onsale-Ticket": ann.ticket]
            )
            #expect(try TicketDocument(status).position == 1)
            // The header that `--auth dev` believes counts for nothing here.
            #expect(
                try TicketDocument(try await enter(site, good, user: "eve")).ticket == ann.ticket
            )
            let bad = [
                hs256(
                    #"{"sub":"ann"}"#,
                    secret: Array("another secret of thirty-two bytes!!".utf8)
                ),
                String(good.dropLast(2)) + "AA", hs256(#"{"sub":"ann","exp":\#(now - 600)}"#),
                hs256(#"{"sub":"ann","nbf":\#(now + 600),"exp":\#(now + 900)}"#),
                hs256(#"{"sub":"ann"}"#), hs256(#"{"name":"ann","exp":\#(now + 60)}"#),
                hs256(#"{"sub":"not a name","exp":\#(now + 60)}"#),
                hs256(#"{"sub":"","exp":\#(now + 60)}"#), "x", "a.b.c", "",
                unsigned(#"{"alg":"none"}"#, #"{"sub":"ann"}"#) + ".",
            ]
            for token in bad {
                expectProblem(try await enter(site, token), 401, "unauthenticated", "\(token)")
            }
            expectProblem(try await enter(site, nil, user: "ann"), 401, "unauthenticated")
            let bob = hs256(#"{"sub":"bob","exp":\#(now + 60)}"#)
            let foreign = try await site.request(
                "GET",
                "/api/v1/rooms/shop/tickets/me",
                ["Authorization": "Bearer \(bob)", "Onsale-Ticket": ann.ticket]
            )
            expectProblem(foreign, 403, "ticket_invalid")
        }
    }

    @Test func aPublicKeyNamesTheVisitor() async throws {
        try await withFolder { folder in
            func openssl(_ arguments: String...) throws {
                try StartedProgram.run(["openssl"] + arguments, in: folder)
            }
            func token(_ payload: String, key: String) throws -> String {
                let message = unsigned(#"{"alg":"RS256","typ":"JWT"}"#, payload)
                try message.write(toFile: folder + "/m", atomically: true, encoding: .utf8)
                try openssl("dgst", "-sha256", "-sign", key, "-out", "s", "m")
                let signature = try Data(contentsOf: URL(filePath: folder + "/s"))
                return message + "." + Base64URL.encodeString(Array(signature))
            }
            for name in ["ours", "theirs"] {
                let size = "rsa_keygen_bits:2048"
                try openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", size, "-out", name)
            }
            try openssl("pkey", "-in", "ours", "-pubout", "-out", "ours.pub")
            let key = Array(try Data(contentsOf: URL(filePath: folder + "/ours.pub")))
            let rules = ["--jwt-issuer", "https://id.example", "--jwt-audience", "shop,app"]
            try await withSite(key: key, ["--jwt-key", "KEY"] + rules) { site in
                let exp = Int(Date().timeIntervalSince1970) + 60
                let named = #""sub":"ann@example.org","exp":\#(exp)"#
                let issuer = #""iss":"https://id.example""#
                let claims = #"{\#(named),\#(issuer),"aud":["app"]}"#
                let good = try token(claims, key: "ours")
                #expect(try await enter(site, good).status == 202)
                let forged = try token(claims, key: "theirs")
                expectProblem(try await enter(site, forged), 401, "unauthenticated")
                // Signed with the public key as if it were a shared secret.
                let confused = hs256(claims, secret: key)
                expectProblem(try await enter(site, confused), 401, "unauthenticated")
                // Made for another application, by another provider, or without an end.
                let strange = [
                    #"{\#(named),\#(issuer),"aud":"billing-app"}"#, #"{\#(named),\#(issuer)}"#,
                    #"{\#(named),"iss":"https://elsewhere","aud":"shop"}"#, "{\(named)}",
                    #"{"sub":"ann@example.org",\#(issuer),"aud":"shop"}"#,
                ]
                for claims in strange {
                    let answer = try await enter(site, try token(claims, key: "ours"))
                    expectProblem(answer, 401, "unauthenticated", "\(claims)")
                    // Which claim was wrong is the operator's to know.
                    for word in ["aud", "iss", "exp"] { #expect(!answer.text.contains(word)) }
                }
                for reason in ["aud is another", "iss is another", "has no exp"] {
                    #expect(site.process.errors.contains(reason), "\(reason)")
                }
            }
        }
    }

    /// With a JWT's server the sale knows people by their JWT alone.
    @Test func aTicketAloneBuysNothing() async throws {
        try await withSite(key: Self.secret, ["--jwt-secret", "KEY"]) { site in
            let exp = Int(Date().timeIntervalSince1970) + 60
            let ann = hs256(#"{"sub":"ann","exp":\#(exp)}"#)
            let ticket = try TicketDocument(try await enter(site, ann)).ticket
            let headers = [
                ["Onsale-Ticket": ticket], ["Cookie": "onsale_ticket=\(ticket)"],
                ["X-User-Id": "ann"], ["Cookie": "onsale_visitor=ann"],
            ]
            for headers in headers {
                let all = headers.merging([
                    "Onsale-Room": "shop", "Idempotency-Key": "k",
                    "Content-Type": "application/json",
                ]) { $1 }
                for path in ["payments/p/cancel", "users/me/points/charges", "coupons/c/claims"] {
                    let answer = try await site.request(
                        "POST",
                        "/api/v1/\(path)",
                        all,
                        body: path.hasSuffix("charges") ? #"{"amount":1}"# : "{}"
                    )
                    expectProblem(answer, 401, "unauthenticated", "\(path) \(headers)")
                }
                for path in ["points", "payments", "orders", "coupons"] {
                    let path = "/api/v1/users/me/\(path)"
                    let answer = try await site.request("GET", path, all)
                    expectProblem(answer, 401, "unauthenticated", "\(path)")
                }
            }
            // It still shows the place of whoever has the cookie, which is all that it proves.
            let path = "/api/v1/rooms/shop/tickets/me"
            let cookie = ["Cookie": "onsale_ticket=\(ticket)"]
            #expect(try TicketDocument(try await site.request("GET", path, cookie)).position == 1)
            // So does the draw, which says how the place came about.
            #expect(try await site.request("GET", path + "/draw", cookie).status == 200)
            let header = ["Onsale-Ticket": ticket]
            let answer = try await site.request("GET", path + "/draw", header)
            expectProblem(answer, 401, "unauthenticated")
        }
    }

    /// As identity providers name people.
    @Test(arguments: [
        "auth0|5f7c21", "user+tag@example.org", "https://id/u?x=1&y=2#z", "a/b%2Fc", "\"<'>\\",
        "{r:x}", String(repeating: "~", count: 128),
    ])
    func anySubjectOfVisibleCharactersWorks(_ subject: String) async throws {
        try await withSite(
            key: Self.secret,
            ["--jwt-secret", "KEY", "--jwt-subject", "uid"]
        ) { site in
            let exp = Int(Date().timeIntervalSince1970) + 60
            let quoted = String(decoding: try JSONEncoder().encode(subject), as: UTF8.self)
            let token = hs256(#"{"sub":"x","uid":\#(quoted),"exp":\#(exp)}"#)
            try await site.configure("shop", #"{"capacity":1}"#)
            try await site.openSale("night", #""seats":9,"price":10,"room":"shop""#)
            let entered = try await enter(site, token)
            let ticket = try TicketDocument(entered)
            #expect(ticket.state == "admitted")
            let headers = [
                "Authorization": "Bearer \(token)", "Content-Type": "application/json",
                "Onsale-Ticket": ticket.ticket,
            ]
            func post(_ path: String, _ body: String) async throws -> Answer {
                let all = headers.merging(["Idempotency-Key": path]) { $1 }
                return try await site.request("POST", "/api/v1\(path)", all, body: body)
            }
            #expect(try await post("/users/me/points/charges", #"{"amount":90}"#).status == 201)
            let held = try await post("/performances/night/holds", #"{"seats":[1]}"#)
            let hold = try #require(held.json?["hold"]?.string)
            let paid = try await post("/payments", #"{"hold":"\#(hold)"}"#)
            #expect(paid.json?["balance"]?.integer == 80, "\(paid.text)")
            let list = try await site.request("GET", "/api/v1/users/me/payments", headers)
            #expect(list.json?.array?.count == 1)
            // It is inside again, and the operator ends its session by name.
            #expect(try TicketDocument(try await enter(site, token)).state == "admitted")
            let allowed = CharacterSet.alphanumerics
            let name = try #require(subject.addingPercentEncoding(withAllowedCharacters: allowed))
            try await site.done(name, in: "shop")
            let page = try await site.request("GET", "/rooms/shop", headers)
            #expect(page.status == 200)
            let shop = try await site.request("GET", "/shop", headers)
            #expect(shop.status == 200 && !shop.text.contains("\"<'>"))
        }
    }

    /// A key that an identity provider has changed, and an operator's: without a restart.
    @Test func aHangUpReadsTheKeysAgain() async throws {
        let other = Array("another secret of thirty-two bytes!!".utf8)
        let payload = #"{"sub":"ann","exp":\#(Int(Date().timeIntervalSince1970) + 60)}"#
        let (old, new) = (hs256(payload), hs256(payload, secret: other))
        try await withSite(key: Self.secret, ["--jwt-secret", "KEY", "--threads", "2"]) {
            site,
            data in
            let file = data + "/visitors.key", admin = data + "/admin.key"
            func hangUp(_ event: String) async throws {
                let before = count(event, site)
                site.process.signal(SIGHUP)
                try await until(event) { count(event, site) > before }
            }
            #expect(try await enter(site, old).status == 202)
            try Data(other).write(to: URL(filePath: file))
            let operatorKey = String(site.adminKey.reversed())
            try operatorKey.write(toFile: admin, atomically: false, encoding: .utf8)
            try await hangUp("keys_read_again")
            // More connections than loops: each loop has the new keys, and has forgotten the token.
            for _ in 0..<8 {
                #expect(try await enter(site, old).status == 401)
                #expect(try await enter(site, new).status == 202)
                #expect(try await site.admin("GET", "shop").status == 403)
                let headers = ["Authorization": "Bearer \(operatorKey)"]
                let path = "/admin/v1/rooms/shop"
                #expect(try await site.request("GET", path, headers).status == 200)
            }
            // One that is not there changes nothing, and is not made.
            try FileManager.default.moveItem(atPath: admin, toPath: admin + ".away")
            try await hangUp("keys_not_read")
            #expect(!FileManager.default.fileExists(atPath: admin))
            let headers = ["Authorization": "Bearer \(operatorKey)"]
            #expect(try await site.request("GET", "/admin/v1/rooms/shop", headers).status == 200)
            try FileManager.default.moveItem(atPath: admin + ".away", toPath: admin)
            // Nor does one that cannot be used.
            try Data("short".utf8).write(to: URL(filePath: file))
            try await hangUp("keys_not_read")
            #expect(try await enter(site, new).status == 202)
        }
    }

    private func count(_ event: String, _ site: Site) -> Int {
        site.process.errors.ranges(of: "event=\(event)").count
    }
}
