import JSON

/// What a buyer makes of a response.
enum ShopReply: Equatable, Sendable {
    case map(SeatView)
    case held(HeldSeats)
    case paid(ReceiptAnswer)
    case cancelled(payment: String, balance: Int)
    /// Points as a charge or a look at the account tells them.
    case balance(Int)
    case released
    case taken([Int])
    case refused(status: Int, code: String, retryAfterMs: Int?)
    /// 2xx that cannot be read: the server's fault.
    case unreadable(status: Int)
    case nothing(ExchangeFailure)

    /// A map is read by its shelf, which knows the versions read before.
    init(_ response: Response, to errand: Errand) {
        if let failure = response.failure {
            self = .nothing(failure)
            return
        }
        let (status, fields) = (response.status, response.object)
        let code = fields?.string("code") ?? ""
        if response.isYes {
            self = Self.read(response, errand) ?? .unreadable(status: status)
        } else if status == 409, code == "seats_taken" {
            self = .taken(fields?.wholes("taken") ?? [])
        } else {
            self = .refused(status: status, code: code, retryAfterMs: response.retryAfterMs)
        }
    }

    private static func read(_ response: Response, _ errand: Errand) -> ShopReply? {
        if response.status == 204 { return .released }
        guard let fields = response.object else { return nil }
        switch errand {
        case .pay: return ReceiptAnswer(fields).map { .paid($0) }
        case .cancel:
            guard fields.string("state") == "cancelled", let payment = fields.string("payment"),
                let balance = fields.whole("balance")
            else { return nil }
            return .cancelled(payment: payment, balance: balance)
        case .balance, .charge: return fields.whole("balance").map { .balance($0) }
        case .hold: return HeldSeats(fields).map { .held($0) }
        case .lie(let lie):
            // A lie that was believed: what it got matters only for an early hold.
            if lie == .holdEarly, let held = HeldSeats(fields) { return .held(held) }
            return .balance(fields.whole("balance") ?? 0)
        case .look, .release: return nil
        }
    }

    /// Whether the outcome is open, and the same errand is to be sent again.
    var isTemporary: Bool {
        switch self {
        case .nothing, .unreadable: true
        case .refused(let status, let code, _):
            Response.isTemporary(status) || (status == 409 && code == "in_progress")
        default: false
        }
    }

    /// That was made or cancelled.
    var payment: String? {
        switch self {
        case .paid(let receipt): receipt.payment
        case .cancelled(let payment, _): payment
        default: nil
        }
    }

    var retryAfterMs: Int? {
        guard case .refused(_, _, let ms) = self else { return nil }
        return ms
    }

    /// `409 seats_taken`, for the count of outcomes; nil for what is no refusal.
    var refusal: String? {
        switch self {
        case .taken: "409 seats_taken"
        case .refused(let status, let code, _): code.isEmpty ? "\(status)" : "\(status) \(code)"
        default: nil
        }
    }
}

/// Seats that the server holds for a buyer.
struct HeldSeats: Equatable, Sendable {
    var token: String
    var seats: [Int]
    var amount: Int
    /// On the server's clock.
    var expiresAtMs: Int64
    /// After this many milliseconds it is certainly over; nil if nobody knows.
    var lastsMs: Int?
}

extension HeldSeats {
    init?(_ fields: JSONValue) {
        guard let token = fields.string("hold"), let amount = fields.whole("amount"),
            let seats = fields.wholes("seats"), !seats.isEmpty,
            let expiresAtMs = fields.milliseconds("expiresAt")
        else { return nil }
        self.init(token: token, seats: seats, amount: amount, expiresAtMs: expiresAtMs)
    }
}

/// What the server told of a completed payment.
struct ReceiptAnswer: Equatable, Sendable {
    var payment: String
    var hold: String
    /// Ascending.
    var seats: [Int]
    var amount: Int
    var balance: Int
    /// On the server's clock; nil if there was none to read.
    var paidAtMs: Int64?
}

extension ReceiptAnswer {
    init?(_ fields: JSONValue) {
        guard let payment = fields.string("payment"), let hold = fields.string("hold"),
            let seats = fields.wholes("seats"),
            let amount = fields.whole("amount"), let balance = fields.whole("balance")
        else { return nil }
        self.init(
            payment: payment,
            hold: hold,
            seats: seats.sorted(),
            amount: amount,
            balance: balance,
            paidAtMs: fields.milliseconds("paidAt")
        )
    }
}
