import Site
import Values

/// What stands in each place of `seats.html`.
extension SeatPage {
    var values: [String: Template.Value] {
        [fixed, labels, head, seats, held, paid].reduce(into: [:]) { all, some in
            all.merge(some) { _, new in new }
        }
    }

    private var phrases: Phrases.Seats { Phrases.of(language).seats }

    /// The block for the script is made once for each language.
    private var fixed: [String: Template.Value] {
        [
            "head": PageHead(
                language: language,
                title: "\(title) · \(performance.date)",
                assets: PageAsset.ofSeatPage,
                refresh: refresh
            ).value,
            "phrases": .markup(Self.scriptBlocks[language] ?? .none),
            "row_seats": .text("\(Self.rowSeats)"),
            "section_seats": .text("\(Self.sectionSeats)"),
        ]
    }

    /// Without a map a browser without a script looks again.
    private var refresh: Template.Markup {
        guard map == nil, hold == nil, receipt == nil else { return .none }
        return Template.refresh.render(["seconds": .text("\(Self.refreshSeconds)")])
    }

    private static let scriptBlocks: [Language: Template.Markup] = Dictionary(
        uniqueKeysWithValues: Language.allCases.map {
            ($0, Phrases.of($0).seats.scriptBlock($0))
        }
    )

    private var labels: [String: Template.Value] {
        let labels = phrases.labels
        return [
            "all_label": labels.allRooms, "room_label": labels.toRoom,
            "retry_label": Phrases.of(language).retry, "receipt_label": labels.receipt,
            "receipt_lead": labels.receiptLead, "seats_label": labels.heldSeats,
            "amount_label": labels.amount, "balance_label": labels.balance,
            "payment_label": labels.payment, "seats_link_label": labels.toSeats,
            "held_label": labels.held, "held_lead": labels.heldLead,
            "left_label": labels.timeLeft, "until_label": labels.heldUntil,
            "pay_label": labels.pay, "give_back_label": labels.giveBack,
            "charge_label": labels.chargeDo, "charge_amount_label": labels.chargeAmount,
            "price_label": labels.price, "available_label": labels.available,
            "opening_label": labels.opening, "choose_label": labels.choose,
            "key_label": labels.key, "sections_label": labels.sections,
            "skip_label": labels.skip, "keyboard": labels.keyboard, "hold_label": labels.hold,
            "free_label": phrases.states.free, "chosen_label": phrases.states.chosen,
            "yours_label": phrases.states.yours, "held_state_label": phrases.states.held,
            "sold_label": phrases.states.sold,
            "cancel_label": labels.cancel.title,
            "cancel_text": labels.cancel.text(performance, nowMs: nowMs),
        ].mapValues { .text($0) }
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
        let notices = phrases.notices
        switch notice {
        case .seatsTaken(let seats):
            return Phrases.fill(notices.seatsTaken, ["seats": Self.list(seats)])
        case .seatLimit(let limit):
            return Phrases.fill(notices.seatLimit, ["n": Phrases.number(limit)])
        case .insufficientPoints(let missing):
            return Phrases.fill(notices.insufficientPoints, ["points": points(missing)])
        case .plain(let notice):
            return notice.text(notices)
        case nil:
            if receipt != nil { return nil }
            guard let map else { return notices.unavailable }
            if !isOpen { return notices.notOpenYet }
            let isSoldOut = map.states.allSatisfy { $0 == SeatState.sold.rawValue }
            return isSoldOut ? notices.soldOut : nil
        }
    }

    private var seats: [String: Template.Value] {
        let states = map?.states ?? []
        let free = states.reduce(0) { $0 + ($1 == SeatState.free.rawValue ? 1 : 0) }
        let markup = SeatMapMarkup(
            states: states,
            yours: Set(hold?.seats ?? []),
            isChoosing: hold == nil,
            phrases: phrases
        )
        let isShown = map != nil && receipt == nil
        let price = map?.price ?? performance.price
        return [
            "price": .text("\(price)"),
            "price_text": .text(points(price)),
            "version": .text(map?.version ?? ""),
            "section": .text("\(shownSection)"),
            "available": .text(Phrases.number(free)),
            "states": .markup(
                Template.Markup(trusted: Phrases.quoted(String(decoding: states, as: UTF8.self)))
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
                isOpen ? "" : Phrases.instant(performance.opening?.description ?? "")
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
            "hold_expires_text": .text(expires.isEmpty ? "" : Phrases.instant(expires)),
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
        Phrases.count(Int(amount), Phrases.of(language).points)
    }

    private static func list(_ seats: [Int]) -> String {
        seats.map { "\($0)" }.joined(separator: ", ")
    }

    private func hidden(unless isShown: Bool) -> Template.Value { .text(isShown ? "" : "hidden") }
}
