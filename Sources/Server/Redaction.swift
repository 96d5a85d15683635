/// What of a value that cannot be used may stand in a message.
///
/// A value in the wrong place may be an address with its password, and a password may have any
/// form: an address shows its scheme at most, other values only if they are a plain word.
enum Redaction {
    static let hidden = "***"
    /// Stands for a second stray argument: an unquoted blank cuts a password in two.
    static let rest = " words after a value (is a value with blanks in quotes?)"

    private static let wordMax = 32
    private static let listMax = 256
    private static let schemes = [
        "redis", "rediss", "redis+sentinel", "redis+cluster", "valkey", "unix", "postgres",
        "postgresql", "jdbc:postgresql", "mysql",
        "mariadb", "sqlite", "file", "http", "https", "tcp", "tls",
    ]

    /// A value of a flag that takes no address.
    static func shown(_ text: String) -> String {
        let isShown = isWord(text) || isNetworks(text)
        return isShown && text.utf8.count <= wordMax ? text : address(text)
    }

    /// A value of a flag that takes a list, or a part of one: words with `=`, and networks. An
    /// address with a password has neither form: it has an `@` or a scheme.
    static func list(_ text: String) -> String {
        let words = text.split { "=:,".contains($0) }
        let isShown = words.allSatisfy { isWord($0) && $0.utf8.count <= wordMax }
        return (isShown || isNetworks(text)) && text.utf8.count <= listMax
            ? text : address(text)
    }

    private static func isWord(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "+"):
                true
            default: false
            }
        }
    }

    /// `0.0.0.0`, `::` and `10.0.0.0/33` are addresses without a door.
    private static func isNetworks(_ text: String) -> Bool {
        text.utf8.allSatisfy { Set("0123456789abcdefABCDEF:./,".utf8).contains($0) }
    }

    /// A value of `--redis` or `--ledger`: its scheme, if it is one that people use, and whether
    /// it begins with a quote, as in files that the shell does not read.
    static func address(_ text: String) -> String {
        let quote = text.first.flatMap { "\"'".contains($0) ? $0 : nil }
        let bare = quote == nil ? text[...] : text.dropFirst()
        let scheme = schemes.first { bare.lowercased().hasPrefix($0 + "://") }
        let shown = (scheme.map { $0 + "://" } ?? "") + hidden
        return quote == nil ? shown : "\(shown) in quotes"
    }

    /// The name of a flag that there is not.
    static func flag(_ name: String) -> String {
        let isName = name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")) ~= $0 || $0 == UInt8(ascii: "-")
        }
        return "--" + (isName && name.utf8.count <= wordMax ? name : hidden)
    }
}
