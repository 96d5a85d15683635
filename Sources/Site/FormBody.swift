import HTTP

/// The fields of a form (`application/x-www-form-urlencoded`), in the order they came.
package struct FormBody {
    private let fields: [(name: String, value: String)]

    /// Fields that are read: 200 products, a key and a coupon, with room to spare; what a page's
    /// own form sends is less.
    static let fieldsMax = 256

    /// Nil for more than `fieldsMax`. Bytes that are not UTF-8 become U+FFFD, and so does U+0000,
    /// as in paths and queries: no engine gets it.
    package init?(_ body: [UInt8]) {
        let parts = body.split(separator: UInt8(ascii: "&"), maxSplits: Self.fieldsMax)
        guard parts.count <= Self.fieldsMax else { return nil }
        fields = parts.map { part in
            let halves = part.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            return (Self.text(halves[0]), halves.count > 1 ? Self.text(halves[1]) : "")
        }
    }

    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    package func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The fields whose names start so, without that start.
    package func fields(prefix: String) -> [(name: String, value: String)] {
        fields.filter { $0.name.hasPrefix(prefix) }
            .map { (String($0.name.dropFirst(prefix.count)), $0.value) }
    }

    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        percentDecoded(bytes.span, plusIsBlank: true)
    }
}
