import Site

extension Phrases.Rankings {
    static let korean = Phrases.Rankings(
        labels: labels,
        badges: Phrases.RankingBadges(
            both: "{t90} 만에 {percent}%, {t100} 만에 매진",
            reached: "{t90} 만에 {percent}% 판매",
            reachedSoldOut: "{t90} 만에 {percent}%, 매진",
            soldOutIn: "{t100} 만에 매진",
            soldOut: "매진",
            projected: "{percent}%까지 약 {t90} 예상",
            freeAgain: "{badge} · 일부 좌석이 다시 나왔습니다"
        ),
        live: Phrases.RankingLive(
            first: "현재 1위: {name}",
            soldOut: "매진: {name}",
            connectionLost: "연결이 끊겨 순위가 최신이 아닐 수 있습니다. 다시 연결하고 있습니다.",
            connectionBack: "다시 연결되었습니다.",
            unavailable: "지금은 순위를 확인할 수 없습니다. 자동으로 다시 시도합니다."
        ),
        seats: Phrases.Counted(
            zero: "판매된 좌석 없음",
            one: "1석 판매",
            other: "{n}석 판매"
        ),
        units: Phrases.Counted(zero: "판매 없음", one: "1개 판매", other: "{n}개 판매"),
        days: Phrases.Counted(
            zero: "오늘 판매된 수량입니다. 화살표는 전날과 비교한 변화입니다.",
            one: "오늘 판매된 수량입니다. 화살표는 전날과 비교한 변화입니다.",
            other: "최근 {n}일 동안 판매된 수량입니다. 화살표는 그 이전 {n}일과 비교한 변화입니다."
        ),
        up: Phrases.Counted(zero: "변동 없음", one: "1계단 상승", other: "{n}계단 상승"),
        down: Phrases.Counted(zero: "변동 없음", one: "1계단 하락", other: "{n}계단 하락"),
        isNew: "신규"
    )

    private static let labels = Phrases.RankingLabels(
        title: "랭킹",
        lead: "결제가 완료된 티켓과 주문을 실시간으로 집계합니다.",
        concerts: "가장 빨리 매진된 공연",
        concertsLead: "판매 시작부터 좌석이 거의 모두 결제될 때까지 걸린 시간입니다. 아직 판매 중인 공연은 현재 판매 속도순으로 그다음에 표시됩니다.",
        concertsMoves: "화살표는 이 페이지를 연 뒤의 변화입니다.",
        concertsEmpty: "아직 순위에 오른 공연이 없습니다.",
        products: "베스트셀러",
        productsEmpty: "이 기간에 판매된 상품이 아직 없습니다.",
        refreshed: "집계 시각",
        fromLedger: "현재는 판매 기록에서 직접 집계하고 있습니다.",
        trace: "순위 변화",
        plot: "{name}: 순위 변화",
        plotBySold: "판매 좌석 수 기준 순위입니다.",
        plotEmpty: "아직 기록된 순위가 없습니다.",
        plotUnavailable: "지금은 지난 순위를 확인할 수 없습니다.",
        now: "최근 순위",
        best: "최고 순위",
        first: "표시된 첫 순위",
        from: "시작",
        to: "끝",
        close: "닫기",
        unavailable: "지금은 랭킹을 확인할 수 없습니다"
    )
}
