import JSON

/// What a visitor makes of the answer to a claim.
enum ClaimReply: Equatable, Sendable {
    case issued(sequence: Int, remaining: Int)
    case alreadyClaimed(sequence: Int)
    case refused(status: Int, code: String, retryAfterMs: Int?)
    /// A yes, or a number that is missing, which cannot be read: the server's fault.
    case unreadable(status: Int)
    case nothing(ExchangeFailure)

    static let soldOutCode = "coupon_sold_out"
    static let alreadyClaimedCode = "coupon_already_claimed"
    static let notStartedCode = "coupon_not_started"

    init(_ response: Response, of coupon: String) {
        if let failure = response.failure {
            self = .nothing(failure)
            return
        }
        let (status, fields) = (response.status, response.object)
        let code = fields?.string("code") ?? ""
        let sequence = fields?.whole("sequence")
        if status == 201, fields?.string("coupon") == coupon, let sequence,
            let remaining = fields?.whole("remaining"), fields?.string("claimedAt") != nil
        {
            self = .issued(sequence: sequence, remaining: remaining)
        } else if response.isYes {
            self = .unreadable(status: status)
        } else if status == 409, code == Self.alreadyClaimedCode {
            self = sequence.map { .alreadyClaimed(sequence: $0) } ?? .unreadable(status: status)
        } else {
            self = .refused(status: status, code: code, retryAfterMs: response.retryAfterMs)
        }
    }

    /// Whether the outcome is open, and the claim is to be sent again.
    var isTemporary: Bool {
        switch self {
        case .nothing, .unreadable: true
        case .refused(let status, let code, let retryAfterMs):
            Response.isTemporary(status) || (status == 409 && code == "in_progress")
                || (code == Self.notStartedCode && retryAfterMs != nil)
        case .issued, .alreadyClaimed: false
        }
    }

    /// Whose latency it counts for: a yes waits for the disk, a no does not.
    var endpoint: Endpoint? {
        switch self {
        case .issued: .issued
        case .alreadyClaimed, .refused: isTemporary ? nil : .refused
        case .unreadable, .nothing: nil
        }
    }

    /// Whether the coupon may have been issued without the visitor being told.
    var isLost: Bool {
        switch self {
        case .nothing, .unreadable: true
        case .refused(let status, _, _): status >= 500
        case .issued, .alreadyClaimed: false
        }
    }

    var isSoldOut: Bool { refusal == "410 " + Self.soldOutCode }
    var isTooEarly: Bool { refusal == "409 " + Self.notStartedCode }

    var retryAfterMs: Int? {
        guard case .refused(_, _, let ms) = self else { return nil }
        return ms
    }

    /// `410 coupon_sold_out`, for the count of outcomes; nil for what is no refusal.
    var refusal: String? {
        switch self {
        case .alreadyClaimed: "409 " + Self.alreadyClaimedCode
        case .refused(let status, let code, _): code.isEmpty ? "\(status)" : "\(status) \(code)"
        default: nil
        }
    }
}
