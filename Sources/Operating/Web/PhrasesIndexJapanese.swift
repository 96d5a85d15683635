import Rooms
import Site

extension Phrases.Index {
    static let japanese = Phrases.Index(
        heading: Phrases.Heading(
            headline: "販売のご案内",
            lead: "公演を選ぶと座席を購入でき、待合室を選ぶと混雑状況を確認できます。"
        ),
        demo: "これはデモです。実際に販売されている商品はありません。",
        empty: "待合室はまだありません。",
        waiting: "待機中",
        inside: "入場中",
        rooms: "待合室",
        moreRooms: "待合室をもっと見る",
        firstPage: "最初のページへ",
        performances: "公演",
        noPerformances: "現在、公演の一覧を表示できません。",
        available: "残席",
        price: "価格",
        seeSeats: "座席を見る",
        shop: "ショップとクーポン",
        states: [
            .open: "受付中", .paused: "一時停止中", .draining: "まもなく終了", .closed: "受付終了",
            .soldOut: "完売",
        ]
    )
}
