import Assets

/// A page with `{{name}}` places, parsed once. A name with a dot is a path of `Words`, filled then.
/// Every text put in is escaped; what is already HTML has its own type, so that nothing reaches a
/// page raw by an oversight.
package struct Template: Sendable {
    /// HTML that was made here: a rendered template, or text written for this page.
    package struct Markup: Sendable {
        package let bytes: [UInt8]

        /// For HTML without a visitor's or an operator's text in it.
        package init(trusted html: String) { bytes = Array(html.utf8) }

        fileprivate init(rendered: [UInt8]) { bytes = rendered }

        package static let none = Markup(trusted: "")

        package init(joining parts: [Markup]) { bytes = parts.flatMap(\.bytes) }
    }

    package enum Value: Sendable {
        case text(String)
        case markup(Markup)
    }

    private enum Part: Sendable {
        case literal([UInt8])
        case place(String)
    }

    private let parts: [Part]

    package init(_ source: [UInt8], _ words: Words? = nil) {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var index = source.startIndex
        while index < source.endIndex {
            if let place = Self.place(in: source, at: index) {
                index = place.end
                if place.name.contains(".") {
                    guard let words else { preconditionFailure("no words for \(place.name)") }
                    Self.escape(words[place.name], into: &literal)
                    continue
                }
                parts.append(.literal(literal))
                literal = []
                parts.append(.place(place.name))
            } else {
                literal.append(source[index])
                index += 1
            }
        }
        parts.append(.literal(literal))
        self.parts = parts
    }

    /// `file`, a path under Sources, with `words` in its places.
    package static func inEachLanguage(_ file: String, _ words: InEachLanguage<Words>)
        -> InEachLanguage<Template>
    {
        InEachLanguage { Template(Asset.bytes(file), words[$0]) }
    }

    /// Fills every place. One without a value is a mistake of the caller and stops the program:
    /// templates and callers are compiled together, and tests render every page.
    package func render(_ values: [String: Value]) -> Markup {
        var bytes: [UInt8] = []
        // The largest page is near 8 KiB; one allocation serves it.
        bytes.reserveCapacity(12_288)
        for part in parts {
            switch part {
            case .literal(let literal):
                bytes += literal
            case .place(let name):
                guard let value = values[name] else { preconditionFailure("no value for \(name)") }
                switch value {
                case .text(let text): Self.escape(text, into: &bytes)
                case .markup(let markup): bytes += markup.bytes
                }
            }
        }
        return Markup(rendered: bytes)
    }

    /// Safe as text and inside a quoted attribute of either kind.
    private static func escape(_ text: String, into bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
            case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
            case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
            case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
            case UInt8(ascii: "'"): bytes += Array("&#39;".utf8)
            default: bytes.append(byte)
            }
        }
    }

    private static func place(in source: [UInt8], at index: Int) -> (name: String, end: Int)? {
        let open = UInt8(ascii: "{")
        let close = UInt8(ascii: "}")
        guard source[index...].starts(with: [open, open]) else { return nil }
        guard let end = source[index...].firstIndex(of: close) else { return nil }
        guard source[end...].starts(with: [close, close]) else { return nil }
        return (String(decoding: source[(index + 2)..<end], as: UTF8.self), end + 2)
    }
}
