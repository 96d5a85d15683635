import Site

extension Phrases.Seats {
    static let japanese = Phrases.Seats(
        labels: Phrases.SeatLabels(
            choose: "座席をお選びください",
            price: "1席の価格",
            available: "空席",
            balance: "保有ポイント",
            opening: "販売開始",
            key: "座席の表示",
            keyboard: "キーボード：矢印キーで移動し、スペースキーで選択します。",
            sections: "エリアの選択",
            skip: "座席へ移動",
            section: "{from}〜{to}番の座席",
            row: "{n}列",
            seat: "{n}番の座席、{state}",
            hold: "選んだ座席を確保する",
            held: "座席を確保しました",
            heldLead: "残り時間内にお支払いください。時間を過ぎると、ほかの方が購入できるようになります。",
            heldSeats: "座席番号",
            amount: "お支払い額",
            timeLeft: "残り時間",
            heldUntil: "確保の期限",
            pay: "支払う",
            giveBack: "座席を手放す",
            chargeAmount: "チャージするポイント",
            chargeDo: "チャージする",
            receipt: "ご購入が完了しました",
            receiptLead: "お支払いが完了しました。決済番号をお控えください。",
            payment: "決済番号",
            toRoom: "待合室へ進む",
            toSeats: "座席の画面に戻る",
            allRooms: "公演の一覧",
            unavailable: "現在、座席を確認できません",
            cancel: Phrases.CancelLabels(
                title: "キャンセル",
                never: "キャンセルできません",
                always: "いつでもキャンセルできます",
                until: "{time}まで",
                times: "キャンセルできるお支払い：最大{n}件"
            )
        ),
        states: Phrases.SeatStates(
            free: "空席",
            held: "ほかの方が手続き中",
            sold: "販売済み",
            chosen: "選択中",
            yours: "あなたが確保中"
        ),
        notices: notices,
        chosen: Phrases.Counted(
            zero: "座席は未選択です",
            one: "1席を選択中",
            other: "{n}席を選択中"
        ),
        free: Phrases.Counted(zero: "空席なし", one: "空席1", other: "空席{n}")
    )

    private static let notices = Phrases.SeatNotices(
        seatsTaken: "ほかの方が先に選んだ座席があります：{seats}。別の座席をお選びください。",
        seatLost: "{n}番の座席は選択できなくなりました。",
        seatLimit: "お一人様{n}席までご購入いただけます。",
        chooseFirst: "座席を1席以上お選びください。",
        notAdmitted: "まだ入場していないため、座席を確保できません。先に待合室でお並びください。",
        notOpenYet: "まだ販売開始前です。座席の状況はご覧いただけます。",
        soldOut: "完売しました。空席はありません。",
        holdExpired: "座席の確保は終了しています。お支払いは発生していません。",
        holdOver: "時間を過ぎたため、座席の確保が終了しました。",
        insufficientPoints: "ポイントが{points}不足しています。座席は引き続き確保されています。",
        balanceLimit: "保有できるポイントの上限を超えています。",
        badAmount: "1以上の整数を入力してください。",
        unavailable: "現在、座席を確認できません。自動で再試行します。",
        unauthenticated: "ご本人を確認できません。待合室を通るか、先にログインしてください。",
        isBeingPaid: "お支払い手続き中の座席のため、手放すことはできません。",
        paying: "お支払い手続き中です。",
        payingAgain: "まだ応答がありません。再試行しても二重に支払われることはありません。",
        held: "座席を確保しました：{seats}。{time}以内にお支払いください。",
        givenBack: "座席を手放しました。",
        paid: "お支払いが完了しました。ご購入の座席：{seats}。",
        charged: "ポイントをチャージしました。",
        failed: "処理できませんでした。ページを再読み込みしてもう一度お試しください。",
        connectionLost: "接続が切れたため、座席の表示が最新でない可能性があります。再接続しています。",
        connectionBack: "再接続しました。",
        minuteLeft: "お支払い期限まで残り1分です。"
    )
}
