/// Everything that visitors were told of the coupon. A value: answers go in, checks read it.
struct ClaimBooks: Sendable {
    /// What is known of the coupon before the first visitor comes.
    struct Terms: Equatable, Sendable {
        var coupon: String
        var quantity: Int
        var issuedBefore = 0
        /// The numbers that visitors have from before, by visitor.
        var hadBefore: [Int: Int] = [:]
    }

    /// A 201.
    struct Issue: Equatable, Sendable {
        var visitor: Int
        var sequence: Int
        var remaining: Int
        var sentNs: Int64
        var receivedNs: Int64
    }

    struct Document: Sendable {
        var view: CouponView
        var sentNs: Int64
        var receivedNs: Int64
    }

    let terms: Terms
    private(set) var claimants: [Claimant]
    private(set) var issues: [Issue] = []
    private(set) var documents: [Document] = []
    private(set) var lies = ToldLies()
    /// Refusals by what they said.
    private(set) var refusals: [String: Int] = [:]
    /// When each new owner was told of the coupon first.
    private(set) var knewNs: [Int64] = []
    /// When somebody was told first that all are gone.
    private(set) var soldOutNs: Int64?
    /// When the first claim was sent, and the last outcome received.
    private(set) var firstSentNs: Int64?
    private(set) var lastAnsweredNs: Int64?

    init(visitors: Int, terms: Terms) {
        self.terms = terms
        claimants = Array(repeating: Claimant(), count: visitors)
    }

    mutating func note(
        _ reply: ClaimReply,
        of visitor: Int,
        sentNs: Int64,
        receivedNs: Int64
    ) {
        firstSentNs = min(firstSentNs ?? sentNs, sentNs)
        if reply.endpoint != nil { lastAnsweredNs = max(lastAnsweredNs ?? 0, receivedNs) }
        if let refusal = reply.refusal { refusals[refusal, default: 0] += 1 }
        let knew = claimants[visitor].knows
        claimants[visitor].note(reply)
        if !knew, claimants[visitor].knows, terms.hadBefore[visitor] == nil {
            knewNs.append(receivedNs)
        }
        if reply.isSoldOut { soldOutNs = min(soldOutNs ?? receivedNs, receivedNs) }
        guard case .issued(let sequence, let remaining) = reply else { return }
        issues.append(
            Issue(
                visitor: visitor,
                sequence: sequence,
                remaining: remaining,
                sentNs: sentNs,
                receivedNs: receivedNs
            )
        )
    }

    mutating func note(_ reply: ClaimReply, to lie: ClaimLie) {
        // The liar tries again after an outage, which is no answer to the lie.
        guard !reply.isTemporary else { return }
        let (status, code) = lie.refusal
        switch reply {
        case .refused(status, code, _): lies.refusedOne()
        case .refused(let status, let code, _):
            lies.wentWrong("\(lie.rawValue): \(status) \(code)")
        default: lies.wentWrong("\(lie.rawValue): granted")
        }
    }

    /// The public document; in the order of the receipts.
    mutating func note(_ view: CouponView, sentNs: Int64, receivedNs: Int64) {
        documents.append(Document(view: view, sentNs: sentNs, receivedNs: receivedNs))
    }
}

/// What one visitor was told.
struct Claimant: Sendable {
    /// The numbers of all 201s, in the order they came.
    private(set) var granted: [Int] = []
    /// The numbers of `coupon_already_claimed`, each once.
    private(set) var told: [Int] = []
    private(set) var claims = 0
    /// Answers that may have hidden a coupon.
    private(set) var lost = 0
    private(set) var wasSoldOut = false
    /// Was refused for another reason than being late.
    private var wasRefused = false

    /// Was told of a coupon of its own.
    var knows: Bool { !granted.isEmpty || !told.isEmpty }
    /// Was only told that it is too early, or that it may not claim.
    var isTurnedAway: Bool { wasRefused && !wasSoldOut && !knows }

    fileprivate mutating func note(_ reply: ClaimReply) {
        claims += 1
        if reply.isLost { lost += 1 }
        switch reply {
        case .issued(let sequence, _): granted.append(sequence)
        case .alreadyClaimed(let sequence):
            if !told.contains(sequence) { told.append(sequence) }
        case .refused where reply.isSoldOut: wasSoldOut = true
        case .refused where !reply.isTemporary || reply.isTooEarly: wasRefused = true
        case .refused, .unreadable, .nothing: break
        }
    }
}
