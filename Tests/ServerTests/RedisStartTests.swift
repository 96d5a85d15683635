import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import TestKit

/// A Redis that cannot be used before somebody changes something is an error of the start.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RedisStartTests {
    @Test func aCertificateOfAnotherNameStopsTheStart() async throws {
        let certificates = try TestCertificates()
        let port = try freePort()
        let pair = try certificates.sign("server", names: "DNS:redis.example")
        let server = try TestRedis(options: certificates.options(port: port, pair))
        defer { server.stop() }
        try await expectNoStart(
            "rediss://:MARKER@localhost:\(port)?cafile=\(certificates.authority)",
            "the server's certificate: hostname mismatch"
        )
    }

    @Test func aNameThatTheSentinelDoesNotKnowStopsTheStart() async throws {
        let bed = try TestSentinels()
        defer { bed.stop() }
        try await expectNoStart(
            "redis+sentinel://:MARKER@\(bed.hosts)/other",
            "sentinel \(bed.hosts): it knows no primary other"
        )
    }

    @Test func aServerThatTheSentinelsNameCarriesTheSale() async throws {
        let bed = try TestSentinels()
        defer { bed.stop() }
        try await withFolder { folder in
            let process = try OnsaleProcess([
                "serve", "--port", "0", "--data", folder, "--threads", "1", "--redis",
                "redis+sentinel://\(bed.hosts)/shop",
            ])
            try await until("the server listens") {
                process.errors.contains("onsale: listening on")
            }
            process.signal(15)
            #expect(try await process.exit() == 0)
            let libraries = try bed.cli(bed.ports[0], "function", "list")
            #expect(libraries.contains("room_"))
        }
    }

    private func expectNoStart(_ redis: String, _ reason: String) async throws {
        try await withFolder { folder in
            let process = try OnsaleProcess([
                "serve", "--port", "0", "--data", folder, "--threads", "1", "--redis", redis,
            ])
            #expect(try await process.exit() == 1)
            let said = process.errors.split(separator: "\n").filter { $0.hasPrefix("onsale: ") }
            #expect(said.count == 1)
            #expect(said.last?.hasSuffix(reason) == true, "\(said)")
            #expect(!process.errors.contains("MARKER"))
        }
    }
}
