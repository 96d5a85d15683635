import CTestPrograms
import Foundation
import Synchronization

/// A program that a test has started.
///
/// Not Foundation's `Process`: that hands the descriptors which another thread opens at the same
/// moment to its child, and learns of an end by the closing of one of them. With several suites at
/// once, 3 of 450 ends were noticed when a neighbour's program ended: of a PostgreSQL that serves
/// the whole run, never.
public final class StartedProgram: Sendable {
    /// What a stream of the program is.
    public enum Stream {
        case nothing
        /// The one that this process has.
        case ours
        /// A new file, readable by nobody else.
        case file(String)
        case descriptor(Int32)

        fileprivate func open() throws -> (descriptor: Int32, isNew: Bool) {
            let path: String
            switch self {
            case .nothing: path = "/dev/null"
            case .ours: return (-1, false)
            case .file(let name): path = name
            case .descriptor(let descriptor): return (descriptor, false)
            }
            let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw Failure("\(path): \(String(cString: strerror(errno)))")
            }
            return (descriptor, true)
        }
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        public init(_ description: String) { self.description = description }
    }

    public static let unknownEnd: Int32 = .max

    public let pid: pid_t
    private let code = Mutex<Int32?>(nil)

    /// `words` as on a command line: the program's name, or its path, and its arguments. `folder`
    /// is where it runs, `environment` all that it knows of one; nil: ours.
    public init(
        _ words: [String],
        in folder: String? = nil,
        environment: [String: String]? = nil,
        input: Stream = .nothing,
        output: Stream = .nothing,
        errors: Stream = .ours
    ) throws {
        let streams = try [input, output, errors].map { try $0.open() }
        defer { for stream in streams where stream.isNew { close(stream.descriptor) } }
        let environment = environment ?? ProcessInfo.processInfo.environment
        var pid: pid_t = 0
        let error = Self.withCStrings(words) { arguments in
            Self.withCStrings(environment.map { "\($0)=\($1)" }) { environment in
                ctest_start(&pid, folder, streams.map(\.descriptor), arguments, environment)
            }
        }
        guard error == 0 else {
            throw Failure("\(words[0]): \(String(cString: strerror(error)))")
        }
        self.pid = pid
    }

    private static func withCStrings<Value>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }

    public var isRunning: Bool { code.withLock { look(&$0) == nil } }

    /// Nothing is sent to a number that another process may have by now.
    public func signal(_ number: Int32) {
        code.withLock { code in
            if look(&code) == nil { kill(pid, number) }
        }
    }

    /// Waits for the end, with the thread: the exit code, or minus the signal that ended it.
    @discardableResult
    public func end() -> Int32 {
        while true {
            if let code = code.withLock({ look(&$0) }) { return code }
            var info = siginfo_t()
            waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT)
        }
    }

    private func look(_ code: inout Int32?) -> Int32? {
        if let code { return code }
        var status: Int32 = 0
        let found = waitpid(pid, &status, WNOHANG)
        // Somebody else in this process has waited for it: how it ended is not known.
        if found < 0, errno == ECHILD { code = Self.unknownEnd }
        guard found == pid else { return code }
        code = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
        return code
    }
}

extension StartedProgram {
    public struct Ended: Sendable {
        public let code: Int32
        public let output: [UInt8]
        public let errors: String

        /// Without the last line end.
        public var text: String {
            let text = String(decoding: output, as: UTF8.self)
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        }
    }

    /// Runs a program to its end, with this thread.
    public static func toItsEnd(
        _ words: [String],
        in folder: String? = nil,
        environment: [String: String]? = nil
    ) throws -> Ended {
        let scratch = NSTemporaryDirectory() + "program-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let program = try StartedProgram(
            words,
            in: folder,
            environment: environment,
            output: .file(scratch + "/output"),
            errors: .file(scratch + "/errors")
        )
        let code = program.end()
        return Ended(
            code: code,
            output: Array(try Data(contentsOf: URL(filePath: scratch + "/output"))),
            errors: try String(contentsOfFile: scratch + "/errors", encoding: .utf8)
        )
    }

    /// The same for one that must succeed.
    @discardableResult
    public static func run(
        _ words: [String],
        in folder: String? = nil,
        environment: [String: String]? = nil
    ) throws -> Ended {
        let ended = try toItsEnd(words, in: folder, environment: environment)
        guard ended.code == 0 else {
            throw Failure("\(words.joined(separator: " ")): \(ended.code), \(ended.errors)")
        }
        return ended
    }
}
