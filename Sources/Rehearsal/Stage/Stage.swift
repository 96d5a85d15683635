import EventLoop
import JSON
import Program

/// The course of one rehearsal: wakes visitors at their times, writes a line each second, ends when
/// the last has gone or time is over. On one loop; everything here and in the stages of the two
/// kinds is called from timers and clients of that loop.
class Stage {
    private static let secondMs = 1_000

    let loop: EventLoop
    let options: RehearsalOptions
    let client: CurlClient
    var traffic = Traffic()
    /// Visitors that have not gone.
    var remaining: Int
    /// No request is sent any more. Answers to earlier ones still count.
    private(set) var isOver = false
    private(set) var startNs: Int64 = 0
    private(set) var endNs: Int64 = 0
    private var agenda = Deadlines<Int>()
    private var timers: [LoopTimer] = []
    private var exchangesBefore = 0
    private var onEnd: (() -> Void)?

    init(on loop: EventLoop, client: CurlClient, options: RehearsalOptions) {
        self.loop = loop
        self.client = client
        self.options = options
        remaining = options.visitors
    }

    // MARK: What a stage of one kind does

    func wake(_ index: Int, nowMs: Int64) {}
    /// All who were due have been woken.
    func ticked(nowMs: Int64) {}
    /// For the line that is written each second.
    var progress: String { "" }

    // MARK: Time

    var nowNs: Int64 { Int64(loop.clock.monotonicNs()) }
    var nowMs: Int64 { nowNs / 1_000_000 }

    func wakeLater(_ index: Int, ms: Int) { agenda.set(index, dueMs: nowMs + Int64(ms)) }
    func letSleep(_ index: Int) { agenda.remove(index) }

    /// Wakes each visitor so many milliseconds after the start. Returns at the end.
    func play(arrivalsMs: [Int], tickMs: Int) async {
        startNs = nowNs
        for (index, ms) in arrivalsMs.enumerated() { wakeLater(index, ms: ms) }
        timers += [
            LoopTimer(on: loop, afterMs: 0, repeatMs: tickMs) { [weak self] in self?.tick() },
            LoopTimer(on: loop, afterMs: 0, repeatMs: Self.secondMs) { [weak self] in
                self?.writeProgress()
            },
            LoopTimer(on: loop, afterMs: Int(options.timeoutSeconds * 1_000)) { [weak self] in
                self?.finish()
            },
        ]
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            onEnd = { unsafe continuation.resume() }
        }
    }

    /// Does something after a while, unless the rehearsal ends before.
    func later(ms: Int, _ action: @escaping () -> Void) {
        timers.append(LoopTimer(on: loop, afterMs: ms, action))
    }

    /// Asks for a document again and again until the end, never twice at once.
    func watch(
        _ request: Request,
        everyMs: Int,
        of endpoint: Endpoint?,
        by client: CurlClient,
        _ saw: @escaping (JSONValue, Response) -> Void
    ) {
        var isLooking = false
        let look = { [weak self] in
            guard !isLooking else { return }
            isLooking = true
            client.send(request) { response in
                isLooking = false
                self?.traffic.note(response, of: endpoint)
                guard response.status == 200 else { return }
                if let document = response.object { saw(document, response) }
            }
        }
        timers.append(LoopTimer(on: loop, afterMs: 0, repeatMs: everyMs, look))
    }

    private func tick() {
        let now = nowMs
        while let index = agenda.takeFirst(atMs: now) { wake(index, nowMs: now) }
        ticked(nowMs: now)
        if remaining == 0 { finish() }
    }

    private func finish() {
        timers = []
        isOver = true
        endNs = nowNs
        writeProgress()
        onEnd?()
        onEnd = nil
    }

    private func writeProgress() {
        guard !options.isQuiet else { return }
        let seconds = Figures.fixed(Double(nowNs - startNs) / 1e9, 0)
        let perSecond = traffic.exchanges - exchangesBefore
        exchangesBefore = traffic.exchanges
        Files.toStderr(
            "\(Figures.right(seconds, 4)) s" + progress
                + "  requests/s \(perSecond)  errors \(traffic.errors)"
                + "  in flight \(client.inFlight)  queued \(client.queued)"
        )
    }
}
