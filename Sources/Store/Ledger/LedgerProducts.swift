import Onsale
import SQL

/// Products and their stock.
///
/// `stock`, `sold` and `supplied` are changed by what is added to them, never by what somebody has
/// read: an order and an operator at the same instant both count.
extension SaleLedger {
    /// Makes a product or changes what `change` names; answers it as it is then. Nil: it is not
    /// there, and `change` does not say all that a new one needs.
    func put(_ change: ProductChange, of id: ProductID) async throws(StoreError) -> Product? {
        let statement: SQL
        if let name = change.name, let price = change.price, let stock = change.stock {
            statement = """
                insert into products (product, name, price, stock, supplied)
                values (\(id.raw), \(name), \(price), \(stock), \(stock))
                on conflict (product) do update set name = excluded.name, price = excluded.price,
                  stock = excluded.stock, supplied = products.sold + excluded.stock
                returning product, name, price, stock
                """
        } else {
            statement = """
                update products set name = coalesce(\(change.name), name),
                  price = coalesce(\(change.price), price),
                  stock = coalesce(\(change.stock), stock),
                  supplied = sold + coalesce(\(change.stock), stock)
                where product = \(id.raw)
                returning product, name, price, stock
                """
        }
        let results = try expected(await commit([statement]))
        return try Self.products(results[0].rows).first
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

    /// What `products` are called; at least one.
    func names(of products: [String]) async throws(StoreError) -> [String: String] {
        let list = SQL.list(products.map { .text($0) })
        let rows = try await rows("select product, name from products where product in (\(list))")
        return try decoded { () throws(SQLError) in
            var names: [String: String] = [:]
            for row in rows { names[try row.text(0)] = try row.text(1) }
            return names
        }
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
            where product = \(line.product.raw)
            """
    }

    /// Puts a line back.
    static func returned(_ line: OrderLine) -> SQL {
        """
        update products set stock = stock + \(line.quantity), sold = sold - \(line.quantity)
        where product = \(line.product.raw)
        """
    }
}
