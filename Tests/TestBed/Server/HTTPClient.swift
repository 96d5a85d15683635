import Glibc
import JSON
import TestPrograms

/// One answer as it came over the socket.
struct Answer {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    func headers(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONValue.parse(body) }
    var code: String? { json?["code"]?.string }
    var detail: String { json?["detail"]?.string ?? "" }
}

enum ClientError: Error {
    case refused(errno: Int32)
    case ended(received: String)
    case silent(received: String)
}

/// One connection that sends exactly what a test wants. Waiting gives way to other tests every few
/// milliseconds, so that a slow answer does not hold a thread of the pool.
final class HTTPClient {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// `network` is the path of a network namespace, to connect from there.
    init(
        _ port: UInt16,
        at host: String = "127.0.0.1",
        network: String? = nil,
        receiveBuffer: Int32? = nil
    ) throws {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = try network.map(socket(inNetwork:)) ?? socket(AF_INET, kind, 0)
        if var bytes = receiveBuffer {
            let size = socklen_t(MemoryLayout<Int32>.size)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, size)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw ClientError.refused(errno: errno) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(
        _ method: String,
        _ target: String,
        _ headers: [String: String] = [:],
        body: String? = nil
    ) {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: test\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        send(head + "\r\n" + (body ?? ""))
    }

    /// Reads on; throws at the end of the connection and after `seconds` of silence.
    private func receive(seconds: Double) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        var watch = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&watch, 1, 5) == 0 {
            guard ContinuousClock.now < end else {
                throw ClientError.silent(received: String(decoding: received, as: UTF8.self))
            }
            await Task.yield()
        }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else {
            throw ClientError.ended(received: String(decoding: received, as: UTF8.self))
        }
        received += chunk[..<count]
    }

    /// Everything up to and including `mark`.
    func take(through mark: String, seconds: Double = 20) async throws -> String {
        let mark = Array(mark.utf8)
        while true {
            if let found = received.firstRange(of: mark) {
                defer { received.removeFirst(found.upperBound) }
                return String(decoding: received[..<found.upperBound], as: UTF8.self)
            }
            try await receive(seconds: seconds)
        }
    }

    /// The head of an answer; its body stays unread.
    func head() async throws -> Answer {
        let lines = try await take(through: "\r\n\r\n").split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
            return (name: String(parts[0]), value: String(value))
        }
        return Answer(status: status ?? 0, headers: headers)
    }

    func answer() async throws -> Answer {
        var answer = try await head()
        let length = answer.header("Content-Length").flatMap { Int($0) } ?? 0
        while received.count < length { try await receive(seconds: 20) }
        answer.body = Array(received[..<length])
        received.removeFirst(length)
        return answer
    }

    /// Whether the server ends the connection, whatever it still says.
    func seesEnd() async -> Bool {
        while true {
            do { try await receive(seconds: 20) } catch ClientError.ended { return true } catch {
                return false
            }
        }
    }
}

/// An IPv4 address of this machine that is not loopback; nil: it has none.
func ownAddress() -> String? {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return nil }
    defer { freeifaddrs(list) }
    for entry in sequence(first: list, next: { $0?.pointee.ifa_next }) {
        guard let address = entry?.pointee.ifa_addr, address.pointee.sa_family == AF_INET else {
            continue
        }
        let four = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee }
        guard four.sin_addr.s_addr.bigEndian >> 24 != 127 else { continue }
        return String(cString: inet_ntoa(four.sin_addr))
    }
    return nil
}
