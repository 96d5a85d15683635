import Site

extension Phrases {
    /// What a room with lanes says about codes.
    struct Codes: Sendable {
        let lane: String
        let label: String
        let send: String
        let invalid: String
        let usedUp: String
    }
}

extension Phrases.Codes {
    static let english = Phrases.Codes(
        lane: "Your lane",
        label: "Do you have a code?",
        send: "Use the code",
        invalid: "This is not a code of this room. Please check what you typed.",
        usedUp: "This code has been used as often as it may be."
    )

    static let korean = Phrases.Codes(
        lane: "대기 줄",
        label: "입장 코드가 있으신가요?",
        send: "코드 사용하기",
        invalid: "이 대기실의 코드가 아닙니다. 입력하신 내용을 확인해 주세요.",
        usedUp: "사용할 수 있는 횟수를 모두 쓴 코드입니다."
    )

    static let japanese = Phrases.Codes(
        lane: "並んでいる列",
        label: "コードをお持ちですか？",
        send: "コードを使う",
        invalid: "この待合室のコードではありません。入力内容をご確認ください。",
        usedUp: "このコードは、使える回数をすべて使い切っています。"
    )
}
