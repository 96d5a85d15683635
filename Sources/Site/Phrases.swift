/// What several of the visitor's pages say, in one language; each capability has its own texts in
/// an extension.
///
/// `{n}` is filled in. Stored properties without defaults: a phrase that a language lacks does not
/// compile.
package struct Phrases: Sendable {
    /// What a page says first: the heading, and one or two sentences under it.
    package struct Heading: Sendable {
        package let headline: String
        package let lead: String

        package init(headline: String, lead: String) {
            self.headline = headline
            self.lead = lead
        }
    }

    /// A sentence about a number of things. `one` equals `other` where the language has no plural.
    package struct Counted: Sendable {
        package let zero: String
        package let one: String
        package let other: String

        package init(zero: String, one: String, other: String) {
            self.zero = zero
            self.one = one
            self.other = other
        }
    }

    package let language: Language
    /// The way back to the first page.
    package let allOnSale: String
    package let retry: String
    /// Of somebody beyond a rate.
    let limited: Heading
    package let points: Counted

    package static func of(_ language: Language) -> Phrases {
        switch language {
        case .en: english
        case .ko: korean
        case .ja: japanese
        }
    }
}
