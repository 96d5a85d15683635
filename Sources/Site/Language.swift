/// A language that the visitor's pages are written in.
package enum Language: String, CaseIterable, Sendable {
    case en
    case ko
    case ja

    /// Bytes of the header that are read: what a browser sends is under 200; a longer one is cut.
    static let headerBytesMax = 1_024

    /// The best of ours for an `Accept-Language` header (RFC 9110, 12.5.4): the highest quality
    /// wins, the earlier of equals; a region or script is ignored (`ko-KR` is `ko`).
    /// English where nothing fits.
    static func choose(acceptLanguage: String?) -> Language {
        guard let acceptLanguage else { return .en }
        let header = Substring(decoding: acceptLanguage.utf8.prefix(headerBytesMax), as: UTF8.self)
        var best = Language.en
        var bestQuality = 0
        for range in header.split(separator: ",") {
            let fields = range.split(separator: ";").map { trimmed($0) }
            guard let tag = fields.first, let language = Language(tag: tag) else { continue }
            let quality = quality(in: fields.dropFirst())
            if quality > bestQuality {
                best = language
                bestQuality = quality
            }
        }
        return best
    }

    private init?(tag: Substring) {
        guard let primary = tag.split(separator: "-").first else { return nil }
        if primary == "*" {
            self = .en
        } else {
            self.init(rawValue: primary.lowercased())
        }
    }

    /// Thousandths: 1000 without a `q`, 0 (refused) for one that cannot be read.
    private static func quality(in fields: ArraySlice<Substring>) -> Int {
        let values = fields.filter { $0.hasPrefix("q=") || $0.hasPrefix("Q=") }
        guard let text = values.first?.dropFirst(2) else { return 1_000 }
        guard let value = Double(text), (0...1).contains(value) else { return 0 }
        return Int(value * 1_000)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}

/// A value for each language, made once.
package struct InEachLanguage<Value: Sendable>: Sendable {
    private let values: [Language: Value]

    init(_ make: (Language) -> Value) {
        values = Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, make($0)) })
    }

    package subscript(language: Language) -> Value {
        guard let value = values[language] else { preconditionFailure("nothing in \(language)") }
        return value
    }
}
