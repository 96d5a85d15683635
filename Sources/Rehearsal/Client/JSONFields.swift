import JSON

/// The members of one JSON object, as the server's answers are.
struct JSONFields: Equatable, Sendable {
    private let object: JSONValue

    /// Answers nil unless `bytes` are one whole object.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONValue.parse(bytes), value.members != nil else { return nil }
        object = value
    }

    subscript(_ name: String) -> JSONValue? { object[name] }

    func string(_ name: String) -> String? { object[name]?.string }

    func whole(_ name: String) -> Int? { object[name]?.integer.map { Int($0) } }
}
