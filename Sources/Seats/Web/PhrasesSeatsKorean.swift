import Site

extension Phrases.Seats {
    static let korean = Phrases.Seats(
        labels: Phrases.SeatLabels(
            choose: "좌석을 선택해 주세요",
            price: "좌석당 가격",
            available: "예매 가능 좌석",
            balance: "보유 포인트",
            opening: "예매 시작",
            key: "좌석 표시 안내",
            keyboard: "키보드: 방향키로 이동하고 스페이스바로 선택합니다.",
            sections: "구역 선택",
            skip: "좌석으로 건너뛰기",
            section: "{from}~{to}번 좌석",
            row: "{n}열",
            seat: "{n}번 좌석, {state}",
            hold: "선택한 좌석 잡기",
            held: "좌석이 확보되었습니다",
            heldLead: "남은 시간 안에 결제해 주세요. 시간이 지나면 다른 분이 예매할 수 있습니다.",
            heldSeats: "좌석 번호",
            amount: "결제 금액",
            timeLeft: "남은 시간",
            heldUntil: "확보 종료 시각",
            pay: "결제하기",
            giveBack: "좌석 취소하기",
            chargeAmount: "충전할 포인트",
            chargeDo: "충전하기",
            receipt: "예매가 완료되었습니다",
            receiptLead: "결제가 완료되었습니다. 결제 번호를 보관해 주세요.",
            payment: "결제 번호",
            toRoom: "대기실로 이동",
            toSeats: "좌석 화면으로 돌아가기",
            allRooms: "전체 공연 보기",
            unavailable: "지금은 좌석을 확인할 수 없습니다",
            cancel: Phrases.CancelLabels(
                title: "예매 취소",
                never: "취소할 수 없습니다",
                always: "언제든지 취소할 수 있습니다",
                until: "{time}까지",
                times: "취소할 수 있는 결제: 최대 {n}건"
            )
        ),
        states: Phrases.SeatStates(
            free: "선택 가능",
            held: "다른 분이 결제 중",
            sold: "판매 완료",
            chosen: "선택됨",
            yours: "내가 확보함"
        ),
        notices: notices,
        chosen: Phrases.Counted(
            zero: "선택한 좌석 없음",
            one: "1석 선택",
            other: "{n}석 선택"
        ),
        free: Phrases.Counted(zero: "남은 좌석 없음", one: "1석 남음", other: "{n}석 남음")
    )

    private static let notices = Phrases.SeatNotices(
        seatsTaken: "다른 분이 먼저 선택한 좌석이 있습니다: {seats}. 다른 좌석을 선택해 주세요.",
        seatLost: "{n}번 좌석은 더 이상 선택할 수 없습니다.",
        seatLimit: "한 분당 최대 {n}석까지 예매할 수 있습니다.",
        chooseFirst: "좌석을 하나 이상 선택해 주세요.",
        notAdmitted: "아직 입장하지 않아 좌석을 잡을 수 없습니다. 먼저 대기실에서 순서를 기다려 주세요.",
        notOpenYet: "아직 예매 시작 전입니다. 좌석 현황은 미리 보실 수 있습니다.",
        soldOut: "매진되었습니다. 남은 좌석이 없습니다.",
        holdExpired: "확보했던 좌석의 시간이 끝났습니다. 결제된 금액은 없습니다.",
        holdOver: "시간이 끝나 좌석 확보가 해제되었습니다.",
        insufficientPoints: "포인트가 {points} 부족합니다. 좌석은 계속 확보되어 있습니다.",
        balanceLimit: "보유할 수 있는 포인트 한도를 넘었습니다.",
        badAmount: "1 이상의 정수를 입력해 주세요.",
        unavailable: "지금은 좌석을 확인할 수 없습니다. 자동으로 다시 시도합니다.",
        unauthenticated: "누구신지 확인할 수 없습니다. 대기실을 거쳐 오시거나 먼저 로그인해 주세요.",
        isBeingPaid: "결제가 진행 중인 좌석이라 취소할 수 없습니다.",
        paying: "결제하고 있습니다.",
        payingAgain: "아직 응답이 없습니다. 다시 시도하셔도 이중으로 결제되지 않습니다.",
        held: "좌석을 확보했습니다: {seats}. {time} 안에 결제해 주세요.",
        givenBack: "좌석을 취소했습니다.",
        paid: "결제되었습니다. 예매한 좌석: {seats}.",
        charged: "포인트가 충전되었습니다.",
        failed: "처리하지 못했습니다. 페이지를 새로고침한 뒤 다시 시도해 주세요.",
        connectionLost: "연결이 끊겨 좌석 현황이 최신이 아닐 수 있습니다. 다시 연결하고 있습니다.",
        connectionBack: "다시 연결되었습니다.",
        minuteLeft: "결제 시간이 1분 남았습니다."
    )
}
