import Site
import Values

/// What stands in each place of `seats.html`.
extension SeatPage {
    var values: [String: Template.Value] {
        [fixed, head, seats, held, paid].reduce(into: [:]) { all, some in
            all.merge(some) { _, new in new }
        }
    }

    private var words: Words { Words.seats[language] }

    private var fixed: [String: Template.Value] {
        [
            "head": PageHead(
                language: language,
                title: "\(title) · \(performance.date)",
                assets: PageAsset.ofSeatPage,
                refresh: refresh
            ).value,
            "phrases": .markup(words.script),
            "row_seats": .text("\(Self.rowSeats)"),
            "section_seats": .text("\(Self.sectionSeats)"),
            "cancel_text": .text(cancelText),
        ]
    }

    /// Without a map a browser without a script looks again.
    private var refresh: Template.Markup {
        guard map == nil, hold == nil, receipt == nil else { return .none }
        return Template.refresh.render(["seconds": .text("\(Self.refreshSeconds)")])
    }

    /// What a buyer may cancel from now on.
    var cancelText: String {
        let isOver = performance.cancelUntil.map { $0.milliseconds <= nowMs } ?? false
        if isOver || performance.cancelsPerUser == 0 { return words["cancel.never"] }
        var parts: [String] = []
        if let end = performance.cancelUntil {
            parts.append(words.fill("cancel.until", ["time": Words.instant(end.description)]))
        }
        if let count = performance.cancelsPerUser {
            parts.append(words.fill("cancel.times", ["n": Words.number(Int(count))]))
        }
        return parts.isEmpty ? words["cancel.always"] : parts.joined(separator: " · ")
    }

    private var head: [String: Template.Value] {
        let link = Self.roomLink(performance)
        return [
            "performance": .text(performance.id.raw),
            "title": .text(title),
            "date": .text(performance.date),
            "view": .text(view.rawValue),
            "room": .text(performance.room?.raw ?? ""),
            "limit": .text("\(performance.maxSeatsPerUser)"),
            "base": .text(Self.address(performance.id)),
            "seats_link": .text(Self.address(performance.id)),
            "query": .text(shownSection > 1 ? "?section=\(shownSection)" : ""),
            "notice": .text(noticeText ?? ""),
            "hide_notice": hidden(unless: noticeText != nil),
            "room_link": .text(link ?? ""),
            "hide_room": hidden(unless: link != nil && leadsToRoom),
            "hide_retry": hidden(unless: map == nil && receipt == nil),
        ]
    }

    /// Whether the way on is the line: the visitor is not inside.
    private var leadsToRoom: Bool {
        switch notice {
        case .plain(.notAdmitted), .plain(.unauthenticated): true
        default: false
        }
    }

    private var noticeText: String? {
        switch notice {
        case .seatsTaken(let seats):
            return words.fill("notices.seatsTaken", ["seats": Self.list(seats)])
        case .seatLimit(let limit):
            return words.fill("notices.seatLimit", ["n": Words.number(limit)])
        case .insufficientPoints(let missing):
            return words.fill("notices.insufficientPoints", ["points": points(missing)])
        case .plain(let notice):
            return words["notices.\(notice.rawValue)"]
        case nil:
            if receipt != nil { return nil }
            guard let map else { return words["notices.unavailable"] }
            if !isOpen { return words["notices.notOpenYet"] }
            let isSoldOut = map.states.allSatisfy { $0 == SeatState.sold.rawValue }
            return isSoldOut ? words["notices.soldOut"] : nil
        }
    }

    private var seats: [String: Template.Value] {
        let states = map?.states ?? []
        let free = states.reduce(0) { $0 + ($1 == SeatState.free.rawValue ? 1 : 0) }
        let markup = SeatMapMarkup(
            states: states,
            yours: Set(hold?.seats ?? []),
            isChoosing: hold == nil,
            words: words
        )
        let isShown = map != nil && receipt == nil
        let price = map?.price ?? performance.price
        return [
            "price": .text("\(price)"),
            "price_text": .text(points(price)),
            "version": .text(map?.version ?? ""),
            "section": .text("\(shownSection)"),
            "available": .text(Words.number(free)),
            "states": .markup(
                Template.Markup(trusted: Words.quoted(String(decoding: states, as: UTF8.self)))
            ),
            "far": .text(sections.seats >= 10_000 ? "far" : ""),
            "rows": .markup(isShown ? markup.rows(sections.numbers(shownSection)) : .none),
            "sections": .markup(
                isShown && sections.count > 1
                    ? markup.sections(
                        sections,
                        shown: shownSection,
                        address: Self.address(performance.id)
                    ) : .none
            ),
            "hide_sections": hidden(unless: sections.count > 1),
            "hide_map": hidden(unless: isShown),
            "hide_hold": hidden(unless: hold == nil && free > 0),
            "balance": .text(balance.map(points) ?? ""),
            "hide_balance": hidden(unless: balance != nil && receipt == nil),
            "opening": .text(isOpen ? "" : performance.opening?.description ?? ""),
            "opening_text": .text(
                isOpen ? "" : Words.instant(performance.opening?.description ?? "")
            ),
            "hide_opening": hidden(unless: !isOpen),
        ]
    }

    private var held: [String: Template.Value] {
        let expires = hold.map { Timestamp(milliseconds: $0.expiresMs).description } ?? ""
        return [
            "hide_held": hidden(unless: view == .held),
            "hold": .text(hold?.token ?? ""),
            "held_seats": .text(hold.map { Self.list($0.seats) } ?? ""),
            "held_amount": .text(hold.map { points($0.amount) } ?? ""),
            "hold_expires": .text(expires),
            "hold_expires_text": .text(expires.isEmpty ? "" : Words.instant(expires)),
            "pay_key": .text(keys.pay),
            "charge_key": .text(keys.charge),
            "missing": .text(charge > 0 ? "\(charge)" : ""),
            "hide_charge": hidden(unless: charge > 0),
        ]
    }

    /// Points that the visitor is offered to charge.
    private var charge: Int64 { chargeAmount ?? missing }

    /// Points that the visitor lacks to pay what they hold.
    private var missing: Int64 {
        if case .insufficientPoints(let missing) = notice { return missing }
        guard let hold, let balance else { return 0 }
        return max(0, hold.amount - balance)
    }

    private var paid: [String: Template.Value] {
        [
            "hide_receipt": hidden(unless: receipt != nil),
            "payment": .text(receipt?.payment ?? ""),
            "paid_seats": .text(receipt.map { Self.list($0.seats) } ?? ""),
            "paid_amount": .text(receipt.map { points($0.amount) } ?? ""),
            "paid_balance": .text(receipt.map { points($0.balance) } ?? ""),
        ]
    }

    private func points(_ amount: Int64) -> String {
        words.count("points", Int(amount))
    }

    private static func list(_ seats: [Int]) -> String {
        seats.map { "\($0)" }.joined(separator: ", ")
    }

    private func hidden(unless isShown: Bool) -> Template.Value { .text(isShown ? "" : "hidden") }
}
