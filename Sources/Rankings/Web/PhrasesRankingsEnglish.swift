import Site

extension Phrases.Rankings {
    static let english = Phrases.Rankings(
        labels: labels,
        badges: Phrases.RankingBadges(
            both: "{percent} % in {t90}, sold out in {t100}",
            reached: "{percent} % in {t90}",
            reachedSoldOut: "{percent} % in {t90}, sold out",
            soldOutIn: "sold out in {t100}",
            soldOut: "sold out",
            projected: "about {t90} to {percent} %",
            freeAgain: "{badge}; some seats came back"
        ),
        live: Phrases.RankingLive(
            first: "{name} is first now.",
            soldOut: "{name} is sold out.",
            connectionLost: "The connection is lost. The lists may be out of date; we are trying "
                + "again.",
            connectionBack: "Connected again.",
            unavailable: "The lists cannot be reached right now. We keep trying."
        ),
        seats: Phrases.Counted(
            zero: "no seats sold",
            one: "1 seat sold",
            other: "{n} seats sold"
        ),
        units: Phrases.Counted(zero: "none sold", one: "1 sold", other: "{n} sold"),
        days: Phrases.Counted(
            zero: "What was sold today. Arrows compare with the day before.",
            one: "What was sold today. Arrows compare with the day before.",
            other: "What was sold in the last {n} days. Arrows compare with the {n} days before."
        ),
        up: Phrases.Counted(zero: "unchanged", one: "up 1 place", other: "up {n} places"),
        down: Phrases.Counted(zero: "unchanged", one: "down 1 place", other: "down {n} places"),
        isNew: "New"
    )

    private static let labels = Phrases.RankingLabels(
        title: "Rankings",
        lead: "Counted from paid tickets and orders, as they happen.",
        concerts: "Fastest sell-outs",
        concertsLead: "From the opening of the sale until nearly all seats were paid for. Who is "
            + "still selling comes after, by how fast it goes now.",
        concertsMoves: "Arrows show what changed since you opened this page.",
        concertsEmpty: "No concert is ranked yet.",
        products: "Best sellers",
        productsEmpty: "Nothing has been sold in these days yet.",
        refreshed: "Counted",
        fromLedger: "Counted directly from the sales records for now.",
        trace: "Rank over time",
        plot: "{name}: rank over time",
        plotBySold: "The rank by seats sold.",
        plotEmpty: "No ranks have been recorded yet.",
        plotUnavailable: "The ranks of the past cannot be reached right now.",
        now: "Latest rank",
        best: "Best rank",
        first: "First rank shown",
        from: "From",
        to: "To",
        close: "Close",
        unavailable: "We cannot see the rankings right now"
    )
}
