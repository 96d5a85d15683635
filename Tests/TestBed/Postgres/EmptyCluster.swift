import Foundation
import Synchronization
import TestPrograms

/// A new cluster, made once a process and copied for each server: `initdb` takes eight times as
/// long as the copy.
enum EmptyCluster {
    private static let folder = Mutex<String?>(nil)

    static func copy(to place: String) throws {
        let template = try folder.withLock { folder in
            if let folder { return folder }
            let made = try make()
            folder = made
            return made
        }
        // With its owner: PostgreSQL starts in no folder of another user.
        try Programs.run(["cp", "-a", template + "/data", place])
    }

    private static func make() throws -> String {
        let path = NSTemporaryDirectory() + "test-cluster-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        try removeAtTheEnd(path)
        try Programs.giveToPostgres(path)
        try Programs.run(
            Programs.asPostgres([
                "initdb", "-D", path + "/data", "-U", PrivatePostgres.user, "-A", "trust", "-E",
                "UTF8", "--locale=C", "--no-sync",
            ])
        )
        return path
    }

    /// A shell waits for the end of this process, however that comes: it closes our end of a pipe.
    private static func removeAtTheEnd(_ path: String) throws {
        let pipe = try PipeEnds()
        defer { pipe.closeReading() }
        _ = try StartedProgram(
            ["sh", "-c", "read -r word; rm -rf \"$1\"", "guardian", path],
            input: .descriptor(pipe.reading),
            errors: .nothing
        )
    }
}
