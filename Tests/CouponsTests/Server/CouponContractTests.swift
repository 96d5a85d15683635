import JSON
import Testing

extension SaleContractTests {
    /// A coupon as it is spent, on both ways to pay.
    @Suite struct CouponUseTests {
        private func claim(_ coupon: String, _ discount: String, at site: Site, as user: String)
            async throws
        {
            let body = #"{"name":"Off","quantity":5,\#(discount)}"#
            let made = try await site.operate("PUT", "/coupons/\(coupon)", body)
            guard made.status == 200 else { throw Unexpected(made) }
            let claim = try await site.post("/coupons/\(coupon)/claims", as: user)
            guard claim.status == 201 else { throw Unexpected(claim) }
        }

        private func usedAt(_ coupon: String, at site: Site, as user: String)
            async throws -> JSONValue?
        {
            let list = try await site.get("/users/me/coupons", as: user).json?.array
            return list?.first { $0["coupon"]?.string == coupon }?["usedAt"]
        }

        @Test(arguments: LedgerEngine.allCases)
        func anOrderIsCheaperOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room(), ann = "ann-\(tee)"
            try await bed.site.supply(tee, 9, price: 15)
            try await bed.site.charge(ann, 100)
            try await claim(tee, #""discountPercent":50"#, at: bed.site, as: ann)
            let answer = try await bed.other.order("\(tee) 1", as: ann, key: "k", coupon: tee)
            #expect(answer.status == 201, "\(answer.text)")
            // Half of 15, rounded down, is off.
            #expect(answer.json?["amount"]?.integer == 8)
            #expect(answer.json?["discount"]?.integer == 7)
            #expect(answer.json?["balance"]?.integer == 92)
            #expect(try await usedAt(tee, at: bed.site, as: ann)?.string != nil)
            let again = try await bed.site.order("\(tee) 1", as: ann, key: "2", coupon: tee)
            expectProblem(again, 409, "coupon_not_usable")
            let bobs = try await bed.site.order("\(tee) 1", as: "bob", key: tee, coupon: tee)
            expectProblem(bobs, 409, "coupon_not_usable")
            let order = try #require(answer.json?["order"]?.string)
            let path = "/orders/\(order)/cancel"
            #expect(try await bed.site.post(path, as: ann, key: "c").status == 200)
            #expect(try await usedAt(tee, at: bed.other, as: ann)?.isNull == true)
            // The refusal stays the key's answer; another key may use it again.
            let stored = try await bed.other.order("\(tee) 1", as: ann, key: "2", coupon: tee)
            expectProblem(stored, 409, "coupon_not_usable")
            let new = try await bed.other.order("\(tee) 1", as: ann, key: "3", coupon: tee)
            #expect(new.status == 201)
        }

        @Test(arguments: LedgerEngine.allCases)
        func aPaymentIsCheaperOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            try await bed.site.charge(ann, 100)
            try await claim(night, #""discountAmount":3"#, at: bed.site, as: ann)
            func pay(_ seat: Int, _ key: String) async throws -> Answer {
                let hold = try await bed.site.hold([seat], of: night, as: ann)
                let body = #"{"hold":"\#(hold)","coupon":"\#(night)"}"#
                return try await bed.other.post("/payments", as: ann, key: key, body)
            }
            let answer = try await pay(1, "k")
            #expect(answer.status == 201, "\(answer.text)")
            #expect(
                answer.names == [
                    "payment", "hold", "performance", "seats", "amount", "balance", "paidAt",
                ]
            )
            #expect(answer.json?["amount"]?.integer == 7)
            #expect(answer.json?["balance"]?.integer == 93)
            expectProblem(try await pay(2, "2"), 409, "coupon_not_usable")
            // The hold goes on.
            #expect(try await bed.site.seats(night).prefix(3) == ["sold", "held", "free"])
            let payment = try #require(answer.json?["payment"]?.string)
            let path = "/payments/\(payment)/cancel"
            let back = try await bed.site.post(path, as: ann, key: "c")
            #expect(back.json?["balance"]?.integer == 100)
            #expect(try await pay(3, "3").status == 201)
        }
    }
}
