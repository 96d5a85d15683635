import Site

extension Phrases {
    /// What the page of a coupon says. `{n}`, `{total}` and `{points}` are filled in.
    struct Coupon: Sendable {
        let labels: CouponLabels
        let notices: CouponNotices
        /// How many are left, of how many there were.
        let remaining: String
        let percentOff: String
        let amountOff: String
    }

    struct CouponLabels: Sendable {
        let claim: String
        let remaining: String
        let starts: String
        let startsIn: String
        let ends: String
        let yours: String
        let yoursLead: String
        let number: String
        let toShop: String
        let note: String
        let unavailable: String
    }

    struct CouponNotices: Sendable {
        let yours: String
        let already: String
        let soldOut: String
        let notYet: String
        let ended: String
        let unknown: String
        let stillUnknown: String
        let started: String
        let minuteLeft: String
        let unauthenticated: String
        let unavailable: String
        let failed: String
        let connectionLost: String
        let connectionBack: String
    }
}

extension Phrases {
    /// The texts of coupons in this language.
    var coupon: Coupon {
        switch language {
        case .en: .english
        case .ko: .korean
        case .ja: .japanese
        }
    }
}

/// What the page of a coupon can have to say about a claim; the script knows the same names.
enum CouponNotice: String, CaseIterable, Sendable {
    case soldOut
    case notYet
    case ended
    case stillUnknown
    case unauthenticated

    func text(_ notices: Phrases.CouponNotices) -> String {
        switch self {
        case .soldOut: notices.soldOut
        case .notYet: notices.notYet
        case .ended: notices.ended
        case .stillUnknown: notices.stillUnknown
        case .unauthenticated: notices.unauthenticated
        }
    }
}
