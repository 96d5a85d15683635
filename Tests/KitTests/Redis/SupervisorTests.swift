import EventLoop
import Foundation
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import Redis
@testable import TestKit

@Suite(.alone, .timeLimit(.minutes(1))) struct SupervisorTests {
    @Test func aPrivateServerAnswersOnItsOwnSocketOnly() async throws {
        try await withFolder { folder in
            try await withServer(in: folder) { server, connection in
                #expect(server.endpoint.description == "unix:\(folder)/redis.sock")
                #expect(server.notice == nil)
                let port = try await connection.send("CONFIG", "GET", "port").array?.last?.int
                #expect(port == 0)
                let durability = try await connection.send("CONFIG", "GET", "append*").array ?? []
                #expect(durability.contains(.bytes([UInt8]("everysec".utf8))))
                let mode = try FileManager.default
                    .attributesOfItem(atPath: folder + "/redis.sock")[.posixPermissions]
                #expect(mode as? Int == 0o700)
            }
        }
    }

    @Test func aKilledServerComesBackWithItsData() async throws {
        try await withFolder { folder in
            try await withServer(in: folder) { server, connection in
                for round in 1...3 {
                    _ = try await connection.send("INCR", "n")
                    let pid = try #require(await server.pid)
                    kill(pid, SIGKILL)
                    #expect(await eventually { await server.restarts == round })
                    #expect(await eventually { await connection.isAvailable })
                    let reconnects = round
                    #expect(
                        await eventually {
                            await connection.statistics().reconnects == reconnects
                        }
                    )
                    #expect(await server.pid != pid)
                    let count = try await connection.send("GET", "n").int
                    #expect(count == round)
                    #expect(await server.lastEnd == "ended by signal 9")
                }
            }
        }
    }

    @Test func stopEndsTheServerAndKeepsTheData() async throws {
        try await withFolder { folder in
            let pid = try await withServer(in: folder) { server, connection in
                _ = try await connection.send("SET", "k", "v")
                return try #require(await server.pid)
            }
            #expect(kill(pid, 0) == -1)
            #expect(!FileManager.default.fileExists(atPath: folder + "/redis.sock"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/redis.pid"))
            try await withServer(in: folder) { _, connection in
                let value = try await connection.send("GET", "k").string
                #expect(value == "v")
            }
        }
    }

    @Test func aSecondOwnerIsRefusedWithTheFirstOnesNumber() async throws {
        try await withFolder { folder in
            try await withServer(in: folder) { server, connection in
                let second = RedisServerProcess(folder: folder, on: EventLoop.start())
                await #expect(throws: RedisServerError.folderInUse(folder, pid: getpid())) {
                    try await second.start()
                }
                let pong = try await connection.send("PING")
                #expect(pong.string == "PONG")
            }
        }
    }

    @Test(arguments: [true, false])
    func aServerLeftBehindIsEndedAndItsDataKept(hasPidFile: Bool) async throws {
        try await withFolder { folder in
            let leftover = try StartedProgram(
                [
                    "redis-server", "--port", "0", "--unixsocket", folder + "/redis.sock",
                    "--dir", folder, "--appendonly", "yes", "--save", "", "--daemonize", "no",
                ] + (hasPidFile ? ["--pidfile", folder + "/redis.pid"] : []),
                errors: .nothing
            )
            defer { leftover.signal(SIGKILL) }
            let endpoint = try RedisEndpoint(unixPath: folder + "/redis.sock")
            try await withConnection(to: endpoint) { connection, _ in
                #expect(await connection.whenConnected(timeoutMs: 10_000))
                _ = try await connection.send("SET", "k", "v")
            }
            try await withServer(in: folder) { server, connection in
                #expect(await server.pid != leftover.pid)
                #expect(await eventually { !leftover.isRunning })
                let value = try await connection.send("GET", "k").string
                #expect(value == "v")
            }
        }
    }

    @Test func aStalePidFileHarmsNobody() async throws {
        try await withFolder { folder in
            let innocent = try StartedProgram(["sleep", "60"])
            defer { innocent.signal(SIGKILL) }
            try "\(innocent.pid)\n"
                .write(toFile: folder + "/redis.pid", atomically: true, encoding: .utf8)
            try await withServer(in: folder) { _, connection in
                _ = try await connection.send("PING")
            }
            #expect(innocent.isRunning)
        }
    }

    @Test func theServerInheritsNoOpenFiles() async throws {
        try await withFolder { folder in
            let path = folder + "/ours"
            let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
            defer { close(descriptor) }
            try await withServer(in: folder) { server, connection in
                _ = try await connection.send("PING")
                let pid = try #require(await server.pid)
                let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
                let targets = files.compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(
                        atPath: "/proc/\(pid)/fd/\($0)"
                    )
                }
                #expect(targets.contains { $0.hasSuffix("/redis.log") })
                #expect(!targets.contains(path))
            }
        }
    }

    @Test func aPathTooLongForASocketIsWorkedAround() async throws {
        try await withFolder { folder in
            let deep = folder + "/" + String(repeating: "d", count: 120)
            let socket = try await withServer(in: deep) { server, connection in
                #expect(server.notice?.contains("too long") == true)
                _ = try await connection.send("SET", "k", "v")
                guard case .unix(let path) = server.endpoint.address else { return "" }
                #expect(FileManager.default.fileExists(atPath: path))
                return path
            }
            #expect(!socket.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: socket))
        }
    }

    @Test func whatCannotBeStartedIsTold() async throws {
        try await withFolder { folder in
            let loop = EventLoop.start()
            defer { loop.stop() }
            func start(_ folder: String, _ program: String) async throws {
                try await RedisServerProcess(folder: folder, program: program, on: loop).start()
            }
            await #expect(throws: RedisServerError.programMissing("no-such-redis")) {
                try await start(folder, "no-such-redis")
            }
            let old = try script("#!/bin/sh\necho 'Redis server v=6.0.16 sha=0'", in: folder)
            await #expect(throws: RedisServerError.tooOld(found: "6.0.16", needed: "7.0")) {
                try await start(folder, old)
            }
            let mute = try script("#!/bin/sh\necho hello", in: folder)
            await #expect(
                throws: RedisServerError.programUnusable(
                    mute,
                    reason: "it does not tell its version"
                )
            ) { try await start(folder, mute) }
            let weak = try script(
                "#!/bin/sh\n[ $1 = --version ] && echo v=7.2.0 && exit\necho boom\nexit 3",
                in: folder
            )
            await #expect(
                throws: RedisServerError.notAnswering(
                    reason: "exit code 3; its last words: boom"
                )
            ) { try await start(folder, weak) }
            await #expect(
                throws: RedisServerError.folderUnusable(old + "/x", reason: "Not a directory")
            ) { try await start(old + "/x", "redis-server") }
            // Every failure gave the folder back.
            try await withServer(in: folder) { _, connection in
                _ = try await connection.send("PING")
            }
        }
    }

    private func script(_ text: String, in folder: String) throws -> String {
        let path = folder + "/" + UUID().uuidString
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return path
    }
}
