/// Flags of visitors that come for a coupon.
extension Flag {
    /// What a server takes for a coupon's `quantity`.
    static let couponsRange = 1...1_000_000

    static let claiming: [Flag] = [
        Flag(name: "coupon", value: "COUPON", meaning: "everybody claims this one (no coupon)") {
            options,
            text in
            guard FlagValue.isRoom(text) else { return "is not the name of a coupon" }
            options.coupon = text
            return nil
        },
        Flag(name: "quantity", value: "N", meaning: "how many, if it has to be made (1000)") {
            options,
            text in
            var quantity = 0
            let wrong = FlagValue.whole(text, couponsRange, into: &quantity)
            options.claims.quantity = quantity
            return wrong
        },
        Flag(name: "within-seconds", value: "SECONDS", meaning: "all claims start within (1)") {
            FlagValue.number($1, 0...86_400, into: &$0.claims.withinSeconds)
        },
        Flag(name: "duplicates", value: "PART", meaning: "claim 2 to 5 times at once (0.2)") {
            FlagValue.number($1, 0...1, into: &$0.claims.duplicates)
        },
        Flag(name: "impatient", value: "PART", meaning: "hang up, then claim again (0.1)") {
            FlagValue.number($1, 0...1, into: &$0.claims.impatient)
        },
        Flag(name: "returners", value: "PART", meaning: "claim once more later (0.1)") {
            FlagValue.number($1, 0...1, into: &$0.claims.returners)
        },
        Flag(name: "retries", value: "N", meaning: "claims sent again without an outcome (20)") {
            FlagValue.whole($1, 0...1_000, into: &$0.claims.retries)
        },
    ]
}
