import JSON

/// A JSON document whose nesting is the code's: `JSONWriter` with closures, and figures to three
/// decimals.
struct JSONText {
    private var writer = JSONWriter()

    var bytes: [UInt8] { writer.bytes }

    mutating func object(_ name: String? = nil, _ members: (inout JSONText) -> Void) {
        begin(name)
        writer.beginObject()
        members(&self)
        writer.endObject()
    }

    mutating func list(_ name: String? = nil, _ items: (inout JSONText) -> Void) {
        begin(name)
        writer.beginArray()
        items(&self)
        writer.endArray()
    }

    mutating func add(_ name: String? = nil, _ text: String?) {
        begin(name)
        if let text { writer.element(text) } else { writer.null() }
    }

    mutating func add(_ name: String? = nil, _ number: Int?) {
        begin(name)
        if let number { writer.element(number) } else { writer.null() }
    }

    mutating func add(_ name: String? = nil, _ number: Double?) {
        begin(name)
        if let number { writer.element((number * 1000).rounded() / 1000) } else { writer.null() }
    }

    mutating func add(_ name: String? = nil, _ flag: Bool) {
        begin(name)
        writer.element(flag)
    }

    mutating func addNull(_ name: String? = nil) {
        begin(name)
        writer.null()
    }

    private mutating func begin(_ name: String?) {
        if let name { writer.name(escaping: name) }
    }
}
