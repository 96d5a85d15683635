import Foundation
import TestPrograms

@testable import TestKit

/// One run of the built `onsale` program, or of another: one of the package by its name, any by its
/// path. Its output goes to files in a folder of its own; the process ends with the
/// last reference.
final class OnsaleProcess: Sendable {
    private let folder: String
    private let program: StartedProgram
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
        descriptors: Int? = nil,
        namespace: String? = nil
    ) throws {
        self.name = name.split(separator: "/").last.map(String.init) ?? name
        folder = try newFolder("run")
        let path = name.contains("/") ? name : "\(Self.programs)/\(name)"
        var words = [path] + arguments
        if let descriptors {
            // So many open files are all that the system allows it.
            words = ["sh", "-c", "ulimit -n \(descriptors) && exec \"$0\" \"$@\""] + words
        }
        if let namespace { words = ["ip", "netns", "exec", namespace] + words }
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ONSALE_") }
        // No balancer is to notice that a server stops.
        let usual = ["ONSALE_DRAIN_SECONDS": "0"]
        program = try StartedProgram(
            words,
            environment: inherited.merging(usual) { $1 }.merging(environment) { $1 },
            output: .file(folder + "/output"),
            errors: .file(folder + "/errors")
        )
    }

    deinit {
        signal(SIGKILL)
        program.end()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var pid: Int32 { program.pid }
    var isRunning: Bool { program.isRunning }
    var output: String { text("output") }
    var errors: String { text("errors") }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
    }

    func signal(_ number: Int32) { program.signal(number) }

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
        return program.end()
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
