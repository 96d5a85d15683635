/// One argument of a command. Strings go out as UTF-8, integers in decimal.
public enum RedisArgument: Sendable, Equatable {
    case string(String)
    case bytes([UInt8])
    case int(Int64)

    var name: String {
        if case .string(let text) = self { text } else { "command" }
    }

    public static func int(_ value: Int) -> RedisArgument { .int(Int64(value)) }
}

extension RedisArgument: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) { self = .string(value) }
}

extension RedisArgument: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self = .int(value) }
}
