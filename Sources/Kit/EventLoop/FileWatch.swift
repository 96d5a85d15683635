import CLibuv

/// Tells when a file descriptor may be read or written. On the loop only.
@safe public final class FileWatch {
    public struct Interest: OptionSet, Sendable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }
        public static let readable = Interest(rawValue: Int32(UV_READABLE.rawValue))
        public static let writable = Interest(rawValue: Int32(UV_WRITABLE.rawValue))
    }

    private let handle = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
    private let body: (Interest) -> Void
    private var isOpen = true
    private var interest: Interest = []

    /// Watches `descriptor`, which stays its owner's to close, after `cancel`. An error on the
    /// descriptor reports both directions: the owner finds it by reading.
    public init(_ descriptor: Int32, on loop: EventLoop, _ body: @escaping (Interest) -> Void) {
        loop.preconditionIsolated()
        self.body = body
        let made = unsafe uv_poll_init(loop.state.uv, handle, descriptor)
        precondition(made == 0, "uv_poll_init: \(made)")
        unsafe handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }

    /// What to wait for; an empty set pauses the watch.
    public func want(_ interest: Interest) {
        guard isOpen, interest != self.interest else { return }
        self.interest = interest
        if interest.isEmpty {
            unsafe uv_poll_stop(handle)
        } else {
            unsafe uv_poll_start(handle, interest.rawValue) { handle, status, events in
                guard let raw = unsafe handle?.pointee.data else { return }
                let watch = unsafe Unmanaged<FileWatch>.fromOpaque(raw).takeUnretainedValue()
                watch.body(status < 0 ? [.readable, .writable] : Interest(rawValue: events))
            }
        }
    }

    public func cancel() {
        guard isOpen else { return }
        isOpen = false
        unsafe uv_poll_stop(handle)
        unsafe handle.pointee.data = nil
        unsafe closeAndFree(handle)
    }

    deinit { cancel() }
}
