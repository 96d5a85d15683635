import JSON

/// A coupon as its public document shows it.
struct CouponView: Equatable, Sendable {
    var quantity: Int
    var issued: Int
    var remaining: Int
    var state: String

    init(quantity: Int, issued: Int, state: String = "open") {
        self.quantity = quantity
        self.issued = issued
        remaining = max(0, quantity - issued)
        self.state = state
    }

    /// nil if `bytes` are not a coupon's document.
    init?(_ bytes: [UInt8]) {
        guard let fields = JSONValue(object: bytes), let quantity = fields.whole("quantity"),
            let issued = fields.whole("issued"), let remaining = fields.whole("remaining"),
            let state = fields.string("state")
        else { return nil }
        self.quantity = quantity
        self.issued = issued
        self.remaining = remaining
        self.state = state
    }
}

/// A user's own list, cut down to one coupon.
enum OwnedList {
    /// The numbers the user has of `coupon`; nil if `bytes` are not such a list.
    static func sequences(_ bytes: [UInt8], of coupon: String) -> [Int]? {
        guard let items = (try? JSONValue.parse(bytes))?.array else { return nil }
        var sequences: [Int] = []
        for item in items {
            guard let name = item.string("coupon"), let sequence = item.whole("sequence") else {
                return nil
            }
            if name == coupon { sequences.append(sequence) }
        }
        return sequences
    }
}
