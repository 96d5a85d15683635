import Site

extension Phrases.Room {
    static let korean = Phrases.Room(
        headings: koreanHeadings,
        admittedWithoutLink: "차례가 되었습니다. 이용하시던 페이지로 돌아가시면 바로 입장하실 수 있습니다.",
        ahead: Phrases.Counted(
            zero: "바로 다음 차례입니다",
            one: "내 앞에 1명이 있습니다",
            other: "내 앞에 {n}명이 있습니다"
        ),
        people: Phrases.Counted(zero: "없음", one: "1명", other: "{n}명"),
        rough: Phrases.Room.Rough(
            underMinute: "1분 이내",
            minute: "약 1분",
            minutes: "약 {n}분",
            minuteRange: "{min}~{max}분",
            hour: "약 1시간",
            hours: "약 {n}시간",
            hourRange: "{min}~{max}시간"
        ),
        live: Phrases.Room.Live(
            connectionLost: "연결이 끊겨 다시 연결하고 있습니다. 순번은 그대로 유지됩니다.",
            connectionBack: "다시 연결되었습니다.",
            awayTitle: "돌아와서 차례를 확인해 주세요",
            leaveConfirm: "대기를 취소할까요? 지금 순번은 사라집니다.",
            minuteLeft: "1분 남았습니다."
        ),
        labels: Phrases.Room.Labels(
            place: "내 대기 순번",
            progress: "대기 진행률",
            estimate: "예상 대기 시간",
            noEstimate: "계산 중",
            waitingNow: "현재 대기 인원",
            opening: "오픈 시각",
            expires: "이용 종료 시각",
            timeLeft: "남은 시간",
            join: "대기 시작하기",
            joinAgain: "다시 대기하기",
            leave: "대기 취소",
            goOn: "계속하기",
            note: "새로고침해도 순번은 바뀌지 않습니다.",
            titleWithPosition: "대기 {n}번 · {room}",
            titleOtherwise: "{title} · {room}"
        ),
        codes: .korean,
        reasons: .korean
    )

    private static let koreanHeadings: [ViewName: Phrases.Heading] = [
        .notInLine: Phrases.Heading(
            headline: "순서대로 입장하고 있습니다",
            lead: "대기를 시작하면 순번을 알려 드립니다. 차례가 되면 입장하실 수 있습니다."
        ),
        .notOpenYet: Phrases.Heading(
            headline: "아직 오픈 전입니다",
            lead: "대기가 등록되었습니다. 오픈 시각부터 먼저 오신 순서대로 입장합니다. 이 페이지를 열어 두세요."
        ),
        .notOpenYetDraw: Phrases.Heading(
            headline: "아직 오픈 전입니다",
            lead: "대기가 등록되었습니다. 오픈 전에 오신 분들의 순번은 오픈 시각에 추첨으로 정해지며, "
                + "먼저 오셨는지는 영향을 주지 않습니다."
        ),
        .waiting: Phrases.Heading(
            headline: "대기 중입니다",
            lead: "이 페이지를 화면에 열어 두세요. 순번은 자동으로 갱신되며, 차례가 되면 알려 드립니다."
        ),
        .returned: Phrases.Heading(
            headline: "돌아오셨네요",
            lead: "자리를 비우신 동안 차례가 되어 순서를 보관해 두었습니다. 곧 입장하실 수 있습니다."
        ),
        .admitted: Phrases.Heading(
            headline: "입장하실 수 있습니다",
            lead: "차례가 되었습니다. 남은 시간 안에 이용을 마쳐 주세요."
        ),
        .done: Phrases.Heading(headline: "이용이 완료되었습니다", lead: "기다려 주셔서 감사합니다."),
        .left: Phrases.Heading(
            headline: "대기를 취소하셨습니다",
            lead: "기존 순번은 사라졌습니다. 다시 대기하시면 맨 뒤에서 시작합니다."
        ),
        .expired: Phrases.Heading(
            headline: "이용 시간이 끝났습니다",
            lead: "이용 시간이 지났거나, 자리를 비우신 동안 차례가 지나갔습니다. "
                + "다시 대기하시면 맨 뒤에서 시작합니다."
        ),
        .closed: Phrases.Heading(
            headline: "입장이 마감되었습니다",
            lead: "더 이상 입장하실 수 없으니 기다리지 않으셔도 됩니다."
        ),
        .soldOut: Phrases.Heading(
            headline: "매진되었습니다",
            lead: "남은 수량이 없어 더 기다리셔도 구매하실 수 없습니다. 기다려 주셔서 감사합니다."
        ),
        .soldOutInLine: Phrases.Heading(
            headline: "현재 매진되었습니다",
            lead: "대기 순번은 그대로 유지됩니다. 취소 등으로 수량이 다시 생기면 대기 순서대로 입장합니다. "
                + "이 페이지는 30초마다 확인합니다."
        ),
        .full: Phrases.Heading(
            headline: "대기 인원이 가득 찼습니다",
            lead: "지금은 대기를 시작할 수 없습니다. 잠시 후 다시 시도해 주세요."
        ),
        .ticketInvalid: Phrases.Heading(
            headline: "사용할 수 없는 대기표입니다",
            lead: "다른 분이나 다른 대기실의 대기표이거나, 내용이 변경된 대기표입니다. "
                + "다시 대기하시면 새 대기표가 발급됩니다."
        ),
        .unavailable: Phrases.Heading(
            headline: "지금은 순번을 확인할 수 없습니다",
            lead: "시스템이 잠시 응답하지 않고 있습니다. 이미 대기 중이셨다면 순번은 그대로 유지됩니다. "
                + "자동으로 다시 시도합니다."
        ),
    ]
}
