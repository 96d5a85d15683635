import Site

extension Phrases.Shop {
    static let japanese = Phrases.Shop(
        labels: Phrases.ShopLabels(
            title: "ショップ",
            lead: "商品ごとに数量を入力してください。ポイントでお支払いいただきます。",
            products: "商品と数量",
            coupon: "クーポン",
            noCoupon: "クーポンを使わない",
            discount: "割引",
            toPay: "お支払い予定額",
            order: "注文して支払う",
            receipt: "ご注文が完了しました",
            receiptLead: "お支払いが完了しました。注文番号をお控えください。",
            orderNumber: "注文番号",
            bought: "ご購入の商品",
            line: "{product} {n}点",
            pending: "ご注文の結果がまだわかりません",
            pendingLead: "もう一度ご確認ください。ご注文は一度だけ処理され、二重に支払われることはありません。",
            askAgain: "もう一度確認する",
            empty: "まだ販売中の商品はありません。",
            unavailable: "現在、ショップを確認できません"
        ),
        notices: notices,
        stock: Phrases.Counted(zero: "在庫切れ", one: "残り1点", other: "残り{n}点"),
        products: Phrases.Counted(zero: "商品なし", one: "1商品", other: "{n}商品")
    )

    private static let notices = Phrases.ShopNotices(
        chooseFirst: "商品を1つ以上選び、数量を入力してください。",
        badQuantity: "数量は0から10,000までの整数で入力してください。",
        tooMany: "一度に注文できる上限を超えています。分けてご注文ください。",
        outOfStock: "{product}の在庫が足りません。お支払いは発生していません。",
        insufficientPoints: "ポイントが{points}不足しています。お支払いは発生していません。",
        couponNotUsable: "このご注文にはご利用になれないか、使用済みのクーポンです。お支払いは発生していません。",
        unknownProduct: "販売を終了した商品があります。お支払いは発生していません。ページを再読み込みしてください。",
        keyUsed: "このページからはすでにご注文が送られています。新しいお支払いは発生していません。内容を確かめて、もう一度ご注文ください。",
        ordering: "ご注文を処理しています。",
        ordered: "ご注文が完了しました。注文番号：{order}。",
        payingAgain: "まだ応答がありません。再試行しても二重に支払われることはありません。",
        stillUnknown: "まだ結果がわかりません。もう一度押してください。二重に支払われることはありません。",
        unauthenticated: "ご本人を確認できません。先にログインしてください。",
        unavailable: "現在、ショップを確認できません。自動で再試行します。"
    )
}
