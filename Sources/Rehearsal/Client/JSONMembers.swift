import JSON
import Values

/// The members of the server's answers.
extension JSONValue {
    /// nil unless `bytes` are one whole object.
    init?(object bytes: [UInt8]) {
        guard let value = try? JSONValue.parse(bytes), value.members != nil else { return nil }
        self = value
    }

    func string(_ name: String) -> String? { self[name]?.string }

    func whole(_ name: String) -> Int? { self[name]?.integer.map { Int($0) } }

    /// Whole numbers; anything else in the list is left out.
    func wholes(_ name: String) -> [Int]? {
        self[name]?.array?.compactMap { $0.integer.map { Int($0) } }
    }

    /// A timestamp, on the server's clock.
    func milliseconds(_ name: String) -> Int64? {
        string(name).flatMap { Timestamp(rfc3339: $0)?.milliseconds }
    }
}

extension JSONWriter {
    /// A document of one object.
    static func object(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        members(&json)
        json.endObject()
        return json.bytes
    }

    /// A figure to three decimals.
    mutating func figure(_ name: StaticString, _ value: Double?) {
        field(name, value.map { ($0 * 1_000).rounded() / 1_000 })
    }

    /// An object of counts, whose names are data.
    mutating func counts(_ name: StaticString, _ counts: [(name: String, count: Int)]) {
        beginObject(name)
        for (name, count) in counts {
            self.name(escaping: name)
            element(count)
        }
        endObject()
    }
}
