/// One payment as its buyer was told of it.
struct Sale: Equatable, Sendable {
    var visitor: Int
    var payment: String
    var hold: String
    var seats: [Int]
    var amount: Int
    /// The first answer that told of it.
    var receivedNs: Int64
    /// The first attempt to cancel it: from here on the seats may be anybody's.
    var cancelSentNs: Int64?
    var isCancelled = false
}

/// Seats that are certainly one buyer's from one instant to another.
struct Holding: Equatable, Sendable {
    var visitor: Int
    var token: String
    var seats: [Int]
    /// When the answer was received.
    var sinceNs: Int64
    /// The hold's end as far as it is certain, or the first attempt to give the seats back.
    var untilNs: Int64
    var soldNs: Int64?
    var wasReleased = false

    /// Whether it held during all of a request, whenever in it the server decided.
    func covers(_ sentNs: Int64, _ receivedNs: Int64) -> Bool {
        sinceNs <= sentNs && untilNs > receivedNs
    }
}

/// What one buyer was told.
struct Shopper: Equatable, Sendable {
    var hasCome = false
    /// Points of charges that were confirmed, each key once.
    var charged = 0
    /// Of payments, and of cancels.
    var paid = 0
    var refunded = 0
    /// Charges, payments and cancels without a final answer, by key.
    var open: [Int: Open] = [:]
    /// The first final answers, by key.
    var answers: [Int: ShopReply] = [:]
    /// Indices of `Books.holdings`.
    var holdings: [Int] = []
    /// When the answer that let the visitor in was received; nil while outside.
    var insideSinceNs: Int64?
    var wasInside = false
    /// Had a receipt since the last admission.
    var hasBought = false

    enum Open: Equatable, Sendable { case charge(Int), pay(hold: String), cancel(payment: String) }

    /// What the server must call the balance while nothing is open.
    var balance: Int { charged - paid + refunded }
}
