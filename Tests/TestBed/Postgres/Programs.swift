import Foundation
import TestPrograms

/// PostgreSQL's programs, and who runs them: it refuses to run as root.
enum Programs {
    /// The newest version's program, as Debian lays them out; else the one in the search path.
    static func path(_ name: String) -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.compactMap { Int($0) }.sorted(by: >).map {
            "\(root)/\($0)/bin/\(name)"
        }
        return newest.first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
    }

    /// The command for that program as a user who may run it.
    static func asPostgres(_ words: [String]) -> [String] {
        let command = [path(words[0])] + words.dropFirst()
        guard getuid() == 0 else { return command }
        return [
            "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
        ] + command
    }

    static func giveToPostgres(_ path: String) throws {
        guard getuid() == 0 else { return }
        guard let user = getpwnam("postgres") else {
            throw StartedProgram.Failure("there is no user postgres")
        }
        chown(path, user.pointee.pw_uid, user.pointee.pw_gid)
    }

    /// Runs to the end and gives what was written, without the last line end; in a folder that the
    /// user postgres may enter.
    @discardableResult
    static func run(_ words: [String]) throws -> String {
        try StartedProgram.run(words, in: "/").text
    }

    /// Nil when there is no such process, or only what is left of it.
    static func parent(of pid: Int32) -> Int32? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let bracket = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 1, fields[0] != "Z" else { return nil }
        return Int32(fields[1])
    }

    static func children(of pid: Int32) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { parent(of: $0) == pid }
    }
}
