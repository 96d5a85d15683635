/// One server-sent event, written once: all streams that send it share its bytes.
public struct ServerEvent: Sendable {
    /// As a chunk of a response: size, text and line break.
    private let chunk: [UInt8]
    private let start: Int
    private let end: Int

    /// A comment line, which keeps a stream open through proxies.
    static let comment = ServerEvent(text: Array(": \n\n".utf8))

    /// A reader that comes back tells `id` as its `Last-Event-ID`.
    public init(_ event: String, id: Int64? = nil, data: [UInt8]) {
        var text: [UInt8] = []
        text.reserveCapacity(data.count + event.utf8.count + 41)
        if let id { text.append(contentsOf: "id: \(id)\n".utf8) }
        text.append(contentsOf: "event: ".utf8)
        text.append(contentsOf: event.utf8)
        text.append(contentsOf: "\ndata: ".utf8)
        // A line break would end the field: each line becomes a field of its own.
        for byte in data {
            if byte == UInt8(ascii: "\n") {
                text.append(contentsOf: "\ndata: ".utf8)
            } else if byte != UInt8(ascii: "\r") {
                text.append(byte)
            }
        }
        text.append(contentsOf: "\n\n".utf8)
        self.init(text: text)
    }

    private init(text: [UInt8]) {
        let size = Array("\(String(text.count, radix: 16))\r\n".utf8)
        chunk = size + text + Array("\r\n".utf8)
        start = size.count
        end = size.count + text.count
    }

    /// Without its framing.
    var count: Int { end - start }

    func piece(isChunked: Bool) -> SharedPiece {
        SharedPiece(bytes: chunk, range: isChunked ? 0..<chunk.count : start..<end)
    }
}

/// A part of an array that others may have too.
struct SharedPiece: Sendable {
    let bytes: [UInt8]
    var range: Range<Int>

    init(bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        self.range = range
    }

    init(_ bytes: [UInt8]) { self.init(bytes: bytes, range: 0..<bytes.count) }
}
