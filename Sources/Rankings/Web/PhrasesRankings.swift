import Site

extension Phrases {
    /// What the page of rankings says. `{n}`, `{name}`, `{percent}`, `{t90}`, `{t100}` and
    /// `{badge}` are filled in.
    package struct Rankings: Sendable {
        package let labels: RankingLabels
        let badges: RankingBadges
        let live: RankingLive
        /// Seats of a performance that are paid for.
        let seats: Counted
        /// Units of a product that are paid for.
        let units: Counted
        /// What the list of best sellers counts, by its days.
        let days: Counted
        /// Places that a line has gained or lost; none: it stayed.
        let up: Counted
        let down: Counted
        /// A line that was not on the list before.
        let isNew: String
    }

    package struct RankingLabels: Sendable {
        package let title: String
        package let lead: String
        package let concerts: String
        let concertsLead: String
        let concertsMoves: String
        let concertsEmpty: String
        package let products: String
        let productsEmpty: String
        let refreshed: String
        let fromLedger: String
        let trace: String
        let plot: String
        let plotBySold: String
        let plotEmpty: String
        let plotUnavailable: String
        let now: String
        let best: String
        let first: String
        let from: String
        let to: String
        let close: String
        let unavailable: String
    }

    struct RankingBadges: Sendable {
        let both: String
        let reached: String
        let reachedSoldOut: String
        let soldOutIn: String
        let soldOut: String
        let projected: String
        /// Any of them, when seats came back after the last was sold.
        let freeAgain: String
    }

    /// What is read aloud or shown while the page lives.
    struct RankingLive: Sendable {
        let first: String
        let soldOut: String
        let connectionLost: String
        let connectionBack: String
        let unavailable: String
    }
}

extension Phrases {
    /// The texts of rankings in this language.
    package var rankings: Rankings {
        switch language {
        case .en: .english
        case .ko: .korean
        case .ja: .japanese
        }
    }
}
