/// What a request says about a field that may be null.
public enum JSONField<Value> {
    case absent
    case null
    case value(Value)
}

extension JSONField: Equatable where Value: Equatable {}
extension JSONField: Sendable where Value: Sendable {}

/// Which field of a request is wrong, and why. Becomes 400 `invalid_request`.
public struct JSONFieldError: Error, Equatable, Sendable, CustomStringConvertible {
    public let field: String
    public let reason: String

    public init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }

    public static func missing(_ field: String) -> JSONFieldError {
        JSONFieldError(field: field, reason: "is missing")
    }

    public var description: String { "\(field) \(reason)" }
}

/// The fields of a request body: typed, bounded, and nothing that nobody asked for.
///
/// Each getter answers nil for an absent field and throws for a wrong one; `null` is wrong except
/// in the `nullable` getters, which tell the three cases apart.
public struct JSONObjectReader: Sendable {
    /// Beyond 2^53 a sender whose numbers are doubles (JavaScript) has rounded already without
    /// knowing it, so such an integer is refused whatever range the caller allows.
    public static let integerMax: Int64 = 1 << 53

    private let members: [JSONMember]
    private let allowed: [String]

    /// Throws for the first field that is not `allowed`, by its name.
    public init(_ value: JSONValue, allowed: [String]) throws(JSONFieldError) {
        guard let members = value.members else {
            throw JSONFieldError(field: "body", reason: "must be a JSON object")
        }
        for member in members where !allowed.contains(member.name) {
            throw JSONFieldError(field: member.name, reason: "is not a known field")
        }
        self.members = members
        self.allowed = allowed
    }

    public func integer(
        _ name: String,
        in range: ClosedRange<Int64>
    ) throws(JSONFieldError) -> Int64? {
        try required(nullableInteger(name, in: range), name)
    }

    public func nullableInteger(
        _ name: String,
        in range: ClosedRange<Int64>
    ) throws(JSONFieldError) -> JSONField<Int64> {
        try field(name) { value throws(JSONFieldError) in try Self.integer(value, name, range) }
    }

    public func string(_ name: String, maxBytes: Int) throws(JSONFieldError) -> String? {
        try required(nullableString(name, maxBytes: maxBytes), name)
    }

    public func nullableString(
        _ name: String,
        maxBytes: Int
    ) throws(JSONFieldError) -> JSONField<String> {
        try field(name) { value throws(JSONFieldError) in
            guard let string = value.string else {
                throw JSONFieldError(field: name, reason: "must be a string")
            }
            guard string.utf8.count <= maxBytes else {
                throw JSONFieldError(field: name, reason: "must be at most \(maxBytes) bytes")
            }
            return string
        }
    }

    func bool(_ name: String) throws(JSONFieldError) -> Bool? {
        let field = try field(name) { value throws(JSONFieldError) in
            guard let bool = value.bool else {
                throw JSONFieldError(field: name, reason: "must be true or false")
            }
            return bool
        }
        return try required(field, name)
    }

    /// Whatever it is, but null.
    func value(_ name: String) throws(JSONFieldError) -> JSONValue? {
        try required(field(name) { value throws(JSONFieldError) in value }, name)
    }

    public func array(_ name: String, maxCount: Int) throws(JSONFieldError) -> [JSONValue]? {
        let field = try field(name) { value throws(JSONFieldError) in
            guard let array = value.array else {
                throw JSONFieldError(field: name, reason: "must be an array")
            }
            guard array.count <= maxCount else {
                throw JSONFieldError(field: name, reason: "must have at most \(maxCount) entries")
            }
            return array
        }
        return try required(field, name)
    }

    /// An array of whole numbers, each inside `range`.
    public func integers(
        _ name: String,
        in range: ClosedRange<Int64>,
        maxCount: Int
    ) throws(JSONFieldError) -> [Int64]? {
        guard let values = try array(name, maxCount: maxCount) else { return nil }
        var integers: [Int64] = []
        for (index, value) in values.enumerated() {
            integers.append(try Self.integer(value, "\(name)[\(index)]", range))
        }
        return integers
    }

    private func field<Value>(
        _ name: String,
        _ read: (JSONValue) throws(JSONFieldError) -> Value
    ) throws(JSONFieldError) -> JSONField<Value> {
        precondition(allowed.contains(name), "\(name) is read but not allowed")
        guard let value = members.first(where: { $0.name == name })?.value else { return .absent }
        if value.isNull { return .null }
        return .value(try read(value))
    }

    private func required<Value>(
        _ field: JSONField<Value>,
        _ name: String
    ) throws(JSONFieldError) -> Value? {
        switch field {
        case .absent: return nil
        case .null: throw JSONFieldError(field: name, reason: "must not be null")
        case .value(let value): return value
        }
    }

    private static func integer(
        _ value: JSONValue,
        _ name: String,
        _ range: ClosedRange<Int64>
    ) throws(JSONFieldError) -> Int64 {
        let range = range.clamped(to: -integerMax...integerMax)
        switch value {
        case .integer(let integer) where range.contains(integer): return integer
        case .integer, .wide:
            let bounds = "\(range.lowerBound) to \(range.upperBound)"
            throw JSONFieldError(field: name, reason: "must be in \(bounds)")
        default: throw JSONFieldError(field: name, reason: "must be a whole number")
        }
    }
}
