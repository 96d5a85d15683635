import Foundation
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import TestKit

/// Systems that give less than usual, and folders that give too much.
@Suite(.alone, .timeLimit(.minutes(2))) struct HarshSystemTests {
    /// Without pidfd and without hard links the server starts, keeps its Redis alive and ends it.
    @Test func neitherPidfdNorHardLinksAreNeeded() async throws {
        try await withFolder { folder in
            let library = folder + "/refusing-system.so"
            try Preload.compile("refusing-system", to: library)
            let data = folder + "/data"
            let site = try await Site.start(data: data, environment: ["LD_PRELOAD": library])
            try await site.configure("r", #"{"capacity":1}"#)
            #expect(site.process.errors.contains("no_pidfd"))
            let file = data + "/redis/redis.pid"
            let first = try redis(file)
            kill(first, SIGKILL)
            try await until("another Redis: \(site.process.errors)") {
                try redis(file) != first
            }
            try await until("a visitor enters") {
                try await site.enter("r", as: "u").status == 200
            }
            let second = try redis(file)
            site.process.signal(SIGTERM)
            #expect(try await site.process.exit() == 0)
            #expect(kill(second, 0) != 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: data).contains("admin.key"))
        }
    }

    private func redis(_ file: String) throws -> Int32 {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    @Test func aDataFolderThatAnybodyCanWriteIsRefused() async throws {
        try await withFolder { folder in
            chmod(folder, 0o777)
            let run = try await OnsaleProcess.run("serve", "--port", "0", "--data", folder)
            #expect(run.code == 64)
            #expect(run.errors.contains("anybody can write"), "\(run.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            // Volumes of orchestrators belong to a group.
            chmod(folder, 0o770)
            let site = try await Site.start(data: folder)
            #expect(site.process.errors.contains("the group can write"))
        }
    }
}
