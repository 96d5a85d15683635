import CAssets
public import Redis

/// The scripts of the coupons' gates: a library of `lib/coupon.lua` and a function for each use
/// case's own file.
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
        let gate = unsafe casset_redis_lib_lifetime().text + casset_redis_lib_coupon().text
        let texts: [(String, String)] = unsafe [
            ("coupon_claim", casset_redis_coupon_claim().text),
            ("coupon_settle", casset_redis_coupon_settle().text),
            ("coupon_overdue", casset_redis_coupon_overdue().text),
            ("coupon_look", casset_redis_coupon_look().text),
            ("coupon_configure", casset_redis_coupon_configure().text),
            ("coupon_stage", casset_redis_coupon_stage().text),
            ("coupon_load", casset_redis_coupon_load().text),
            ("coupon_audit", casset_redis_coupon_audit().text),
        ]
        let library = RedisLibrary(
            "coupon",
            shared: edit(gate),
            texts.map { ($0, edit($1)) }
        )
        claim = library.script("coupon_claim", keys: Self.keyCount)
        settle = library.script("coupon_settle", keys: Self.keyCount)
        overdue = library.script("coupon_overdue", keys: Self.keyCount)
        look = library.script("coupon_look", keys: Self.keyCount)
        configure = library.script("coupon_configure", keys: Self.keyCount)
        stage = library.script("coupon_stage", keys: Self.stagedCount)
        load = library.script("coupon_load", keys: Self.keyCount + Self.stagedCount)
        audit = library.script("coupon_audit", keys: Self.keyCount)
    }
}
