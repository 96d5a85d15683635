/// Something the operator does to the room while the rehearsal runs.
struct OperatorAct: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case pause, resume
        case capacity(RehearsalOptions.Limit)
        case rate(RehearsalOptions.Limit)
    }

    /// After the start.
    var atSeconds: Double
    var kind: Kind

    /// Reads `40:pause,52:resume,90:rate=900,120:capacity=none`. Nil: not that.
    static func list(_ text: String) -> [OperatorAct]? {
        var acts: [OperatorAct] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: ":", maxSplits: 1)
            guard sides.count == 2, let at = Double(sides[0]), (0...604_800).contains(at),
                let kind = kind(sides[1])
            else { return nil }
            acts.append(OperatorAct(atSeconds: at, kind: kind))
        }
        return acts
    }

    private static func kind(_ text: Substring) -> Kind? {
        if text == "pause" { return .pause }
        if text == "resume" { return .resume }
        let sides = text.split(separator: "=", maxSplits: 1)
        guard sides.count == 2, let limit = RehearsalOptions.Limit(String(sides[1])) else {
            return nil
        }
        switch sides[0] {
        case "capacity": return .capacity(limit)
        case "rate": return .rate(limit)
        default: return nil
        }
    }
}
