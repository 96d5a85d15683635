public import Onsale

/// What became of a request to make or change a product.
public enum PutProductOutcome: Equatable, Sendable {
    case put(Product)
    /// A new product needs this field.
    case missing(String)
}

extension SaleStore {
    /// Makes a product or changes it. `stock` is what is left from now on.
    public func put(_ change: ProductChange, of id: ProductID) async throws(StoreError)
        -> PutProductOutcome
    {
        if let product = try await ledger.put(change, of: id) {
            await products.forget(id)
            return .put(product)
        }
        if change.name == nil { return .missing("name") }
        return .missing(change.price == nil ? "price" : "stock")
    }

    /// By name, at most 1,000, as they are now. Everybody looks at them: who asks at once shares a
    /// read.
    public func products() async throws(StoreError) -> [Product] {
        try await productList.value()
    }

    /// As it is now.
    public func product(_ id: ProductID) async throws(StoreError) -> Product? {
        try await ledger.product(id)
    }
}
