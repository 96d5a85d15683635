/// A JSON document as a value. For request bodies, settings and key files; answers on the hot path
/// are written with `JSONWriter` and never become values.
public enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A whole number, also one that is written as `5.0` or `1e5`: many senders have doubles only.
    /// Exact: its digits are read, no double.
    case integer(Int64)
    /// A number with a fraction, rounded; it may be rounded to a whole one.
    case real(Double)
    /// A whole number outside `Int64`, rounded.
    case wide(Double)
    case string(String)
    case array([JSONValue])
    /// In the order of the document; names are unique.
    case object([JSONMember])
}

public struct JSONMember: Equatable, Sendable {
    public let name: String
    public let value: JSONValue

    public init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// Why bytes are not a JSON document, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// 1 for the first line.
    public let line: Int
    /// In characters, of the last one read.
    let column: Int
    public let reason: String

    init(line: Int, column: Int, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }

    public var description: String { "line \(line), column \(column): \(reason)" }
}

/// Looking into a document without unwrapping every layer; nil where it is something else.
extension JSONValue {
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    public var isNull: Bool { self == .null }

    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    public var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// Any number.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value), .wide(let value): value
        default: nil
        }
    }

    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    public var array: [JSONValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    public var members: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }
}

extension JSONWriter {
    /// A document, or a part of one. Goes as deep as it is; what was parsed is bounded by
    /// `JSONValue.depthMax`.
    public mutating func element(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): element(value)
        case .integer(let value): element(value)
        case .real(let value), .wide(let value): element(value)
        case .string(let value): element(value)
        case .array(let values):
            beginArray()
            for value in values { element(value) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                name(escaping: member.name)
                element(member.value)
            }
            endObject()
        }
    }
}
