import CHTTPShims
public import EventLoop
import Glibc

/// An HTTP/1.1 server on one loop, on libmicrohttpd.
///
/// A request lives and dies on the loop: its handler starts inside the callback that completed the
/// request, and if it finishes without waiting, its answer leaves in the same callback. A machine
/// is filled with one server per loop on one port (`HTTPConfiguration.joinsPort`).
///
/// A server that was started must be stopped while its loop still runs; it serves once.
public actor HTTPServer: OnLoop {
    public nonisolated let loop: EventLoop
    private let configuration: HTTPConfiguration
    private let routes: [HTTPRoute]
    private var daemon: Daemon?

    public init(_ configuration: HTTPConfiguration, routes: [HTTPRoute], on loop: EventLoop) {
        self.configuration = configuration
        self.routes = routes
        self.loop = loop
    }

    /// Opens the port and answers its number.
    public func start() throws(HTTPError) -> UInt16 {
        precondition(daemon == nil, "a server starts once")
        let (listening, port) = try listen()
        let daemon = Daemon(configuration, Router(routes), on: loop)
        guard daemon.start(listening: listening) else {
            let reason = unsafe String(cString: strerror(errno))
            close(listening)
            throw .cannotStart(reason: reason)
        }
        self.daemon = daemon
        return port
    }

    /// Goes on serving, new connections too, and answers with `Connection: close`: clients that ask
    /// again may be led to another server. Proxies keep fewer and fewer idle connections to this
    /// one, into whose end they could send a request.
    public func drain() { daemon?.isDraining = true }

    /// Refuses new connections, ends event streams, answers what is in the making with
    /// `Connection: close`, and ends what is left after `stopGraceMs`.
    public func stop() async {
        guard let daemon else { return }
        // A handler may have asked for this, within libmicrohttpd: a timer is surely outside.
        await loop.sleep(ms: 0)
        daemon.beginStop()
        let deadline = loop.clock.monotonicNs() + UInt64(configuration.stopGraceMs) * 1_000_000
        while !daemon.closeIdle(), loop.clock.monotonicNs() < deadline {
            await loop.sleep(ms: Self.stopLookEveryMs)
        }
        daemon.finishStop()
    }

    public func statistics() -> HTTPStatistics { daemon?.statistics ?? HTTPStatistics() }

    private static let stopLookEveryMs = 10

    private func listen() throws(HTTPError) -> (descriptor: Int32, port: UInt16) {
        let host = configuration.host
        var bound: UInt16 = 0
        var reason: UnsafePointer<CChar>?
        let result = unsafe cshim_mhd_listen(
            host,
            configuration.port,
            configuration.joinsPort ? 1 : 0,
            configuration.backlogMax,
            configuration.sendBufferBytes,
            &bound,
            &reason
        )
        if result >= 0 { return (result, bound) }
        if result == -EADDRINUSE { throw .addressInUse(host: host, port: configuration.port) }
        let text = unsafe reason ?? UnsafePointer(strerror(-result))
        throw .cannotListen(
            host: host,
            port: configuration.port,
            reason: unsafe text.map { unsafe String(cString: $0) } ?? "errno \(-result)"
        )
    }
}
