import Coupons
import Seats
import Site
import Values

/// What stands in each place of `shop.html`.
extension ShopPage {
    var values: [String: Template.Value] {
        [fixed, head, bought, pending, lists].reduce(into: [:]) { all, some in
            all.merge(some) { _, new in new }
        }
    }

    private var words: Words { Words.shop[language] }

    /// The same on every page of a language.
    private var fixed: [String: Template.Value] {
        [
            "head": PageHead(
                language: language,
                title: words["labels.title"],
                assets: PageAsset.ofShopPage
            ).value,
            "phrases": .markup(words.script),
            "lines_max": .text("\(OrderLine.linesMax)"),
        ]
    }

    private var head: [String: Template.Value] {
        let canCharge = visitor != nil && !isPending && (products != nil || pendingCharge != nil)
        return [
            "view": .text(view.rawValue),
            "who": .text(visitor?.user.raw ?? ""),
            "notice": .text(noticeText ?? ""),
            "hide_notice": hidden(unless: noticeText != nil),
            "balance": .text(balance.map(points) ?? ""),
            "hide_balance": hidden(unless: balance != nil),
            "charge_key": .text(keys.charge),
            "charge_amount": .text(charge.map { "\($0)" } ?? ""),
            "fix_charge": .text(pendingCharge == nil ? "" : "readonly"),
            "hide_charge": hidden(unless: canCharge),
            "order_key": .text(keys.pay),
        ]
    }

    private var noticeText: String? {
        switch notice {
        case .outOfStock(let product):
            return words.fill("notices.outOfStock", ["product": name(product)])
        case .insufficientPoints(let missing):
            return words.fill("notices.insufficientPoints", ["points": points(missing)])
        case .payingAgain: return words["notices.payingAgain"]
        case .plain(let notice): return words["notices.\(notice.rawValue)"]
        case nil:
            if products == nil { return words["notices.unavailable"] }
            return visitor == nil ? words["notices.unauthenticated"] : nil
        }
    }

    /// Points in the field of the charge.
    private var charge: Int64? {
        if case .insufficientPoints(let missing) = notice { return missing }
        return pendingCharge
    }

    private var bought: [String: Template.Value] {
        let order = receipt?.order
        return [
            "hide_receipt": hidden(unless: receipt != nil),
            "order_number": .text(order?.id ?? ""),
            "bought": .text(list(order?.lines.map(\.line) ?? [])),
            "paid_discount": .text(order.map { points($0.discount) } ?? ""),
            "hide_paid_discount": hidden(unless: (order?.discount ?? 0) > 0),
            "paid_amount": .text(order.map { points($0.amount) } ?? ""),
            "paid_balance": .text(receipt.map { points($0.balance) } ?? ""),
        ]
    }

    private var pending: [String: Template.Value] {
        let fields = isPending ? choice.lines.map(Self.field) : []
        return [
            "hide_pending": hidden(unless: isPending),
            "pending_lines": .text(isPending ? list(choice.lines) : ""),
            "pending_coupon": .text(choice.coupon?.raw ?? ""),
            "pending_fields": .markup(Template.Markup(joining: fields)),
        ]
    }

    private var lists: [String: Template.Value] {
        let products = isPending ? [] : self.products ?? []
        let rows = products.prefix(Self.productsMax).enumerated().map { row($0 + 1, $1) }
        return [
            "products": .markup(Template.Markup(joining: rows)),
            "coupons": .markup(Template.Markup(joining: coupons.map(option))),
            "hide_order": hidden(unless: !products.isEmpty),
            "hide_buy": hidden(unless: visitor != nil),
            "hide_coupons": hidden(unless: !coupons.isEmpty),
            "hide_empty": hidden(unless: self.products?.isEmpty == true),
        ]
    }

    private func row(_ number: Int, _ product: Product) -> Template.Markup {
        let chosen = choice.lines.first { $0.product == product.id }?.quantity ?? 0
        return Template.shopProduct.render([
            "n": .text("\(number)"),
            "product": .text(product.id.raw),
            "name": .text(product.name),
            "price": .text("\(product.price)"),
            "price_text": .text(points(product.price)),
            "stock": .text(words.count("stock", Int(product.stock))),
            "max": .text("\(min(product.stock, OrderLine.quantityRange.upperBound))"),
            "quantity": .text("\(product.stock > 0 ? chosen : 0)"),
            "disabled": .text(product.stock > 0 ? "" : "disabled"),
        ])
    }

    private func option(_ usable: Usable) -> Template.Markup {
        let discount = CouponPage.text(usable.discount, language)
        var amount = ""
        var percent = ""
        switch usable.discount {
        case .amount(let points): amount = "\(points)"
        case .percent(let share): percent = "\(share)"
        }
        return Template.shopCoupon.render([
            "coupon": .text(usable.coupon.raw),
            "text": .text("\(usable.name) · \(discount)"),
            "amount": .text(amount),
            "percent": .text(percent),
            "selected": .text(usable.coupon == choice.coupon ? "selected" : ""),
        ])
    }

    private static func field(_ line: OrderLine) -> Template.Markup {
        Template.hiddenField.render([
            "name": .text(OrderForm.prefix + line.product.raw),
            "value": .text("\(line.quantity)"),
        ])
    }

    private func list(_ lines: [OrderLine]) -> String {
        lines.map { line in
            let values = ["n": Words.number(Int(line.quantity)), "product": name(line.product)]
            return words.fill("labels.line", values)
        }.joined(separator: ", ")
    }

    private func points(_ amount: Int64) -> String {
        words.count("points", Int(amount))
    }

    private func hidden(unless isShown: Bool) -> Template.Value { .text(isShown ? "" : "hidden") }
}
