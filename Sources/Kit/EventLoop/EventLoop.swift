import CLibuv
import Glibc
import Synchronization

/// One thread with a libuv loop that owns sockets and runs Swift jobs between socket events.
///
/// The loop is a serial executor (actors that own a connection return it as `unownedExecutor`)
/// *and* a task executor (tasks are made with `executorPreference: loop`), and it runs every job
/// with both identities: measured, this is the only combination in which an awaited callback comes
/// back without a detour through the global pool (`docs/decisions/0001-runtime.md`).
///
/// A loop lives as long as its process: `stop` ends its thread, its few handles are left to the
/// kernel. A turn: libuv reports events -> handlers and jobs run -> turn-end hooks run until
/// nothing is left -> the loop blocks. Hooks are where a turn's Redis commands leave in one write.
public final class EventLoop: SerialExecutor, TaskExecutor, Sendable {
    public let clock: Clock
    let state: LoopState
    private let inbox = Mutex<[UnownedJob]>([])
    private let thread = Atomic<UInt>(0)
    private let stopping = Atomic<Bool>(false)
    private let counters = LoopCounters()

    /// Batches of jobs before the hooks run, and rounds of both before sockets are looked at again:
    /// jobs that keep queueing jobs cannot starve the rest. A request takes two or three batches.
    private static let batchesMax = 64
    private static let roundsMax = 64

    public init(clock: Clock = .system) {
        self.clock = clock
        state = LoopState()
        state.open(owner: self)
    }

    /// Makes a loop and runs it on a thread of its own until `stop`.
    public static func start(clock: Clock = .system) -> EventLoop {
        let loop = EventLoop(clock: clock)
        OwnThread.start { loop.run() }
        return loop
    }

    /// Runs the loop on the calling thread until `stop`.
    public func run() {
        adoptThread()
        state.run()
        // Jobs that were enqueued while stopping still get their turn: a task must not hang
        // forever.
        while drain() {}
    }

    /// Ends `run` after the current turn. Any thread.
    public func stop() {
        stopping.store(true, ordering: .releasing)
        state.wake()
    }

    public var isOnLoop: Bool {
        thread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    /// What the loop has done so far; read from any thread.
    public var statistics: LoopStatistics { counters.snapshot() }

    /// Calls `work` before the loop blocks, again and again until every hook answers false: true
    /// means that it did something that may have made new work. On the loop only.
    public func onTurnEnd(_ work: @escaping () -> Bool) {
        preconditionIsolated()
        state.hooks.append(work)
    }

    // MARK: Executor

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOnLoop {
            state.jobs.append(job)
        } else {
            counters.foreignEnqueues.add(1, ordering: .relaxed)
            let wasEmpty = inbox.withLock { inbox in
                inbox.append(job)
                return inbox.count == 1
            }
            if wasEmpty { state.wake() }
        }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }

    public func checkIsolated() {
        precondition(isOnLoop, "called off its loop")
    }

    public func isIsolatingCurrentContext() -> Bool? { isOnLoop }

    // MARK: Turn

    private func adoptThread() {
        let previous = thread.exchange(UInt(pthread_self()), ordering: .relaxed)
        precondition(previous == 0, "a loop runs once")
    }

    /// The end of a turn: jobs and hooks, until both are quiet or sockets have waited long enough.
    func finishTurn() {
        counters.turns.add(1, ordering: .relaxed)
        var rounds = 0
        var busy = true
        while busy && rounds < Self.roundsMax {
            busy = drain()
            for hook in state.hooks where hook() { busy = true }
            rounds += 1
        }
        if busy { state.wake() }
        if stopping.load(ordering: .acquiring) { state.stop() }
    }

    func noteLag(ns: UInt64) { counters.noteLag(ns: ns) }

    /// Runs what is queued and what that queues in turn, in at most `batchesMax` batches.
    private func drain() -> Bool {
        let serial = unsafe asUnownedSerialExecutor()
        let task = unsafe asUnownedTaskExecutor()
        var batches = 0
        while batches < Self.batchesMax {
            takeInbox()
            guard !state.jobs.isEmpty else { break }
            swap(&state.jobs, &state.running)
            for job in state.running {
                unsafe job.runSynchronously(isolatedTo: serial, taskExecutor: task)
            }
            counters.jobs.add(state.running.count, ordering: .relaxed)
            state.running.removeAll(keepingCapacity: true)
            batches += 1
        }
        return batches > 0
    }

    private func takeInbox() {
        inbox.withLock { inbox in
            guard !inbox.isEmpty else { return }
            state.jobs.append(contentsOf: inbox)
            inbox.removeAll(keepingCapacity: true)
        }
    }
}
