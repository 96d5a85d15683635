import JSON
import Testing

extension SaleContractTests {
    /// Where a list goes on is told by a header: the answer stays an array.
    @Suite struct ListLinkTests {
        @Test(arguments: LedgerEngine.allCases)
        func linksLeadThroughAList(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room(), ann = "ann-\(tee)"
            try await bed.site.supply(tee, 9, price: 0)
            for key in 1...5 {
                let bought = try await bed.site.order("\(tee) 1", as: ann, key: "\(key)")
                #expect(bought.status == 201)
            }
            var target: String? = "/users/me/orders?limit=2"
            var found: [String] = []
            var pages = 0
            while let next = target, pages < 10 {
                pages += 1
                let answer = try await bed.other.get(next, as: ann)
                found += answer.json?.array?.compactMap { $0["order"]?.string } ?? []
                target = answer.header("Link").flatMap { link in
                    link.firstMatch(of: /^<\/api\/v1([^>]+)>; rel="next"$/)
                        .map { String($0.output.1) }
                }
            }
            #expect(pages == 3 && found.count == 5 && Set(found).count == 5)
        }

        @Test(
            arguments: ["limit=0", "limit=201", "limit=x", "after=", "after=a%20b", "limit="]
        )
        func aWrongPageIsRefused(_ query: String) async throws {
            let bed = try SaleBed.on(.sqlite)
            let answer = try await bed.site.get("/users/me/payments?\(query)", as: "ann")
            expectProblem(answer, 400, "invalid_request")
            #expect(answer.detail.hasPrefix(String(query.prefix { $0 != "=" })))
        }
    }
}
