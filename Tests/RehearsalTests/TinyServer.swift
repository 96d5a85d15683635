import Foundation
import Synchronization

/// A real HTTP/1.1 server on a port the kernel picks, with a thread a connection.
final class TinyServer: Sendable {
    struct Call: Sendable {
        var method: String
        /// Without its query: the lists here have one page.
        var path: String
        /// Names in lower case.
        var headers: [String: String]
        var body: String
    }

    enum Answer: Sendable {
        case json(Int, String, headers: [String] = [])
        /// Sends this and closes; for streams.
        case raw(String)
        /// Never answers; the connection is closed when the server ends.
        case never
        /// Answers so much later, s, who is still there; `heard` is called before that.
        case late(UInt32, status: Int, String, heard: @Sendable () -> Void)
        /// Closes at once.
        case hangUp
    }

    let port: UInt16
    private let listener: Int32
    private let connections = Mutex<[Int32]>([])
    private let closed = Atomic<Int>(0)
    private let answer: @Sendable (Call) -> Answer

    var url: String { "http://127.0.0.1:\(port)" }
    /// Connections the server hung up on.
    var connectionsClosed: Int { closed.load(ordering: .acquiring) }
    var connectionsAccepted: Int { connections.withLock { $0.count } }

    init(_ answer: @escaping @Sendable (Call) -> Answer) {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(descriptor, raw, length) == 0 && listen(descriptor, 1_024) == 0
                    && getsockname(descriptor, raw, &length) == 0
            }
        }
        precondition(bound, "no port to listen on")
        port = UInt16(bigEndian: address.sin_port)
    }

    func start() -> TinyServer {
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                // Closed here alone: its number may be another server's as soon as it is closed.
                guard connection >= 0 else {
                    close(listener)
                    return
                }
                connections.withLock { $0.append(connection) }
                Thread.detachNewThread { [self] in serve(connection) }
            }
        }
        return self
    }

    /// Hangs up on everybody and refuses new connections.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        connections.withLock { for connection in $0 { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    private func serve(_ connection: Int32) {
        var buffer = Data()
        while let call = read(connection, &buffer) {
            switch answer(call) {
            case .json(let status, let body, let headers):
                let length = status == 204 ? [] : ["Content-Length: \(body.utf8.count)"]
                let head = ["HTTP/1.1 \(status) X"] + headers + length
                send(connection, head.joined(separator: "\r\n") + "\r\n\r\n" + body)
            case .raw(let text):
                send(connection, text)
                shutdown(connection, Int32(SHUT_RDWR))
                closed.add(1, ordering: .releasing)
                return
            case .never: break
            case .late(let seconds, let status, let body, let heard):
                sleep(seconds)
                var next: UInt8 = 0
                let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
                guard recv(connection, &next, 1, flags) != 0 else { return }
                heard()
                let head = "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                send(connection, head + body)
            case .hangUp:
                shutdown(connection, Int32(SHUT_RDWR))
                return
            }
        }
    }

    private func read(_ connection: Int32, _ buffer: inout Data) -> Call? {
        let end = Data("\r\n\r\n".utf8)
        var head: Range<Data.Index>?
        while head == nil {
            head = buffer.range(of: end)
            guard head != nil || fill(connection, &buffer) else { return nil }
        }
        guard let head else { return nil }
        let lines = String(decoding: buffer[..<head.lowerBound], as: UTF8.self)
            .components(separatedBy: "\r\n")
        buffer = Data(buffer[head.upperBound...])
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...]
                .trimmingCharacters(in: .whitespaces)
        }
        let length = Int(headers["content-length"] ?? "0") ?? 0
        while buffer.count < length {
            guard fill(connection, &buffer) else { return nil }
        }
        let body = String(decoding: buffer.prefix(length), as: UTF8.self)
        buffer = Data(buffer.dropFirst(length))
        let words = lines[0].components(separatedBy: " ")
        guard words.count == 3 else { return nil }
        let path = String(words[1].prefix { $0 != "?" })
        return Call(method: words[0], path: path, headers: headers, body: body)
    }

    private func fill(_ connection: Int32, _ buffer: inout Data) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = recv(connection, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: bytes[..<count])
        return true
    }

    private func send(_ connection: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
