import Glibc
import Synchronization

/// A thread that does one thing and then ends, and whose end can be awaited.
public final class OwnThread: Sendable {
    @safe private struct Waiter {
        let continuation: UnsafeContinuation<Void, Never>
        init(_ continuation: UnsafeContinuation<Void, Never>) {
            unsafe self.continuation = continuation
        }
        func resume() { unsafe continuation.resume() }
    }

    private struct Ending {
        var hasEnded = false
        var waiters: [Waiter] = []
    }

    private let body: @Sendable () -> Void
    private let ending = Mutex(Ending())

    public init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// For threads that a process cannot do without: crashes if the system has none to give.
    @discardableResult
    public static func start(_ body: @escaping @Sendable () -> Void) -> OwnThread {
        let thread = OwnThread(body)
        let code = thread.begin()
        precondition(code == 0, "pthread_create: errno \(code)")
        return thread
    }

    /// Begins, once, or answers an errno.
    public func begin() -> Int32 {
        var handle = pthread_t()
        let me = unsafe Unmanaged.passRetained(self)
        let code = unsafe pthread_create(
            &handle,
            nil,
            { raw in
                guard let raw = unsafe raw else { preconditionFailure("pthread lost its argument") }
                unsafe Unmanaged<OwnThread>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            },
            me.toOpaque()
        )
        if code == 0 { pthread_detach(handle) } else { unsafe me.release() }
        return code
    }

    /// Returns when the thread has done its work.
    public func ended() async {
        unsafe await withUnsafeContinuation { continuation in
            let waiter = unsafe Waiter(continuation)
            let isOver = ending.withLock { ending in
                if !ending.hasEnded { ending.waiters.append(waiter) }
                return ending.hasEnded
            }
            if isOver { waiter.resume() }
        }
    }

    private func run() {
        body()
        let waiters = ending.withLock { ending in
            ending.hasEnded = true
            return ending.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
