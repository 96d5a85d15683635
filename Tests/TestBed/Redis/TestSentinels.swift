import Foundation
import Synchronization
import TestPrograms

/// A primary, its replica, and sentinels that watch them under the name `shop`, each on a port of
/// 127.0.0.1. They end with `stop` or with the last reference.
public final class TestSentinels: Sendable {
    /// The primary at first, and the replica.
    public let servers: [TestRedis]
    public let ports: [UInt16]
    public let sentinelPorts: [UInt16]
    private let folder: String
    private let running = Mutex<[StartedProgram?]>([])
    private let password: String?
    private let tls: (certificates: TestCertificates, pair: TestCertificates.Pair)?

    /// A primary that is silent for this long is replaced.
    private static let downAfterMs = 500
    private static let patienceSeconds = 30.0

    /// `password` is that of the sentinels. With `tls` all of them speak nothing else.
    public init(
        count: Int = 1,
        password: String? = nil,
        tls: (certificates: TestCertificates, pair: TestCertificates.Pair)? = nil
    ) throws {
        let ports = [try freePort(), try freePort()]
        self.ports = ports
        self.password = password
        self.tls = tls
        folder = try newFolder("sentinels")
        servers = try (0..<2).map { index in
            try TestRedis(
                options: Self.listening(on: ports[index], tls)
                    + ["--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0"]
                    + (index == 0 ? [] : ["--replicaof", "127.0.0.1", "\(ports[0])"])
            )
        }
        sentinelPorts = try (0..<count).map { _ in try freePort() }
        try wait("the replica in step") {
            try cli(ports[1], "info", "replication").contains("master_link_status:up")
        }
        for index in 0..<count { try startSentinel(index) }
        for port in sentinelPorts {
            try wait("a sentinel that knows all") {
                let text = try ask(port, "sentinel", "master", "shop")
                let words = text.split(separator: "\n").map(String.init)
                func value(_ name: String) -> String? {
                    words.firstIndex(of: name).map { words[$0 + 1] }
                }
                return value("num-slaves") == "1" && value("flags") == "master"
                    && value("num-other-sentinels") == "\(count - 1)"
            }
        }
    }

    deinit { stop() }

    /// `host:port,...` as in an address.
    public var hosts: String { sentinelPorts.map { "127.0.0.1:\($0)" }.joined(separator: ",") }

    public func killSentinel(_ index: Int) {
        let program = running.withLock { running in
            defer { running[index] = nil }
            return running[index]
        }
        program?.signal(SIGKILL)
        program?.end()
    }

    /// `SENTINEL FAILOVER`: the replica becomes the primary. A sentinel wants to have looked at it.
    public func failOver() throws {
        try wait("a failover") {
            try ask(sentinelPorts[0], "sentinel", "failover", "shop") == "OK"
        }
    }

    public func stop() {
        for index in running.withLock({ $0.indices }) { killSentinel(index) }
        for server in servers { server.stop() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What `redis-cli` prints for a command to a server.
    @discardableResult
    public func cli(_ port: UInt16, _ words: String...) throws -> String {
        try run(port, words)
    }

    @discardableResult
    private func ask(_ port: UInt16, _ words: String...) throws -> String {
        try run(port, (password.map { ["--no-auth-warning", "-a", $0] } ?? []) + words)
    }

    private func run(_ port: UInt16, _ words: [String]) throws -> String {
        let trust = tls.map { ["--tls", "--cacert", $0.certificates.authority] } ?? []
        return try StartedProgram.run(["redis-cli", "-p", "\(port)"] + trust + words).text
    }

    private static func listening(
        on port: UInt16,
        _ tls: (certificates: TestCertificates, pair: TestCertificates.Pair)?
    ) -> [String] {
        guard let tls else { return ["--port", "\(port)"] }
        return tls.certificates.options(port: port, tls.pair) + [
            "--port", "0", "--tls-replication", "yes",
        ]
    }

    private func startSentinel(_ index: Int) throws {
        let file = "\(folder)/sentinel-\(index).conf"
        let door = password.map { "requirepass \($0)\nsentinel sentinel-pass \($0)\n" } ?? ""
        try """
        bind 127.0.0.1
        dir \(folder)
        sentinel monitor shop 127.0.0.1 \(ports[0]) 1
        sentinel down-after-milliseconds shop \(Self.downAfterMs)
        sentinel failover-timeout shop 3000
        \(door)
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let program = try StartedProgram(
            ["redis-server", file, "--sentinel"] + Self.listening(on: sentinelPorts[index], tls),
            errors: .nothing
        )
        running.withLock { $0.append(program) }
        try wait("a sentinel") {
            try ask(sentinelPorts[index], "ping") == "PONG"
        }
    }

    /// Polls: for blocking set-up code only. A program that fails is asked again.
    private func wait(_ what: String, until condition: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(Self.patienceSeconds)
        while ContinuousClock.now < end {
            if (try? condition()) == true { return }
            usleep(10_000)
        }
        throw StartedProgram.Failure("no \(what)")
    }
}
