import CLibuv

/// What only the loop's own thread touches: libuv's handles and the job arrays.
///
/// `@unchecked Sendable`: `wake` is `uv_async_send`, which libuv allows from any thread; all else
/// is reached through `EventLoop`, which checks the thread.
@safe final class LoopState: @unchecked Sendable {
    var jobs: [UnownedJob] = []
    /// The batch in work; kept to reuse its storage.
    var running: [UnownedJob] = []
    var hooks: [() -> Bool] = []

    let uv = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)
    private let prepare = UnsafeMutablePointer<uv_prepare_t>.allocate(capacity: 1)
    private let async = UnsafeMutablePointer<uv_async_t>.allocate(capacity: 1)
    private let lagTimer = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)
    private var lagDueNs: UInt64 = 0

    /// How often the loop measures how late it is.
    private static let lagEveryMs: UInt64 = 100

    init() {
        let made = unsafe uv_loop_init(uv)
        precondition(made == 0, "uv_loop_init: \(made)")
    }

    /// The loop keeps itself alive while it runs; handles hold it unretained.
    func open(owner: EventLoop) {
        let raw = unsafe Unmanaged.passUnretained(owner).toOpaque()
        unsafe uv_prepare_init(uv, prepare)
        unsafe prepare.pointee.data = raw
        unsafe uv_prepare_start(prepare) { handle in
            guard let raw = unsafe handle?.pointee.data else { return }
            unsafe Unmanaged<EventLoop>.fromOpaque(raw).takeUnretainedValue().finishTurn()
        }
        unsafe uv_async_init(uv, async) { _ in }
        unsafe uv_timer_init(uv, lagTimer)
        unsafe lagTimer.pointee.data = raw
        unsafe uv_timer_start(
            lagTimer,
            { handle in
                guard let raw = unsafe handle?.pointee.data else { return }
                let loop = unsafe Unmanaged<EventLoop>.fromOpaque(raw).takeUnretainedValue()
                loop.state.measureLag(of: loop)
            },
            Self.lagEveryMs,
            Self.lagEveryMs
        )
    }

    func run() { unsafe _ = uv_run(uv, UV_RUN_DEFAULT) }
    func stop() { unsafe uv_stop(uv) }
    func wake() { unsafe _ = uv_async_send(async) }

    private func measureLag(of loop: EventLoop) {
        let now = uv_hrtime()
        if lagDueNs != 0 { loop.noteLag(ns: now > lagDueNs ? now - lagDueNs : 0) }
        lagDueNs = now + Self.lagEveryMs * 1_000_000
    }
}
