/// A reply, copied out of the read buffer.
public enum RedisValue: Equatable, Sendable {
    case null
    case integer(Int64)
    /// A bulk string or a status line such as `OK`.
    case bytes([UInt8])
    case array([RedisValue])
    /// Only inside an array (`EXEC`, say); as a whole reply it is thrown as `RedisError.server`.
    case error(String)

    /// An integer, or a string that is one in decimal: hashes and strings give numbers as text.
    public var int: Int? {
        switch self {
        case .integer(let value): Int(value)
        case .bytes(let bytes): Int(String(decoding: bytes, as: UTF8.self))
        case .null, .array, .error: nil
        }
    }

    public var string: String? {
        guard case .bytes(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    public var array: [RedisValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    public var isNull: Bool { self == .null }
}
