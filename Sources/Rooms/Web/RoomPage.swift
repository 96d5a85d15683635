import Site

/// The visitor's page of one room, in the state that the server knows. It is complete without a
/// script; `room.js` keeps it true afterwards. Times are RFC 3339 in UTC.
struct RoomPage: Sendable {
    enum View: Equatable, Sendable {
        /// Without a ticket. `waiting` is how many are in line now.
        case notInLine(waiting: Int, opening: String?)
        /// With a ticket, before the opening. `isDraw`: the order is drawn by lot at the opening;
        /// then nobody has a position.
        case notOpenYet(opening: String, isDraw: Bool, position: Int?, refreshSeconds: Int)
        /// `position` nil where the room hides it; `returned`: was skipped, and came back.
        case waiting(
            position: Int?,
            ahead: Int?,
            estimate: WaitEstimate?,
            refreshSeconds: Int,
            returned: Bool
        )
        case admitted(sessionExpiresAt: String)
        case ended(Ended)
        case closed
        case soldOut
        /// The visitor keeps their place, in case something comes back.
        case soldOutInLine(refreshSeconds: Int)
        /// The line takes nobody else for now.
        case full
        case ticketInvalid
        case unavailable(retryAfterSeconds: Int)
    }

    enum Ended: Equatable, Sendable { case done, left, expired }

    let room: String
    let language: Language
    let view: View
    let continuePath: ContinuePath?
    let codes: Codes
    /// Why the estimate is later than it was, for somebody in line.
    let reason: EstimateReason?

    /// What the page says of codes.
    enum Codes: Equatable, Sendable {
        /// The room has no lanes.
        case none
        /// A field for one; `lane`: the named lane in which the visitor stands.
        case taken(lane: String?)
        case refused(CodeFault)
    }

    /// What was wrong with the one that was sent.
    enum CodeFault: Equatable, Sendable { case invalid, usedUp }

    /// A browser without a script asks again no faster than this, whatever the caller says.
    static let refreshSecondsMin = 2

    init(
        room: String,
        language: Language,
        view: View,
        continuePath: ContinuePath? = nil,
        codes: Codes = .none,
        reason: EstimateReason? = nil
    ) {
        self.reason = reason
        self.codes = codes
        self.room = room
        self.language = language
        self.view = view
        self.continuePath = continuePath
    }

    /// `text/html; charset=utf-8`.
    func render() -> [UInt8] { Template.room[language].render(values).bytes }

    /// Only a page that changes by itself asks again by itself.
    var refreshSeconds: Int? {
        switch view {
        case .waiting(_, _, _, let seconds, _), .notOpenYet(_, _, _, let seconds),
            .unavailable(let seconds), .soldOutInLine(let seconds):
            max(Self.refreshSecondsMin, seconds)
        default: nil
        }
    }

    var name: ViewName {
        switch view {
        case .notInLine: .notInLine
        case .notOpenYet(_, let isDraw, _, _): isDraw ? .notOpenYetDraw : .notOpenYet
        case .waiting(_, _, _, _, let returned): returned ? .returned : .waiting
        case .admitted: .admitted
        case .ended(.done): .done
        case .ended(.left): .left
        case .ended(.expired): .expired
        case .closed: .closed
        case .soldOut: .soldOut
        case .soldOutInLine: .soldOutInLine
        case .full: .full
        case .ticketInvalid: .ticketInvalid
        case .unavailable: .unavailable
        }
    }
}

/// What a page is about; also the value of `data-view`, which the sheet and the script read.
enum ViewName: String, CaseIterable, Sendable {
    case notInLine
    case notOpenYet
    case notOpenYetDraw
    case waiting
    case returned
    case admitted
    case done
    case left
    case expired
    case closed
    case soldOut
    case soldOutInLine
    case full
    case ticketInvalid
    case unavailable
}
