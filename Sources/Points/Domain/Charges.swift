package struct ChargeReceipt: Equatable, Sendable {
    /// The user's points after the charge.
    var balance: Int64
    /// Its reference had been counted before: nothing was added now.
    var isRepeated: Bool = false
}

package enum ChargeRefusal: String, Equatable, Sendable {
    /// The reference is that of another charge.
    case referenceUsed = "reference_used"
    /// The balance would pass 2^53.
    case balanceLimit = "balance_limit"
}
