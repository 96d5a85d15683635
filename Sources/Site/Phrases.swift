import Onsale
import Values

/// All that the visitor's pages say, in one language.
///
/// `{n}`, `{min}`, `{max}`, `{room}` and `{title}` are filled in. Stored properties without
/// defaults: a phrase that a language lacks does not compile.
struct Phrases: Sendable {
    /// What a page says first: the heading, and one or two sentences under it.
    struct Heading: Sendable {
        let headline: String
        let lead: String
    }

    /// A sentence about a number of things. `one` equals `other` where the language has no plural.
    struct Counted: Sendable {
        let zero: String
        let one: String
        let other: String
    }

    /// A length of time that is only roughly known.
    struct Rough: Sendable {
        let underMinute: String
        let minute: String
        let minutes: String
        let minuteRange: String
        let hour: String
        let hours: String
        let hourRange: String
    }

    /// What is read aloud or shown while the page lives.
    struct Live: Sendable {
        let connectionLost: String
        let connectionBack: String
        let awayTitle: String
        let leaveConfirm: String
        let minuteLeft: String
    }

    struct Labels: Sendable {
        let place: String
        let progress: String
        let estimate: String
        let noEstimate: String
        let waitingNow: String
        let opening: String
        let expires: String
        let timeLeft: String
        let join: String
        let joinAgain: String
        let leave: String
        let goOn: String
        let retry: String
        let note: String
        let titleWithPosition: String
        let titleOtherwise: String
    }

    struct Index: Sendable {
        let heading: Heading
        let demo: String
        let empty: String
        let waiting: String
        let inside: String
        let rooms: String
        let moreRooms: String
        let firstPage: String
        let performances: String
        let noPerformances: String
        let available: String
        let price: String
        let seeSeats: String
        let shop: String
        let states: [RoomState: String]
    }

    let headings: [ViewName: Heading]
    /// Of somebody beyond a rate.
    let limited: Heading
    /// The lead of an admitted visitor whose page knows no way on.
    let admittedWithoutLink: String
    let ahead: Counted
    let people: Counted
    let rough: Rough
    let live: Live
    let labels: Labels
    let index: Index
    let codes: Codes
    let reasons: Reasons
    let seats: Seats
    let coupon: Coupon
    let shop: Shop
    let rankings: Rankings

    static func of(_ language: Language) -> Phrases {
        switch language {
        case .en: english
        case .ko: korean
        case .ja: japanese
        }
    }

    /// The heading of `view`. One without is a mistake in the tables, which a test looks for.
    func heading(_ view: ViewName) -> Heading {
        guard let heading = headings[view] else { preconditionFailure("\(view) has no heading") }
        return heading
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
