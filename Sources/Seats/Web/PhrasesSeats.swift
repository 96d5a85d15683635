import Site
import Values

extension Phrases {
    /// What the page of a performance's seats says. `{n}`, `{from}`, `{to}`, `{seats}`, `{state}`,
    /// `{points}`, `{row}` and `{time}` are filled in.
    package struct Seats: Sendable {
        package let labels: SeatLabels
        let states: SeatStates
        package let notices: SeatNotices
        /// How many seats somebody has chosen.
        let chosen: Counted
        /// How many seats a section, or the whole house, has free.
        let free: Counted
    }

    package struct SeatLabels: Sendable {
        let choose: String
        let price: String
        let available: String
        package let balance: String
        let opening: String
        let key: String
        let keyboard: String
        let sections: String
        let skip: String
        let section: String
        let row: String
        let seat: String
        let hold: String
        let held: String
        let heldLead: String
        let heldSeats: String
        package let amount: String
        let timeLeft: String
        let heldUntil: String
        let pay: String
        let giveBack: String
        package let chargeAmount: String
        package let chargeDo: String
        let receipt: String
        let receiptLead: String
        let payment: String
        let toRoom: String
        let toSeats: String
        let allRooms: String
        let unavailable: String
        let cancel: CancelLabels
    }

    /// What buyers may cancel. `{n}` and `{time}` are filled in.
    struct CancelLabels: Sendable {
        let title: String
        let never: String
        let always: String
        let until: String
        let times: String

        /// In words, for a visitor of now.
        func text(_ performance: Performance, nowMs: Int64) -> String {
            let isOver = performance.cancelUntil.map { $0.milliseconds <= nowMs } ?? false
            if isOver || performance.cancelsPerUser == 0 { return never }
            var parts: [String] = []
            if let end = performance.cancelUntil {
                parts.append(Phrases.fill(until, ["time": Phrases.instant(end.description)]))
            }
            if let count = performance.cancelsPerUser {
                parts.append(Phrases.fill(times, ["n": Phrases.number(Int(count))]))
            }
            return parts.isEmpty ? always : parts.joined(separator: " · ")
        }
    }

    struct SeatStates: Sendable {
        let free: String
        let held: String
        let sold: String
        let chosen: String
        let yours: String
    }

    package struct SeatNotices: Sendable {
        let seatsTaken: String
        let seatLost: String
        let seatLimit: String
        let chooseFirst: String
        let notAdmitted: String
        let notOpenYet: String
        let soldOut: String
        let holdExpired: String
        let holdOver: String
        let insufficientPoints: String
        package let balanceLimit: String
        package let badAmount: String
        let unavailable: String
        let unauthenticated: String
        let isBeingPaid: String
        let paying: String
        let payingAgain: String
        let held: String
        let givenBack: String
        let paid: String
        package let charged: String
        package let failed: String
        let connectionLost: String
        let connectionBack: String
        let minuteLeft: String
    }
}

extension Phrases {
    /// The texts of seats in this language.
    package var seats: Seats {
        switch language {
        case .en: .english
        case .ko: .korean
        case .ja: .japanese
        }
    }
}

/// What a page of seats can have to say about what was just tried; the script knows the same names.
package enum SeatNotice: String, CaseIterable, Sendable {
    case chooseFirst
    case notAdmitted
    case notOpenYet
    case soldOut
    case holdExpired
    case holdOver
    case balanceLimit
    case badAmount
    case unavailable
    case unauthenticated
    case isBeingPaid
    case payingAgain
    case givenBack
    case charged
    case failed

    func text(_ notices: Phrases.SeatNotices) -> String {
        switch self {
        case .chooseFirst: notices.chooseFirst
        case .notAdmitted: notices.notAdmitted
        case .notOpenYet: notices.notOpenYet
        case .soldOut: notices.soldOut
        case .holdExpired: notices.holdExpired
        case .holdOver: notices.holdOver
        case .balanceLimit: notices.balanceLimit
        case .badAmount: notices.badAmount
        case .unavailable: notices.unavailable
        case .unauthenticated: notices.unauthenticated
        case .isBeingPaid: notices.isBeingPaid
        case .payingAgain: notices.payingAgain
        case .givenBack: notices.givenBack
        case .charged: notices.charged
        case .failed: notices.failed
        }
    }
}
