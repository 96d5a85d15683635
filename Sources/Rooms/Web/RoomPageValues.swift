import Site

/// What stands in each place of `room.html`.
extension RoomPage {
    var values: [String: Template.Value] {
        [fixed, headings, place, times, actions, code].reduce(into: [:]) { all, some in
            all.merge(some) { _, new in new }
        }
    }

    private var phrases: Phrases.Room { Phrases.of(language).room }

    /// The same on every page of a language; the block for the script is made once for each.
    private var fixed: [String: Template.Value] {
        let labels = phrases.labels
        return [
            "language": .text(language.rawValue),
            "style": .text(PageAsset.style.address),
            "words": .text(PageAsset.words.address),
            "room_view": .text(PageAsset.roomView.address),
            "room_feed": .text(PageAsset.roomFeed.address),
            "script": .text(PageAsset.script.address),
            "phrases": .markup(Self.scriptBlocks[language] ?? .none),
            "place_label": .text(labels.place),
            "progress_label": .text(labels.progress),
            "estimate_label": .text(labels.estimate),
            "waiting_label": .text(labels.waitingNow),
            "opening_label": .text(labels.opening),
            "left_label": .text(labels.timeLeft),
            "expires_label": .text(labels.expires),
            "continue_label": .text(labels.goOn),
            "retry_label": .text(Phrases.of(language).retry),
            "leave_label": .text(labels.leave),
            "note": .text(labels.note),
        ]
    }

    private static let scriptBlocks: [Language: Template.Markup] = Dictionary(
        uniqueKeysWithValues: Language.allCases.map { ($0, Phrases.of($0).room.scriptBlock($0)) }
    )

    private var headings: [String: Template.Value] {
        let heading = phrases.heading(name)
        let isWithoutLink = name == .admitted && continuePath == nil
        return [
            "room": .text(room),
            "view": .text(name.rawValue),
            "title": .text(title),
            "headline": .text(heading.headline),
            "lead": .text(isWithoutLink ? phrases.admittedWithoutLink : heading.lead),
            "refresh": .markup(
                refreshSeconds.map { Template.refresh.render(["seconds": .text("\($0)")]) } ?? .none
            ),
            "retry_seconds": .text(refreshSeconds.map { "\($0)" } ?? ""),
            "hide_note": hidden(unless: isInLine),
        ]
    }

    /// With the place in it, so that it can be read while another tab is in front.
    private var title: String {
        if case .waiting(let position?, _, _, _, _) = view {
            let values = ["n": Phrases.number(position), "room": room]
            return Phrases.fill(phrases.labels.titleWithPosition, values)
        }
        let values = ["title": phrases.heading(name).headline, "room": room]
        return Phrases.fill(phrases.labels.titleOtherwise, values)
    }

    private var place: [String: Template.Value] {
        var position: Int?
        var ahead: Int?
        var estimate: WaitEstimate?
        switch view {
        case .waiting(let at, let before, let wait, _, _):
            (position, ahead, estimate) = (at, before, wait)
        case .notOpenYet(_, _, let at, _): (position, ahead) = (at, at.map { $0 - 1 })
        default: break
        }
        let isWaiting = name == .waiting || name == .returned
        return [
            "position": .text(position.map(Phrases.number) ?? ""),
            "ahead": .text(ahead.map { Phrases.count($0, phrases.ahead) } ?? ""),
            "estimate": .text(estimate.map(phrases.wait) ?? phrases.labels.noEstimate),
            "reason": .text(reason.map(phrases.reasons.text) ?? ""),
            "hide_reason": hidden(unless: reason != nil),
            "hide_place": hidden(unless: position != nil),
            "hide_estimate": hidden(unless: isWaiting),
        ]
    }

    private var times: [String: Template.Value] {
        var waiting: Int?
        var opening: String?
        var expires: String?
        switch view {
        case .notInLine(let people, let at): (waiting, opening) = (people, at)
        case .notOpenYet(let at, _, _, _): opening = at
        case .admitted(let at): expires = at
        default: break
        }
        return [
            "waiting": .text(waiting.map { Phrases.count($0, phrases.people) } ?? ""),
            "hide_waiting": hidden(unless: waiting != nil),
            "opening": .text(opening ?? ""),
            "opening_text": .text(opening.map(Phrases.instant) ?? ""),
            "hide_opening": hidden(unless: opening != nil),
            "draw": .text(name == .notOpenYetDraw ? "yes" : ""),
            "expires": .text(expires ?? ""),
            "expires_text": .text(expires.map(Phrases.instant) ?? ""),
            "hide_expires": hidden(unless: expires != nil),
        ]
    }

    private var actions: [String: Template.Value] {
        let base = "/rooms/\(percentEncoded(room))"
        let query = continuePath?.query ?? ""
        return [
            "join_action": .text("\(base)/join\(query)"),
            "leave_action": .text("\(base)/leave\(query)"),
            "join_label": .text(joinLabel),
            "continue": .text(continuePath?.path ?? ""),
            "hide_join": hidden(unless: Self.joinable.contains(name)),
            "hide_leave": hidden(unless: isInLine || name == .soldOutInLine),
            "hide_continue": hidden(unless: name == .admitted && continuePath != nil),
            "hide_retry": hidden(unless: name == .unavailable),
        ]
    }

    private var code: [String: Template.Value] {
        var lane: String?
        var fault: String?
        switch codes {
        case .none: break
        case .taken(let name): lane = name
        case .refused(.invalid): fault = phrases.codes.invalid
        case .refused(.usedUp): fault = phrases.codes.usedUp
        }
        return [
            "lane_label": .text(phrases.codes.lane),
            "lane": .text(lane ?? ""),
            "hide_lane": hidden(unless: lane != nil),
            "code_label": .text(phrases.codes.label),
            "code_button": .text(phrases.codes.send),
            "code_fault": .text(fault ?? ""),
            "hide_code_fault": hidden(unless: fault != nil),
            "hide_code": hidden(
                unless: codes != .none && (isInLine || Self.joinable.contains(name))
            ),
        ]
    }

    /// Views from which somebody may join. `room.js` knows the same set.
    private static let joinable: Set<ViewName> = [
        .notInLine, .left, .expired, .full, .ticketInvalid,
    ]

    private var joinLabel: String {
        switch name {
        case .notInLine: phrases.labels.join
        case .full: Phrases.of(language).retry
        default: phrases.labels.joinAgain
        }
    }

    private var isInLine: Bool {
        switch view {
        case .waiting, .notOpenYet: true
        default: false
        }
    }

    private func hidden(unless isShown: Bool) -> Template.Value { .text(isShown ? "" : "hidden") }
}
