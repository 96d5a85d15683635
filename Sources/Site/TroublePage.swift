import Crypto

/// Where what a page is about cannot be reached, and not even its title is known: says so, and asks
/// again.
package struct TroublePage: Sendable {
    let language: Language
    let headline: String
    let lead: String
    /// What is asked for again: an answer to a form is not at an address that can be.
    let address: String
    var refreshSeconds = Self.refreshSeconds
    /// The sheet stands in the page: who is beyond a rate cannot fetch it.
    var hasOwnStyle = false

    /// Seconds after which a browser without a script asks again.
    package static let refreshSeconds = 5

    /// What a page with its own style may load: nothing.
    static let policy: String = {
        // Base64 in the letters of URLs is allowed here, but 32 bytes end with their `=`.
        let hash = Base64URL.encodeString(SHA256.hash(PageAsset.style.bytes)) + "="
        return "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; "
            + "frame-ancestors 'none'"
    }()
    private static let sheet = Template.Markup(
        trusted: "<style>\(String(decoding: PageAsset.style.bytes, as: UTF8.self))</style>"
    )

    private var style: Template.Markup {
        guard !hasOwnStyle else { return Self.sheet }
        return .init(trusted: "<link rel=\"stylesheet\" href=\"\(PageAsset.style.address)\">")
    }

    /// `text/html; charset=utf-8`.
    func render() -> [UInt8] {
        Template.trouble[language].render([
            "language": .text(language.rawValue),
            "style": .markup(style),
            "headline": .text(headline),
            "lead": .text(lead),
            "seconds": .text("\(refreshSeconds)"),
            "address": .text(address),
        ]).bytes
    }
}
