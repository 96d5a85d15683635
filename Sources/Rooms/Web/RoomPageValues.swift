import Site

/// What stands in each place of `room.html`.
extension RoomPage {
    var values: [String: Template.Value] {
        [fixed, headings, place, times, actions, code].reduce(into: [:]) { all, some in
            all.merge(some) { _, new in new }
        }
    }

    private var words: Words { Words.rooms[language] }

    /// The same on every page of a language.
    private var fixed: [String: Template.Value] {
        [
            "language": .text(language.rawValue),
            "style": .text(PageAsset.style.address),
            "words": .text(PageAsset.words.address),
            "room_view": .text(PageAsset.roomView.address),
            "room_feed": .text(PageAsset.roomFeed.address),
            "script": .text(PageAsset.script.address),
            "phrases": .markup(words.script),
        ]
    }

    private var headings: [String: Template.Value] {
        let isWithoutLink = name == .admitted && continuePath == nil
        return [
            "room": .text(room),
            "view": .text(name.rawValue),
            "title": .text(title),
            "headline": .text(words["views.\(name.rawValue).headline"]),
            "lead": .text(
                words[isWithoutLink ? "admittedWithoutLink" : "views.\(name.rawValue).lead"]
            ),
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
            let values = ["n": Words.number(position), "room": room]
            return words.fill("labels.titleWithPosition", values)
        }
        let values = ["title": words["views.\(name.rawValue).headline"], "room": room]
        return words.fill("labels.titleOtherwise", values)
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
            "position": .text(position.map(Words.number) ?? ""),
            "ahead": .text(ahead.map { words.count("ahead", $0) } ?? ""),
            "estimate": .text(estimate.map { Self.text($0, words) } ?? words["labels.noEstimate"]),
            "reason": .text(reason.map { words["reasons.\($0.rawValue)"] } ?? ""),
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
            "waiting": .text(waiting.map { words.count("people", $0) } ?? ""),
            "hide_waiting": hidden(unless: waiting != nil),
            "opening": .text(opening ?? ""),
            "opening_text": .text(opening.map(Words.instant) ?? ""),
            "hide_opening": hidden(unless: opening != nil),
            "draw": .text(name == .notOpenYetDraw ? "yes" : ""),
            "expires": .text(expires ?? ""),
            "expires_text": .text(expires.map(Words.instant) ?? ""),
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
        case .refused(.invalid): fault = words["codes.invalid"]
        case .refused(.usedUp): fault = words["codes.usedUp"]
        }
        return [
            "lane": .text(lane ?? ""),
            "hide_lane": hidden(unless: lane != nil),
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
        case .notInLine: words["labels.join"]
        case .full: words["labels.retry"]
        default: words["labels.joinAgain"]
        }
    }

    private var isInLine: Bool {
        switch view {
        case .waiting, .notOpenYet: true
        default: false
        }
    }

    private func hidden(unless isShown: Bool) -> Template.Value { .text(isShown ? "" : "hidden") }

    /// A wait as a person would say it: rounded outward, so that the truth lies within.
    /// Up to 90 minutes in minutes, above in hours.
    static func text(_ estimate: WaitEstimate, _ words: Words) -> String {
        let low = max(0, min(Int(estimate.min), Int(estimate.max)))
        let high = max(0, max(Int(estimate.min), Int(estimate.max)))
        if high < 60 { return words["rough.underMinute"] }
        let isHours = high > 90 * 60
        let unit = isHours ? 3_600 : 60
        let from = max(1, low / unit)
        // Not `high + unit - 1`, which could overflow.
        let to = high / unit + (high.isMultiple(of: unit) ? 0 : 1)
        if from < to {
            let values = ["min": Words.number(from), "max": Words.number(to)]
            return words.fill(isHours ? "rough.hourRange" : "rough.minuteRange", values)
        }
        if to == 1 { return words[isHours ? "rough.hour" : "rough.minute"] }
        return words.fill(isHours ? "rough.hours" : "rough.minutes", ["n": Words.number(to)])
    }
}
