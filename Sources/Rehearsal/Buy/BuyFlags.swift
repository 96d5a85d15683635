/// Flags of visitors that go on to buy.
extension Flag {
    static let buying: [Flag] = [
        Flag(
            name: "performance",
            value: "PERFORMANCE",
            meaning: "go on to buy seats of it once inside (buy nothing)"
        ) { options, text in
            guard FlagValue.isRoom(text) else { return "is not the name of a performance" }
            options.performance = text
            return nil
        },
        Flag(name: "max-seats", value: "N", meaning: "its limit for one user (read, or 4)") {
            options,
            text in
            var seats = 0
            let wrong = FlagValue.whole(text, 1...100, into: &seats)
            options.maxSeats = seats
            return wrong
        },
        seconds("hold-seconds", "set the performance: how long a hold lasts", 1...86_400) {
            $0.holdSeconds = $1
        },
        share("abandon", "hold, then never pay or too late (0.05)") { $0.abandon = $1 },
        share("release", "hold, then give back (0.03)") { $0.release = $1 },
        share("poor", "come with too few points (0.1)") { $0.poor = $1 },
        share("pay-twice", "pay twice at once with one key (0.05)") { $0.payTwice = $1 },
        share("two-keys", "pay one hold with two keys (0.05)") { $0.twoKeys = $1 },
        share("charge-along", "charge points while paying (0.03)") { $0.chargeAlong = $1 },
        share("cancel", "cancel afterwards, half of them twice (0.02)") { $0.cancel = $1 },
        share("hang-up", "break the connection while paying (0.03)") { $0.hangUp = $1 },
        share("cheats", "ask the shop for what they must not get (0.05)") { $0.cheats = $1 },
    ]

    private static func share(
        _ name: String,
        _ meaning: String,
        _ set: @escaping @Sendable (inout BuyerShares, Double) -> Void
    ) -> Flag {
        Flag(name: name, value: "PART", meaning: meaning) { options, text in
            var part = 0.0
            let wrong = FlagValue.number(text, 0...1, into: &part)
            set(&options.shares, part)
            return wrong
        }
    }
}
