import Foundation
import JSON
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import TestKit

/// The files in `deploy`, in the real proxies, with a shop behind them that says what it is told.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct ProxyFileTests {
    enum Kind: CaseIterable, Sendable {
        case nginx, caddy

        var path: String { self == .nginx ? "/usr/sbin/nginx" : "/usr/bin/caddy" }
    }

    /// A running proxy; ends with the last reference.
    private final class Proxy {
        let port: UInt16
        private let program: StartedProgram

        init(_ kind: Kind, in folder: String, before site: Site) throws {
            port = try freePort()
            let file = folder + "/proxy.conf"
            let text =
                switch kind {
                case .nginx: Self.nginx(folder, port, onsale: site.port)
                case .caddy: try Self.caddy(folder, port, onsale: site.port, shop: freePort())
                }
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let arguments =
                switch kind {
                case .nginx: ["-p", folder, "-c", file, "-e", "errors.log"]
                case .caddy: ["run", "--adapter", "caddyfile", "--config", file]
                }
            program = try StartedProgram(
                [kind.path] + arguments,
                environment: ["HOME": folder],
                errors: .nothing
            )
        }

        deinit {
            program.signal(SIGTERM)
            program.end()
        }

        private static let deploy = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "deploy")

        private static func nginx(_ folder: String, _ port: UInt16, onsale: UInt16) -> String {
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
                "\($0)_temp_path \(folder)/\($0);"
            }
            return """
                \(getuid() == 0 ? "user root;" : "")
                daemon off; worker_processes 1; pid \(folder)/nginx.pid;
                events { worker_connections 64; }
                http {
                    access_log off; large_client_header_buffers 4 64k;
                    \(temporary.joined(separator: "\n    "))
                    upstream onsale { server 127.0.0.1:\(onsale); keepalive 4; }
                    upstream shop { server unix:\(folder)/shop; }
                    server {
                        listen unix:\(folder)/shop;
                        return 200 "shop|$http_onsale_user|$http_onsale_pass|$http_cookie|";
                    }
                    server {
                        listen 127.0.0.1:\(port);
                        include \(deploy.path)/nginx-onsale.conf;
                    }
                }
                """
        }

        private static func caddy(
            _ folder: String,
            _ port: UInt16,
            onsale: UInt16,
            shop: UInt16
        ) throws -> String {
            let url = deploy.appending(path: "Caddyfile")
            let file = try String(contentsOf: url, encoding: .utf8)
                .replacing(":8443 {", with: "http://:\(port) {\n\tbind 127.0.0.1")
                .replacing("localhost:8080", with: "127.0.0.1:\(onsale)")
                .replacing("localhost:3000", with: "127.0.0.1:\(shop)")
            return """
                {
                    admin off
                }
                http://:\(shop) {
                    bind 127.0.0.1
                    header Told "shop|{header.Onsale-User}|{header.Onsale-Pass}|{header.Cookie}|"
                    respond 200
                }
                \(file)
                """
        }
    }

    private func withShop(
        _ kind: Kind,
        _ body: (Site, (String, String, [String: String]) async throws -> Answer)
            async throws -> Void
    ) async throws {
        try await ServerBed.with(sites: 0) { bed in
            let redis = ["--redis", "unix:\(bed.redis.socketPath)", "--auth", "visitor"]
            let site = try await Site.start(data: bed.data + "/onsale", redis)
            try await site.configure("opera", #"{"capacity":1,"clientsPerSession":1}"#)
            let proxy = try Proxy(kind, in: bed.data, before: site)
            try await until("\(kind) listens") { (try? HTTPClient(proxy.port)) != nil }
            try await body(site) { method, path, headers in
                let client = try HTTPClient(proxy.port)
                client.send(method, path, headers, body: method == "POST" ? "seat=1" : nil)
                return try await client.answer()
            }
            withExtendedLifetime(proxy) {}
        }
    }

    @Test(arguments: Kind.allCases) func aVisitGoesThroughTheDoor(_ kind: Kind) async throws {
        try await withShop(kind) { site, call async throws in
            let navigation = ["Sec-Fetch-Mode": "navigate"]
            // Outside: a page leads to the line and back, a script is told where it is.
            let page = try await call("GET", "/buy?a=1&b=2", navigation)
            #expect(page.status == 303)
            let line = "http://test/rooms/opera?continue=%2Fbuy%3Fa%3D1%26b%3D2"
            #expect(page.header("Location") == line, "\(page)")
            let form = try await call("POST", "/buy?a=1", navigation)
            #expect(form.status == 303)
            #expect(form.header("Location") == "http://test/rooms/opera")
            let script = try await call("GET", "/api/cart", ["Sec-Fetch-Mode": "cors"])
            expectProblem(script, 401, "unauthenticated")
            #expect(script.json?["waitingPage"]?.string?.hasPrefix("http://test/rooms/") == true)
            // In by the button of the page.
            let joined = try await call("POST", "/rooms/opera/join", ["Origin": "http://test"])
            #expect(joined.status == 303, "\(joined)")
            let cookies = joined.headers("Set-Cookie").map { $0.prefix { $0 != ";" } }
            let ticket = try #require(cookies.first { $0.hasPrefix("onsale_ticket_opera=") })
            // The shop is told who it is by the door alone, whatever the client writes.
            let long = "theme=" + String(repeating: "x", count: 30_000)
            var sent = ["\(ticket)", "a=1; \(ticket); b=2", "\(long); \(ticket)"]
            // Of several cookies of one name Caddy knows the first only: it is not let in.
            if kind == .nginx { sent.append("onsale_ticket_opera=forged; a=\"1,2; \(ticket)") }
            for cookie in sent {
                let forged = ["Onsale-User": "boss", "Onsale-Pass": "forged", "Cookie": cookie]
                let shop = try await call("POST", "/buy", forged)
                #expect(shop.status == 200, "\(cookie.prefix(50)) \(shop.status)")
                // Caddy sends a long text in chunks, which this client does not read.
                let text = shop.header("Told") ?? shop.text
                let told = text.split(separator: "|", omittingEmptySubsequences: false)
                try #require(told.count == 5)
                #expect(told[1].hasPrefix("v-"), "\(told.prefix(3))")
                #expect(told[2].split(separator: ".").count == 3, "a signed pass")
                #expect(told[3] == cookie)
            }
            // The door hears from where: a second address is one too many in this room. Caddy
            // believes nobody of it, and has seen one address.
            guard kind == .nginx else { return }
            for (address, status) in [("203.0.113.7", 200), ("203.0.113.8", 403)] {
                let headers = ["Cookie": "\(ticket)", "X-Forwarded-For": address]
                #expect(try await call("GET", "/buy", headers).status == status, "\(address)")
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func whatIsNotForVisitorsIsKeptFromThem(_ kind: Kind) async throws {
        try await withShop(kind) { site, call async throws in
            let admin = ["Authorization": "Bearer \(site.adminKey)"]
            for path in ["/admin/v1/rooms/opera", "/metrics", "/readyz"] {
                #expect(try await call("GET", path, admin).status == 401, "\(path)")
            }
            for path in [
                "/api/v1/users/me/points/charges", "/performances/p/charge", "/shop/charge",
            ] {
                #expect(try await call("POST", path, [:]).status == 403, "\(path)")
            }
            #expect(try await call("GET", "/rooms/opera", [:]).status == 200)
        }
    }
}
