import Engines

/// The scripts of the coupons' gates.
package enum CouponScript: Int, ScriptName {
    case claim, settle, overdue, look, configure, stage, load, audit

    package static let library = "coupon"
    package static let files = "Coupons/redis/"
    package static let shared = [
        "Kit/Engines/redis/lib/lifetime.lua", "Coupons/redis/lib/coupon.lua",
    ]

    /// A gate's keys in the order of `lib/coupon.lua`.
    private static let gateKeys = 4
    /// Keys of what one load gathers.
    private static let stagedKeys = 2

    package var keyCount: Int {
        switch self {
        case .stage: Self.stagedKeys
        case .load: Self.gateKeys + Self.stagedKeys
        default: Self.gateKeys
        }
    }
}

package typealias CouponScripts = ScriptSet<CouponScript>
