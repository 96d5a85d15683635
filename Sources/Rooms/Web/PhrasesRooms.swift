import Site

extension Phrases {
    /// What the page of a room says. `{n}`, `{min}`, `{max}`, `{room}` and `{title}` are filled in.
    struct Room: Sendable {
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
            let note: String
            let titleWithPosition: String
            let titleOtherwise: String
        }

        let headings: [ViewName: Phrases.Heading]
        /// The lead of an admitted visitor whose page knows no way on.
        let admittedWithoutLink: String
        let ahead: Phrases.Counted
        let people: Phrases.Counted
        let rough: Rough
        let live: Live
        let labels: Labels
        let codes: Phrases.Codes
        let reasons: Phrases.Reasons

        /// The heading of `view`. One without is a mistake in the tables, which a test looks for.
        func heading(_ view: ViewName) -> Heading {
            guard let heading = headings[view] else {
                preconditionFailure("\(view) has no heading")
            }
            return heading
        }
    }
}

extension Phrases {
    /// The texts of rooms in this language.
    var room: Room {
        switch language {
        case .en: .english
        case .ko: .korean
        case .ja: .japanese
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
