import Foundation
import Synchronization
import TestRedis

/// One run of the built `onsale` program, or of another: one of the package by its name, any by its
/// path. Its output goes to files in a folder of its own; the process ends with the
/// last reference.
final class OnsaleProcess: Sendable {
    private let folder: String
    private let process: Mutex<Process>
    private let name: String

    /// The folder of the bundle that these tests were built into, where the programs are too.
    static let programs: String = {
        let bundle = CommandLine.arguments[0]
        let folder = bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return folder.joined(separator: "/")
    }()

    init(
        _ arguments: [String],
        environment: [String: String] = [:],
        program name: String = "onsale",
        descriptors: Int? = nil
    ) throws {
        self.name = name.split(separator: "/").last.map(String.init) ?? name
        folder = NSTemporaryDirectory() + "onsale-run-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let process = Process()
        let path = name.contains("/") ? name : "\(Self.programs)/\(name)"
        if let descriptors {
            // So many open files are all that the system allows it.
            let script = "ulimit -n \(descriptors) && exec \"$0\" \"$@\""
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", script, path] + arguments
        } else {
            process.executableURL = URL(filePath: path)
            process.arguments = arguments
        }
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ONSALE_") }
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file(folder + "/output")
        process.standardError = try Self.file(folder + "/errors")
        try process.runWithOpenSignals()
        self.process = Mutex(process)
    }

    private static func file(_ path: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    deinit {
        signal(SIGKILL)
        process.withLock { $0.waitUntilExit() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    var pid: Int32 { process.withLock { $0.processIdentifier } }
    var isRunning: Bool { process.withLock { $0.isRunning } }
    var output: String { text("output") }
    var errors: String { text("errors") }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
    }

    func signal(_ number: Int32) {
        process.withLock { process in
            if process.isRunning { kill(process.processIdentifier, number) }
        }
    }

    /// Waits for the ready line and answers the port in it.
    func port() async throws -> UInt16 {
        var port: UInt16?
        try await until("\(name) listens: \(errors)") {
            guard isRunning else { throw Unready(errors: errors) }
            let line = errors.split(separator: "\n").first {
                $0.hasPrefix("\(name): listening on http://")
            }
            // The line is there before its end: a port may still be cut short.
            guard errors.hasSuffix("\n") else { return false }
            port = line?.split(separator: ":").last.flatMap { UInt16($0) }
            return port != nil
        }
        guard let port else { throw Unready(errors: errors) }
        return port
    }

    struct Unready: Error { let errors: String }

    /// Waits for the end: the exit code, or minus the signal that ended it.
    func exit(seconds: Double = 20) async throws -> Int32 {
        try await until("\(name) has ended", seconds: seconds) { !isRunning }
        return process.withLock { process in
            process.terminationReason == .exit
                ? process.terminationStatus : -process.terminationStatus
        }
    }

    /// Runs the program to its end.
    static func run(_ arguments: String..., environment: [String: String] = [:])
        async throws -> (code: Int32, output: String, errors: String)
    {
        let process = try OnsaleProcess(arguments, environment: environment)
        let code = try await process.exit()
        return (code, process.output, process.errors)
    }
}

struct TimedOut: Error { let what: String }

/// Looks every few milliseconds until `condition` holds; throws after `seconds`.
func until(
    _ what: @autoclosure () -> String,
    seconds: Double = 20,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw TimedOut(what: what()) }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// A folder for `body`, removed after it.
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = NSTemporaryDirectory() + "onsale-data-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
