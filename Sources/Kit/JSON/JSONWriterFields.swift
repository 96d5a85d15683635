/// Name and value in one call. An optional that is nil is written as `null`, never left out: a
/// client can rely on every field of the contract being there.
extension JSONWriter {
    public mutating func field(_ name: StaticString, _ value: Int64) {
        self.name(name)
        element(value)
    }

    public mutating func field(_ name: StaticString, _ value: Int) {
        self.name(name)
        element(value)
    }

    public mutating func field(_ name: StaticString, _ value: Double) {
        self.name(name)
        element(value)
    }

    public mutating func field(_ name: StaticString, _ value: Bool) {
        self.name(name)
        element(value)
    }

    public mutating func field(_ name: StaticString, _ value: String) {
        self.name(name)
        element(value)
    }

    /// A string that is UTF-8 bytes already, a token for example.
    public mutating func field(_ name: StaticString, utf8 value: [UInt8]) {
        self.name(name)
        element(utf8: value)
    }

    /// JSON that was written before; it is not looked at.
    public mutating func field(_ name: StaticString, json: [UInt8]) {
        self.name(name)
        element(json: json)
    }

    public mutating func null(_ name: StaticString) {
        self.name(name)
        null()
    }

    public mutating func field(_ name: StaticString, _ value: Int64?) {
        if let value { field(name, value) } else { null(name) }
    }

    public mutating func field(_ name: StaticString, _ value: Int?) {
        if let value { field(name, value) } else { null(name) }
    }

    public mutating func field(_ name: StaticString, _ value: Double?) {
        if let value { field(name, value) } else { null(name) }
    }

    public mutating func field(_ name: StaticString, _ value: Bool?) {
        if let value { field(name, value) } else { null(name) }
    }

    public mutating func field(_ name: StaticString, _ value: String?) {
        if let value { field(name, value) } else { null(name) }
    }

    public mutating func field(_ name: StaticString, utf8 value: [UInt8]?) {
        if let value { field(name, utf8: value) } else { null(name) }
    }
}
