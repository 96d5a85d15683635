import CLibuv

/// Tells on a loop that the process got a signal. On the loop only.
@safe public final class SignalWatch {
    private let handle = UnsafeMutablePointer<uv_signal_t>.allocate(capacity: 1)
    private let body: () -> Void
    private var isOpen = true

    /// Calls `body` each time `signal` arrives; its default action no longer happens.
    public init(_ signal: Int32, on loop: EventLoop, _ body: @escaping () -> Void) {
        loop.preconditionIsolated()
        self.body = body
        unsafe uv_signal_init(loop.state.uv, handle)
        unsafe handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        unsafe uv_signal_start(
            handle,
            { handle, _ in
                guard let raw = unsafe handle?.pointee.data else { return }
                unsafe Unmanaged<SignalWatch>.fromOpaque(raw).takeUnretainedValue().body()
            },
            signal
        )
    }

    func cancel() {
        guard isOpen else { return }
        isOpen = false
        unsafe handle.pointee.data = nil
        unsafe closeAndFree(handle)
    }

    deinit { cancel() }
}
