import JSON
import Testing
import TestPostgres

/// A shopper's side of the contract, and the operator's who fills the shelves.
extension Site {
    func supply(_ product: String, _ stock: Int, price: Int = 10) async throws {
        let body = #"{"name":"The \#(product)","price":\#(price),"stock":\#(stock)}"#
        let answer = try await operate("PUT", "/products/\(product)", body)
        guard answer.status == 200 else { throw Unexpected(answer) }
    }

    /// `lines` as they stand in the request: `tee 2, mug 1`.
    func order(_ lines: String, as user: String, key: String = "order", coupon: String? = nil)
        async throws -> Answer
    {
        let lines = lines.split(separator: ", ").map { line in
            let parts = line.split(separator: " ")
            return #"{"product":"\#(parts[0])","quantity":\#(parts[1])}"#
        }.joined(separator: ",")
        let coupon = coupon.map { #","coupon":"\#($0)""# } ?? ""
        return try await post("/orders", as: user, key: key, #"{"lines":[\#(lines)]\#(coupon)}"#)
    }

    func stock(_ product: String) async throws -> Int64? {
        try await request("GET", "/api/v1/products/\(product)").json?["stock"]?.integer
    }
}
