import Site

extension Phrases.Shop {
    static let english = Phrases.Shop(
        labels: Phrases.ShopLabels(
            title: "Shop",
            lead: "Say how many you want of each. You pay with points.",
            products: "Products, and how many of each",
            coupon: "Coupon",
            noCoupon: "Without a coupon",
            discount: "Discount",
            toPay: "To pay",
            order: "Order and pay",
            receipt: "Your order is complete",
            receiptLead: "It is paid. Keep its number.",
            orderNumber: "Order number",
            bought: "Bought",
            line: "{n} × {product}",
            pending: "We do not know yet what became of your order",
            pendingLead: "Ask again: the order is made once at the most, and you never pay twice.",
            askAgain: "Ask again",
            empty: "There is nothing in the shop yet.",
            unavailable: "We cannot see the shop right now"
        ),
        notices: notices,
        stock: Phrases.Counted(zero: "sold out", one: "1 left", other: "{n} left"),
        products: Phrases.Counted(zero: "no products", one: "1 product", other: "{n} products")
    )

    private static let notices = Phrases.ShopNotices(
        chooseFirst: "Say how many you want of at least one product.",
        badQuantity: "Enter whole numbers from 0 to 10,000.",
        tooMany: "That is too much for one order. Order it in parts.",
        outOfStock: "There are not enough left of {product}. Nothing was bought.",
        insufficientPoints: "You do not have enough points: {points} are missing. Nothing was "
            + "bought.",
        couponNotUsable: "This coupon cannot be used here, or was used before. Nothing was bought.",
        unknownProduct: "Something you chose is no longer sold. Nothing was bought. Reload the "
            + "page.",
        keyUsed: "An order was sent from this page before. Nothing new was bought; check what you "
            + "chose and order again.",
        ordering: "Your order is being made.",
        ordered: "Your order is complete. Its number: {order}.",
        payingAgain: "No answer yet. Trying again costs nothing: you never pay twice for this.",
        stillUnknown: "We still do not know whether it was done. Press again: nothing is paid "
            + "twice.",
        unauthenticated: "We do not know who you are. Log in first.",
        unavailable: "The shop cannot be reached right now. We keep trying."
    )
}
