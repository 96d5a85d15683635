import JSON
import Testing
import Values

extension SaleContractTests {
    @Suite struct OrderEventTests {
        @Test(arguments: LedgerEngine.allCases)
        func eachLineIsToldAndSoIsItsCancel(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room(), ann = "ann-\(tee)"
            let stream = try await SaleStream(bed.other)
            try await bed.site.supply("a-\(tee)", 9)
            try await bed.site.supply(tee, 9)
            try await bed.site.charge(ann, 100)
            let answer = try await bed.site.order("a-\(tee) 1, \(tee) 3", as: ann)
            let order = try #require(answer.json?["order"]?.string)
            let path = "/orders/\(order)/cancel"
            #expect(try await bed.site.post(path, as: ann, key: "c").status == 200)
            let events = try await stream.events(of: tee, 2)
            #expect(events.map(\.kind) == ["product.sold", "product.returned"])
            let paidAt = try #require(answer.json?["paidAt"]?.string)
            for event in events {
                #expect(
                    event.data.members?.map(\.name) == [
                        "number", "kind", "at", "order", "product", "quantity", "amount", "user",
                        "paidAtMs",
                    ]
                )
                #expect(event.data["order"]?.string == order)
                #expect(event.data["user"]?.string == ann)
                #expect(event.data["quantity"]?.integer == 3)
                #expect(event.data["amount"]?.integer == 30)
                let paidAtMs = try #require(event.data["paidAtMs"]?.integer)
                #expect(Timestamp(milliseconds: paidAtMs) == Timestamp(rfc3339: paidAt))
            }
        }
    }
}
