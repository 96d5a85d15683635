import Site

extension Phrases.Coupon {
    static let english = Phrases.Coupon(
        labels: Phrases.CouponLabels(
            claim: "Get it",
            remaining: "Left at this moment",
            starts: "Starts",
            startsIn: "Starts in",
            ends: "Ends",
            yours: "This coupon is yours",
            yoursLead: "Choose it in the shop when you pay. It can be used once.",
            number: "Your number",
            toShop: "To the shop",
            note: "One to a person, first come, first served. How many are left is what we knew a "
                + "moment ago, not a promise.",
            unavailable: "We cannot see this coupon right now"
        ),
        notices: Phrases.CouponNotices(
            yours: "Yours, number {n}.",
            already: "You have number {n} already.",
            soldOut: "All are gone.",
            notYet: "Not yet: nobody can get it before it starts.",
            ended: "It has ended.",
            unknown: "We do not know yet. Trying again: nobody gets two.",
            stillUnknown: "We still do not know whether you got one. Press again: nobody gets two.",
            started: "It has started.",
            minuteLeft: "One minute to the start.",
            unauthenticated: "We do not know who you are. Log in first.",
            unavailable: "The coupon cannot be reached right now. We keep trying.",
            failed: "That did not work. Reload the page and try again.",
            connectionLost: "The connection is lost. The number may be out of date; we are trying "
                + "again.",
            connectionBack: "Connected again."
        ),
        remaining: "{n} of {total}",
        percentOff: "{n} % off one purchase",
        amountOff: "{points} off one purchase"
    )
}
