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

    /// One claim and its answer.
    struct Deed: Sendable {
        var visitor: Int
        var sentNs: Int64
        var receivedNs: Int64
        var reply: ClaimReply
    }

    /// What one visitor was told.
    struct Claimant: Sendable {
        /// The numbers of all 201s, in the order they came.
        var granted: [Int] = []
        /// The numbers of `coupon_already_claimed`, each once.
        var told: [Int] = []
        var claims = 0
        /// Answers that may have hidden a coupon.
        var lost = 0
        var wasSoldOut = false
        /// Was refused for another reason than being late.
        var wasRefused = false
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
    private(set) var unreadable = 0
    /// When who has one by now was told so first.
    private(set) var knewNs: [Int64] = []
    /// When somebody was told first that all are gone.
    private(set) var soldOutNs: Int64?

    init(visitors: Int, terms: Terms) {
        self.terms = terms
        claimants = Array(repeating: Claimant(), count: visitors)
    }

    mutating func note(_ deed: Deed) {
        if let refusal = deed.reply.refusal { refusals[refusal, default: 0] += 1 }
        var claimant = claimants[deed.visitor]
        claimant.claims += 1
        let knew = claimant.knows
        if deed.reply.isLost { claimant.lost += 1 }
        switch deed.reply {
        case .issued(let sequence, let remaining):
            claimant.granted.append(sequence)
            issues.append(
                Issue(
                    visitor: deed.visitor,
                    sequence: sequence,
                    remaining: remaining,
                    sentNs: deed.sentNs,
                    receivedNs: deed.receivedNs
                )
            )
        case .alreadyClaimed(let sequence):
            if !claimant.told.contains(sequence) { claimant.told.append(sequence) }
        case .refused where deed.reply.isSoldOut:
            claimant.wasSoldOut = true
            soldOutNs = min(soldOutNs ?? deed.receivedNs, deed.receivedNs)
        case .refused where !deed.reply.isTemporary || deed.reply.isTooEarly:
            claimant.wasRefused = true
        case .unreadable: unreadable += 1
        case .refused, .nothing: break
        }
        claimants[deed.visitor] = claimant
        if !knew, claimant.knows, terms.hadBefore[deed.visitor] == nil {
            knewNs.append(deed.receivedNs)
        }
    }

    mutating func note(_ reply: ClaimReply, to lie: ClaimLie) {
        // An outage is no answer to the lie; the liar comes back with it.
        guard !reply.isTemporary else { return }
        lies.told += 1
        let (status, code) = lie.refusal
        switch reply {
        case .refused(status, code, _): lies.refused += 1
        case .refused(let status, let code, _):
            lies.wrong["\(lie.rawValue): \(status) \(code)", default: 0] += 1
        default: lies.wrong["\(lie.rawValue): granted", default: 0] += 1
        }
    }

    /// The public document; in the order of the receipts.
    mutating func note(_ view: CouponView, sentNs: Int64, receivedNs: Int64) {
        documents.append(Document(view: view, sentNs: sentNs, receivedNs: receivedNs))
    }
}

extension ClaimBooks.Claimant {
    /// Was told of a coupon of its own.
    var knows: Bool { !granted.isEmpty || !told.isEmpty }
    /// Was never told anything but that it is no time for it, or not its place.
    var isTurnedAway: Bool { wasRefused && !wasSoldOut && !knows }
}
