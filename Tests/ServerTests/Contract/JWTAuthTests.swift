import Crypto
import Foundation
import TestRedis
import Testing

/// `--auth jwt`: the visitor is the token's `sub`.
@Suite(.timeLimit(.minutes(1))) struct JWTAuthTests {
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
    private func withSite(key: [UInt8], _ body: (Site) async throws -> Void) async throws {
        try await ServerBed.with(sites: 0) { bed in
            let path = bed.data + "/visitors.key"
            try Data(key).write(to: URL(filePath: path))
            let site = try await Site.start(
                data: bed.data,
                ["--redis", "unix:\(bed.redis.socketPath)", "--auth", "jwt", "--jwt-key", path]
            )
            #expect(!site.process.errors.contains("WARNING"))
            try await site.configure("shop", #"{"capacity":0}"#)
            try await body(site)
        }
    }

    @Test func aSharedSecretNamesTheVisitor() async throws {
        try await withSite(key: Self.secret) { site in
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
                hs256(#"{"sub":"ann","nbf":\#(now + 600)}"#), hs256(#"{"name":"ann"}"#),
                hs256(#"{"sub":"not a name"}"#), hs256(#"{"sub":""}"#), "x", "a.b.c", "",
                unsigned(#"{"alg":"none"}"#, #"{"sub":"ann"}"#) + ".",
            ]
            for token in bad {
                expectProblem(try await enter(site, token), 401, "unauthenticated", "\(token)")
            }
            expectProblem(try await enter(site, nil, user: "ann"), 401, "unauthenticated")
            let bob = hs256(#"{"sub":"bob"}"#)
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
                let process = Process()
                process.executableURL = URL(filePath: "/usr/bin/env")
                process.arguments = ["openssl"] + arguments
                process.currentDirectoryURL = URL(filePath: folder)
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
                process.waitUntilExit()
                try #require(process.terminationStatus == 0)
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
            try await withSite(key: key) { site in
                let good = try token(#"{"sub":"ann@example.org"}"#, key: "ours")
                #expect(try await enter(site, good).status == 202)
                let forged = try token(#"{"sub":"ann@example.org"}"#, key: "theirs")
                expectProblem(try await enter(site, forged), 401, "unauthenticated")
                // Signed with the public key as if it were a shared secret.
                let confused = hs256(#"{"sub":"ann@example.org"}"#, secret: key)
                expectProblem(try await enter(site, confused), 401, "unauthenticated")
            }
        }
    }
}
