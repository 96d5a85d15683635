extension Visitor {
    /// How a visit ended.
    enum Fate: String, CaseIterable, Sendable {
        case done, left, vanished, expired
        /// Waited, and was then told that the place is gone.
        case lost
        /// The room was closed.
        case turnedAway
        /// Was told, in the line or before it, that nothing is left.
        case soldOut
        /// An answer that no rule of the contract explains.
        case refused
    }

    /// How a buyer comes out of the shop.
    enum LeavingShop: Sendable {
        /// The payment has ended the session.
        case paid
        case emptyHanded, vanishing
        /// To the end of the line, for one more purchase.
        case again
    }
}
