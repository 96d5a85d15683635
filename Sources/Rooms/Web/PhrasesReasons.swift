import Site

extension Phrases {
    /// Why somebody waits longer than they were told.
    struct Reasons: Sendable {
        let paused: String
        let rateLowered: String
        let returned: String
        let slowOutflow: String

        func text(_ reason: EstimateReason) -> String {
            switch reason {
            case .paused: paused
            case .rateLowered: rateLowered
            case .returned: returned
            case .slowOutflow: slowOutflow
            }
        }
    }
}

extension Phrases.Reasons {
    static let english = Phrases.Reasons(
        paused: "Admission is paused. Your place is kept.",
        rateLowered: "Fewer people are let in at a time now, so it takes longer.",
        returned: "People who were ahead of you have come back to their places.",
        slowOutflow: "It is going more slowly than expected."
    )

    static let korean = Phrases.Reasons(
        paused: "입장이 잠시 중단되었습니다. 순서는 그대로 유지됩니다.",
        rateLowered: "한 번에 입장하는 인원이 줄어 시간이 더 걸립니다.",
        returned: "앞에 계시던 분들이 자리로 돌아왔습니다.",
        slowOutflow: "예상보다 느리게 진행되고 있습니다."
    )

    static let japanese = Phrases.Reasons(
        paused: "入場を一時停止しています。順番はそのまま保たれます。",
        rateLowered: "一度に入場できる人数が減ったため、時間がかかっています。",
        returned: "前に並んでいた方が戻られました。",
        slowOutflow: "予想よりゆっくり進んでいます。"
    )
}
