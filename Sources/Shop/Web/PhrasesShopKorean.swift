import Site

extension Phrases.Shop {
    static let korean = Phrases.Shop(
        labels: Phrases.ShopLabels(
            title: "상점",
            lead: "상품별 수량을 입력해 주세요. 포인트로 결제합니다.",
            products: "상품과 수량",
            coupon: "쿠폰",
            noCoupon: "쿠폰 사용 안 함",
            discount: "할인",
            toPay: "결제 예정 금액",
            order: "주문하고 결제하기",
            receipt: "주문이 완료되었습니다",
            receiptLead: "결제가 완료되었습니다. 주문 번호를 보관해 주세요.",
            orderNumber: "주문 번호",
            bought: "구매한 상품",
            line: "{product} {n}개",
            pending: "아직 주문 결과를 알 수 없습니다",
            pendingLead: "다시 확인해 주세요. 주문은 한 번만 처리되며 이중으로 결제되지 않습니다.",
            askAgain: "다시 확인하기",
            empty: "아직 판매 중인 상품이 없습니다.",
            unavailable: "지금은 상점을 확인할 수 없습니다"
        ),
        notices: notices,
        stock: Phrases.Counted(zero: "품절", one: "1개 남음", other: "{n}개 남음"),
        products: Phrases.Counted(zero: "상품 없음", one: "상품 1개", other: "상품 {n}개")
    )

    private static let notices = Phrases.ShopNotices(
        chooseFirst: "상품을 하나 이상 선택하고 수량을 입력해 주세요.",
        badQuantity: "수량은 0부터 10,000까지의 정수로 입력해 주세요.",
        tooMany: "한 번에 주문할 수 있는 한도를 넘었습니다. 나누어 주문해 주세요.",
        outOfStock: "{product}의 재고가 부족합니다. 결제된 금액은 없습니다.",
        insufficientPoints: "포인트가 {points} 부족합니다. 결제된 금액은 없습니다.",
        couponNotUsable: "이 주문에 사용할 수 없거나 이미 사용한 쿠폰입니다. 결제된 금액은 없습니다.",
        unknownProduct: "판매가 끝난 상품이 있습니다. 결제된 금액은 없습니다. 페이지를 새로고침해 주세요.",
        keyUsed: "이 페이지에서 이미 보낸 주문이 있습니다. 새로 결제된 것은 없습니다. 선택을 확인하고 다시 주문해 주세요.",
        ordering: "주문을 처리하고 있습니다.",
        ordered: "주문이 완료되었습니다. 주문 번호: {order}.",
        payingAgain: "아직 응답이 없습니다. 다시 시도하셔도 이중으로 결제되지 않습니다.",
        stillUnknown: "아직 결과를 알 수 없습니다. 다시 눌러 주세요. 이중으로 결제되지 않습니다.",
        unauthenticated: "누구신지 확인할 수 없습니다. 먼저 로그인해 주세요.",
        unavailable: "지금은 상점을 확인할 수 없습니다. 자동으로 다시 시도합니다."
    )
}
