import CHTTPShims
import CMicrohttpd
import EventLoop
import Glibc

/// libmicrohttpd in external epoll mode on a loop: when it runs, whom it lets in and whom it cuts.
///
/// All is called on the loop: by its hooks and timers, and by libmicrohttpd from within `MHD_run`.
/// Connections come and go in `Daemon+Connections.swift`, a request's life is in
/// `Daemon+Requests.swift`, its answer in `Daemon+Answers.swift`, the C
/// callbacks in `Callbacks.swift`.
@safe final class Daemon {
    /// Runs of libmicrohttpd in one turn before the loop may look at its other sockets.
    private static let runsPerTurnMax = 16
    private static let ticksPerRound = 10

    let loop: EventLoop
    let configuration: HTTPConfiguration
    let router: Router
    var recorder: Recorder
    var answers = AnswerPool()
    /// The time of the present run: exact enough for deadlines, and read once for many requests.
    var nowNs: UInt64
    /// Each answer ends its connection; all else goes on.
    var isDraining = false
    private(set) var isStopping = false
    /// Nothing may be parked any more.
    private(set) var isOver = false
    var suspendedTotal: UInt64 = 0
    /// Requests that wait for their handler without being suspended.
    var held = 0
    /// libmicrohttpd is on the stack.
    private(set) var isInLibrary = false
    /// Something happened in this run after which libmicrohttpd may go on at once.
    var hasMoreWork = false

    var handle: OpaquePointer?
    private var callbacks = UnsafeMutablePointer<cshim_mhd_callbacks>.allocate(capacity: 1)
    private var needsRun = false
    private var runsInTurn = 0
    private var turn = -1
    var listener: Listener?
    private var events: FileWatch?
    private var again: FileWatch?
    private var ticker: LoopTimer?
    private(set) var sockets: StreamSockets?
    /// Streams that have something to write.
    var outgoing: [EventStream] = []
    private var alwaysReadable = cshim_mhd_always_readable()
    private var later: [() -> Void] = []

    var connections: [Connection] = []
    private var cursor = 0
    /// The place of the connection whose request line was read last, unless it has moved since.
    var lastToBegin = 0
    /// Who is being handed to libmicrohttpd.
    var newcomer: Newcomer?
    var connectionsByPeer: [NetworkAddress: Int] = [:]
    var refusedTotal: UInt64 = 0
    var proxyHeadersRefusedTotal: UInt64 = 0
    var headsRefused: [HTTPHeadFault: UInt64] = [:]
    var cutTotal: UInt64 = 0
    var cutSlowTotal: UInt64 = 0
    var pinned: PinnedBytes
    /// From this number on a descriptor is one of the process's last.
    var lastDescriptors: Int32 = .max

    init(_ configuration: HTTPConfiguration, _ router: Router, on loop: EventLoop) {
        self.configuration = configuration
        self.router = router
        self.loop = loop
        recorder = Recorder(routeCount: router.routes.count)
        pinned = PinnedBytes(of: configuration.buffered)
        nowNs = loop.clock.monotonicNs()
    }

    deinit {
        closeAlwaysReadable()
        unsafe callbacks.deallocate()
    }

    private func closeAlwaysReadable() {
        if alwaysReadable >= 0 { Glibc.close(alwaysReadable) }
        alwaysReadable = -1
    }

    // MARK: Start and stop

    func start(listening: Int32) -> Bool {
        let limits = cshim_mhd_limits(
            // Above ours: at its own limit the library would close without a count.
            connections_max: UInt32(configuration.connectionsMax + 64),
            idle_timeout_seconds: UInt32(configuration.idleTimeoutSeconds),
            connection_memory_bytes: configuration.connectionMemoryBytes
        )
        unsafe callbacks.initialize(to: Callbacks.table(for: self))
        unsafe handle = cshim_mhd_start(limits, callbacks)
        guard let handle = unsafe handle, alwaysReadable >= 0 else { return false }
        lookAtDescriptors()
        listener = Listener(listening, for: self, on: loop)
        guard listener != nil else { return false }
        events = FileWatch(unsafe cshim_mhd_epoll_fd(handle), on: loop) { [unowned self] _ in
            needsRun = true
        }
        events?.want(.readable)
        again = FileWatch(alwaysReadable, on: loop) { [unowned self] _ in
            again?.want([])
            needsRun = true
        }
        sockets = StreamSockets(on: loop)
        let tickMs = max(5, configuration.roundMs / Self.ticksPerRound)
        ticker = LoopTimer(on: loop, afterMs: tickMs, repeatMs: tickMs) { [unowned self] in tick() }
        // The hook stays with the loop for good, and with it this object: C points to it.
        loop.onTurnEnd { [self] in pump() }
        return true
    }

    /// Closes the door; who is inside is served on.
    func beginStop() {
        guard !isStopping, let handle = unsafe handle else { return }
        nowNs = loop.clock.monotonicNs()
        // Who connected before the door closed is let in.
        listener?.closeDoor(undecidedUntil: deadline(ms: configuration.stopClientMs))
        unsafe MHD_run(handle)
        isStopping = true
        // Streams that are out at once leave the array.
        for connection in connections {
            connection.stream?.close()
            if connection.isClientsTurn {
                connection.end(by: deadline(ms: configuration.stopClientMs))
            }
        }
        wantRun()
    }

    /// Ends connections that wait for nothing, and those that are over their time. True when none
    /// is left.
    func closeIdle() -> Bool {
        let now = loop.clock.monotonicNs()
        listener?.closeSilent()
        for connection in connections where now >= connection.deadlineNs || connection.isIdle {
            connection.cut()
        }
        wantRun()
        return connections.isEmpty && listener?.count == 0
    }

    /// Ends everything. A parked connection has to be woken before, or the library aborts.
    func finishStop() {
        guard let handle = unsafe handle else { return }
        isOver = true
        for connection in connections {
            connection.stream?.cut()
            if let parked = connection.parked { unpark(parked) }
        }
        unsafe MHD_run(handle)
        listener?.close()
        events?.cancel()
        again?.cancel()
        ticker?.cancel()
        unsafe MHD_stop_daemon(handle)
        unsafe self.handle = nil
        sockets?.close()
        // The loop's hook keeps this object, not its descriptors.
        closeAlwaysReadable()
        flushLater()
    }

    // MARK: Running

    func wantRun() { needsRun = true }

    /// Calls `body` when libmicrohttpd is not on the stack.
    func afterRun(_ body: @escaping () -> Void) {
        later.append(body)
        needsRun = true
    }

    /// The loop's hook. The library reports work that no socket event will announce (woken
    /// connections, pipelined requests): it is run until that is done, or the turn has had enough.
    private func pump() -> Bool {
        let hasWritten = writeStreams()
        if hasWritten { cutSlowest() }
        guard needsRun, let handle = unsafe handle else { return hasWritten }
        let turn = loop.statistics.turns
        if turn != self.turn {
            self.turn = turn
            runsInTurn = 0
        }
        guard runsInTurn < Self.runsPerTurnMax else {
            again?.want(.readable)
            return hasWritten
        }
        runsInTurn += 1
        needsRun = false
        nowNs = loop.clock.monotonicNs()
        hasMoreWork = false
        isInLibrary = true
        unsafe MHD_run(handle)
        isInLibrary = false
        cutSlowest()
        // While requests are held the library always has work: asking for them again. Then only
        // what happened in this run tells whether another may do more; a socket's event, an answer
        // or the next tick runs it in any case.
        let mayHaveWork = held == 0 || hasMoreWork
        if mayHaveWork, unsafe cshim_mhd_has_work(handle) != 0 { needsRun = true }
        flushLater()
        return true
    }

    private func flushLater() {
        while !later.isEmpty {
            let bodies = later
            later = []
            for body in bodies { body() }
        }
    }

    /// Looks at the next slice of the connections. It also runs the library, which counts its
    /// time-outs in whole seconds: a timer of its own for them would be armed on every turn.
    private func tick() {
        needsRun = true
        lookAtDescriptors()
        let now = loop.clock.monotonicNs()
        listener?.tick(nowNs: now)
        let slice = min(connections.count, connections.count / Self.ticksPerRound + 1)
        for _ in 0..<slice {
            cursor = cursor + 1 < connections.count ? cursor + 1 : 0
            let connection = connections[cursor]
            if now >= connection.deadlineNs {
                cutTotal += 1
                connection.cut()
            }
            connection.noticeDeparture()
            connection.stream?.beat(nowNs: now, everyMs: configuration.heartbeatMs)
        }
    }

    func deadline(ms: Int) -> UInt64 { nowNs + UInt64(ms) * 1_000_000 }

    /// For what a client has to do: at the end nobody waits long for it.
    func clientDeadline(ms: Int) -> UInt64 {
        deadline(ms: isStopping ? min(ms, configuration.stopClientMs) : ms)
    }

    // MARK: Connections

    /// Somebody may change the limit while we run.
    private func lookAtDescriptors() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return
        }
        let granted = Int(clamping: limit.rlim_cur)
        lastDescriptors = Int32(clamping: granted - configuration.descriptorsReserved)
    }

    var statistics: HTTPStatistics {
        var statistics = HTTPStatistics()
        statistics.routes = recorder.rows(router.routes)
        statistics.connectionsOpen = connections.count + (listener?.count ?? 0)
        statistics.streamsOpen = sockets?.count ?? 0
        statistics.suspendedTotal = suspendedTotal
        statistics.refusedTotal = refusedTotal
        statistics.proxyHeadersRefusedTotal = proxyHeadersRefusedTotal
        statistics.headsRefused = headsRefused
        statistics.cutTotal = cutTotal
        statistics.cutSlowTotal = cutSlowTotal
        statistics.pinnedBytes = pinned.bytes
        return statistics
    }
}
