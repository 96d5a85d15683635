import EventLoop
import Glibc

/// A connected socket that never blocks.
///
/// Sendable: it is made on one thread and then used on the loop alone.
@safe final class RedisSocket: Sendable {
    let descriptor: Int32

    /// What became of one read or write.
    enum Outcome {
        case moved(Int)
        /// Nothing can be done before the socket may be read or written.
        case needs(FileWatch.Interest)
        /// The connection is over, with the reason.
        case ended(String)
    }

    /// Takes `descriptor` over: it is closed with this object.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        while true {
            let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended("Server closed the connection") }
            if let outcome = Self.outcome(of: errno, needs: .readable) { return outcome }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        while true {
            let count = unsafe send(descriptor, bytes.baseAddress, bytes.count, Self.noSignal)
            if count >= 0 { return .moved(count) }
            if let outcome = Self.outcome(of: errno, needs: .writable) { return outcome }
        }
    }

    private static let noSignal = Int32(MSG_NOSIGNAL)

    /// Nil: try again.
    private static func outcome(of error: Int32, needs: FileWatch.Interest) -> Outcome? {
        switch error {
        case EINTR: nil
        case EAGAIN: .needs(needs)
        default: .ended(text(ofError: error))
        }
    }

    /// `No such file or directory`, say.
    static func text(ofError error: Int32) -> String { unsafe String(cString: strerror(error)) }
}
