// What cannot be set up ends the fuzzer.
// swift-format-ignore-file: NeverForceUnwrap

import EventLoop
import Foundation
import Synchronization
import Values
@testable import HTTP
@testable import Site

/// A whole connection, byte for byte, to a server in this process whose handler reads all there is
/// to read of a request.
func fuzzHTTP(_ bytes: UnsafeBufferPointer<UInt8>) {
    enum Once { static let port = startServer() }
    if case .header(_, let count) = ProxyHeader.read(UnsafeRawBufferPointer(bytes)) {
        precondition(count <= bytes.count, "a header that has not come")
    }
    let answer = send(bytes, to: Once.port)
    precondition(answer.isEmpty || answer.starts(with: Array("HTTP/1.1 ".utf8)), "no status line")
    let number = asked.add(1, ordering: .relaxed).newValue
    guard number % 256 == 0 else { return }
    let good = Array("GET /ok HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".utf8)
    // On a busy machine this process may sleep for longer than the server waits for a head.
    let isAlive = (0..<20).contains { _ in
        let answer = good.withUnsafeBufferPointer { send($0, to: Once.port) }
        return answer.starts(with: Array("HTTP/1.1 200 ".utf8))
    }
    precondition(isAlive, "it does not answer any more")
}

private let asked = Atomic<Int>(0)

private func startServer() -> UInt16 {
    let loop = EventLoop.start()
    let port = Mutex<UInt16?>(nil)
    let started = DispatchSemaphore(value: 0)
    Task {
        let read: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
            _ = request.path
            _ = request.header("Range")
            _ = request.cookies("c")
            _ = TicketCookie.tokens(request, RoomID("r")!)
            _ = VisitorCookie.tokens(request)
            _ = try? SameSite.require(request)
            for name in ["limit", "after", "continue"] { _ = request.query(name) }
            _ = ContinuePath(request)
            _ = FormBody(request.body)
            return HTTPResponse(status: 200, body: Array("ok".utf8))
        }
        var routes = [HTTPRoute(.get, "/ok", read), HTTPRoute(.post, "/ok", read)]
        for (method, pattern) in [(HTTPMethod.get, "/a/{x}"), (.put, "/a/{x}/b/{y}")] {
            routes.append(
                HTTPRoute(method, pattern) { request in
                    precondition(request.parameter("x").utf8.count <= request.path.utf8.count)
                    return await read(request)
                }
            )
        }
        var configuration = HTTPConfiguration()
        // Half a request is what most inputs are.
        configuration.headerTimeoutMs = 5
        configuration.bodyTimeoutMs = 5
        let server = HTTPServer(configuration, routes: routes, on: loop)
        guard let taken = try? await server.start() else { preconditionFailure("no port") }
        port.withLock { $0 = taken }
        started.signal()
    }
    started.wait()
    return port.withLock { $0! }
}

/// Sends all, says that nothing follows, and reads to the end.
private func send(_ bytes: UnsafeBufferPointer<UInt8>, to port: UInt16) -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    precondition(descriptor >= 0, "no socket: \(errno)")
    defer { close(descriptor) }
    // No port of ours waits for late packets of a closed connection.
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
        descriptor,
        SOL_SOCKET,
        SO_LINGER,
        &linger,
        socklen_t(MemoryLayout.size(ofValue: linger))
    )
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    // libFuzzer's timer may strike within; the kernel goes on with it.
    if connected != 0, errno == EINTR {
        var socket = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while poll(&socket, 1, -1) < 0 {}
    } else {
        precondition(connected == 0, "no connection: \(errno)")
    }
    var sent = 0
    while sent < bytes.count {
        let count = Glibc.send(
            descriptor,
            bytes.baseAddress! + sent,
            bytes.count - sent,
            Int32(MSG_NOSIGNAL)
        )
        guard count > 0 else { break }
        sent += count
    }
    shutdown(descriptor, Int32(SHUT_WR))
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return answer }
        answer.append(contentsOf: chunk[..<count])
    }
}
