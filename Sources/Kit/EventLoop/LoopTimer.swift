import CLibuv

/// A timer on a loop. On the loop only; it stops when it is cancelled or let go.
@safe public final class LoopTimer {
    /// Outlives this object by one turn: libuv closes handles asynchronously.
    private let handle = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)
    private let body: () -> Void
    private var isOpen = true

    /// Calls `body` after `ms` milliseconds, and then every `repeatMs` unless that is 0.
    public init(
        on loop: EventLoop,
        afterMs ms: Int,
        repeatMs: Int = 0,
        _ body: @escaping () -> Void
    ) {
        loop.preconditionIsolated()
        self.body = body
        unsafe uv_timer_init(loop.state.uv, handle)
        unsafe handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        unsafe uv_update_time(loop.state.uv)
        unsafe uv_timer_start(
            handle,
            { handle in
                guard let raw = unsafe handle?.pointee.data else { return }
                unsafe Unmanaged<LoopTimer>.fromOpaque(raw).takeUnretainedValue().body()
            },
            UInt64(max(0, ms)),
            UInt64(max(0, repeatMs))
        )
    }

    public func cancel() {
        guard isOpen else { return }
        isOpen = false
        unsafe handle.pointee.data = nil
        unsafe closeAndFree(handle)
    }

    deinit { cancel() }
}

extension EventLoop {
    /// Suspends the calling task for `ms` milliseconds of real time. The caller runs on this loop.
    public nonisolated(nonsending) func sleep(ms: Int) async {
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            SleepTimer.start(on: self, ms: ms) { unsafe continuation.resume() }
        }
    }
}

/// Keeps the timer of one `sleep` alive until it fires.
private enum SleepTimer {
    private final class Box { var timer: LoopTimer? }

    static func start(on loop: EventLoop, ms: Int, _ fire: @escaping () -> Void) {
        let box = Box()
        box.timer = LoopTimer(on: loop, afterMs: ms) {
            fire()
            box.timer?.cancel()
            box.timer = nil
        }
    }
}

/// Closes a libuv handle and frees its memory once libuv has let go of it.
func closeAndFree<Handle>(_ handle: UnsafeMutablePointer<Handle>) {
    let raw = UnsafeMutableRawPointer(handle)
    unsafe uv_close(raw.assumingMemoryBound(to: uv_handle_t.self)) { closed in
        unsafe UnsafeMutableRawPointer(closed)?.deallocate()
    }
}
