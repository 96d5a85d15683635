import CHTTPShims
import EventLoop
import Glibc

/// The door: accepts connections, asks trusted peers whose they are, and hands them to the daemon.
///
/// A trusted peer may begin with a `ProxyHeader`. Its first bytes are looked at and left with the
/// kernel until they decide; then the header is taken, to the byte, and libmicrohttpd reads on.
/// Until then the connection waits here, without libmicrohttpd.
@safe final class Listener {
    /// Then the loop looks at its other sockets: some 0.5 ms.
    private static let acceptedPerTurnMax = 64
    private static let takeMax: Int32 = 64

    private struct Newcomer {
        let descriptor: Int32
        let peer: NetworkAddress
        var deadlineNs: UInt64
    }

    private unowned let daemon: Daemon
    private var listening: Int32
    private var watch: FileWatch?
    /// An epoll set that tells once of each new piece: the bytes stay where they are.
    private let set: Int32
    private var setWatch: FileWatch?
    private var undecided: [UInt64: Newcomer] = [:]
    /// Not the descriptor: that may name another connection by the time the event is read.
    private var lastID: UInt64 = 0

    /// Owns `listening` from here on; nil if the kernel has no descriptor left.
    init?(_ listening: Int32, for daemon: Daemon, on loop: EventLoop) {
        set = cshim_sockets_open()
        guard set >= 0 else { return nil }
        self.daemon = daemon
        self.listening = listening
        watch = FileWatch(listening, on: loop) { [unowned self] _ in
            accept(max: Self.acceptedPerTurnMax)
        }
        setWatch = FileWatch(set, on: loop) { [unowned self] _ in takeNews() }
        watch?.want(.readable)
        setWatch?.want(.readable)
    }

    /// Connections that wait here.
    var count: Int { undecided.count }

    /// Takes whom the kernel holds already, and no others.
    func closeDoor(undecidedUntil deadlineNs: UInt64) {
        guard listening >= 0 else { return }
        accept(max: Int(daemon.configuration.backlogMax))
        watch?.cancel()
        Glibc.close(listening)
        listening = -1
        for (id, newcomer) in undecided {
            undecided[id]?.deadlineNs = min(newcomer.deadlineNs, deadlineNs)
        }
    }

    /// Ends those that have not said a thing.
    func closeSilent() {
        for (id, newcomer) in undecided where cshim_mhd_has_unread(newcomer.descriptor) == 0 {
            refuse(id)
        }
    }

    /// Ends all that waits here, and itself.
    func close() {
        closeDoor(undecidedUntil: 0)
        for id in undecided.keys { refuse(id) }
        setWatch?.cancel()
        Glibc.close(set)
    }

    /// A tick of the daemon: ends those that are over their time, and tries again to accept.
    func tick(nowNs: UInt64) {
        watch?.want(.readable)
        for (id, newcomer) in undecided where nowNs >= newcomer.deadlineNs {
            daemon.countCut()
            refuse(id)
        }
    }

    // MARK: Accepting

    private func accept(max: Int) {
        daemon.readClock()
        for _ in 0..<max {
            var address = cshim_address()
            let descriptor = unsafe cshim_mhd_accept(listening, &address)
            if descriptor >= 0 {
                welcome(descriptor, NetworkAddress(address))
                continue
            }
            switch -descriptor {
            case EAGAIN: return
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                // The kernel would tell of the same newcomer again at once, and for ever.
                watch?.want([])
                return
            // This one has gone, or its network has; another may wait.
            default: continue
            }
        }
    }

    private func welcome(_ descriptor: Int32, _ peer: NetworkAddress) {
        guard daemon.hasRoom(for: descriptor) else {
            daemon.refused(descriptor)
            return
        }
        guard daemon.configuration.trustedProxies.contains(peer) else {
            daemon.admit(descriptor, peer, isProxy: false)
            return
        }
        let header = look(at: descriptor)
        guard header == .incomplete else {
            decide(header, descriptor, peer)
            return
        }
        guard undecided.count < daemon.configuration.undecidedMax else {
            daemon.refused(descriptor)
            return
        }
        lastID += 1
        let deadlineNs = daemon.clientDeadline(ms: daemon.configuration.headerTimeoutMs)
        undecided[lastID] = Newcomer(descriptor: descriptor, peer: peer, deadlineNs: deadlineNs)
        // Tells of what has come since we looked, too.
        cshim_sockets_expect(set, descriptor, lastID)
    }

    private func refuse(_ id: UInt64) {
        guard let newcomer = undecided.removeValue(forKey: id) else { return }
        cshim_sockets_remove(set, newcomer.descriptor)
        Glibc.close(newcomer.descriptor)
    }

    // MARK: Deciding

    private func takeNews() {
        daemon.readClock()
        var news = [cshim_socket_news](repeating: .init(), count: Int(Self.takeMax))
        let count = unsafe news.withUnsafeMutableBufferPointer {
            unsafe cshim_sockets_take(set, $0.baseAddress, Self.takeMax)
        }
        for index in 0..<Int(max(0, count)) {
            let id = news[index].id
            guard let newcomer = undecided[id] else { continue }
            let header = look(at: newcomer.descriptor)
            // Stays in the set: put in again, it would be told of the same bytes for ever.
            if header == .incomplete, news[index].is_gone == 0 { continue }
            // Its place is free for itself.
            undecided[id] = nil
            cshim_sockets_remove(set, newcomer.descriptor)
            decide(header == .incomplete ? nil : header, newcomer.descriptor, newcomer.peer)
        }
    }

    /// What the first bytes say, which stay where they are. Nil if none will come.
    private func look(at descriptor: Int32) -> ProxyHeader? {
        unsafe withUnsafeTemporaryAllocation(byteCount: ProxyHeader.bytesMax, alignment: 1) {
            bytes in
            let flags = Int32(MSG_DONTWAIT) | Int32(MSG_PEEK)
            let count = unsafe recv(descriptor, bytes.baseAddress, bytes.count, flags)
            if count < 0, errno == EAGAIN { return .incomplete }
            guard count > 0 else { return nil }
            return unsafe ProxyHeader.read(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    /// Hands the connection to the daemon, or closes it.
    private func decide(_ header: ProxyHeader?, _ descriptor: Int32, _ peer: NetworkAddress) {
        switch header {
        case nil, .incomplete: Glibc.close(descriptor)
        case .some(.none): daemon.admit(descriptor, peer, isProxy: true)
        case .malformed: daemon.refusedHeader(of: peer, descriptor)
        case .header(let source, let bytes):
            guard take(bytes, from: descriptor) else {
                Glibc.close(descriptor)
                return
            }
            var (client, isProxy) = (peer, false)
            switch source {
            case .address(let named):
                client = named
                isProxy = daemon.configuration.trustedProxies.contains(named)
            case .proxy: isProxy = true
            // What its client writes into `X-Forwarded-For` nobody has looked at.
            case .unknown: break
            }
            daemon.admit(descriptor, client, isProxy: isProxy, hasProxyHeader: true)
        }
    }

    private func take(_ count: Int, from descriptor: Int32) -> Bool {
        unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { bytes in
            unsafe recv(descriptor, bytes.baseAddress, count, Int32(MSG_DONTWAIT)) == count
        }
    }
}
