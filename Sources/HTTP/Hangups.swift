import CShims
import EventLoop
import Glibc

/// Learns at once when the peer of a parked stream closes its side.
///
/// libmicrohttpd takes a suspended connection out of its epoll set and would find out at the next
/// heartbeat. An epoll set of our own, asked only for hang-ups, costs nothing while nobody leaves.
/// A client that closes only its sending side counts as gone: browsers do not do that.
@safe final class Hangups {
    private static let takeMax: Int32 = 64
    private let set: Int32
    private var streams: [UInt64: EventStream] = [:]
    private var ids: [ObjectIdentifier: UInt64] = [:]
    /// Not the descriptor: that may name another connection by the time the event is read.
    private var lastID: UInt64 = 0
    private var watch: FileWatch?

    init?(on loop: EventLoop) {
        set = cshim_mhd_hangups_open()
        guard set >= 0 else { return nil }
        watch = FileWatch(set, on: loop) { [unowned self] _ in take() }
        watch?.want(.readable)
    }

    var count: Int { streams.count }

    func watch(_ stream: EventStream, _ descriptor: Int32) {
        lastID += 1
        streams[lastID] = stream
        ids[ObjectIdentifier(stream)] = lastID
        cshim_mhd_limit_unacknowledged(descriptor, EventStream.unacknowledgedMs)
        // The set forgets a descriptor by itself when it is closed. One that has carried a stream
        // before is still in it, and rearmed.
        _ = cshim_mhd_hangups_add(set, descriptor, lastID)
    }

    func forget(_ stream: EventStream) {
        guard let id = ids.removeValue(forKey: ObjectIdentifier(stream)) else { return }
        streams[id] = nil
    }

    func close() {
        watch?.cancel()
        Glibc.close(set)
    }

    private func take() {
        var gone = [UInt64](repeating: 0, count: Int(Self.takeMax))
        let count = unsafe gone.withUnsafeMutableBufferPointer {
            unsafe cshim_mhd_hangups_take(set, $0.baseAddress, Self.takeMax)
        }
        for index in 0..<Int(max(0, count)) { streams[gone[index]]?.cut() }
    }
}
