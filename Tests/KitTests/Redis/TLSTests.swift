import EventLoop
import Foundation
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import Redis
@testable import TestKit

@Suite(.sideBySide, .timeLimit(.minutes(2))) struct TLSTests {
    /// A server with TLS whose certificate names `localhost` and 127.0.0.1, and its authority.
    private struct Bed {
        let certificates: TestCertificates
        let server: TestRedis
        let port: UInt16

        init(
            names: String = "DNS:localhost,IP:127.0.0.1",
            days: Int = 2,
            clients: Bool = false
        ) throws {
            certificates = try TestCertificates()
            port = try freePort()
            let pair = try certificates.sign("server", names: names, days: days)
            server = try TestRedis(
                options: certificates.options(port: port, pair, clients: clients)
            )
        }

        func endpoint(_ host: String = "localhost", _ options: String = "") throws
            -> RedisEndpoint
        {
            try RedisEndpoint.parse(
                "rediss://\(host):\(port)?cafile=\(certificates.authority)\(options)"
            )
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"]) func theServerIsVerified(host: String)
        async throws
    {
        let bed = try Bed()
        try await withConnection(to: bed.endpoint(host)) { connection, _ in
            try await connect(connection)
            #expect(try await connection.send("SET", "k", "v").string == "OK")
            #expect(try await connection.send("GET", "k").string == "v")
            #expect(await connection.statistics().reconnects == 0)
        }
    }

    @Test func thousandsOfCallsFindTheirReplies() async throws {
        let bed = try Bed()
        try await withConnection(to: bed.endpoint()) { connection, loop in
            try await connect(connection)
            let wrong = try await loop.run {
                try await together(4_000) { try await connection.send("ECHO", "\($0)").int != $0 }
                    .count { $0 }
            }
            #expect(wrong == 0)
        }
    }

    @Test func aCommandAndAReplyLargerThanTheSocketsBufferArriveWhole() async throws {
        let bed = try Bed()
        try await withConnection(to: bed.endpoint()) { connection, _ in
            try await connect(connection)
            let big = [UInt8](repeating: 7, count: 8 << 20)
            _ = try await connection.send([.string("SET"), .string("big"), .bytes(big)])
            #expect(try await connection.send("GET", "big") == .bytes(big))
        }
    }

    /// Records arrive in pieces, several replies in one, and one over several.
    @Test func tornPacketsArriveWhole() async throws {
        let bed = try Bed()
        let proxy = try TornProxy(to: bed.port)
        proxy.start()
        defer { proxy.stop() }
        let endpoint = try RedisEndpoint.parse(
            "rediss://localhost:\(proxy.port)?cafile=\(bed.certificates.authority)"
        )
        try await withConnection(to: endpoint, configuration: patient) { connection, loop in
            try await connect(connection)
            let wrong = try await loop.run {
                try await together(200) { try await connection.send("ECHO", "\($0)").int != $0 }
                    .count { $0 }
            }
            #expect(wrong == 0)
            let big = String(repeating: "x", count: 40_000)
            _ = try await connection.send("SET", "big", big)
            #expect(try await connection.send("GET", "big").string == big)
        }
    }

    @Test func aClientShowsItsCertificate() async throws {
        let bed = try Bed(clients: true)
        let pair = try bed.certificates.sign("client", names: "DNS:client")
        let options = "&certfile=\(pair.certificate)&keyfile=\(pair.key)"
        try await withConnection(to: bed.endpoint("localhost", options)) { connection, _ in
            try await connect(connection)
            #expect(try await connection.send("PING").string == "PONG")
        }
    }

    @Test func aClientWithoutACertificateIsTold() async throws {
        let bed = try Bed(clients: true)
        try await expectFailure(bed.endpoint(), "TLS: tlsv13 alert certificate required")
    }

    @Test func anotherAuthorityIsRefused() async throws {
        let bed = try Bed()
        let other = try TestCertificates()
        let endpoint = try RedisEndpoint.parse(
            "rediss://localhost:\(bed.port)?cafile=\(other.authority)"
        )
        try await expectFailure(
            endpoint,
            "TLS: the server's certificate: self-signed certificate in certificate chain",
            isLasting: true
        )
        // Nor does the system know the authority.
        try await expectFailure(
            try RedisEndpoint.parse("rediss://localhost:\(bed.port)"),
            "TLS: the server's certificate: self-signed certificate in certificate chain",
            isLasting: true
        )
    }

    @Test func anotherNameIsRefused() async throws {
        let bed = try Bed(names: "DNS:redis.example,IP:127.0.0.2")
        try await expectFailure(
            bed.endpoint("localhost"),
            "TLS: the server's certificate: hostname mismatch",
            isLasting: true
        )
        try await expectFailure(
            bed.endpoint("127.0.0.1"),
            "TLS: the server's certificate: IP address mismatch",
            isLasting: true
        )
    }

    @Test func anExpiredCertificateIsRefused() async throws {
        let bed = try Bed(days: -1)
        try await expectFailure(
            bed.endpoint(),
            "TLS: the server's certificate: certificate has expired",
            isLasting: true
        )
    }

    @Test func filesThatCannotBeReadAreNamed() async throws {
        let bed = try Bed()
        let none = bed.certificates.folder + "/none"
        try await expectFailure(
            try RedisEndpoint.parse("rediss://localhost:\(bed.port)?cafile=\(none)"),
            "TLS: \(none): No such file or directory",
            isLasting: true
        )
        let one = try bed.certificates.sign("one", names: "DNS:one")
        let two = try bed.certificates.sign("two", names: "DNS:two")
        try await expectFailure(
            bed.endpoint("localhost", "&certfile=\(one.certificate)&keyfile=\(two.key)"),
            "TLS: \(two.key): key values mismatch",
            isLasting: true
        )
    }

    @Test func aPortWithoutTLSIsTold() async throws {
        let port = try freePort()
        let server = try TestRedis(options: ["--port", "\(port)"])
        defer { server.stop() }
        let endpoint = try RedisEndpoint.parse("rediss://localhost:\(port)")
        try await withConnection(to: endpoint) { connection, _ in
            try await until("a reason") { await connection.lastFailure != nil }
            let reason = await connection.lastFailure ?? ""
            // By chance the first packet holds a line end, which Redis answers.
            let texts = ["a port without TLS", "wrong version number"]
            #expect(texts.contains { reason.contains($0) }, "\(reason)")
            #expect(await connection.isAvailable == false)
        }
    }

    @Test func aPortWithTLSIsToldToWhoComesWithout() async throws {
        let bed = try Bed()
        let endpoint = try RedisEndpoint.parse("redis://localhost:\(bed.port)")
        try await withConnection(to: endpoint) { connection, _ in
            try await until("a reason") { await connection.lastFailure != nil }
            let reason = await connection.lastFailure ?? ""
            // Redis sends no alert; whether it read our command first is a matter of time.
            #expect(reason.hasSuffix("; is it a port with TLS?"), "\(reason)")
        }
    }

    /// Other servers send an alert first.
    @Test func anAlertIsKnown() async throws {
        let server = try ScriptedServer(answering: "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{46}")
        server.start()
        defer { server.stop() }
        try await expectFailure(
            server.endpoint,
            "it answers with TLS: the address needs rediss:// or tls=1"
        )
    }

    @Test func aServerThatGoesIsFoundAgain() async throws {
        let bed = try Bed()
        try await withConnection(to: bed.endpoint()) { connection, _ in
            try await connect(connection)
            bed.server.kill()
            try await until("the loss") { await !connection.isAvailable }
            try bed.server.start()
            try await connect(connection)
            #expect(try await connection.send("PING").string == "PONG")
        }
    }
}

private let patient: RedisConfiguration = {
    var configuration = RedisConfiguration()
    configuration.connectTimeoutMs = 10_000
    configuration.commandTimeoutMs = 10_000
    return configuration
}()
