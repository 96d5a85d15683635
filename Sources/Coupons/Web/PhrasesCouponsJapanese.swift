import Site

extension Phrases.Coupon {
    static let japanese = Phrases.Coupon(
        labels: Phrases.CouponLabels(
            claim: "クーポンを受け取る",
            remaining: "現在の残り枚数",
            starts: "開始",
            startsIn: "開始まで",
            ends: "終了",
            yours: "クーポンを受け取りました",
            yoursLead: "ショップでのお支払い時にお選びください。1回ご利用いただけます。",
            number: "発行番号",
            toShop: "ショップへ進む",
            note: "先着順、お一人様1枚です。残り枚数は少し前の時点のもので、発行をお約束するものではありません。",
            unavailable: "現在、クーポンを確認できません"
        ),
        notices: Phrases.CouponNotices(
            yours: "{n}番のクーポンを受け取りました。",
            already: "すでに{n}番のクーポンをお持ちです。",
            soldOut: "クーポンはすべてなくなりました。",
            notYet: "まだ開始前です。開始時刻から受け取れます。",
            ended: "クーポンの発行は終了しました。",
            unknown: "まだ結果がわからないため、もう一度確認しています。2枚発行されることはありません。",
            stillUnknown: "まだ結果がわかりません。もう一度押してください。2枚発行されることはありません。",
            started: "開始しました。",
            minuteLeft: "開始まで残り1分です。",
            unauthenticated: "ご本人を確認できません。先にログインしてください。",
            unavailable: "現在、クーポンを確認できません。自動で再試行します。",
            failed: "処理できませんでした。ページを再読み込みしてもう一度お試しください。",
            connectionLost: "接続が切れたため、残り枚数が最新でない可能性があります。再接続しています。",
            connectionBack: "再接続しました。"
        ),
        remaining: "{total}枚中{n}枚",
        percentOff: "1回のお買い物が{n}%引き",
        amountOff: "1回のお買い物が{points}引き"
    )
}
