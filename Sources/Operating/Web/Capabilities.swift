import Coupons
import Events
import Payments
import Points
import Rankings
import Rooms
import Seats
import Shop
import Site

/// Everything that this server answers. Whoever builds the handlers of a loop keeps this order.
package enum Capabilities {
    package static let handlers: [any Handlers.Type] = [
        SiteHandlers.self, RoomHandlers.self, SeatHandlers.self, PointHandlers.self,
        PaymentHandlers.self, ShopHandlers.self, CouponHandlers.self, RankingHandlers.self,
        EventHandlers.self, IndexHandlers.self, OperatingHandlers.self,
    ]

    static var endpoints: [Endpoint] { handlers.flatMap { $0.endpoints } }

    /// The parts of the contract for programs: files under Sources.
    static var openAPI: [String] { handlers.compactMap { $0.openAPI } }

    /// What the pages load, and the contract.
    static var assets: [PageAsset] { handlers.flatMap { $0.assets } }
}
