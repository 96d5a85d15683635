import HTTP

/// Where an admitted visitor goes on: a path of this very origin.
///
/// It comes from the address bar, so anybody can put anything there; a page that linked elsewhere
/// would lend our name to a stranger's site (an open redirect).
package struct ContinuePath: Equatable, Sendable {
    package let path: String

    /// Longer than any address a shop needs, short enough for every request line.
    static let bytesMax = 2_048

    /// Nil unless `raw` is a path that starts with exactly one `/`. Browsers read `\` as `/` and
    /// drop tabs and line ends in addresses, so a path with any of these, or a space, is refused.
    package init?(_ raw: String?) {
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

    /// From the query behind `continue=`, as it was sent; who wrote it decides how it is read.
    ///
    /// A proxy puts the address there as it came, for it cannot encode (`$request_uri` of nginx): a
    /// bare `/` at the start, and either a bare `?`, behind which all that follows belongs to it,
    /// `&` included, or no query. Everybody else encodes: the value ends at an `&`, and is decoded
    /// once. `/a%3Fb`, of a function that leaves slashes alone, counts as encoded.
    init?(sent: String?) {
        guard let sent else { return nil }
        let value = sent.prefix { $0 != "&" }
        if sent.utf8.first == UInt8(ascii: "/") {
            if value.contains("?") {
                self.init(sent)
                return
            }
            if !value.lowercased().contains("%3f") {
                self.init(String(value))
                return
            }
        }
        // A blank would end the address; browsers write it so.
        self.init(FormBody.text(Array(value.utf8)[...]).replacing(" ", with: "%20"))
    }

    /// What is read of the query: every byte may be written as three.
    private static let sentMax = 3 * bytesMax

    /// Where the page of `request` leads on to.
    package init?(_ request: HTTPRequest) {
        self.init(sent: request.query(from: "continue", bytesMax: Self.sentMax))
    }

    /// `?continue=...`, which carries the path through the forms of the page.
    package var query: String { "?continue=" + percentEncoded(path) }
}

/// Everything but the unreserved characters of RFC 3986 as `%XX`: safe as one segment of a path and
/// as one value of a query.
package func percentEncoded(_ text: String) -> String {
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
