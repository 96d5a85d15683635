extension Phrases {
    static let korean = Phrases(
        language: .ko,
        allOnSale: "판매 중인 상품 보기",
        retry: "다시 시도",
        limited: Heading(
            headline: "요청이 너무 많습니다",
            lead: "사용 중인 인터넷 연결에서 한꺼번에 많은 요청이 들어왔습니다. 다른 분들과 함께 쓰는 연결일 수 "
                + "있습니다. 이미 대기 중이셨다면 순번은 그대로 유지됩니다. 자동으로 다시 시도합니다."
        ),
        points: Counted(zero: "0포인트", one: "1포인트", other: "{n}포인트")
    )
}
