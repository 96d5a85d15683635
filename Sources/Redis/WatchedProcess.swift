import CShims
import EventLoop
import Glibc

/// A process, ours or not, that is watched and signalled through a pidfd: it never confuses it with
/// another that took over its number. On the loop only.
@safe final class WatchedProcess {
    let pid: Int32
    private let loop: EventLoop
    private let descriptor: Int32
    private var watch: FileWatch?
    private var waiters: [PatientCaller] = []
    /// How it ended, for people; nil while it runs.
    private(set) var end: String?
    var onEnd: (String) -> Void = { _ in }

    /// Nil if there is no such process (any more).
    init?(pid: Int32, on loop: EventLoop) {
        descriptor = cshim_redis_pidfd(pid)
        guard descriptor >= 0 else { return nil }
        self.pid = pid
        self.loop = loop
        watch = FileWatch(descriptor, on: loop) { _ in self.finish() }
        watch?.want(.readable)
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
        if end == nil { _ = cshim_redis_pidfd_signal(descriptor, number) }
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
        watch?.cancel()
        watch = nil
        close(descriptor)
        end = "abandoned"
    }

    private func finish() {
        guard end == nil else { return }
        var status: Int32 = 0
        // Not a child of ours: waitpid fails, and its end is all there is to know.
        let reaped = unsafe waitpid(pid, &status, WNOHANG) == pid
        let signal = status & 0x7F
        let how =
            !reaped
            ? "ended" : signal != 0 ? "ended by signal \(signal)" : "exit code \(status >> 8)"
        end = how
        watch?.cancel()
        watch = nil
        close(descriptor)
        for waiter in waiters { waiter.resume(true) }
        waiters = []
        let report = onEnd
        onEnd = { _ in }
        report(how)
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
