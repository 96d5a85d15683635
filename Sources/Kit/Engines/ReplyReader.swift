public import Redis

/// Reads a script's reply, which is never empty.
public struct ReplyReader: Sendable {
    public let values: [RedisValue]

    init(_ reply: RedisValue) throws(StoreError) {
        guard case .array(let values) = reply, !values.isEmpty else {
            throw .broken("a script answered \(reply)")
        }
        self.values = values
    }

    public var count: Int { values.count }

    public func integer(_ index: Int) throws(StoreError) -> Int64 {
        guard index < values.count, case .integer(let value) = values[index] else {
            throw .broken("a script's reply has no integer at \(index)")
        }
        return value
    }

    public func text(_ index: Int) throws(StoreError) -> String {
        guard index < values.count, let value = values[index].string else {
            throw .broken("a script's reply has no text at \(index)")
        }
        return value
    }

    public func bytes(_ index: Int) throws(StoreError) -> [UInt8] {
        guard index < values.count, case .bytes(let bytes) = values[index] else {
            throw .broken("a script's reply has no bytes at \(index)")
        }
        return bytes
    }
}

/// A reply whose first values are the same whatever was asked: the head, and the rest counted from
/// its end.
public protocol HeadedReply {
    var reader: ReplyReader { get }
    /// Values of the head.
    static var width: Int { get }
}

extension HeadedReply {
    /// Values after the head.
    public var count: Int { reader.count - Self.width }

    public func integer(_ index: Int) throws(StoreError) -> Int64 {
        try reader.integer(Self.width + index)
    }

    public func text(_ index: Int) throws(StoreError) -> String {
        try reader.text(Self.width + index)
    }

    public func bytes(_ index: Int) throws(StoreError) -> [UInt8] {
        try reader.bytes(Self.width + index)
    }
}
