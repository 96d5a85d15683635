/// How a purchase ended.
enum BuyerFate: String, CaseIterable, Sendable {
    case bought, cancelled, released, abandoned
    /// Paid after the hold's end and was refused.
    case tooLate
    case soldOut
    /// Chose again and again, and somebody else was always faster.
    case gaveUp
    case notAdmitted
    /// An answer that no rule of the contract explains to an honest buyer.
    case refused
    /// No outcome, however often it was asked for.
    case stuck
    /// The visitor had to go before the end.
    case cutOff
}
