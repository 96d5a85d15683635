import Foundation
import Synchronization
import TestPrograms

/// A PostgreSQL of its own in a temporary folder, on a Unix socket there. A test may kill it,
/// freeze it and start it again. It ends, and the folder goes, with `stop`, with the last
/// reference, and with the test process, however that ends.
///
/// Its parent is a shell that reads from a pipe of ours: the end of this process closes the pipe,
/// and then the shell stops PostgreSQL and removes the folder. (A parent-death signal will not do:
/// it comes at the end of the *thread* that started the child.)
public final class PrivatePostgres: Sendable {
    public let folder: String
    /// Listens on 127.0.0.1 too, with TLS, when it was asked to.
    public let port: UInt16?
    private let options: [String]
    private let guardian = Mutex<Guardian?>(nil)

    /// Our end of the pipe to the shell that watches the server.
    private struct Guardian {
        let shell: StartedProgram
        let pipe: Int32
    }

    /// The longest wait for a server to answer or to end, in milliseconds.
    private static let patienceMs = 30_000
    public static let user = "onsale"

    /// Copies an empty cluster, starts it and waits until it answers. `isDurable` is `fsync`:
    /// without it a crash of the machine loses data, but no crash of PostgreSQL does. `options` as
    /// on its command line, for example `["-c", "max_connections=5"]`.
    public convenience init(
        isDurable: Bool = true,
        isEncrypted: Bool = false,
        options: [String] = []
    ) throws {
        try self.init(
            options: options + ["-c", "fsync=\(isDurable ? "on" : "off")"],
            isEncrypted: isEncrypted
        ) { try EmptyCluster.copy(to: $0) }
        try start()
    }

    /// A standby of `primary`, which follows it over its socket.
    public convenience init(standbyOf primary: PrivatePostgres) throws {
        try self.init(options: primary.options, isEncrypted: false) {
            try primary.copy(to: $0)
        }
        try start()
    }

    /// In a new folder, with what `fill` puts into its `data`.
    private init(
        options: [String],
        isEncrypted: Bool,
        fill: (_ data: String) throws -> Void
    ) throws {
        let path = NSTemporaryDirectory() + "test-postgres-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        folder = path
        port = isEncrypted ? try freePort() : nil
        self.options = options
        try Programs.giveToPostgres(path)
        try fill(path + "/data")
        if isEncrypted { try makeCertificate() }
    }

    deinit { stop() }

    /// Where to connect, over the Unix socket.
    public func url(database: String = "postgres") -> String {
        "postgres://\(Self.user)@/\(database)?host=\(folder)" + (port.map { "&port=\($0)" } ?? "")
    }

    /// What the server wrote to its log.
    public var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    /// Starts the server in the same folder, at first and after `kill`.
    public func start() throws {
        release(removing: false)
        let pipe = try PipeEnds()
        defer { pipe.closeReading() }
        let server = Programs.asPostgres(
            ["postgres", "-D", folder + "/data", "-k", folder] + listening + options
        )
        // What the shell reads is a word when the folder stays, and the end when all goes.
        let shell = try StartedProgram(
            [
                "sh", "-c",
                """
                log=$1; folder=$2; shift 2
                "$@" >>"$log" 2>&1 </dev/null & server=$!
                read -r word
                kill -QUIT $server 2>/dev/null; kill -CONT $server 2>/dev/null; wait $server
                [ -n "$word" ] || rm -rf "$folder"
                """,
                "guardian", folder + "/log", folder,
            ] + server,
            input: .descriptor(pipe.reading),
            errors: .nothing
        )
        guardian.withLock { $0 = Guardian(shell: shell, pipe: pipe.writing) }
        try wait(for: "an answer in \(folder)") { (try? psql("select 1")) == "1" }
    }

    /// `kill -9` of the server and all its processes; answers when they are gone.
    public func kill() throws {
        let all = family()
        // Stopped first: none of them can do anything about the end of another, or fork.
        for pid in all + family() { _ = Foundation.kill(pid, SIGSTOP) }
        for pid in Set(all + family()) { _ = Foundation.kill(pid, SIGKILL) }
        release(removing: false)
    }

    /// Freezes the server and its processes: they keep their connections and say nothing.
    public func freeze() {
        // The server first, which then makes no new ones.
        for pid in family() { _ = Foundation.kill(pid, SIGSTOP) }
        for pid in family() { _ = Foundation.kill(pid, SIGSTOP) }
    }

    public func thaw() { for pid in family().reversed() { _ = Foundation.kill(pid, SIGCONT) } }

    public func stop() {
        thaw()
        release(removing: true)
    }

    // MARK: Standby

    /// The data of this server as a standby's, which will follow it.
    private func copy(to data: String) throws {
        try Programs.run(
            Programs.asPostgres([
                "pg_basebackup", "-D", data, "-d", url(), "-R", "-c", "fast", "-X", "stream",
                "--no-sync",
            ])
        )
    }

    /// Each commit waits from now on until a standby has it; `names` as in
    /// `synchronous_standby_names`. Empty: none waits any more.
    public func waitForStandby(_ names: String = "*") throws {
        try set("synchronous_standby_names", names)
    }

    /// For sessions that there are and that come, as far as they do not set it themselves.
    public func set(_ setting: String, _ value: String) throws {
        try psql("alter system set \(setting) = '\(value)'")
        try psql("select pg_reload_conf()")
        try wait(for: "\(setting) = \(value)") {
            (try? psql("show \(setting)")) == value
        }
    }

    /// Makes a primary of a standby; answers when it takes writes.
    public func promote() throws {
        try psql("select pg_promote()")
        try wait(for: "a promotion") { (try? psql("select pg_is_in_recovery()")) == "f" }
    }

    /// Starts what was the primary, and is not running, as a standby of `primary`.
    public func follow(_ primary: PrivatePostgres) throws {
        try FileManager.default.removeItem(atPath: folder + "/data")
        try primary.copy(to: folder + "/data")
        try start()
    }

    /// What `psql` answers to `text`, as bare columns and lines, over a connection of its own.
    @discardableResult
    public func psql(_ text: String, database: String = "postgres") throws -> String {
        try Programs.run(
            [Programs.path("psql")] + [
                "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", url(database: database),
                "-c", text,
            ]
        )
    }

    /// The server and its children, the server first; empty when it is not running.
    private func family() -> [Int32] {
        guard
            let text = try? String(
                contentsOfFile: folder + "/data/postmaster.pid",
                encoding: .utf8
            ),
            let first = text.split(separator: "\n").first, let server = Int32(first),
            Programs.parent(of: server) != nil
        else { return [] }
        return [server] + Programs.children(of: server)
    }

    /// Lets the shell go, which ends the server; answers when both are gone.
    private func release(removing: Bool) {
        let guardian = guardian.withLock { guardian in
            defer { guardian = nil }
            return guardian
        }
        guard let guardian else {
            if removing { try? FileManager.default.removeItem(atPath: folder) }
            return
        }
        if !removing { _ = write(guardian.pipe, "keep\n", 5) }
        close(guardian.pipe)
        guardian.shell.end()
    }

    private func wait(for what: String, until condition: () -> Bool) throws {
        let end = ContinuousClock.now + .milliseconds(Self.patienceMs)
        while ContinuousClock.now < end {
            if condition() { return }
            usleep(5_000)
        }
        throw StartedProgram.Failure("no \(what): \(log)")
    }

    // MARK: TLS

    /// The certificate that signs itself, for `sslrootcert`; its name is `localhost`.
    public var certificate: String { folder + "/server.crt" }

    private var listening: [String] {
        guard let port else { return ["-c", "listen_addresses="] }
        return [
            "-c", "listen_addresses=127.0.0.1", "-p", String(port), "-c", "ssl=on",
            "-c", "ssl_cert_file=\(certificate)", "-c", "ssl_key_file=\(folder)/server.key",
        ]
    }

    private func makeCertificate() throws {
        try Programs.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost", "-keyout", folder + "/server.key", "-out", certificate,
        ])
        try Programs.giveToPostgres(folder + "/server.key")
        chmod(folder + "/server.key", 0o600)
    }
}
