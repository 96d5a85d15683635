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
        let gate = unsafe casset("Kit/Engines/redis/lib/lifetime.lua").text + casset("Coupons/redis/lib/coupon.lua").text
        let texts: [(String, String)] = unsafe [
            ("coupon_claim", casset("Coupons/redis/claim.lua").text),
            ("coupon_settle", casset("Coupons/redis/settle.lua").text),
            ("coupon_overdue", casset("Coupons/redis/overdue.lua").text),
            ("coupon_look", casset("Coupons/redis/look.lua").text),
            ("coupon_configure", casset("Coupons/redis/configure.lua").text),
            ("coupon_stage", casset("Coupons/redis/stage.lua").text),
            ("coupon_load", casset("Coupons/redis/load.lua").text),
            ("coupon_audit", casset("Coupons/redis/audit.lua").text),
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
