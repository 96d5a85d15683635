/// Writes one JSON document into bytes. The only file that knows how JSON is written here.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    mutating func object(_ name: String? = nil, _ members: (inout JSONText) -> Void) {
        nest(name, "{", "}", members)
    }

    mutating func list(_ name: String? = nil, _ items: (inout JSONText) -> Void) {
        nest(name, "[", "]", items)
    }

    mutating func add(_ name: String? = nil, _ text: String?) {
        guard let text else { return addNull(name) }
        begin(name)
        write(quoted: text)
    }

    mutating func add(_ name: String? = nil, _ number: Int?) {
        guard let number else { return addNull(name) }
        begin(name)
        bytes += String(number).utf8
    }

    mutating func add(_ name: String? = nil, _ number: Double?) {
        guard let number, number.isFinite else { return addNull(name) }
        begin(name)
        bytes += Figures.fixed(number, 3).utf8
    }

    mutating func add(_ name: String? = nil, _ flag: Bool) {
        begin(name)
        bytes += (flag ? "true" : "false").utf8
    }

    mutating func addNull(_ name: String? = nil) {
        begin(name)
        bytes += "null".utf8
    }

    private mutating func nest(
        _ name: String?,
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        _ body: (inout JSONText) -> Void
    ) {
        begin(name)
        bytes.append(UInt8(ascii: open))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func begin(_ name: String?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        guard let name else { return }
        write(quoted: name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func write(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
