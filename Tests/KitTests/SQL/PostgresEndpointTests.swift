import EventLoop
import TestGate
import Testing
import TestPostgres

@testable import SQL
@testable import TestKit

@Suite(.sideBySide, .timeLimit(.minutes(2))) struct PostgresEndpointTests {
    @Test(
        arguments: [
            ("postgres://onsale:p%40ss@db:6432/sale", "postgres://onsale:***@db:6432/sale"),
            ("postgresql://db/sale?sslmode=verify-full", "postgres://db/sale?sslmode=verify-full"),
            ("postgres://a@/sale?host=/run/postgresql", "postgres://a@/sale?host=/run/postgresql"),
            ("postgres://a@[::1]:5433/sale", "postgres://a@[::1]:5433/sale"),
            ("postgres://a@h,[::1]:5433/s", "postgres://a@h,[::1]:5433/s"),
            ("postgres://a@h:1,i:2/s", "postgres://a@h:1,i:2/s"),
            ("postgres://a@h,i/s", "postgres://a@h,i/s"),
            ("postgres://a@h,i/s?port=5433", "postgres://a@h,i:5433/s"),
            ("postgres://a@h/s?password=secret", "postgres://a:***@h/s"),
            ("postgres://a@h/s?sslpassword=secret", "postgres://a@h/s?sslpassword=***"),
        ]
    )
    func anAddressIsShownWithoutItsSecrets(text: String, shown: String) throws {
        let endpoint = try PostgresEndpoint.parse(text)
        #expect("\(endpoint)" == shown)
        #expect(String(reflecting: endpoint) == shown)
    }

    @Test func eachHostIsTriedByItself() throws {
        func hosts(_ text: String) throws -> [PostgresHost] {
            PostgresHost.all(of: try PostgresEndpoint.parse("postgres://" + text))
        }
        #expect(try hosts("h/s") == [PostgresHost(name: "h")])
        #expect(
            try hosts("h:1,i:2/s")
                == [PostgresHost(name: "h", port: "1"), PostgresHost(name: "i", port: "2")]
        )
        #expect(
            try hosts("/s?host=/run/a,/run/b&port=1")
                == [
                    PostgresHost(name: "/run/a", port: "1"),
                    PostgresHost(name: "/run/b", port: "1"),
                ]
        )
        #expect(
            try hosts("h,i/s?hostaddr=127.0.0.1,127.0.0.2")
                == [
                    PostgresHost(name: "h", address: "127.0.0.1", port: ""),
                    PostgresHost(name: "i", address: "127.0.0.2", port: ""),
                ]
        )
        // libpq says what is wrong with them.
        #expect(try hosts("h,i/s?hostaddr=127.0.0.1") == [PostgresHost()])
    }

    @Test(
        arguments: [
            ("redis://h", PostgresEndpointError.unknownScheme),
            ("host=/tmp dbname=x", .unknownScheme),
            ("postgres://u:secret@[::1/x", .malformed),
            ("postgres://u:%zz@h/x", .malformed),
            ("postgres://u:secret@h:x1/x", .badPort),
            ("postgres://u:secret@h:0/x", .badPort),
            ("postgres://u:secret@h:65536/x", .badPort),
            ("postgres://u:secret@h/x?sslmode=on", .badSSLMode),
            ("postgres://u:secret@h/x?colour=red", .unknownOption),
            ("postgres://u:p@secret@h/x", .malformed),
            ("postgres://u:12/secret@h/x", .malformed),
            ("postgres://h/x&password=secret", .malformed),
            ("postgres://h/x?sslmode=require;password=secret", .malformed),
        ]
    )
    func aBadAddressStopsWithOneLine(text: String, expected: PostgresEndpointError) {
        #expect(throws: expected) { try PostgresEndpoint.parse(text) }
        #expect(!"\(expected)".contains("secret"))
        #expect(!"\(expected)".contains("\n"))
    }

    // MARK: TLS

    private static let encrypted: SQL = """
        select case when ssl then version else 'plain' end from pg_stat_ssl
        where pid = pg_backend_pid()
        """

    @Test func sslmodeDecidesAboutEncryption() async throws {
        let server = try PrivatePostgres(isDurable: false, isEncrypted: true)
        defer { server.stop() }
        let port = try #require(server.port)
        let root = "sslrootcert=\(server.certificate)"
        for (host, options, expected) in [
            ("localhost", "sslmode=disable", "plain"),
            ("localhost", "sslmode=require", "TLSv1.3"),
            ("localhost", "sslmode=verify-full&\(root)", "TLSv1.3"),
            ("127.0.0.1", "sslmode=verify-ca&\(root)", "TLSv1.3"),
        ] {
            let url = "postgres://onsale@\(host):\(port)/postgres?\(options)"
            try await withPostgres(at: url) { database in
                let texts = try await database.commit([Self.encrypted])[0].rows.map {
                    try $0.text(0)
                }
                #expect(texts == [expected], "\(url)")
            }
        }
    }

    @Test func aServerThatCannotProveItsNameIsNotTrusted() async throws {
        let server = try PrivatePostgres(isDurable: false, isEncrypted: true)
        defer { server.stop() }
        let port = try #require(server.port)
        let loop = EventLoop.start()
        defer { loop.stop() }
        for (host, options, reason) in [
            ("127.0.0.1", "sslrootcert=\(server.certificate)", "does not match host name"),
            ("localhost", "sslrootcert=/nonexistent", "does not exist"),
        ] {
            let endpoint = try PostgresEndpoint.parse(
                "postgres://onsale@\(host):\(port)/postgres?sslmode=verify-full&\(options)"
            )
            let database = PostgresDatabase(endpoint, on: loop)
            await database.start()
            #expect(await eventually { await database.problem()?.reason.contains(reason) == true })
            await database.close()
        }
    }
}
