extension Phrases {
    static let japanese = Phrases(
        language: .ja,
        allOnSale: "販売中の一覧",
        retry: "再試行する",
        limited: Heading(
            headline: "アクセスが集中しています",
            lead: "ご利用の回線から一度に多くのリクエストがありました。ほかの方と共用の回線かもしれません。"
                + "すでにお待ちの方の順番はそのまま保たれます。自動で再試行します。"
        ),
        points: Counted(zero: "0ポイント", one: "1ポイント", other: "{n}ポイント")
    )
}
