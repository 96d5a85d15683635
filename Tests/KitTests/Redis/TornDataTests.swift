import EventLoop
import Foundation
import Redis
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import TestKit

/// Files of a private Redis as a power loss may leave them.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct TornDataTests {
    enum Damage: CaseIterable {
        case cut, padded, overwritten, baseCut, baseGone, manifestCut, manifestEmpty
    }

    /// What was written before the last words comes back where that can be; the server starts in
    /// any case, and what it could not read is kept.
    @Test(arguments: Damage.allCases) func aStartSurvives(_ damage: Damage) async throws {
        try await withFolder { folder in
            try await withServer(in: folder) { _, connection in
                _ = try await connection.send("SET", "base", "b")
                _ = try await connection.send("BGREWRITEAOF")
                #expect(
                    await eventually {
                        let names = try? FileManager.default
                            .contentsOfDirectory(atPath: folder + "/appendonlydir")
                        return names?.contains { $0.contains(".2.base.") } == true
                            && names?.count == 3
                    }
                )
                _ = try await connection.send("SET", "old", "o")
                _ = try await connection.send("SET", "new", String(repeating: "n", count: 99))
            }
            try Self.harm(folder + "/appendonlydir", damage)
            try await withServer(in: folder) { _, connection in
                let found = try await connection.send("MGET", "base", "old", "new").array
                let known = found?.map { $0.string != nil }
                switch damage {
                case .cut: #expect(known == [true, true, false])
                case .padded: #expect(known == [true, true, true])
                default: #expect(known == [false, false, false])
                }
                _ = try await connection.send("SET", "again", "a")
            }
            let aside = folder + "/appendonlydir.unreadable"
            let isAside = FileManager.default.fileExists(atPath: aside)
            #expect(isAside == (damage != .cut && damage != .padded))
            try await withServer(in: folder) { _, connection in
                let again = try await connection.send("GET", "again").string
                #expect(again == "a")
            }
        }
    }

    private static func harm(_ folder: String, _ damage: Damage) throws {
        let increment = folder + "/appendonly.aof.2.incr.aof"
        let base = folder + "/appendonly.aof.2.base.rdb"
        let manifest = folder + "/appendonly.aof.manifest"
        switch damage {
        case .cut: try change(increment) { $0.removeLast(9) }
        case .padded: try change(increment) { $0.append(Data(count: 100_000)) }
        case .overwritten: try change(increment) { $0[0] = 0xFF }
        case .baseCut: try change(base) { $0.removeLast(9) }
        case .baseGone: try FileManager.default.removeItem(atPath: base)
        case .manifestCut: try change(manifest) { $0.removeLast(40) }
        case .manifestEmpty: try change(manifest) { $0.removeAll() }
        }
    }

    private static func change(_ path: String, _ body: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(filePath: path))
        body(&data)
        try data.write(to: URL(filePath: path))
    }

    /// A server that fails for another reason finds its data where it was.
    @Test func dataThatIsNotTheReasonStays() async throws {
        try await withFolder { folder in
            try await withServer(in: folder) { _, connection in
                _ = try await connection.send("SET", "k", "v")
            }
            let weak = folder + "/weak"
            try "#!/bin/sh\n[ $1 = --version ] && echo v=7.2.0 && exit\necho boom\nexit 3"
                .write(toFile: weak, atomically: true, encoding: .utf8)
            chmod(weak, 0o700)
            let loop = EventLoop.start()
            defer { loop.stop() }
            await #expect(throws: RedisServerError.self) {
                try await RedisServerProcess(folder: folder, program: weak, on: loop).start()
            }
            try await withServer(in: folder) { _, connection in
                let value = try await connection.send("GET", "k").string
                #expect(value == "v")
            }
        }
    }
}
