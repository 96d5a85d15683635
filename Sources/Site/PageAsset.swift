import Assets

/// A file that the pages load by address. The address carries the content's mark, so a new
/// version has a new address and the old one may be kept by caches.
package struct PageAsset: Sendable {
    /// Where the server serves it, with or without the query of `address`.
    let path: String
    let contentType: String
    let bytes: [UInt8]
    /// A strong entity tag, with its quotes.
    let entityTag: String
    /// `path` with the mark of this version.
    package let address: String

    /// An hour, not a year: while several versions run side by side, an older process may answer
    /// a newer address with its own file.
    static let cacheControl = "public, max-age=3600"

    package static let words = script("Site/pages/words.js")
    package static let callsRules = script("Site/pages/calls-rules.js")
    package static let calls = script("Site/pages/calls.js")
    package static let parts = script("Site/pages/parts.js")
    package static let style = sheet("Site/pages/style.css")

    /// What pages of several capabilities load.
    static let ofSite = [words, callsRules, calls, parts, style]

    package static func script(_ file: String) -> PageAsset {
        PageAsset(path: address(of: file), contentType: "text/javascript; charset=utf-8", file)
    }

    package static func sheet(_ file: String) -> PageAsset {
        PageAsset(path: address(of: file), contentType: "text/css; charset=utf-8", file)
    }

    private static func address(of file: String) -> String {
        "/assets/\(file.split(separator: "/").last ?? "")"
    }

    /// `file` is a path under Sources.
    private init(path: String, contentType: String, _ file: String) {
        self.init(path: path, contentType: contentType, bytes: Asset.bytes(file))
    }

    package init(path: String, contentType: String, bytes: [UInt8]) {
        self.path = path
        self.contentType = contentType
        self.bytes = bytes
        let mark = EntityTag.mark(bytes)
        entityTag = "\"\(mark)\""
        address = "\(path)?v=\(mark)"
    }
}

extension Template {
    static let head = Template(Asset.bytes("Site/pages/head.html"))
    static let trouble = inEachLanguage("Site/pages/trouble.html", Words.site)
    package static let hiddenField = Template(
        Array("      <input type=\"hidden\" name=\"{{name}}\" value=\"{{value}}\">\n".utf8)
    )
    static let sheetLink = Template(
        Array("<link rel=\"stylesheet\" href=\"{{address}}\">\n".utf8)
    )
    static let scriptLink = Template(
        Array("<script src=\"{{address}}\" defer></script>\n".utf8)
    )
    package static let refresh = Template(
        Array(#"<noscript><meta http-equiv="refresh" content="{{seconds}}"></noscript>"#.utf8)
    )
}
