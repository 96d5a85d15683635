import Glibc
import Synchronization

/// A thread that does one thing and then ends, and whose end can be awaited.
final class SQLiteThread: Sendable {
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

    private init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    static func start(_ body: @escaping @Sendable () -> Void) -> SQLiteThread {
        let thread = SQLiteThread(body)
        var handle = pthread_t()
        let made = unsafe pthread_create(
            &handle,
            nil,
            { raw in
                guard let raw = unsafe raw else { preconditionFailure("pthread lost its argument") }
                unsafe Unmanaged<SQLiteThread>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            },
            Unmanaged.passRetained(thread).toOpaque()
        )
        precondition(made == 0, "pthread_create: errno \(made)")
        pthread_detach(handle)
        return thread
    }

    /// Returns when the thread has done its work.
    func ended() async {
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
