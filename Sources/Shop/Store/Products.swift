import Engines
import Ledger
import Values

/// What became of a request to make or change a product.
package enum PutProductOutcome: Equatable, Sendable {
    case put(Revised<Product>)
    /// It is not what the sender has seen.
    case preconditionFailed
    /// A new product needs this field.
    case missing(String)
}

/// Why a product was not patched: nothing of it was done. None is kept as the answer to a key.
enum PatchRefusal: String, Equatable, Sendable {
    case unknownProduct = "not_found"
    case preconditionFailed = "precondition_failed"
    /// There is less left than is to go.
    case tooLittle = "out_of_stock"
    /// There would be more than `Product.stockRange` has.
    case tooMuch = "invalid_request"
}

extension ShopStore {
    /// Makes a product or changes it. `stock` is what is left from now on.
    package func put(
        _ change: ProductChange,
        of id: ProductID,
        if precondition: Precondition<Revised<Product>>? = nil
    ) async throws(StoreError) -> PutProductOutcome {
        if let precondition {
            while true {
                let old = try await ledger.revisedProduct(id)
                guard precondition(old) else { return .preconditionFailed }
                if old == nil, let field = change.missingField { return .missing(field) }
                let product = try await ledger.put(
                    change,
                    of: id,
                    former: old,
                    makesOnly: old == nil
                )
                guard let product else { continue }
                await products.forget(id)
                return .put(product)
            }
        }
        if let product = try await ledger.put(change, of: id) {
            await products.forget(id)
            return .put(product)
        }
        return .missing(change.missingField ?? "stock")
    }

    /// Changes a product that sells: what is added to its stock and what orders take both count.
    /// With an `attempt` it happens once, and the first answer is given again.
    func patch(
        _ patch: ProductPatch,
        of id: ProductID,
        if precondition: Precondition<Revised<Product>>? = nil,
        by attempt: Attempt?
    ) async throws(StoreError) -> AttemptOutcome<Revised<Product>, PatchRefusal> {
        func first(_ answer: StoredAnswer) throws(StoreError) -> Revised<Product> {
            try Revised(answer, of: id)
        }
        guard let attempt else {
            switch try await tryToPatch(patch, of: id, precondition, nil) {
            case .outcome(let outcome): return outcome
            case .keyIsUsed: throw .broken("a key where there is none")
            }
        }
        return try await attempts.once(attempt, done: first) { () async throws(StoreError) in
            let run = try await tryToPatch(patch, of: id, precondition, attempt)
            // What was done before may be refused now.
            if case .outcome(.refused) = run,
                let stored: AttemptOutcome<Revised<Product>, PatchRefusal> =
                    try await attempts.stored(attempt, done: first)
            {
                return .outcome(stored)
            }
            return run
        }
    }

    private func tryToPatch(
        _ patch: ProductPatch,
        of id: ProductID,
        _ precondition: Precondition<Revised<Product>>?,
        _ attempt: Attempt?
    ) async throws(StoreError) -> Attempts.Run<Revised<Product>, PatchRefusal> {
        while true {
            var old: Revised<Product>?
            if let precondition {
                old = try await ledger.revisedProduct(id)
                guard precondition(old) else { return .outcome(.refused(.preconditionFailed)) }
                guard old != nil else { return .outcome(.refused(.unknownProduct)) }
            }
            switch try await ledger.patch(patch, of: id, former: old, by: attempt, atMs: nowMs) {
            case .patched(let product):
                await products.forget(id)
                return .outcome(.done(product))
            case .keyIsUsed: return .keyIsUsed
            case .unknown: return .outcome(.refused(.unknownProduct))
            case .tooLittle: return .outcome(.refused(.tooLittle))
            case .tooMuch: return .outcome(.refused(.tooMuch))
            case .changedMeanwhile: break
            }
        }
    }

    /// As it is now, and how often it was changed.
    func revisedProduct(_ id: ProductID) async throws(StoreError) -> Revised<Product>? {
        try await ledger.revisedProduct(id)
    }

    /// A page of them by their identifiers, as they are now. Everybody looks at them: callers that
    /// ask for a page at once share a read.
    package func products(_ page: PageRequest = .init()) async throws(StoreError)
        -> ListPage<Product>
    {
        try await productList.value(page)
    }

    /// How many there are, counted to `max`.
    package func productCount(max: Int) async throws(StoreError) -> Int {
        try await ledger.productCount(max: max)
    }

    /// As it is now.
    package func product(_ id: ProductID) async throws(StoreError) -> Product? {
        try await ledger.product(id)
    }
}

extension Revised<Product> {
    /// As `ShopLedger.patch` has kept it: `revision:price:name`, and the stock.
    fileprivate init(_ answer: StoredAnswer, of id: ProductID) throws(StoreError) {
        let parts = answer.reference.split(
            separator: ":",
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard parts.count == 3, let revision = Int64(parts[0]), let price = Int64(parts[1]) else {
            throw .broken("an answer \(answer.reference)")
        }
        let product = Product(
            id: id,
            name: String(parts[2]),
            price: price,
            stock: answer.balance
        )
        self.init(product, revision: revision)
    }
}

extension ProductChange {
    /// What a new product needs and this does not say.
    fileprivate var missingField: String? {
        if name == nil { return "name" }
        if price == nil { return "price" }
        return stock == nil ? "stock" : nil
    }
}
