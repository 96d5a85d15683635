import CHTTPShims
import EventLoop
import Glibc

/// How connections come and go, and which are beyond a limit.
extension Daemon {
    /// Whose connection is being handed to libmicrohttpd.
    struct Newcomer {
        let descriptor: Int32
        let peer: NetworkAddress
        let isProxy: Bool
        let hasProxyHeader: Bool
    }

    /// Whether one more connection is within the limits that hold for all. The kernel gives the
    /// lowest number that is free, so of a high one nearly all are taken.
    func hasRoom(for descriptor: Int32) -> Bool {
        connections.count + (listener?.count ?? 0) < configuration.connectionsMax
            && descriptor < lastDescriptors
    }

    /// Closes a connection that is beyond a limit.
    func refused(_ descriptor: Int32) {
        refusedTotal += 1
        Glibc.close(descriptor)
    }

    /// Closes a connection that begins like a `ProxyHeader` and is none.
    func refusedHeader(of peer: NetworkAddress, _ descriptor: Int32) {
        proxyHeadersRefusedTotal += 1
        Glibc.close(descriptor)
        configuration.onProxyHeaderRefused?(peer)
    }

    func countCut() { cutTotal += 1 }

    /// Before deadlines are set outside a run: the last one may be long over.
    func readClock() { nowNs = loop.clock.monotonicNs() }

    /// Hands a connection to libmicrohttpd, which calls `opened` within.
    func admit(
        _ descriptor: Int32,
        _ peer: NetworkAddress,
        isProxy: Bool,
        hasProxyHeader: Bool = false
    ) {
        let perPeer = configuration.connectionsPerAddressMax
        guard let handle = unsafe handle,
            perPeer == 0 || connectionsByPeer[peer.site, default: 0] < perPeer
        else {
            refused(descriptor)
            return
        }
        newcomer = Newcomer(
            descriptor: descriptor,
            peer: peer,
            isProxy: isProxy,
            hasProxyHeader: hasProxyHeader
        )
        if unsafe cshim_mhd_add(handle, descriptor) == 0 { refusedTotal += 1 }
        newcomer = nil
        wantRun()
    }

    func opened(_ handle: OpaquePointer) -> Connection? {
        guard let newcomer else { return nil }
        hasMoreWork = true
        let connection = unsafe Connection(
            handle,
            descriptor: newcomer.descriptor,
            peer: newcomer.peer,
            isProxy: newcomer.isProxy,
            hasProxyHeader: newcomer.hasProxyHeader,
            deadlineNs: clientDeadline(ms: configuration.headerTimeoutMs)
        )
        connection.index = connections.count
        connections.append(connection)
        if configuration.connectionsPerAddressMax > 0 {
            connectionsByPeer[newcomer.peer.site, default: 0] += 1
        }
        return connection
    }

    func closed(_ connection: Connection) {
        unpin(connection)
        let last = connections.removeLast()
        if last !== connection {
            last.index = connection.index
            connections[last.index] = last
        }
        guard let count = connectionsByPeer[connection.peer.site] else { return }
        connectionsByPeer[connection.peer.site] = count > 1 ? count - 1 : nil
    }
}
