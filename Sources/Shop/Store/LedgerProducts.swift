import Engines
import Ledger
import SQL
import Values

/// Products and their stock.
///
/// `stock`, `sold` and `supplied` are changed by what is added to them, never by what somebody has
/// read: an order and an operator at the same instant both count.
extension ShopLedger {
    /// Makes a product or changes what `change` names; answers it as it is then. Nil: it is not
    /// there, and `change` does not say all that a new one needs; it is no longer `former`; or it
    /// is there, and `makesOnly`.
    func put(
        _ change: ProductChange,
        of id: ProductID,
        former: Revised<Product>? = nil,
        makesOnly: Bool = false
    ) async throws(StoreError) -> Revised<Product>? {
        let statement: SQL
        let mayChange: SQL = makesOnly ? "1 = 0" : "1 = 1"
        if former == nil, let name = change.name, let price = change.price, let stock = change.stock
        {
            statement = """
                insert into products (product, name, price, stock, supplied)
                values (\(id.raw), \(name), \(price), \(stock), \(stock))
                on conflict (product) do update set name = excluded.name, price = excluded.price,
                  stock = excluded.stock, supplied = products.sold + excluded.stock,
                  revision = products.revision + 1 where \(mayChange)
                returning product, name, price, stock, revision
                """
        } else {
            statement = """
                update products set name = coalesce(\(change.name), name),
                  price = coalesce(\(change.price), price),
                  stock = coalesce(\(change.stock), stock),
                  supplied = sold + coalesce(\(change.stock), stock),
                  revision = revision + 1
                where \(row: .product(id)) and \(Self.isStill(former))
                returning product, name, price, stock, revision
                """
        }
        let results = try expected(await commit([statement]))
        return try Self.revised(results[0].rows)
    }

    /// True of any, where `former` is nil. Orders change the stock alone.
    private static func isStill(_ former: Revised<Product>?) -> SQL {
        guard let former else { return "1 = 1" }
        return "revision = \(former.revision) and stock = \(former.value.stock)"
    }

    /// What became of changing a product that sells.
    enum PatchedProduct: Equatable {
        case patched(Revised<Product>)
        case unknown, keyIsUsed, changedMeanwhile
        /// The stock would be below nothing, or above what it may be.
        case tooLittle, tooMuch
    }

    /// Adds to the stock, whatever orders take from it meanwhile, and sets what else `patch` names,
    /// if the product still is `former`. One entry with the answer to `attempt`.
    func patch(
        _ patch: ProductPatch,
        of id: ProductID,
        former: Revised<Product>?,
        by attempt: Attempt?,
        atMs: Int64
    ) async throws(StoreError) -> PatchedProduct {
        let most = Product.stockRange.upperBound
        let added = patch.stockAdded
        // Null for the name, and so refused, when it is no longer `former`.
        var entry: [SQL] = [
            """
            update products set
              name = case when \(Self.isStill(former)) then coalesce(\(patch.name), name) end,
              price = coalesce(\(patch.price), price),
              stock = case when stock + \(added) <= \(most) then stock + \(added) else -1 end,
              supplied = supplied + \(added), revision = revision + 1
            where \(row: .product(id)) returning product, name, price, stock, revision
            """
        ]
        if let attempt {
            let kept: SQL = """
                (select cast(revision as text) || ':' || cast(price as text) || ':' || name
                from products where product = \(id.raw))
                """
            // Null for the stock, and so refused, when there is no such product.
            entry.append(
                Self.answer(
                    to: attempt,
                    read: kept,
                    balance: "(select stock from products where product = \(id.raw))",
                    atMs: atMs
                )
            )
        }
        switch try await commit(entry) {
        case .success(let results):
            guard let product = try Self.revised(results[0].rows) else { return .unknown }
            return .patched(product)
        case .failure(let refused):
            if refused.isBy(Self.keyIsUsed) { return .keyIsUsed }
            if refused.isBy("stock_not_negative") { return added < 0 ? .tooLittle : .tooMuch }
            guard refused.violation.kind == .notNull else { throw refused.unexpected }
            return refused.violation.statement == 0 ? .changedMeanwhile : .unknown
        }
    }

    /// As it is in the ledger.
    func revisedProduct(_ id: ProductID) async throws(StoreError) -> Revised<Product>? {
        let columns = Self.productColumns
        return try await Self.revised(
            rows("select \(columns), revision from products where product = \(id.raw)")
        )
    }

    private static func revised(_ rows: [SQLRow]) throws(StoreError) -> Revised<Product>? {
        guard let product = try products(rows).first else { return nil }
        return try decoded { () throws(SQLError) in
            Revised(product, revision: try rows[0].integer(4))
        }
    }

    func product(_ id: ProductID) async throws(StoreError) -> Product? {
        let columns = Self.productColumns
        let statement: SQL = "select \(columns) from products where product = \(id.raw)"
        return try await Self.products(rows(statement)).first
    }

    /// A page of the products, by their identifiers.
    func products(_ page: PageRequest) async throws(StoreError) -> ListPage<Product> {
        let columns = Self.productColumns
        let statement: SQL = """
            select \(columns) from products where product > \(page.after ?? "")
            order by product limit \(page.limit + 1)
            """
        return ListPage(try await Self.products(rows(statement, as: .list)), limit: page.limit)
    }

    func productCount(max: Int) async throws(StoreError) -> Int {
        let statement: SQL = """
            select count(*) from (select product from products limit \(max)) as counted
            """
        let rows = try await rows(statement, as: .list)
        return try decoded { () throws(SQLError) in Int(try rows[0].integer(0)) }
    }

    private static let productColumns: SQL = "product, name, price, stock"

    private static func products(_ rows: [SQLRow]) throws(StoreError) -> [Product] {
        try decoded { () throws(SQLError) in
            var products: [Product] = []
            for row in rows {
                guard let id = ProductID(try row.text(0)) else { continue }
                products.append(
                    Product(
                        id: id,
                        name: try row.text(1),
                        price: try row.integer(2),
                        stock: try row.integer(3)
                    )
                )
            }
            return products
        }
    }

    /// Takes a line out of the stock; `stock_not_negative` refuses what is not there. A product
    /// that no longer has the line's price gets none, which is refused, too.
    static func taken(_ paid: Order.PaidLine) -> SQL {
        let line = paid.line
        return """
            update products set stock = stock - \(line.quantity),
              sold = sold + \(line.quantity),
              price = case when price = \(paid.price) then price end
            where \(row: .product(line.product))
            """
    }

    /// Puts a line back.
    static func returned(_ line: OrderLine) -> SQL {
        """
        update products set stock = stock + \(line.quantity), sold = sold - \(line.quantity)
        where \(row: .product(line.product))
        """
    }
}

extension TouchedRow {
    fileprivate static func product(_ id: ProductID) -> TouchedRow {
        TouchedRow("products", "product", id.raw)
    }
}
