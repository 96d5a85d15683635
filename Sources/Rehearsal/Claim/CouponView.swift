import JSON

/// A coupon as its public document shows it.
struct CouponView: Equatable, Sendable {
    var quantity: Int
    var issued: Int
    var remaining: Int
    var state: String
}

extension CouponView {
    /// nil if `document` is not a coupon's.
    init?(_ document: JSONValue) {
        guard let quantity = document.whole("quantity"), let issued = document.whole("issued"),
            let remaining = document.whole("remaining"), let state = document.string("state")
        else { return nil }
        self.init(quantity: quantity, issued: issued, remaining: remaining, state: state)
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
