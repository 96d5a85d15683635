/// Where what a page is about cannot be reached, and not even its title is known: says so, and asks
/// again.
struct TroublePage: Sendable {
    let language: Language
    let heading: Phrases.Heading
    /// What is asked for again: an answer to a form is not at an address that can be.
    let address: String

    /// `text/html; charset=utf-8`.
    func render() -> [UInt8] {
        Template.trouble.render([
            "language": .text(language.rawValue),
            "style": .text(PageAsset.style.address),
            "headline": .text(heading.headline),
            "lead": .text(heading.lead),
            "retry_label": .text(Phrases.of(language).seats.labels.retry),
            "seconds": .text("\(SeatPage.refreshSeconds)"),
            "address": .text(address),
        ]).bytes
    }
}
