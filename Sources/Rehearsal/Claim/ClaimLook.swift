/// What the server shows once all is over.
struct ClaimLook: Sendable {
    var view: CouponView?
    /// The coupon's numbers in the visitors' own lists; a visitor whose list could not be read, or
    /// was not looked at, is missing.
    var owned: [Int: [Int]] = [:]
    var unread = 0
    /// Visitors whose lists were not looked at: all of them were refused.
    var skipped = 0

    /// Visitors who have the coupon now and did not have it before.
    func newOwners(_ terms: ClaimBooks.Terms) -> Int {
        owned.count { !$0.value.isEmpty && terms.hadBefore[$0.key] == nil }
    }
}
