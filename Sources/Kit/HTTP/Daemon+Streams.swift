import CHTTPShims
import CMicrohttpd
import Glibc

/// How a connection that becomes a stream leaves libmicrohttpd.
///
/// The library keeps more than 20 KB for a connection that streams: the 16 KB of its requests, most
/// of which it wipes and so touches, and a block of the response that a chunked one never uses. And
/// each event costs it a resumption and a suspension. A stream needs none of it: it is a socket and
/// the bytes that wait for it. So the socket is given a second descriptor, and the library ends its
/// own as for a handler that failed. `MHD_USE_TURBO` has it close a descriptor without shutting the
/// socket down first.
///
/// 10,100 streams of visitors took 259 MB as the library's; 10,400 take 14 MB while they open and
/// 8 MB after. At 10,000 events a second they took 22 % of a core, and take 15 %.
extension Daemon {
    /// `request` is answered with `stream` from here on; what libmicrohttpd is to be told.
    func hand(
        _ stream: EventStream,
        _ response: HTTPResponse,
        for request: HTTPRequest
    ) -> MHD_Result {
        let connection = request.connection
        let head = head(of: response, isChunked: !request.isOld)
        let descriptor = fcntl(connection.descriptor, F_DUPFD_CLOEXEC, 0)
        guard let head, descriptor >= 0 else {
            if descriptor >= 0 { Glibc.close(descriptor) }
            stream.close()
            return queue(.internalError, for: request, closing: true)
        }
        note(request, response.status)
        unpin(connection)
        connection.take(descriptor, for: stream, at: nowNs)
        opened(stream, on: connection)
        stream.attach(
            connection,
            of: self,
            head: head,
            isChunked: !request.isOld,
            nextBeatNs: deadline(ms: configuration.heartbeatMs)
        )
        if isStopping { stream.close() }
        return cshim_mhd_no
    }

    /// Nil if a header cannot be written: a line break in a value, say.
    private func head(of response: HTTPResponse, isChunked: Bool) -> [UInt8]? {
        let date = unsafe String(unsafeUninitializedCapacity: 32) {
            unsafe cshim_http_date($0.baseAddress, $0.count)
        }
        var lines = [
            HTTPHeader("Date", date),
            HTTPHeader("Connection", "close"),
        ]
        if isChunked { lines.append(HTTPHeader("Transfer-Encoding", "chunked")) }
        if let type = response.contentType { lines.append(HTTPHeader("Content-Type", type)) }
        var head = "HTTP/1.1 \(response.status) OK\r\n"
        for line in lines + response.headers {
            let isPlain = (line.name + line.value).utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            guard isPlain else { return nil }
            head += "\(line.name): \(line.value)\r\n"
        }
        return Array((head + "\r\n").utf8)
    }

    private func opened(_ stream: EventStream, on connection: Connection) {
        connection.streamID = sockets?.watch(stream, connection.descriptor) ?? 0
    }

    /// The stream on `connection` is over.
    func ended(_ connection: Connection) {
        sockets?.forget(connection.streamID, connection.descriptor)
        Glibc.close(connection.descriptor)
        connection.stream = nil
        closed(connection)
    }

    func wantWritable(_ isWanted: Bool, _ connection: Connection) {
        sockets?.wantWritable(isWanted, connection.streamID, connection.descriptor)
    }

    /// Writes `stream` at the end of this turn: what it is told meanwhile leaves with it.
    func write(_ stream: EventStream) { outgoing.append(stream) }

    /// Whether there was any.
    func writeStreams() -> Bool {
        guard !outgoing.isEmpty else { return false }
        let streams = outgoing
        outgoing = []
        for stream in streams { stream.write() }
        return true
    }
}
