import Foundation

/// PostgreSQL's programs, and who runs them: it refuses to run as root.
enum Programs {
    struct Failure: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

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
        let command = ["/usr/bin/env", path(words[0])] + words.dropFirst()
        guard getuid() == 0 else { return command }
        return [
            "/usr/bin/env", "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
        ] + command
    }

    static func giveToPostgres(_ path: String) throws {
        guard getuid() == 0 else { return }
        guard let user = getpwnam("postgres") else {
            throw Failure(text: "there is no user postgres")
        }
        chown(path, user.pointee.pw_uid, user.pointee.pw_gid)
    }

    /// Runs to the end and gives what was written, without the last line end.
    @discardableResult
    static func run(_ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        // A folder that the user postgres may enter.
        process.currentDirectoryURL = URL(filePath: "/")
        let output = Pipe()
        let errors = FileManager.default.temporaryDirectory
            .appending(path: "test-postgres-" + UUID().uuidString)
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try runWithOpenSignals(process)
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(text: "\(words.joined(separator: " ")): \(text)")
        }
        var text = String(decoding: data, as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// `run`, with no signal blocked in the child: it inherits the mask of its thread, and those of
    /// the pool that runs tests block `SIGTERM`.
    static func runWithOpenSignals(_ process: Process) throws {
        var none = sigset_t()
        var previous = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        try process.run()
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
