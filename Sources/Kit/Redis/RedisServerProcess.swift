import CProcessShims
public import EventLoop
import Glibc
import Logging

/// A private redis-server on a Unix socket, with its append-only file in a folder. It is started
/// again whenever it dies, and stopped with us.
///
/// Only one owner can have a folder: it is locked. A server that a killed owner left behind is
/// ended by the next one. Once started it keeps itself alive until `stop`.
public actor RedisServerProcess: OnLoop {
    /// Where the server answers; known before it is started.
    public nonisolated let endpoint: RedisEndpoint
    public nonisolated let loop: EventLoop
    private let folder: ServerFolder
    private let programName: String

    private enum Phase { case idle, starting, running, stopping }
    private var phase = Phase.idle
    private var isStopWanted = false
    private var program: ServerProgram?
    private var process: WatchedProcess?
    private var lock: Int32 = -1
    private var backoff = Backoff(minMs: 20, maxMs: 5_000)
    private var random = SystemRandomNumberGenerator()
    private var retry: LoopTimer?
    private var startedNs: UInt64 = 0

    /// How often the server was started again after it had died.
    public private(set) var restarts = 0
    /// How it died last.
    private(set) var lastEnd: String?
    /// It ended without being killed by anybody.
    private var hasGivenUp = false

    /// Reading back a large append-only file takes a while: about 1 GiB in 10 s.
    static let startTimeoutMs = 60_000
    /// How long a server may take to end before it is killed.
    static let stopTimeoutMs = 5_000
    /// One that lived this long is started again without a pause that grew.
    private static let healthyMs: UInt64 = 10_000

    /// `program` is a name to find along `PATH`, or a path.
    public init(folder: String, program: String = "redis-server", on loop: EventLoop) {
        self.folder = ServerFolder(folder)
        self.loop = loop
        programName = program
        endpoint = RedisEndpoint(checkedUnixPath: self.folder.socketPath)
    }

    /// What an operator should know: the socket is not in the folder, for its path would be too
    /// long.
    public nonisolated var notice: String? {
        guard let short = folder.shortFolder else { return nil }
        return "\(folder.path) is too long for a socket; the Redis socket is in \(short)"
    }

    /// Nil while it is not running.
    var pid: Int32? { process?.pid }

    /// Starts the server and waits until it answers.
    public func start() async throws(RedisServerError) {
        guard phase == .idle else { throw .alreadyStarted }
        phase = .starting
        isStopWanted = false
        do throws(RedisServerError) {
            lock = try folder.claim()
            let program = try ServerProgram.find(programName)
            self.program = program
            try await program.checkVersion(on: loop)
            try await LeftoverServer.end(in: folder, on: loop)
            try await launch(program)
            phase = .running
            // It may have died between its answer and now.
            if process == nil { scheduleRestart() }
        } catch {
            _ = await process?.stop(patienceMs: Self.stopTimeoutMs)
            release()
            throw error
        }
    }

    /// Ends the server: politely, and by force after `stopTimeoutMs`. Its data stays.
    public func stop() async {
        isStopWanted = true
        // `start` looks every 20 ms whether it is still wanted.
        while phase == .starting { await loop.sleep(ms: 10) }
        guard phase == .running else { return }
        phase = .stopping
        retry?.cancel()
        retry = nil
        _ = await process?.stop(patienceMs: Self.stopTimeoutMs)
        folder.removeTraces()
        release()
    }

    private func release() {
        // Closing gives the lock back.
        if lock >= 0 { close(lock) }
        lock = -1
        process = nil
        phase = .idle
    }

    /// Starts the server, also on files that a power loss has left padded or torn. Redis itself
    /// reads an append-only file that ends too early. What else it cannot read is set aside, and
    /// what was in it comes back as after a loss of Redis, or does not.
    private func launch(_ program: ServerProgram) async throws(RedisServerError) {
        let failure: RedisServerError
        do throws(RedisServerError) {
            return try await attempt(program)
        } catch {
            failure = error
        }
        guard hasGivenUp, !isStopWanted else { throw failure }
        let padding = folder.cutPadding()
        if padding > 0 {
            Log.warn("redis_data_padded", [("cutBytes", "\(padding)")])
            do throws(RedisServerError) {
                return try await attempt(program)
            } catch {
                guard hasGivenUp, !isStopWanted else { throw error }
            }
        }
        // Whether the data was the reason shows itself: without it the server starts, or it does
        // not, and the data goes back.
        guard folder.setDataAside() else { throw failure }
        do throws(RedisServerError) {
            try await attempt(program)
        } catch {
            folder.bringDataBack()
            throw failure
        }
        Log.error(
            "redis_data_unreadable",
            [("reason", "\(failure)"), ("keptIn", folder.asidePath)]
        )
    }

    private func attempt(_ program: ServerProgram) async throws(RedisServerError) {
        hasGivenUp = false
        if let reason = spawn(program) {
            throw .programUnusable(program.path, reason: reason)
        }
        try await waitForAnswer()
    }

    /// Answers why it could not be started.
    private func spawn(_ program: ServerProgram) -> String? {
        let log: Int32
        switch folder.openLog() {
        case .success(let descriptor): log = descriptor
        case .failure(let failure): return failure.reason
        }
        defer { close(log) }
        switch WatchedProcess.start(program.path, arguments, output: log, on: loop) {
        case .failure(let failure): return failure.reason
        case .success(let process):
            // The server writes it too, but later: if we are killed before, it must be found.
            folder.writePid(process.pid)
            startedNs = loop.clock.monotonicNs()
            process.onEnd = { self.ended($0) }
            self.process = process
            return nil
        }
    }

    private var arguments: [String] {
        [
            "--port", "0", "--unixsocket", folder.socketPath, "--unixsocketperm", "700",
            "--dir", folder.path, "--appendonly", "yes", "--appendfsync", "everysec",
            "--save", "", "--daemonize", "no", "--pidfile", folder.pidPath,
        ]
    }

    private func waitForAnswer() async throws(RedisServerError) {
        var configuration = RedisConfiguration()
        configuration.backoffMaxMs = 100
        let probe = RedisConnection(endpoint, configuration: configuration, on: loop)
        await probe.start()
        var reason: String?
        let endNs = loop.clock.monotonicNs() + UInt64(Self.startTimeoutMs) * 1_000_000
        while await !probe.whenConnected(timeoutMs: 20) {
            if isStopWanted {
                reason = "it was stopped while it started"
            } else if process == nil {
                let words = folder.lastLogLine().map { "; its last words: \($0)" } ?? ""
                reason = (lastEnd ?? "it ended") + words
            } else if loop.clock.monotonicNs() > endNs {
                reason = await probe.lastFailure ?? "no answer in time"
            }
            if reason != nil { break }
        }
        await probe.close()
        if let reason { throw .notAnswering(reason: reason) }
    }

    private func ended(_ how: WatchedProcess.End) {
        process = nil
        lastEnd = how.description
        hasGivenUp = how != .signal(SIGKILL) && how != .signal(SIGTERM)
        if phase == .running { scheduleRestart() }
    }

    private func scheduleRestart() {
        if loop.clock.monotonicNs() - startedNs > Self.healthyMs * 1_000_000 { backoff.reset() }
        retry?.cancel()
        retry = LoopTimer(on: loop, afterMs: backoff.nextMs(using: &random)) { self.restart() }
    }

    private func restart() {
        retry?.cancel()
        retry = nil
        guard phase == .running, let program else { return }
        if let reason = spawn(program) {
            lastEnd = reason
            scheduleRestart()
        } else {
            restarts += 1
        }
    }
}
