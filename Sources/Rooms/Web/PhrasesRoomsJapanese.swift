import Site

extension Phrases.Room {
    static let japanese = Phrases.Room(
        headings: japaneseHeadings,
        admittedWithoutLink: "順番になりました。ご利用のページに戻ると、そのままご入場いただけます。",
        ahead: Phrases.Counted(
            zero: "次があなたの番です",
            one: "前に1人お待ちです",
            other: "前に{n}人お待ちです"
        ),
        people: Phrases.Counted(zero: "なし", one: "1人", other: "{n}人"),
        rough: Phrases.Room.Rough(
            underMinute: "1分以内",
            minute: "約1分",
            minutes: "約{n}分",
            minuteRange: "{min}〜{max}分",
            hour: "約1時間",
            hours: "約{n}時間",
            hourRange: "{min}〜{max}時間"
        ),
        live: Phrases.Room.Live(
            connectionLost: "接続が切れたため、再接続しています。順番はそのまま保たれます。",
            connectionBack: "再接続しました。",
            awayTitle: "ページに戻って順番をご確認ください",
            leaveConfirm: "順番待ちをやめますか？ 現在の順番は失われます。",
            minuteLeft: "残り1分です。"
        ),
        labels: Phrases.Room.Labels(
            place: "あなたの順番",
            progress: "順番待ちの進み具合",
            estimate: "待ち時間の目安",
            noEstimate: "計算中",
            waitingNow: "現在お待ちの人数",
            opening: "開始日時",
            expires: "ご利用終了日時",
            timeLeft: "残り時間",
            join: "順番待ちを始める",
            joinAgain: "もう一度並ぶ",
            leave: "順番待ちをやめる",
            goOn: "次へ進む",
            note: "ページを再読み込みしても、順番は変わりません。",
            titleWithPosition: "{n}番目 · {room}",
            titleOtherwise: "{title} · {room}"
        ),
        codes: .japanese,
        reasons: .japanese
    )

    private static let japaneseHeadings: [ViewName: Phrases.Heading] = [
        .notInLine: Phrases.Heading(
            headline: "順番にご案内しています",
            lead: "順番待ちを始めると、順番が表示されます。順番になりましたらご入場いただけます。"
        ),
        .notOpenYet: Phrases.Heading(
            headline: "まだ開始前です",
            lead: "受付が完了しました。開始後、お並びいただいた順にご入場いただけます。このページを開いたままお待ちください。"
        ),
        .notOpenYetDraw: Phrases.Heading(
            headline: "まだ開始前です",
            lead: "受付が完了しました。開始前にお並びの方の順番は、開始時に抽選で決まります。"
                + "早く並んでも順番には影響しません。"
        ),
        .waiting: Phrases.Heading(
            headline: "順番をお待ちください",
            lead: "このページを画面に表示したままお待ちください。自動で更新され、順番になるとお知らせします。"
        ),
        .returned: Phrases.Heading(
            headline: "おかえりなさい",
            lead: "離れている間に順番が来たため、順番を確保しておきました。まもなくご入場いただけます。"
        ),
        .admitted: Phrases.Heading(
            headline: "ご入場いただけます",
            lead: "順番になりました。残り時間内にお手続きをお済ませください。"
        ),
        .done: Phrases.Heading(
            headline: "ご利用が完了しました",
            lead: "お待ちいただき、ありがとうございました。"
        ),
        .left: Phrases.Heading(
            headline: "順番待ちをやめました",
            lead: "これまでの順番は失われました。もう一度並ぶ場合は、最後尾からになります。"
        ),
        .expired: Phrases.Heading(
            headline: "ご利用時間が終了しました",
            lead: "ご利用時間が過ぎたか、離れている間に順番が過ぎました。もう一度並ぶ場合は、最後尾からになります。"
        ),
        .closed: Phrases.Heading(
            headline: "受付は終了しました",
            lead: "これ以降のご入場はありません。お待ちいただく必要はありません。"
        ),
        .soldOut: Phrases.Heading(
            headline: "完売しました",
            lead: "在庫がなくなったため、このままお待ちいただいてもご購入いただけません。"
                + "お待ちいただき、ありがとうございました。"
        ),
        .soldOutInLine: Phrases.Heading(
            headline: "ただいま完売しています",
            lead: "順番はそのまま保たれます。キャンセルなどで在庫が戻りましたら、お並びの順にご案内します。"
                + "このページは30秒ごとに確認します。"
        ),
        .full: Phrases.Heading(
            headline: "順番待ちがいっぱいです",
            lead: "ただいま新しく並ぶことができません。しばらくしてからもう一度お試しください。"
        ),
        .ticketInvalid: Phrases.Heading(
            headline: "この整理券はご利用になれません",
            lead: "ほかの方、またはほかの待合室の整理券か、内容が変更された整理券です。"
                + "もう一度並ぶと、新しい整理券が発行されます。"
        ),
        .unavailable: Phrases.Heading(
            headline: "現在、順番を確認できません",
            lead: "システムが一時的に応答していません。すでにお待ちの方の順番はそのまま保たれます。自動で再試行します。"
        ),
    ]
}
