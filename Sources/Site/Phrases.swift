/// What several of the visitor's pages say, in one language; each capability has its own texts in
/// an extension.
///
/// `{n}` is filled in. Stored properties without defaults: a phrase that a language lacks does not
/// compile.
struct Phrases: Sendable {
    /// What a page says first: the heading, and one or two sentences under it.
    struct Heading: Sendable {
        let headline: String
        let lead: String
    }

    /// A sentence about a number of things. `one` equals `other` where the language has no plural.
    struct Counted: Sendable {
        let zero: String
        let one: String
        let other: String
    }

    let language: Language
    /// The way back to the first page.
    let allOnSale: String
    let retry: String
    /// Of somebody beyond a rate.
    let limited: Heading
    let points: Counted

    static func of(_ language: Language) -> Phrases {
        switch language {
        case .en: english
        case .ko: korean
        case .ja: japanese
        }
    }
}
