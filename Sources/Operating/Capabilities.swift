import Capability
import Coupons
import Events
import Payments
import Points
import Rankings
import Rooms
import Seats
import Shop
import Site

/// All that this server does. One that uses another stands behind it.
package enum Capabilities {
    package static let all: [any Capability.Type] = [
        SiteHandlers.self, RoomHandlers.self, PointHandlers.self, CouponHandlers.self,
        SeatHandlers.self, PaymentHandlers.self, ShopHandlers.self, RankingHandlers.self,
        EventHandlers.self, IndexHandlers.self, OperatingHandlers.self,
    ]

    static var endpoints: [Endpoint] { all.flatMap { $0.endpoints } }

    /// The parts of the contract for programs: files under Sources.
    static var openAPI: [String] { all.compactMap { $0.openAPI } }

    /// What the pages load, and the contract.
    static var assets: [PageAsset] { all.flatMap { $0.assets } }
}
