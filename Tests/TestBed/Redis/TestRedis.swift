import Foundation
import Redis
import Synchronization
import TestPrograms

/// A private redis-server on a Unix socket in a temporary folder of its own. It ends, and the
/// folder goes, with `stop` or with the last reference.
public final class TestRedis: Sendable {
    public let folder: String
    public let endpoint: RedisEndpoint
    private let options: [String]
    private let environment: [String: String]
    private let running = Mutex<StartedProgram?>(nil)

    /// The longest wait for a server to answer or to end, in milliseconds.
    private static let patienceMs = 10_000

    /// Starts a server and waits until it answers. `options` as on its command line, for example
    /// `["--requirepass", "secret"]`; the endpoint does not know them. `environment` is added to
    /// ours.
    public init(options: [String] = [], environment: [String: String] = [:]) throws {
        folder = try newFolder("redis")
        endpoint = try RedisEndpoint(unixPath: folder + "/s")
        self.options = options
        self.environment = environment
        try start()
    }

    deinit { stop() }

    public var pid: Int32 { running.withLock { $0?.pid ?? 0 } }
    public var socketPath: String { folder + "/s" }

    /// Starts the server again in the same folder after `kill`.
    public func start() throws {
        let program = try StartedProgram(
            [
                "redis-server", "--port", "0", "--unixsocket", socketPath, "--dir", folder,
                "--save", "", "--appendonly", "no",
            ] + options,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            errors: .nothing
        )
        running.withLock { $0 = program }
        try Self.wait(for: "an answer on \(socketPath)") { Self.answers(at: socketPath) }
    }

    /// `kill -9`; answers when it is gone.
    public func kill() { end(with: SIGKILL) }

    /// Freezes the server: it keeps its connections and says nothing.
    public func freeze() { signal(SIGSTOP) }
    public func thaw() { signal(SIGCONT) }

    public func stop() {
        end(with: SIGKILL)
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func signal(_ number: Int32) { running.withLock { $0?.signal(number) } }

    private func end(with number: Int32) {
        let program = running.withLock { running in
            defer { running = nil }
            return running
        }
        program?.signal(number)
        program?.end()
    }

    /// Polls every millisecond: for blocking set-up code only.
    private static func wait(for what: String, until condition: () -> Bool) throws {
        for _ in 0..<patienceMs {
            if condition() { return }
            usleep(1_000)
        }
        throw TimedOut(what: what)
    }

    public struct TimedOut: Error { public let what: String }

    /// Any reply will do: a server with a password answers `-NOAUTH`, and that is alive.
    private static func answers(at path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { return false }
        let ping = [UInt8]("PING\r\n".utf8)
        guard send(descriptor, ping, ping.count, Int32(MSG_NOSIGNAL)) == ping.count else {
            return false
        }
        var reply = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &reply, reply.count, 0)
        return count > 0
            && !String(decoding: reply.prefix(count), as: UTF8.self).contains("LOADING")
    }
}
