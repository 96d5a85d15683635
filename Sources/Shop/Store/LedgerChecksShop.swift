import Ledger
import SQL

extension LedgerCheck {
    /// Products and orders.
    static let shop: [LedgerCheck] = [
        LedgerCheck(
            promise: "what was supplied is in stock or sold, and no stock is below zero",
            looked: "select count(*) from products",
            unit: "products",
            breaks: """
                select product from products where stock < 0 or stock + sold <> supplied
                """
        ),
        LedgerCheck(
            promise: "a product has sold what stands in orders",
            looked: "select count(*) from order_lines",
            unit: "lines",
            breaks: """
                select p.product from products p
                where p.sold <> (select coalesce(sum(l.quantity), 0) from order_lines l
                  join orders b on b.order_id = l.order_id
                  where l.product = p.product and b.cancels = 0)
                """
        ),
        LedgerCheck(
            promise: "an order costs its lines, less its discount",
            looked: "select count(*) from orders",
            unit: "orders",
            breaks: """
                select b.order_id from orders b
                where b.amount + b.discount <> (
                  select coalesce(sum(l.quantity * l.price), -1) from order_lines l
                  where l.order_id = b.order_id)
                """
        ),
    ]
}
