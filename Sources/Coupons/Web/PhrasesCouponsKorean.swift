import Site

extension Phrases.Coupon {
    static let korean = Phrases.Coupon(
        labels: Phrases.CouponLabels(
            claim: "쿠폰 받기",
            remaining: "지금 남은 수량",
            starts: "시작",
            startsIn: "시작까지",
            ends: "종료",
            yours: "쿠폰을 받았습니다",
            yoursLead: "상점에서 결제할 때 선택해 주세요. 한 번 사용할 수 있습니다.",
            number: "발급 번호",
            toShop: "상점으로 이동",
            note: "선착순이며 한 분당 1장입니다. 남은 수량은 조금 전 기준이며, 발급을 보장하지 않습니다.",
            unavailable: "지금은 쿠폰을 확인할 수 없습니다"
        ),
        notices: Phrases.CouponNotices(
            yours: "{n}번 쿠폰을 받았습니다.",
            already: "이미 {n}번 쿠폰을 가지고 계십니다.",
            soldOut: "쿠폰이 모두 소진되었습니다.",
            notYet: "아직 시작 전입니다. 시작 시각부터 받을 수 있습니다.",
            ended: "쿠폰 발급이 종료되었습니다.",
            unknown: "아직 결과를 알 수 없어 다시 확인하고 있습니다. 두 장이 발급되지는 않습니다.",
            stillUnknown: "아직 결과를 알 수 없습니다. 다시 눌러 주세요. 두 장이 발급되지는 않습니다.",
            started: "시작되었습니다.",
            minuteLeft: "시작까지 1분 남았습니다.",
            unauthenticated: "누구신지 확인할 수 없습니다. 먼저 로그인해 주세요.",
            unavailable: "지금은 쿠폰을 확인할 수 없습니다. 자동으로 다시 시도합니다.",
            failed: "처리하지 못했습니다. 페이지를 새로고침한 뒤 다시 시도해 주세요.",
            connectionLost: "연결이 끊겨 남은 수량이 최신이 아닐 수 있습니다. 다시 연결하고 있습니다.",
            connectionBack: "다시 연결되었습니다."
        ),
        remaining: "{total}장 중 {n}장",
        percentOff: "1회 구매 {n}% 할인",
        amountOff: "1회 구매 {points} 할인"
    )
}
