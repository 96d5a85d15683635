import SQL
import TestGate
import Testing
import Values

@testable import Coupons
@testable import Ledger
@testable import Payments
@testable import Points
@testable import Seats
@testable import Shop
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// A coupon takes something off an order or a payment, once, for the user who has it.
@Suite(.sideBySide) struct CouponUseTests {
    @Test(arguments: Engine.allCases)
    func aCouponTakesSomethingOffAnOrder(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.supply("tee", 9, price: 33)
            try await bed.give(.percent(10), to: [ann])
            for user in [ann, bob] { try await bed.charge(user, 100) }
            let coupon = SaleBed.coupon
            let receipt = try await bed.ordered(["tee": 2], ann, coupon: coupon)
            // 10 % of 66, rounded down.
            #expect(receipt.order.discount == 6 && receipt.order.amount == 60)
            #expect(receipt.balance == 40)
            #expect(try await bed.at(1).shop.orders(of: ann).entries == [receipt.order])
            // Used; not the user's; not there.
            for (user, id) in [(ann, coupon), (bob, coupon), (bob, try #require(CouponID("x")))] {
                let outcome = try await bed.order(["tee": 1], user, key: "k \(id)", coupon: id)
                #expect(outcome == .refused(.couponNotUsable))
            }
            #expect(try await bed.stock("tee") == 7)
            #expect(try await bed.first.points.balance(of: bob) == 100)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func moreThanThePriceIsThePrice(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.supply("tee", 9)
            try await bed.give(.amount(1_000), to: [ann])
            // Nothing is left to pay: no account is needed.
            let receipt = try await bed.ordered(["tee": 2], ann, coupon: SaleBed.coupon)
            #expect(receipt.order.discount == 20 && receipt.order.amount == 0)
            #expect(try await bed.uses() == 1)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func aCouponTakesSomethingOffAPayment(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.open(price: 100)
            try await bed.give(.amount(30), to: [ann])
            try await bed.charge(ann, 170)
            let hold = try await bed.hold([1, 2], for: ann)
            #expect(try await bed.pay(hold, ann, key: "dear") == .refused(.insufficientPoints))
            let paid = try await bed.pay(hold, ann, coupon: SaleBed.coupon, by: 1)
            guard case .done(let receipt) = paid else {
                Issue.record("\(paid)")
                return
            }
            #expect(receipt.payment.amount == 170 && receipt.balance == 0)
            #expect(try await bed.number("select discount from payments") == 30)
            // The same again, and the coupon on something else.
            #expect(try await bed.pay(hold, ann, coupon: SaleBed.coupon) == paid)
            try await bed.charge(ann, 500, key: "more")
            let other = try await bed.hold([3], for: ann)
            let used = try await bed.pay(other, ann, key: "b", coupon: SaleBed.coupon)
            #expect(used == .refused(.couponNotUsable))
            // The refusal is the key's answer, and the hold goes on.
            #expect(try await bed.cancel(receipt.payment.id, ann, key: "c").isDone)
            #expect(try await bed.pay(other, ann, key: "b", coupon: SaleBed.coupon) == used)
            #expect(try await bed.map().prefix(3) == "ffh")
            let again = try await bed.pay(other, ann, key: "again", coupon: SaleBed.coupon)
            #expect(again.isDone)
            #expect(try await bed.first.points.balance(of: ann) == 600)
            #expect(await bed.broken() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func aCouponThatIsNotTheUsersPaysForNothing(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let (ann, bob) = (try user("ann"), try user("bob"))
            try await bed.open(price: 100)
            try await bed.give(.amount(30), to: [bob])
            try await bed.charge(ann, 100)
            let hold = try await bed.hold([1], for: ann)
            for id in [SaleBed.coupon, try #require(CouponID("x"))] {
                let outcome = try await bed.pay(hold, ann, key: id.raw, coupon: id)
                #expect(outcome == .refused(.couponNotUsable))
            }
            #expect(try await bed.map().first == "h")
            #expect(try await bed.receipt(hold, ann).balance == 0)
            #expect(await bed.broken() == [])
        }
    }

    /// 10 % of 9 is nothing, of 10 one point; and of nothing there is nothing to take off.
    @Test(arguments: Engine.allCases)
    func aCouponThatTakesNothingOffIsKept(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            let coupon = SaleBed.coupon
            try await bed.supply("pin", 9, price: 9)
            try await bed.supply("gift", 9, price: 0)
            try await bed.open(price: 9)
            try await bed.give(.percent(10), to: [ann])
            try await bed.charge(ann, 100)
            for name in ["pin", "gift"] {
                let outcome = try await bed.order([name: 1], ann, key: name, coupon: coupon)
                #expect(outcome == .refused(.couponNotUsable))
            }
            let hold = try await bed.hold([1], for: ann)
            let paid = try await bed.pay(hold, ann, key: "h", coupon: coupon)
            #expect(paid == .refused(.couponNotUsable))
            #expect(try await bed.uses() == 0)
            #expect(try await bed.stock("pin") == 9)
            #expect(try await bed.first.points.balance(of: ann) == 100)
            // The hold goes on, and the coupon is good for more.
            #expect(try await bed.map().first == "h")
            let receipt = try await bed.ordered(["pin": 2], ann, key: "two", coupon: coupon)
            #expect(receipt.order.discount == 1)
            #expect(try await bed.pay(hold, ann, key: "plain").isDone)
            #expect(await bed.broken() == [])
        }
    }

    /// What nobody knew a moment ago may be claimed by now.
    @Test(arguments: Engine.allCases)
    func aNewCouponIsUsableAtOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine, virtualTime: true) { bed in
            let ann = try user("ann")
            try await bed.supply("tee", 9)
            try await bed.charge(ann, 100)
            let early = try await bed.order(["tee": 1], ann, key: "a", coupon: SaleBed.coupon)
            #expect(early == .refused(.couponNotUsable))
            try await bed.give(.percent(50), to: [ann])
            let receipt = try await bed.ordered(["tee": 1], ann, coupon: SaleBed.coupon)
            #expect(receipt.order.discount == 5)
        }
    }

    /// On many orders and many payments at once, from two processes.
    @Test(arguments: Engine.allCases)
    func aCouponIsUsedOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let spent = try await rush(bed)
            #expect(spent == 1)
            #expect(try await bed.uses() == 1)
            #expect(await bed.broken() == [])
        }
    }

    /// The guard of that.
    @Test(arguments: Engine.allCases)
    func withoutItsKeyACouponIsUsedTwice(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            _ = try await bed.sides[0].database.commit([
                "drop table coupon_uses",
                """
                create table coupon_uses (user_id text, coupon text, reference text,
                  used_at_ms bigint)
                """,
            ])
            #expect(try await rush(bed) == 20)
            #expect(await bed.broken().map(\.promise).contains { $0.hasPrefix("a coupon is used") })
        }
    }

    /// Ten orders and ten payments with one coupon; answers how many got it.
    private func rush(_ bed: SaleBed) async throws -> Int {
        let ann = try user("ann")
        try await bed.supply("tee", 100)
        try await bed.open(maxSeatsPerUser: 50, price: 10)
        try await bed.give(.amount(5), to: [ann])
        try await bed.charge(ann, 1_000)
        var holds: [Hold] = []
        for seat in 1...10 { holds.append(try await bed.hold([seat], for: ann)) }
        let all = holds
        let done = try await together(20) { index in
            let key = "k\(index)"
            if index % 2 == 0 {
                return try await bed.order(
                    ["tee": 1],
                    ann,
                    key: key,
                    coupon: SaleBed.coupon,
                    by: index / 2
                ).isDone
            }
            return try await bed.pay(
                all[index / 2],
                ann,
                key: key,
                coupon: SaleBed.coupon,
                by: index / 2
            ).isDone
        }
        return done.count { $0 }
    }

    @Test(arguments: Engine.allCases)
    func aCancelGivesTheCouponBackOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ann = try user("ann")
            try await bed.supply("tee", 9)
            try await bed.give(.percent(50), to: [ann])
            try await bed.charge(ann, 100)
            let first = try await bed.ordered(["tee": 2], ann, coupon: SaleBed.coupon).order.id
            #expect(try await bed.cancel(order: first, ann, key: "c").isDone)
            #expect(try await bed.uses() == 0)
            let second = try await bed.ordered(["tee": 2], ann, key: "2", coupon: SaleBed.coupon)
            #expect(second.balance == 90)
            // The first one's cancel, once more, leaves the second one's coupon alone.
            #expect(try await bed.cancel(order: first, ann, key: "d").isDone)
            #expect(try await bed.uses() == 1)
            #expect(try await bed.first.points.balance(of: ann) == 90)
            #expect(await bed.broken() == [])
        }
    }
}
