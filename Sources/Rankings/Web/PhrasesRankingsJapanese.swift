import Site

extension Phrases.Rankings {
    static let japanese = Phrases.Rankings(
        labels: labels,
        badges: Phrases.RankingBadges(
            both: "{t90}で{percent}%、{t100}で完売",
            reached: "{t90}で{percent}%販売",
            reachedSoldOut: "{t90}で{percent}%、完売",
            soldOutIn: "{t100}で完売",
            soldOut: "完売",
            projected: "{percent}%まで約{t90}の見込み",
            freeAgain: "{badge}。一部の席が再び空きました"
        ),
        live: Phrases.RankingLive(
            first: "現在の1位：{name}",
            soldOut: "完売：{name}",
            connectionLost: "接続が切れたため、順位が最新でない可能性があります。再接続しています。",
            connectionBack: "再接続しました。",
            unavailable: "現在、順位を確認できません。自動で再試行します。"
        ),
        seats: Phrases.Counted(
            zero: "販売済みの席なし",
            one: "1席販売",
            other: "{n}席販売"
        ),
        units: Phrases.Counted(zero: "販売なし", one: "1点販売", other: "{n}点販売"),
        days: Phrases.Counted(
            zero: "本日の販売数です。矢印は前日との比較です。",
            one: "本日の販売数です。矢印は前日との比較です。",
            other: "直近{n}日間の販売数です。矢印はその前の{n}日間との比較です。"
        ),
        up: Phrases.Counted(zero: "変動なし", one: "1つ上昇", other: "{n}つ上昇"),
        down: Phrases.Counted(zero: "変動なし", one: "1つ下降", other: "{n}つ下降"),
        isNew: "初登場"
    )

    private static let labels = Phrases.RankingLabels(
        title: "ランキング",
        lead: "お支払い済みのチケットとご注文をリアルタイムで集計しています。",
        concerts: "最速で完売した公演",
        concertsLead: "販売開始からほぼ全席のお支払いが済むまでの時間です。販売中の公演は、現在の売れ行きの順にその後に並びます。",
        concertsMoves: "矢印は、このページを開いてからの変化です。",
        concertsEmpty: "順位の付いた公演はまだありません。",
        products: "ベストセラー",
        productsEmpty: "この期間に販売された商品はまだありません。",
        refreshed: "集計時刻",
        fromLedger: "現在は販売記録から直接集計しています。",
        trace: "順位の推移",
        plot: "{name}：順位の推移",
        plotBySold: "販売席数による順位です。",
        plotEmpty: "記録された順位はまだありません。",
        plotUnavailable: "現在、過去の順位を確認できません。",
        now: "最新の順位",
        best: "最高順位",
        first: "表示中の最初の順位",
        from: "開始",
        to: "終了",
        close: "閉じる",
        unavailable: "現在、ランキングを確認できません"
    )
}
