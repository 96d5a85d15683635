import EventLoop

/// A caller who waits for something, but not for ever.
@safe final class PatientCaller {
    var timer: LoopTimer?
    private let continuation: UnsafeContinuation<Bool, Never>

    init(_ continuation: UnsafeContinuation<Bool, Never>) {
        unsafe self.continuation = continuation
    }

    func resume(_ hasHappened: Bool) {
        timer?.cancel()
        timer = nil
        unsafe continuation.resume(returning: hasHappened)
    }
}
