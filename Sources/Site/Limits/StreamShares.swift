import EventLoop
import HTTP

/// The open live streams of one kind on one loop, by client address: none takes those of all.
///
/// A stream counts until it is over, however it ends. There are no more addresses than streams, so
/// the limit of the kind bounds the table too.
package final class StreamShares {
    private let perAddressMax: Int
    private var open: [NetworkAddress: Int] = [:]

    package init(perAddressMax: Int) { self.perAddressMax = perAddressMax }

    /// A stream for `client`, as `RateLimits.streamClient` names it; nil is not counted.
    package func stream(on loop: EventLoop, for client: NetworkAddress?) throws(Refusal)
        -> EventStream
    {
        let stream = EventStream(on: loop)
        guard let client else { return stream }
        let others = open[client, default: 0]
        guard others < perAddressMax else { throw .tooManyStreamsOfAddress }
        open[client] = others + 1
        stream.onClose = { [self] in free(client) }
        return stream
    }

    private func free(_ client: NetworkAddress) {
        let rest = open[client, default: 0] - 1
        open[client] = rest > 0 ? rest : nil
    }
}
