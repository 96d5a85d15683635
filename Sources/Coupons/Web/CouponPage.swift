import Site
import Values

/// The page of a coupon, as the server knows it now: what it is worth, how many are left, and
/// whether this visitor has one. It is complete without a script; `coupon.js` keeps it true and
/// spares the reloads.
package struct CouponPage: Sendable {
    /// What is told about what was just tried, or stands in the way.
    enum Notice: Equatable, Sendable {
        /// The visitor's number.
        case already(Int64)
        /// One without a value in it.
        case plain(CouponNotice)
    }

    var standing: CouponStanding
    /// Milliseconds since 1970, by the clock that `standing` was read at.
    var atMs: Int64
    var language: Language
    /// Nil: nobody that this server knows.
    var visitor: PageVisitor?
    /// The visitor's own, if they have one.
    var sequence: Int64?
    var notice: Notice?

    /// `text/html; charset=utf-8`.
    func render() -> [UInt8] { Template.coupon[language].render(values).bytes }

    /// What the page is about; the value of `data-view`.
    enum View: String { case scheduled, open, finished, ended, yours }

    var view: View {
        if sequence != nil { return .yours }
        return switch standing.state(at: atMs) {
        case .scheduled: .scheduled
        case .open: .open
        case .finished: .finished
        case .ended: .ended
        }
    }

    /// Names need no escapes in a path.
    package static func address(_ coupon: CouponID) -> String { "/coupons/\(coupon.raw)" }

    /// What a discount is, in words.
    package static func text(_ discount: Discount, _ language: Language) -> String {
        let words = Words.coupons[language]
        switch discount {
        case .percent(let percent):
            return words.fill("percentOff", ["n": "\(percent)"])
        case .amount(let amount):
            let points = words.count("points", Int(amount))
            return words.fill("amountOff", ["points": points])
        }
    }
}

/// What the page of a coupon can have to say about a claim; the script knows the same names.
enum CouponNotice: String, CaseIterable, Sendable {
    case soldOut, notYet, ended, stillUnknown, unauthenticated
}
