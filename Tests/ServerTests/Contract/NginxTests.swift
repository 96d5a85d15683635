import Foundation
import JSON
import TestRedis
import Testing

/// `deploy/nginx-onsale.conf` in a real nginx, with a shop behind it that says what it is told.
@Suite(.timeLimit(.minutes(1))) struct NginxTests {
    /// A running nginx; ends with the last reference.
    private final class Nginx {
        let port: UInt16
        private let process = Process()

        init(in folder: String, before site: Site) throws {
            port = try freePort()
            let text = Self.configuration(folder, port, onsale: site.port)
            try text.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
            process.executableURL = URL(filePath: "/usr/sbin/nginx")
            process.arguments = ["-p", folder, "-c", folder + "/nginx.conf", "-e", "errors.log"]
            process.standardInput = FileHandle.nullDevice
            try process.runWithOpenSignals()
        }

        deinit {
            process.terminate()
            process.waitUntilExit()
        }

        private static func configuration(_ folder: String, _ port: UInt16, onsale: UInt16)
            -> String
        {
            let root = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
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
                        include \(root.path)/deploy/nginx-onsale.conf;
                    }
                }
                """
        }
    }

    private func withShop(
        _ body: (Site, (String, String, [String: String]) async throws -> Answer)
            async throws -> Void
    ) async throws {
        try await ServerBed.with(sites: 0) { bed in
            let redis = ["--redis", "unix:\(bed.redis.socketPath)", "--auth", "visitor"]
            let site = try await Site.start(data: bed.data + "/onsale", redis)
            try await site.configure("opera", #"{"capacity":1,"clientsPerSession":1}"#)
            let nginx = try Nginx(in: bed.data, before: site)
            try await until("nginx listens") { (try? HTTPClient(nginx.port)) != nil }
            try await body(site) { method, path, headers in
                let client = try HTTPClient(nginx.port)
                client.send(method, path, headers, body: method == "POST" ? "" : nil)
                return try await client.answer()
            }
            withExtendedLifetime(nginx) {}
        }
    }

    @Test func aVisitGoesThroughTheDoor() async throws {
        try await withShop { site, call async throws in
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
            for cookie in [
                "\(ticket)", "a=1; \(ticket); b=2", "\(long); \(ticket)",
                "onsale_ticket_opera=forged; a=\"1,2; \(ticket)",
            ] {
                let forged = ["Onsale-User": "boss", "Onsale-Pass": "forged", "Cookie": cookie]
                let shop = try await call("POST", "/buy", forged)
                #expect(shop.status == 200, "\(cookie.prefix(50)) \(shop.status)")
                let told = shop.text.split(separator: "|", omittingEmptySubsequences: false)
                try #require(told.count == 5)
                #expect(told[1].hasPrefix("v-"), "\(told.prefix(3))")
                #expect(told[2].split(separator: ".").count == 3, "a signed pass")
                #expect(told[3] == cookie)
            }
            // The door hears from where: a second address is one too many in this room.
            for (address, status) in [("203.0.113.7", 200), ("203.0.113.8", 403)] {
                let headers = ["Cookie": "\(ticket)", "X-Forwarded-For": address]
                #expect(try await call("GET", "/buy", headers).status == status, "\(address)")
            }
        }
    }

    @Test func whatIsNotForVisitorsIsKeptFromThem() async throws {
        try await withShop { site, call async throws in
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

/// A port on loopback that nobody listened on a moment ago.
private func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
        }
    }
    try #require(result == 0)
    return UInt16(bigEndian: address.sin_port)
}
