import CAssets
public import Redis

/// The scripts of the coupons' gates: each is `lib/coupon.lua`, followed by the use case's own
/// file.
///
/// Tests build a set with a guard switched off, or with a clock of their own, by editing the text.
public struct CouponScripts: Sendable {
    /// A gate's keys in the order of `lib/coupon.lua`.
    public static let keyCount = 4
    /// Keys of what one load gathers.
    static let stagedCount = 2

    public let claim: RedisScript
    public let settle: RedisScript
    public let overdue: RedisScript
    public let look: RedisScript
    public let configure: RedisScript
    public let stage: RedisScript
    public let load: RedisScript
    public let audit: RedisScript

    public var all: [RedisScript] {
        [claim, settle, overdue, look, configure, stage, load, audit]
    }

    /// - Parameter edit: changes a script's text before it is used; production changes nothing.
    public init(edit: (String) -> String = { $0 }) {
        let gate = unsafe casset_redis_lib_coupon().text
        func script(_ name: String, _ asset: CAsset, keys: Int = Self.keyCount) -> RedisScript {
            let text = unsafe edit(gate + asset.text)
            return RedisScript(name: name, body: Array(text.utf8), keyCount: keys)
        }
        claim = unsafe script("coupon_claim", casset_redis_coupon_claim())
        settle = unsafe script("coupon_settle", casset_redis_coupon_settle())
        overdue = unsafe script("coupon_overdue", casset_redis_coupon_overdue())
        look = unsafe script("coupon_look", casset_redis_coupon_look())
        configure = unsafe script("coupon_configure", casset_redis_coupon_configure())
        let staging = unsafe casset_redis_coupon_stage().text
        stage = RedisScript(
            name: "coupon_stage",
            body: Array(staging.utf8),
            keyCount: Self.stagedCount
        )
        let keys = Self.keyCount + Self.stagedCount
        load = unsafe script("coupon_load", casset_redis_coupon_load(), keys: keys)
        audit = unsafe script("coupon_audit", casset_redis_coupon_audit())
    }
}
