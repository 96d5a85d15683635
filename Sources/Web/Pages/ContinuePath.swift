/// Where an admitted visitor goes on: a path of this very origin.
///
/// It comes from the address bar, so anybody can put anything there; a page that linked elsewhere
/// would lend our name to a stranger's site (an open redirect).
public struct ContinuePath: Equatable, Sendable {
    public let path: String

    /// Longer than any address a shop needs, short enough for every request line.
    static let bytesMax = 2_048

    /// Nil unless `raw` is a path that starts with exactly one `/`. Browsers read `\` as `/` and
    /// drop tabs and line ends in addresses, so a path with any of these, or a space, is refused.
    public init?(_ raw: String?) {
        guard let raw, raw.utf8.count <= Self.bytesMax else { return nil }
        let bytes = Array(raw.utf8)
        guard bytes.first == UInt8(ascii: "/") else { return nil }
        guard bytes.count < 2 || bytes[1] != UInt8(ascii: "/") else { return nil }
        let isPlain = bytes.allSatisfy { byte in
            byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "\\")
        }
        guard isPlain else { return nil }
        path = raw
    }

    /// `?continue=...`, which carries the path through the forms of the page.
    public var query: String { "?continue=" + percentEncoded(path) }
}

/// Everything but the unreserved characters of RFC 3986 as `%XX`: safe as one segment of a path and
/// as one value of a query.
func percentEncoded(_ text: String) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            out.append(byte)
        default:
            out += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
        }
    }
    return String(decoding: out, as: UTF8.self)
}
