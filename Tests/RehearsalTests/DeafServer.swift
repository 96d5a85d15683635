import Foundation

/// A port where connecting never ends: its line of connections is full, and nobody takes them.
final class DeafServer {
    private static let fillers = 4
    private var descriptors: [Int32] = []
    let port: UInt16

    var url: String { "http://127.0.0.1:\(port)" }

    init() {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var made = [listener]
        let isFull = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                guard bind(listener, raw, length) == 0, listen(listener, 0) == 0,
                    getsockname(listener, raw, &length) == 0
                else { return false }
                for _ in 0..<Self.fillers {
                    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
                    let filler = socket(AF_INET, kind, 0)
                    made.append(filler)
                    // In progress for ever once the line is full.
                    _ = connect(filler, raw, length)
                }
                return true
            }
        }
        precondition(isFull, "no port to listen on")
        descriptors = made
        port = UInt16(bigEndian: address.sin_port)
    }

    func stop() { for descriptor in descriptors { close(descriptor) } }
}
