/// A caller who waits for something, but not for ever.
@safe public final class PatientCaller {
    public var timer: LoopTimer?
    private let continuation: UnsafeContinuation<Bool, Never>

    public init(_ continuation: UnsafeContinuation<Bool, Never>) {
        unsafe self.continuation = continuation
    }

    public func resume(_ hasHappened: Bool) {
        timer?.cancel()
        timer = nil
        unsafe continuation.resume(returning: hasHappened)
    }
}
