import EventLoop
import Foundation
import Redis
import TestGate
import Testing
import TestRedis

@testable import TestKit

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct GreetingTests {
    @Test func aPasswordOpensTheDoor() async throws {
        let server = try TestRedis(options: ["--requirepass", "s3 cret"])
        let endpoint = try RedisEndpoint.parse("unix:\(server.socketPath)?password=s3%20cret")
        try await withConnection(to: endpoint) { connection, _ in
            #expect(await connection.whenConnected(timeoutMs: 10_000))
            let pong = try await connection.send("PING")
            #expect(pong.string == "PONG")
        }
    }

    @Test func aUserAndPasswordOpenTheDoor() async throws {
        let server = try TestRedis(options: ["--user", "ann", "on", ">pw", "+@all", "~*"])
        let endpoint = try RedisEndpoint.parse("unix:\(server.socketPath)?user=ann&password=pw")
        try await withConnection(to: endpoint) { connection, _ in
            #expect(await connection.whenConnected(timeoutMs: 10_000))
            let name = try await connection.send("ACL", "WHOAMI")
            #expect(name.string == "ann")
        }
    }

    @Test func aWrongPasswordIsToldButNotShown() async throws {
        let server = try TestRedis(options: ["--requirepass", "right"])
        let endpoint = try RedisEndpoint.parse("unix:\(server.socketPath)?password=wr0ng")
        try await withConnection(to: endpoint) { connection, _ in
            #expect(await connection.whenConnected(timeoutMs: 100) == false)
            guard case .unavailable(let reason) = await connection.failure(of: "PING") else {
                Issue.record("available with a wrong password")
                return
            }
            #expect(reason.contains("AUTH refused: WRONGPASS"))
            #expect(!reason.contains("wr0ng"))
        }
    }

    @Test func aMissingPasswordIsTold() async throws {
        let server = try TestRedis(options: ["--requirepass", "right"])
        try await withConnection(to: server.endpoint) { connection, _ in
            #expect(
                await eventually {
                    await connection.lastFailure?.contains("PING refused: NOAUTH") == true
                }
            )
        }
    }

    @Test func theDatabaseIsChosen() async throws {
        let server = try TestRedis()
        let three = try RedisEndpoint.parse("unix:\(server.socketPath)?db=3")
        try await withConnection(to: three) { connection, _ in
            #expect(await connection.whenConnected(timeoutMs: 10_000))
            _ = try await connection.send("SET", "k", "v")
        }
        try await withConnection(to: server.endpoint) { connection, _ in
            #expect(await connection.whenConnected(timeoutMs: 10_000))
            let keyspace = try await connection.send("INFO", "keyspace").string ?? ""
            #expect(keyspace.contains("db3:keys=1"))
        }
    }

    @Test func aDatabaseThatIsNotThereIsTold() async throws {
        let server = try TestRedis()
        let endpoint = try RedisEndpoint.parse("unix:\(server.socketPath)?db=99")
        try await withConnection(to: endpoint) { connection, _ in
            #expect(
                await eventually {
                    await connection.lastFailure?.contains("SELECT refused") == true
                }
            )
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost"]) func tcpWorksToo(host: String) async throws {
        let port = try FreePort.find()
        let server = try TestRedis(options: ["--port", "\(port)"])
        let endpoint = try RedisEndpoint.parse("redis://\(host):\(port)/1")
        try await withConnection(to: endpoint) { connection, _ in
            #expect(await connection.whenConnected(timeoutMs: 10_000))
            let pong = try await connection.send("PING")
            #expect(pong.string == "PONG")
        }
        server.stop()
    }

    /// Listening on IPv4 only: `localhost` may give the IPv6 address first.
    @Test func everyAddressOfAHostIsTried() async throws {
        let port = try FreePort.find()
        let server = try TestRedis(options: ["--port", "\(port)", "--bind", "127.0.0.1"])
        let endpoint = try RedisEndpoint.parse("redis://localhost:\(port)")
        try await withConnection(to: endpoint) { connection, _ in
            #expect(await connection.whenConnected(timeoutMs: 10_000))
            _ = try await connection.send("PING")
        }
        server.stop()
    }

    @Test func aHostThatIsNotThereIsTold() async throws {
        let endpoint = try RedisEndpoint.parse("redis://no-such-host.invalid")
        try await withConnection(to: endpoint) { connection, _ in
            #expect(await eventually { await connection.lastFailure != nil })
            #expect(await connection.isAvailable == false)
        }
    }
}

private enum FreePort {
    /// A port that the kernel found free a moment ago.
    static func find() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard bound else { throw NotConnected(reason: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
