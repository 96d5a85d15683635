import Site
import Values

/// What a line tells about how fast its performance sold. The script chooses alike
/// (`rankings-rules.js`); a change here is a change there.
enum RankingBadge {
    enum Name: String, CaseIterable {
        case both, reached, reachedSoldOut, soldOutIn, soldOut, projected
    }

    /// Nil: there is nothing to tell.
    static func name(_ entry: SelloutEntry) -> Name? {
        switch (entry.t90Ms, entry.t100Ms) {
        case (.some, .some): .both
        case (nil, .some): .soldOutIn
        case (.some, nil): entry.isSoldOut ? .reachedSoldOut : .reached
        case (nil, nil):
            entry.isSoldOut ? .soldOut : entry.projectedT90Ms == nil ? nil : .projected
        }
    }

    /// `fraction` is the share of the seats that `t90Ms` is about. Empty: nothing to tell.
    static func text(_ entry: SelloutEntry, _ fraction: SelloutFraction, _ language: Language)
        -> String
    {
        guard let name = name(entry) else { return "" }
        let words = Words.rankings[language]
        let text = words.fill(
            "badges.\(name.rawValue)",
            [
                "percent": percent(fraction),
                "t90": Words.clock(ms: entry.t90Ms ?? entry.projectedT90Ms ?? 0),
                "t100": Words.clock(ms: entry.t100Ms ?? 0),
            ]
        )
        let isFreeAgain = entry.t100Ms != nil && !entry.isSoldOut
        return isFreeAgain ? words.fill("badges.freeAgain", ["badge": text]) : text
    }

    /// `90`, or `99.5` where it is not whole.
    static func percent(_ fraction: SelloutFraction) -> String {
        let (whole, tenths) = fraction.thousandths.quotientAndRemainder(dividingBy: 10)
        return tenths == 0 ? "\(whole)" : "\(whole).\(tenths)"
    }
}

/// Where a line came from. The script tells it alike (`rankings-rules.js`).
enum RankMove: Equatable {
    case isNew
    case up(Int)
    case down(Int)
    case same

    /// Nil: it was not on the list before.
    init(from previous: Int?, to rank: Int) {
        guard let previous else {
            self = .isNew
            return
        }
        self = previous > rank ? .up(previous - rank) : .down(rank - previous)
        if previous == rank { self = .same }
    }

    /// The value of `data-move`.
    var name: String {
        switch self {
        case .isNew: "new"
        case .up: "up"
        case .down: "down"
        case .same: "same"
        }
    }

    /// For the eye.
    func mark(_ words: Words) -> String {
        switch self {
        case .isNew: words["moves.isNew"]
        case .up(let places): "▲ \(places)"
        case .down(let places): "▼ \(places)"
        case .same: "–"
        }
    }

    /// For the ear.
    func text(_ words: Words) -> String {
        switch self {
        case .isNew: words["moves.isNew"]
        case .up(let places): words.count("up", places)
        case .down(let places): words.count("down", places)
        case .same: words["up.zero"]
        }
    }
}
