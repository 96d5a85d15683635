import Values

@testable import Coupons
@testable import Payments
@testable import Shop
@testable import Site

/// Shop pages for tests.
enum ShopPages {
    static let nowMs: Int64 = 1_780_000_000_000
    static let visitor = UserID("web-ann").map { PageVisitor(user: $0, newToken: nil) }

    static func id(_ name: String) -> CouponID {
        guard let id = CouponID(name) else { preconditionFailure("not a name") }
        return id
    }

    static func product(_ name: String) -> ProductID {
        guard let id = ProductID(name) else { preconditionFailure("not a name") }
        return id
    }

    static let products = [
        Product(id: product("cap"), name: "Cap", price: 25_000, stock: 7),
        Product(id: product("mug"), name: "Mug", price: 12_000, stock: 20_000),
        Product(id: product("sign"), name: "Signed poster", price: 90_000, stock: 0),
    ]

    static let usable = ShopPage.Usable(
        coupon: id("c:1"),
        sequence: 17,
        name: "Welcome",
        discount: .percent(20)
    )

    static func shop(language: Language = .en) -> ShopPage {
        var page = ShopPage(language: language, visitor: visitor, products: products)
        page.balance = 60_000
        page.coupons = [usable]
        return page
    }

    static let choice: OrderForm = {
        var choice = OrderForm()
        choice.lines = [
            OrderLine(product: product("cap"), quantity: 2),
            OrderLine(product: product("mug"), quantity: 3),
        ]
        choice.coupon = id("c:1")
        return choice
    }()

    static var bought: ShopPage {
        var page = shop()
        page.receipt = OrderReceipt(
            order: Order(
                id: "o_9",
                lines: zip(choice.lines, [25_000, 12_000])
                    .map { Order.PaidLine(line: $0, price: $1) },
                amount: 68_800,
                coupon: choice.coupon,
                discount: 17_200,
                state: .paid,
                paidAt: Timestamp(milliseconds: nowMs)
            ),
            balance: 1_200
        )
        return page
    }

    static var pending: ShopPage {
        var page = shop()
        page.products = nil
        page.choice = choice
        page.isPending = true
        page.notice = .payingAgain
        return page
    }
}

func html(_ page: ShopPage) -> String { String(decoding: page.render(), as: UTF8.self) }
