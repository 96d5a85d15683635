/// Where the sale cannot be reached, and not even its title is known: says so, and asks again.
struct TroublePage: Sendable {
    let language: Language

    /// `text/html; charset=utf-8`.
    func render() -> [UInt8] {
        let phrases = Phrases.of(language).seats
        let seconds = SeatPage.refreshSeconds
        return Template.trouble.render([
            "language": .text(language.rawValue),
            "style": .text(PageAsset.style.address),
            "headline": .text(phrases.labels.unavailable),
            "lead": .text(phrases.notices.unavailable),
            "retry_label": .text(phrases.labels.retry),
            "seconds": .text("\(seconds)"),
        ]).bytes
    }
}
