import Glibc

/// One answer as it came over the socket.
struct Answer {
    var status: Int
    var head: String
    var body: String

    func header(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return parts[1].trimming()
            }
        }
        return nil
    }
}

extension Substring {
    fileprivate func trimming() -> String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// A blocking socket that sends exactly what a test wants. No read waits longer than five seconds.
final class TestClient {
    private var descriptor: Int32
    private(set) var received: [UInt8] = []
    private(set) var isEnded = false

    /// Nil if nobody listens. `lastByte` is that of the client's own address, 127.0.0.1 or another.
    init?(_ port: UInt16, receiveBuffer: Int32? = nil, lastByte: UInt32 = 1) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(
                descriptor,
                SOL_SOCKET,
                SO_RCVBUF,
                &size,
                socklen_t(MemoryLayout<Int32>.size)
            )
        }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        let bound = lastByte == 1 || Self.withAddress(0, lastByte) { bind(descriptor, $0, $1) == 0 }
        let isConnected = Self.withAddress(port, 1) { Glibc.connect(descriptor, $0, $1) == 0 }
        if !bound || !isConnected { return nil }
    }

    private static func withAddress(
        _ port: UInt16,
        _ lastByte: UInt32,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (0x7F00_0000 + lastByte).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { hangUp() }

    func hangUp() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
    }

    /// Closing with this resets the connection instead of ending it.
    func reset() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &value,
            socklen_t(MemoryLayout<linger>.size)
        )
        hangUp()
    }

    /// False once the peer takes no more.
    @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Reads on; false at the end of the connection or after five silent seconds.
    @discardableResult func receive() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count <= 0 {
            isEnded = count == 0 || errno == ECONNRESET
            return false
        }
        received.append(contentsOf: chunk[..<count])
        return true
    }

    /// True if the server ends the connection.
    func seesEnd() -> Bool {
        while receive() {}
        return isEnded
    }

    /// Takes everything up to and including `mark` from what came, reading on as needed.
    func take(through mark: String) -> String? {
        let mark = Array(mark.utf8)
        while true {
            if let end = end(of: mark) {
                defer { received.removeFirst(end) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            guard receive() else { return nil }
        }
    }

    func take(count: Int) -> String? {
        while received.count < count { guard receive() else { return nil } }
        defer { received.removeFirst(count) }
        return String(decoding: received[..<count], as: UTF8.self)
    }

    private func end(of mark: [UInt8]) -> Int? {
        guard received.count >= mark.count else { return nil }
        for start in 0...(received.count - mark.count)
        where received[start..<start + mark.count].elementsEqual(mark) { return start + mark.count }
        return nil
    }

    /// The next answer with `Content-Length`; `isHead` says that it has no body.
    func answer(isHead: Bool = false) -> Answer? {
        guard let head = take(through: "\r\n\r\n") else { return nil }
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        var answer = Answer(status: status ?? 0, head: head, body: "")
        if !isHead, let length = answer.header("Content-Length").flatMap({ Int($0) }) {
            guard let body = take(count: length) else { return nil }
            answer.body = body
        }
        return answer
    }

    func request(_ method: String, _ target: String, headers: String = "", body: String = "")
        -> Answer?
    {
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        send("\(method) \(target) HTTP/1.1\r\nHost: test\r\n\(length)\(headers)\r\n\(body)")
        return answer(isHead: method == "HEAD")
    }
}
