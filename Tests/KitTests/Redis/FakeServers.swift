import Foundation
import Redis
import Synchronization

/// A socket that accepts and never says a word: the kernel answers for it.
final class ListeningSocket: Sendable {
    let endpoint: RedisEndpoint
    let descriptor: Int32
    private let path: String

    init() throws {
        path = NSTemporaryDirectory() + "frozen-" + UUID().uuidString.prefix(8)
        endpoint = try RedisEndpoint(unixPath: path)
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(descriptor, 100) == 0 else { throw NotConnected(reason: path) }
    }

    deinit {
        Foundation.close(descriptor)
        unlink(path)
    }
}

/// What an observer heard, readable from the test.
final class Heard: Sendable {
    private let values = Mutex<[Bool]>([])
    var all: [Bool] { values.withLock { $0 } }
    func append(_ value: Bool) { values.withLock { $0.append(value) } }
}

/// Answers whatever it is asked with one line, which can be changed: a Redis in a state of the
/// test's choice. Its thread ends with its listening socket.
final class ScriptedServer: Sendable {
    let endpoint: RedisEndpoint
    private let socket: ListeningSocket
    private let line: Mutex<String>

    init(answering first: String) throws {
        let socket = try ListeningSocket()
        self.socket = socket
        endpoint = socket.endpoint
        line = Mutex(first)
    }

    func answer(_ next: String) { line.withLock { $0 = next } }

    /// Serves one connection after another, each until it is closed.
    func start() {
        Thread.detachNewThread { [self] in
            while true {
                let peer = accept(socket.descriptor, nil, nil)
                guard peer >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 4_096)
                while recv(peer, &buffer, buffer.count, 0) > 0 {
                    let reply = [UInt8]((line.withLock { $0 } + "\r\n").utf8)
                    _ = send(peer, reply, reply.count, Int32(MSG_NOSIGNAL))
                }
                close(peer)
            }
        }
    }

    func stop() { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
}
