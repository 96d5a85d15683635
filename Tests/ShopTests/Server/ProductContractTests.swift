import JSON
import Testing

@testable import TestKit

extension SaleContractTests {
    @Suite struct ProductTests {
        @Test(arguments: LedgerEngine.allCases)
        func aProductIsMadeChangedAndShown(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room()
            let path = "/products/\(tee)"
            let full = #"{"name":"Tee \"L\"","price":25000,"stock":3}"#
            let made = try await bed.site.operate("PUT", path, full)
            #expect(made.status == 200 && made.header("Cache-Control") == "no-store")
            let text = #"{"product":"\#(tee)","name":"Tee \"L\"","price":25000,"stock":3}"#
            #expect(made.text == text)
            let shown = try await bed.other.request("GET", "/api/v1\(path)")
            #expect(shown.status == 200 && shown.text == text)
            #expect(shown.header("Cache-Control") == "no-cache")
            // Fields left out keep their value.
            let changed = try await bed.other.operate("PUT", path, #"{"stock":7}"#)
            #expect(changed.text == text.replacing(#""stock":3"#, with: #""stock":7"#))
            let same = try await bed.site.operate("PUT", path, "{}")
            #expect(same.text == changed.text)
            try await until("the list shows it") {
                let list = try await bed.site.request("GET", "/api/v1/products?limit=200")
                #expect(list.status == 200 && list.header("Cache-Control") == "no-cache")
                let listed = list.json?.array?.first { $0["product"]?.string == tee }
                #expect(listed?.members?.map(\.name) == ["product", "name", "price", "stock"])
                return listed?["stock"]?.integer == 7
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func whatCannotBeIsRefusedByName(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), new = ServerBed.room()
            let path = "/products/\(new)"
            let all = ["name": "\"x\"", "price": "1", "stock": "1"]
            for missing in all.keys {
                let rest = all.filter { $0.key != missing }.map { "\"\($0)\":\($1)" }
                let body = "{\(rest.joined(separator: ","))}"
                let answer = try await bed.site.operate("PUT", path, body)
                expectProblem(answer, 400, "invalid_request", naming: missing, "\(body)")
            }
            let long = String(repeating: "n", count: 501)
            for (body, field) in [
                (#"{"name":""}"#, "name"), (#"{"name":null}"#, "name"),
                (#"{"name":"\#(long)"}"#, "name"), (#"{"price":-1}"#, "price"),
                (#"{"price":9007199254740993}"#, "price"), (#"{"stock":-1}"#, "stock"),
                (#"{"stock":1000000001}"#, "stock"), (#"{"stock":1.5}"#, "stock"),
                (#"{"sold":1}"#, "sold"), ("[]", "body"), ("", "body"),
            ] {
                let answer = try await bed.site.operate("PUT", path, body)
                expectProblem(answer, 400, "invalid_request", naming: field, "\(body)")
            }
            for (method, path) in [("PUT", "/admin/v1"), ("GET", "/api/v1")] {
                let headers = ["Authorization": "Bearer \(bed.site.adminKey)"]
                let answer = try await bed.site.request(method, path + "/products/a%20b", headers)
                expectProblem(answer, 400, "invalid_request", naming: "must be 1 to 128")
            }
            let none = try await bed.site.request("GET", "/api/v1\(path)")
            expectProblem(none, 404, "not_found")
        }

        @Test(arguments: LedgerEngine.allCases)
        func onlyTheOperatorMayPut(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), path = "/admin/v1/products/\(ServerBed.room())"
            expectProblem(try await bed.site.request("PUT", path), 401, "unauthenticated")
            let wrong = ["Authorization": "Bearer x", "X-User-Id": "ann"]
            expectProblem(try await bed.site.request("PUT", path, wrong), 403, "forbidden")
        }
    }
}
