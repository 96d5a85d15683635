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

    /// A page of them by their identifiers, as they are now. Everybody looks at them: callers that
    /// ask for a page at once share a read.
    public func products(_ page: PageRequest = .init()) async throws(StoreError)
        -> ListPage<Product>
    {
        try await productList.value(page)
    }

    /// How many there are, counted to `max`.
    public func productCount(max: Int) async throws(StoreError) -> Int {
        try await ledger.productCount(max: max)
    }

    /// As it is now.
    public func product(_ id: ProductID) async throws(StoreError) -> Product? {
        try await ledger.product(id)
    }
}
