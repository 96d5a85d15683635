import Seats
import Site

extension Phrases {
    /// What the shop page says. `{n}`, `{product}`, `{points}` and `{order}` are filled in.
    package struct Shop: Sendable {
        package let labels: ShopLabels
        let notices: ShopNotices
        /// How many of a product are left.
        let stock: Counted
        /// How many products the shop has.
        package let products: Counted
    }

    package struct ShopLabels: Sendable {
        package let title: String
        let lead: String
        let products: String
        let coupon: String
        let noCoupon: String
        let discount: String
        let toPay: String
        let order: String
        let receipt: String
        let receiptLead: String
        let orderNumber: String
        let bought: String
        let line: String
        let pending: String
        let pendingLead: String
        let askAgain: String
        let empty: String
        let unavailable: String
    }

    struct ShopNotices: Sendable {
        let chooseFirst: String
        let badQuantity: String
        let tooMany: String
        let outOfStock: String
        let insufficientPoints: String
        let couponNotUsable: String
        let unknownProduct: String
        let keyUsed: String
        let ordering: String
        let ordered: String
        let payingAgain: String
        let stillUnknown: String
        let unauthenticated: String
        let unavailable: String
    }
}

extension Phrases {
    /// The texts of the shop in this language.
    package var shop: Shop {
        switch language {
        case .en: .english
        case .ko: .korean
        case .ja: .japanese
        }
    }
}

/// What the shop page can have to say about what was just tried; the script knows the same names.
/// About points it says what the seat page says.
enum ShopNotice: String, CaseIterable, Sendable {
    case chooseFirst
    case badQuantity
    case tooMany
    case couponNotUsable
    case unknownProduct
    case keyUsed
    case stillUnknown
    case unauthenticated
    case balanceLimit
    case badAmount
    case failed

    func text(_ phrases: Phrases) -> String {
        let notices = phrases.shop.notices
        return switch self {
        case .chooseFirst: notices.chooseFirst
        case .badQuantity: notices.badQuantity
        case .tooMany: notices.tooMany
        case .couponNotUsable: notices.couponNotUsable
        case .unknownProduct: notices.unknownProduct
        case .keyUsed: notices.keyUsed
        case .stillUnknown: notices.stillUnknown
        case .unauthenticated: notices.unauthenticated
        case .balanceLimit: phrases.seats.notices.balanceLimit
        case .badAmount: phrases.seats.notices.badAmount
        case .failed: phrases.seats.notices.failed
        }
    }
}
