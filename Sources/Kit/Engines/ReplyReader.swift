import Redis

/// Reads a script's reply, which is never empty.
struct ReplyReader {
    let values: [RedisValue]

    init(_ reply: RedisValue) throws(StoreError) {
        guard case .array(let values) = reply, !values.isEmpty else {
            throw .broken("a script answered \(reply)")
        }
        self.values = values
    }

    var count: Int { values.count }

    func integer(_ index: Int) throws(StoreError) -> Int64 {
        guard index < values.count, case .integer(let value) = values[index] else {
            throw .broken("a script's reply has no integer at \(index)")
        }
        return value
    }

    func text(_ index: Int) throws(StoreError) -> String {
        guard index < values.count, let value = values[index].string else {
            throw .broken("a script's reply has no text at \(index)")
        }
        return value
    }

    func bytes(_ index: Int) throws(StoreError) -> [UInt8] {
        guard index < values.count, case .bytes(let bytes) = values[index] else {
            throw .broken("a script's reply has no bytes at \(index)")
        }
        return bytes
    }
}

/// A reply whose first values are the same whatever was asked: the head, and the rest counted from
/// its end.
protocol HeadedReply {
    var reader: ReplyReader { get }
    /// Values of the head.
    static var width: Int { get }
}

extension HeadedReply {
    /// Values after the head.
    var count: Int { reader.count - Self.width }

    func integer(_ index: Int) throws(StoreError) -> Int64 {
        try reader.integer(Self.width + index)
    }

    func text(_ index: Int) throws(StoreError) -> String { try reader.text(Self.width + index) }

    func bytes(_ index: Int) throws(StoreError) -> [UInt8] {
        try reader.bytes(Self.width + index)
    }
}
