import EventLoop
import Glibc

/// A descriptor of ours, closed with this object.
final class Descriptor: Sendable {
    let number: Int32
    init(_ number: Int32) { self.number = number }
    deinit { close(number) }
}

/// A connected socket that never blocks, plain or encrypted.
///
/// Sendable: it is made on one thread and then used on the loop alone.
@safe final class RedisSocket: Sendable {
    private let own: Descriptor
    private let tls: TLSSession?
    var descriptor: Int32 { own.number }

    /// What became of one read or write.
    enum Outcome {
        case moved(Int)
        /// Nothing can be done before the socket may be read or written.
        case needs(FileWatch.Interest)
        /// The connection is over, with the reason.
        case ended(String)
    }

    init(_ descriptor: Descriptor, tls: TLSSession? = nil) {
        own = descriptor
        self.tls = tls
    }

    /// For the end that is ours, when nothing has failed.
    func end() { tls?.end() }

    /// Bytes were taken out of the socket and not yet read: it does not become readable for them.
    var hasMore: Bool { tls?.hasMore ?? false }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        if let tls { return unsafe tls.read(into: buffer) }
        while true {
            let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended("Server closed the connection") }
            if let outcome = Self.outcome(of: errno, needs: .readable) { return outcome }
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        if let tls { return unsafe tls.write(bytes) }
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
