import Foundation
import Synchronization
import TestPrograms

/// Forwards what one client and a server say to each other, in pieces of 1 to 7 bytes.
final class TornProxy: Sendable {
    let port: UInt16
    private let listening: Int32
    private let server: UInt16

    init(to server: UInt16) throws {
        self.server = server
        port = try freePort()
        listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        guard Self.with(port, { bind(listening, $0, $1) }) == 0, listen(listening, 1) == 0 else {
            throw NotConnected(reason: "no port for a proxy")
        }
    }

    func start() {
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listening, nil, nil)
                guard client >= 0 else { return }
                let peer = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                guard Self.with(server, { connect(peer, $0, $1) }) == 0 else { return }
                Thread.detachNewThread { Self.pass(client, peer) }
                Thread.detachNewThread { Self.pass(peer, client) }
            }
        }
    }

    func stop() { shutdown(listening, Int32(SHUT_RDWR)) }

    deinit { close(listening) }

    private static func pass(_ from: Int32, _ to: Int32) {
        var yes: Int32 = 1
        setsockopt(to, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
        var buffer = [UInt8](repeating: 0, count: 7)
        var turn = 0
        while true {
            turn += 1
            let count = recv(from, &buffer, 1 + turn % 7, 0)
            guard count > 0, send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }

    private static func with(
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
