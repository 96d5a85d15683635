import EventLoop
import Glibc

/// Work that waits for one thread, first come, first served. Any thread appends; one takes.
///
/// `@unchecked Sendable`: every state is reached under the mutex. A condition variable, for the
/// taker sleeps while nothing waits; nothing but moving an element is done under the mutex.
@safe final class WaitQueue<Element>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var elements = Fifo<Element>()
    private var isClosed = false
    private var isTakerAsleep = false
    private let limit: Int

    enum Refusal { case full, closed }

    init(limit: Int) {
        self.limit = limit
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    var count: Int { locked { elements.count } }

    /// Nil when it was taken in.
    func append(_ element: Element) -> Refusal? {
        locked {
            guard !isClosed else { return .closed }
            guard elements.count < limit else { return .full }
            elements.append(element)
            if isTakerAsleep { unsafe pthread_cond_signal(changed) }
            return nil
        }
    }

    /// Sleeps until something waits: true. False once the queue is closed and empty.
    func waitForWork() -> Bool {
        locked {
            while elements.isEmpty, !isClosed {
                isTakerAsleep = true
                unsafe pthread_cond_wait(changed, mutex)
            }
            isTakerAsleep = false
            return !elements.isEmpty
        }
    }

    /// The first one, if `condition` holds for it.
    func takeFirst(where condition: (Element) -> Bool = { _ in true }) -> Element? {
        locked {
            guard let first = elements.first, condition(first) else { return nil }
            return elements.popFirst()
        }
    }

    /// Takes nobody in any more; who waits is still served.
    func close() {
        locked {
            isClosed = true
            unsafe pthread_cond_signal(changed)
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }
}
