import EventLoop
import Glibc
import Synchronization

/// One attempt to connect a socket, on a thread of its own: the look-up of a name blocks, and a TLS
/// handshake reads files and computes keys.
///
/// Not on the threads of libuv's pool: `exit` waits for them, and one silent host would take them
/// from all others.
final class RedisDial: Sendable {
    /// Why there is no socket, or one that does not serve.
    struct Failure: Error {
        let reason: String
        /// It stays so until somebody changes a file, a certificate or a name.
        var isLasting = false

        static let closed = Failure(reason: "closed")
    }

    typealias Outcome = Result<RedisSocket, Failure>

    @safe private struct Caller {
        let continuation: UnsafeContinuation<Outcome, Never>
        init(_ continuation: UnsafeContinuation<Outcome, Never>) {
            unsafe self.continuation = continuation
        }
        func resume(_ outcome: Outcome) { unsafe continuation.resume(returning: outcome) }
    }

    private let address: RedisEndpoint.Address
    private let tls: RedisTLS?
    /// Which attempt this is. Each begins with another address of the host: it may answer on one of
    /// two only.
    private let attempt: Int
    private let limitMs: Int
    private let endNs: UInt64
    private let clock: Clock
    private let caller = Mutex<Caller?>(nil)
    /// Only the TLS handshake is missing.
    private let isConnected = Atomic<Bool>(false)

    private init(
        _ address: RedisEndpoint.Address,
        _ tls: RedisTLS?,
        attempt: Int,
        limitMs: Int,
        clock: Clock
    ) {
        self.address = address
        self.tls = tls
        self.attempt = attempt
        self.limitMs = limitMs
        self.clock = clock
        endNs = clock.monotonicNs() + UInt64(limitMs) * 1_000_000
    }

    /// Connects to `address` within `limitMs`, with TLS if `tls` is there. The caller is on `loop`.
    nonisolated(nonsending) static func socket(
        to address: RedisEndpoint.Address,
        tls: RedisTLS?,
        attempt: Int,
        limitMs: Int,
        on loop: EventLoop
    ) async -> Outcome {
        let dial = RedisDial(address, tls, attempt: attempt, limitMs: limitMs, clock: loop.clock)
        // A Unix socket connects at once, or not at all.
        if case .unix = address { return dial.outcome() }
        // Nothing ends a look-up early: its thread goes on, and what it brings is thrown away.
        let timer = LoopTimer(on: loop, afterMs: limitMs) { dial.finish(.failure(dial.tooLate)) }
        defer { timer.cancel() }
        return unsafe await withUnsafeContinuation { continuation in
            unsafe dial.begin(continuation)
        }
    }

    private func begin(_ continuation: UnsafeContinuation<Outcome, Never>) {
        caller.withLock { unsafe $0 = Caller(continuation) }
        let thread = OwnThread { self.finish(self.outcome()) }
        let code = thread.begin()
        if code != 0 { finish(.failure(Failure(reason: "pthread_create: errno \(code)"))) }
    }

    private func outcome() -> Outcome {
        do throws(Failure) {
            return .success(try connected())
        } catch {
            return .failure(error)
        }
    }

    /// The first call counts.
    private func finish(_ outcome: Outcome) { caller.withLock { $0.take() }?.resume(outcome) }

    private var tooLate: Failure {
        let silence =
            isConnected.load(ordering: .relaxed)
            ? ": no TLS handshake; is it a port without TLS?" : ""
        return Failure(reason: "no connection within \(limitMs) ms" + silence)
    }

    private func remainingMs() throws(Failure) -> Int {
        let now = clock.monotonicNs()
        guard now < endNs else { throw tooLate }
        return Int((endNs - now) / 1_000_000) + 1
    }

    // MARK: On the thread

    private func connected() throws(Failure) -> RedisSocket {
        switch address {
        case .unix(let path): return RedisSocket(try connectUnix(path))
        case .tcp(let host, let port):
            let descriptor = try connectTCP(host, port)
            guard let tls else { return RedisSocket(descriptor) }
            return try encrypted(descriptor, tls, host)
        }
    }

    private func encrypted(_ descriptor: Descriptor, _ tls: RedisTLS, _ host: String)
        throws(Failure) -> RedisSocket
    {
        isConnected.store(true, ordering: .relaxed)
        let session = try TLSSession(tls, descriptor.number, name: host)
        while true {
            switch session.shake() {
            case .moved: return RedisSocket(descriptor, tls: session)
            case .ended(let reason):
                throw Failure(reason: reason, isLasting: session.isRefused)
            case .needs(let interest):
                let events = interest == .readable ? POLLIN : POLLOUT
                guard Self.wait(descriptor.number, for: events, ms: try remainingMs()) else {
                    throw tooLate
                }
            }
        }
    }

    private func connectUnix(_ path: String) throws(Failure) -> Descriptor {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            unsafe place.copyBytes(from: path.utf8.prefix(place.count - 1))
        }
        let outcome = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(bytes, limitMs: limitMs)
        }
        return try outcome.get()
    }

    private func connectTCP(_ host: String, _ port: UInt16) throws(Failure) -> Descriptor {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, "\(port)", &hints, &list)
        guard code == 0, let first = unsafe list else {
            throw Failure(reason: unsafe "\(host): \(String(cString: gai_strerror(code)))")
        }
        defer { unsafe freeaddrinfo(first) }
        let found = unsafe Array(sequence(first: first) { unsafe $0.pointee.ai_next })
        var failure = tooLate
        for index in unsafe found.indices {
            let entry = unsafe found[(attempt + index) % found.count].pointee
            let bytes = unsafe UnsafeRawBufferPointer(
                start: entry.ai_addr,
                count: Int(entry.ai_addrlen)
            )
            // A silent address leaves time for the others.
            let limitMs = try unsafe remainingMs() / (found.count - index)
            switch unsafe connect(bytes, limitMs: limitMs) {
            case .success(let descriptor): return descriptor
            case .failure(let reason): failure = reason
            }
        }
        throw failure
    }

    /// Connects to a `sockaddr`.
    private func connect(_ address: UnsafeRawBufferPointer, limitMs: Int)
        -> Result<Descriptor, Failure>
    {
        guard let name = unsafe address.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
            return .failure(Failure(reason: "no address"))
        }
        let family = unsafe Int32(name.pointee.sa_family)
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = Glibc.socket(family, kind, 0)
        guard number >= 0 else { return .failure(Self.failure(errno)) }
        let descriptor = Descriptor(number)
        // Commands leave at the end of a turn: there is nothing to wait for. Unix sockets have no
        // such option, and fail.
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        unsafe _ = setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, size)
        if unsafe Glibc.connect(number, name, socklen_t(address.count)) != 0 {
            guard errno == EINPROGRESS else { return .failure(Self.failure(errno)) }
            guard Self.wait(number, for: POLLOUT, ms: limitMs) else {
                return .failure(tooLate)
            }
            var error: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            unsafe _ = getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &size)
            guard error == 0 else { return .failure(Self.failure(error)) }
        }
        return .success(descriptor)
    }

    private static func failure(_ error: Int32) -> Failure {
        Failure(reason: RedisSocket.text(ofError: error))
    }

    /// False: nothing happened in `ms`.
    private static func wait(_ descriptor: Int32, for events: Int32, ms: Int) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let count = unsafe poll(&watched, 1, Int32(clamping: ms))
            // A signal is rare here, and may make the wait longer by as much again.
            if count < 0, errno == EINTR { continue }
            return count > 0
        }
    }
}
