import Rooms
import Site

extension Phrases.Index {
    static let korean = Phrases.Index(
        heading: Phrases.Heading(
            headline: "예매 안내",
            lead: "공연을 선택하면 좌석을 예매하고, 대기실을 선택하면 대기 현황을 볼 수 있습니다."
        ),
        demo: "데모 화면입니다. 실제로 판매되는 상품은 없습니다.",
        empty: "아직 대기실이 없습니다.",
        waiting: "대기",
        inside: "입장",
        rooms: "대기실",
        moreRooms: "대기실 더 보기",
        firstPage: "첫 페이지로",
        performances: "공연",
        noPerformances: "지금은 공연 목록을 불러올 수 없습니다.",
        available: "남은 좌석",
        price: "가격",
        seeSeats: "좌석 보기",
        shop: "상점과 쿠폰",
        states: [
            .open: "입장 중", .paused: "일시 중지", .draining: "마감 중", .closed: "마감",
            .soldOut: "매진",
        ]
    )
}
