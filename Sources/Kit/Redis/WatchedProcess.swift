import CProcessShims
import EventLoop
import Glibc
import Logging

/// A process, ours or not, that is watched and signalled through a pidfd: it never confuses it with
/// another that took over its number. Where the system has no pidfd (a seccomp filter of a
/// container, say) it is looked at every `pollMs`. On the loop only.
@safe final class WatchedProcess {
    let pid: Int32
    private let loop: EventLoop
    /// Negative without a pidfd.
    private let descriptor: Int32
    private var watch: FileWatch?
    private var polls: LoopTimer?
    private var waiters: [PatientCaller] = []
    /// How it ended; nil while it runs.
    private(set) var end: End?
    var onEnd: (End) -> Void = { _ in }

    /// A child that ended is not noticed later than this.
    private static let pollMs = 100

    enum End: Equatable, CustomStringConvertible {
        case exit(code: Int32)
        case signal(Int32)
        /// Not a child of ours: its end is all there is to know.
        case unknown

        var description: String {
            switch self {
            case .exit(let code): "exit code \(code)"
            case .signal(let number): "ended by signal \(number)"
            case .unknown: "ended"
            }
        }
    }

    /// Nil if there is no such process (any more).
    init?(pid: Int32, on loop: EventLoop) {
        descriptor = cshim_redis_pidfd(pid)
        guard descriptor != -ESRCH, descriptor >= 0 || kill(pid, 0) == 0 else { return nil }
        self.pid = pid
        self.loop = loop
        if descriptor >= 0 {
            watch = FileWatch(descriptor, on: loop) { _ in self.finish() }
            watch?.want(.readable)
        } else {
            let reason = SystemFailure(errno: -descriptor).reason
            Log.warn("no_pidfd", [("reason", reason), ("pid", "\(pid)")])
            polls = LoopTimer(on: loop, afterMs: Self.pollMs, repeatMs: Self.pollMs) { self.poll() }
        }
    }

    /// Starts `program`, its output going to `output`.
    static func start(
        _ program: String,
        _ arguments: [String],
        output: Int32,
        on loop: EventLoop
    ) -> Result<WatchedProcess, SystemFailure> {
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let failure = unsafe cshim_redis_spawn(program, &words, output, &pid)
        guard failure == 0 else { return .failure(SystemFailure(errno: failure)) }
        guard let process = WatchedProcess(pid: pid, on: loop) else {
            return .failure(SystemFailure(errno: ESRCH))
        }
        return .success(process)
    }

    func signal(_ number: Int32) {
        guard end == nil else { return }
        // Without a pidfd another process may have its number: for a child of ours that cannot be
        // before it was waited for, and a server left behind was looked at a moment ago.
        if descriptor < 0 || cshim_redis_pidfd_signal(descriptor, number) != 0 { kill(pid, number) }
    }

    /// Waits for its end; false if that takes longer than `ms`.
    func hasEnded(withinMs ms: Int) async -> Bool {
        if end != nil { return true }
        return unsafe await withUnsafeContinuation { continuation in
            let waiter = unsafe PatientCaller(continuation)
            waiter.timer = LoopTimer(on: loop, afterMs: ms) {
                self.waiters.removeAll { $0 === waiter }
                waiter.resume(false)
            }
            waiters.append(waiter)
        }
    }

    /// Asks it to end, and kills it after `patienceMs`. False if not even that helped.
    func stop(patienceMs: Int) async -> Bool {
        signal(SIGTERM)
        if await hasEnded(withinMs: patienceMs) { return true }
        signal(SIGKILL)
        return await hasEnded(withinMs: patienceMs)
    }

    /// Lets go of a process that is none of our business.
    func abandon() {
        close()
        end = .unknown
    }

    private func poll() {
        var status: Int32 = 0
        let found = unsafe waitpid(pid, &status, WNOHANG)
        if found == pid { return finish(Self.end(status)) }
        if found < 0, kill(pid, 0) != 0, errno == ESRCH { finish(.unknown) }
    }

    private func finish() {
        var status: Int32 = 0
        // Not a child of ours: waitpid fails.
        let isReaped = unsafe waitpid(pid, &status, WNOHANG) == pid
        finish(isReaped ? Self.end(status) : .unknown)
    }

    private func finish(_ how: End) {
        guard end == nil else { return }
        end = how
        close()
        for waiter in waiters { waiter.resume(true) }
        waiters = []
        let report = onEnd
        onEnd = { _ in }
        report(how)
    }

    private static func end(_ status: Int32) -> End {
        let signal = status & 0x7F
        return signal != 0 ? .signal(signal) : .exit(code: status >> 8)
    }

    private func close() {
        watch?.cancel()
        watch = nil
        polls?.cancel()
        polls = nil
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }
}

/// An errno with its text.
struct SystemFailure: Error {
    let errno: Int32
    var reason: String {
        guard let text = unsafe strerror(errno) else { return "errno \(errno)" }
        return unsafe String(cString: text)
    }
}
