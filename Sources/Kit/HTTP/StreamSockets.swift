import CHTTPShims
import EventLoop
import Glibc

/// The sockets of streams: tells when a peer has closed its side, and when one that was full takes
/// more. An epoll set of its own, which costs nothing while nobody leaves and nobody is slow.
///
/// A client that closes only its sending side counts as gone: browsers do not do that.
@safe final class StreamSockets {
    private static let takeMax: Int32 = 64
    private let set: Int32
    private var streams: [UInt64: EventStream] = [:]
    /// Not the descriptor: that may name another connection by the time the event is read.
    private var lastID: UInt64 = 0
    private var watch: FileWatch?

    init?(on loop: EventLoop) {
        set = cshim_sockets_open()
        guard set >= 0 else { return nil }
        watch = FileWatch(set, on: loop) { [unowned self] _ in take() }
        watch?.want(.readable)
    }

    var count: Int { streams.count }

    /// Answers the number by which the stream is known here.
    func watch(_ stream: EventStream, _ descriptor: Int32) -> UInt64 {
        lastID += 1
        streams[lastID] = stream
        cshim_streams_add(set, descriptor, lastID, EventStream.unacknowledgedMs)
        return lastID
    }

    /// Whether to tell the stream `id` when its socket takes more.
    func wantWritable(_ isWanted: Bool, _ id: UInt64, _ descriptor: Int32) {
        cshim_streams_want(set, descriptor, id, isWanted ? 1 : 0)
    }

    func forget(_ id: UInt64, _ descriptor: Int32) {
        streams[id] = nil
        cshim_sockets_remove(set, descriptor)
    }

    func close() {
        watch?.cancel()
        Glibc.close(set)
    }

    private func take() {
        var news = [cshim_socket_news](repeating: .init(), count: Int(Self.takeMax))
        let count = unsafe news.withUnsafeMutableBufferPointer {
            unsafe cshim_sockets_take(set, $0.baseAddress, Self.takeMax)
        }
        for index in 0..<Int(max(0, count)) {
            guard let stream = streams[news[index].id] else { continue }
            if news[index].is_gone != 0 { stream.cut() } else { stream.write() }
        }
    }
}
