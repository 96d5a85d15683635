extension Phrases {
    static let english = Phrases(
        language: .en,
        allOnSale: "All that is on sale",
        retry: "Try again",
        limited: Heading(
            headline: "Too many requests at once",
            lead: "More requests came from your connection than we answer at a time. You may share "
                + "it with others. If you were in line, your place is kept. This page tries again "
                + "by itself."
        ),
        points: Counted(zero: "0 points", one: "1 point", other: "{n} points")
    )
}
