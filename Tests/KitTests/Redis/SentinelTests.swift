import EventLoop
import Foundation
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import Redis
@testable import TestKit

@Suite(.alone, .timeLimit(.minutes(3))) struct SentinelTests {
    private static func endpoint(_ bed: TestSentinels, _ options: String = "") throws
        -> RedisEndpoint
    {
        try RedisEndpoint.parse("redis+sentinel://\(bed.hosts)/shop\(options)")
    }

    @Test func thePrimaryIsFoundAndWrittenTo() async throws {
        let bed = try TestSentinels()
        defer { bed.stop() }
        try await withConnection(to: Self.endpoint(bed, "?db=3")) { connection, _ in
            try await connect(connection)
            _ = try await connection.send("SET", "k", "v")
            #expect(try bed.cli(bed.ports[0], "-n", "3", "get", "k") == "v")
            #expect(await connection.primary == .tcp(host: "127.0.0.1", port: bed.ports[0]))
        }
    }

    @Test func aFailoverByHandIsFollowed() async throws {
        let bed = try TestSentinels()
        defer { bed.stop() }
        try await withConnection(to: Self.endpoint(bed)) { connection, _ in
            try await connect(connection)
            let before = connection.openings
            try bed.failOver()
            try await until("the other primary") {
                await connection.isAvailable(at: second(bed))
            }
            #expect(connection.openings > before)
            _ = try await connection.send("SET", "k", "v")
            #expect(try bed.cli(bed.ports[1], "get", "k") == "v")
        }
    }

    @Test func aKilledPrimaryIsReplaced() async throws {
        let bed = try TestSentinels(count: 3)
        defer { bed.stop() }
        try await withConnection(to: Self.endpoint(bed)) { connection, _ in
            try await connect(connection)
            bed.servers[0].kill()
            try await until("the other primary", seconds: 60) {
                await connection.isAvailable(at: second(bed))
            }
            _ = try await connection.send("SET", "k", "v")
        }
    }

    /// The sentinel that was asked first and listened to; the news come from another.
    @Test func aKilledSentinelIsReplaced() async throws {
        let bed = try TestSentinels(count: 3)
        defer { bed.stop() }
        try await withConnection(to: Self.endpoint(bed)) { connection, _ in
            try await connect(connection)
            bed.killSentinel(0)
            // The next attempt asks another.
            bed.servers[0].kill()
            try await until("the other primary", seconds: 60) {
                await connection.isAvailable(at: second(bed))
            }
        }
    }

    /// Nothing is sent: only the message, or the look at the role, can tell.
    @Test func anIdleConnectionLeavesAPrimaryThatMoved() async throws {
        let bed = try TestSentinels()
        defer { bed.stop() }
        try await withConnection(to: Self.endpoint(bed)) { connection, _ in
            try await connect(connection)
            try bed.failOver()
            try await until("the other primary") { await connection.primary == second(bed) }
        }
    }

    /// The sentinel is away, and so is its message.
    @Test func aDemotedPrimaryIsLeft() async throws {
        let bed = try TestSentinels()
        defer { bed.stop() }
        try await withConnection(to: Self.endpoint(bed)) { connection, _ in
            try await connect(connection)
            bed.killSentinel(0)
            try bed.cli(bed.ports[0], "replicaof", "127.0.0.1", "\(bed.ports[1])")
            try await until("the end") { await !connection.isAvailable }
            let reason = await connection.lastFailure ?? ""
            #expect(reason.contains("its role is slave") || reason.contains("Connection refused"))
        }
    }

    @Test func aRefusedWriteEndsTheConnectionToAFormerPrimary() async throws {
        let bed = try TestSentinels()
        defer { bed.stop() }
        try await withConnection(to: Self.endpoint(bed)) { connection, _ in
            try await connect(connection)
            bed.killSentinel(0)
            try bed.cli(bed.ports[0], "replicaof", "127.0.0.1", "\(bed.ports[1])")
            guard case .refusing(let text) = await connection.failure(of: "SET", "k", "v") else {
                Issue.record("a replica took a write")
                return
            }
            #expect(text.hasPrefix("READONLY"))
            #expect(await connection.isAvailable == false)
        }
    }

    @Test func aNameThatNoSentinelKnowsIsTold() async throws {
        let bed = try TestSentinels()
        defer { bed.stop() }
        let endpoint = try RedisEndpoint.parse("redis+sentinel://\(bed.hosts)/other")
        try await expectFailure(
            endpoint,
            "sentinel \(bed.hosts): it knows no primary other",
            isLasting: true
        )
    }

    @Test func aSentinelHasAPasswordOfItsOwn() async throws {
        let bed = try TestSentinels(password: "watch")
        defer { bed.stop() }
        let good = try Self.endpoint(bed, "?sentinel-password=watch")
        try await withConnection(to: good) { connection, _ in try await connect(connection) }
        try await expectFailure(
            try Self.endpoint(bed),
            "sentinel \(bed.hosts): SENTINEL refused: NOAUTH Authentication required."
        )
        // That of Redis is not sent to sentinels.
        try await expectFailure(
            try RedisEndpoint.parse("redis+sentinel://:watch@\(bed.hosts)/shop"),
            "sentinel \(bed.hosts): SENTINEL refused: NOAUTH Authentication required."
        )
    }

    @Test func aServerThatIsNoSentinelIsTold() async throws {
        let port = try freePort()
        let server = try TestRedis(options: ["--port", "\(port)"])
        defer { server.stop() }
        let endpoint = try RedisEndpoint.parse("redis+sentinel://127.0.0.1:\(port)/shop")
        try await withConnection(to: endpoint) { connection, _ in
            try await until("a reason") { await connection.lastFailure != nil }
            let reason = await connection.lastFailure ?? ""
            #expect(reason.contains("SENTINEL refused: ERR unknown command"))
        }
    }

    /// The first sentinel names the replica: the server's own word counts.
    @Test func ofSentinelsThatDisagreeTheOneWithAPrimaryIsRight() async throws {
        let bed = try TestSentinels()
        defer { bed.stop() }
        let digits = "\(bed.ports[1])"
        let behind = try ScriptedServer(
            answering: "*2\r\n$9\r\n127.0.0.1\r\n$\(digits.count)\r\n\(digits)"
        )
        behind.start()
        defer { behind.stop() }
        let real = RedisEndpoint.Address.tcp(host: "127.0.0.1", port: bed.sentinelPorts[0])
        let endpoint = try RedisEndpoint(
            .sentinels(.init(addresses: [behind.endpoint.address!, real], primary: "shop"))
        )
        try await withConnection(to: endpoint) { connection, _ in
            try await connect(connection)
            #expect(await connection.primary == .tcp(host: "127.0.0.1", port: bed.ports[0]))
            // The one that was right is asked first from now on.
            #expect(await connection.sentinels?.order.first == real)
        }
    }

    /// Neither the attempt nor the start waits without an end.
    @Test func silentSentinelsArePassedOver() async throws {
        let silent = try ListeningSocket()
        let endpoint = try RedisEndpoint(
            .sentinels(.init(addresses: [silent.endpoint.address!], primary: "shop"))
        )
        var configuration = RedisConfiguration()
        configuration.connectTimeoutMs = 100
        try await withConnection(to: endpoint, configuration: configuration) { connection, _ in
            try await until("a reason") { await connection.lastFailure != nil }
            let reason = await connection.lastFailure ?? ""
            #expect(reason.hasSuffix("no connection within 100 ms"))
        }
    }

    @Test func sentinelsAndServersSpeakTLS() async throws {
        let certificates = try TestCertificates()
        let pair = try certificates.sign("server", names: "IP:127.0.0.1")
        let bed = try TestSentinels(tls: (certificates, pair))
        defer { bed.stop() }
        let options = "?tls=1&cafile=\(certificates.authority)"
        try await withConnection(to: Self.endpoint(bed, options)) { connection, _ in
            try await connect(connection)
            try bed.failOver()
            try await until("the other primary") {
                await connection.isAvailable(at: second(bed))
            }
        }
    }
}

extension RedisConnection {
    fileprivate func isAvailable(at address: RedisEndpoint.Address) -> Bool {
        isAvailable && primary == address
    }
}

private func second(_ bed: TestSentinels) -> RedisEndpoint.Address {
    .tcp(host: "127.0.0.1", port: bed.ports[1])
}
