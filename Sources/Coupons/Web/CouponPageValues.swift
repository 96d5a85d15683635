import Site
import Values

/// What stands in each place of `coupon.html`.
extension CouponPage {
    var values: [String: Template.Value] {
        [fixed, labels, head, facts].reduce(into: [:]) { all, some in
            all.merge(some) { _, new in new }
        }
    }

    private var phrases: Phrases.Coupon { Phrases.of(language).coupon }
    private var coupon: Coupon { standing.coupon }

    /// The block for the script is made once for each language.
    private var fixed: [String: Template.Value] {
        [
            "head": PageHead(
                language: language,
                title: coupon.name,
                assets: PageAsset.ofCouponPage,
                refresh: refresh
            ).value,
            "phrases": .markup(Self.scriptBlocks[language] ?? .none),
        ]
    }

    private static let scriptBlocks: [Language: Template.Markup] = Dictionary(
        uniqueKeysWithValues: Language.allCases.map {
            ($0, Phrases.of($0).couponScriptBlock($0))
        }
    )

    private var labels: [String: Template.Value] {
        let labels = phrases.labels
        return [
            "all_label": Phrases.of(language).allOnSale, "yours_label": labels.yours,
            "yours_lead": labels.yoursLead,
            "number_label": labels.number, "left_label": labels.startsIn,
            "remaining_label": labels.remaining, "starts_label": labels.starts,
            "ends_label": labels.ends, "claim_label": labels.claim, "shop_label": labels.toShop,
            "note": labels.note,
        ].mapValues { .text($0) }
    }

    private var head: [String: Template.Value] {
        let view = view
        let canClaim = visitor != nil && (view == .open || view == .scheduled)
        return [
            "coupon": .text(coupon.id.raw),
            "name": .text(coupon.name),
            "discount": .text(Self.text(coupon.discount, language)),
            "view": .text(view.rawValue),
            "now": .text("\(atMs)"),
            "who": .text(visitor?.user.raw ?? ""),
            "base": .text(Self.address(coupon.id)),
            "notice": .text(noticeText ?? ""),
            "hide_notice": hidden(unless: noticeText != nil),
            "sequence": .text(sequence.map { Phrases.number(Int($0)) } ?? ""),
            "hide_yours": hidden(unless: view == .yours),
            "hide_claim": hidden(unless: canClaim),
        ]
    }

    private var facts: [String: Template.Value] {
        let starts = coupon.startsAt?.description ?? ""
        let ends = coupon.endsAt?.description ?? ""
        let counts = [
            "n": Phrases.number(Int(standing.remaining)),
            "total": Phrases.number(Int(coupon.quantity)),
        ]
        return [
            "quantity": .text("\(coupon.quantity)"),
            "remaining": .text(Phrases.fill(phrases.remaining, counts)),
            "hide_remaining": hidden(unless: view != .yours),
            "starts": .text(starts),
            "starts_text": .text(Phrases.instant(starts)),
            "hide_starts": hidden(unless: view == .scheduled),
            "ends": .text(ends),
            "ends_text": .text(Phrases.instant(ends)),
            "hide_ends": hidden(unless: coupon.endsAt != nil && view != .yours),
        ]
    }

    private var noticeText: String? {
        let notices = phrases.notices
        switch notice {
        case .already(let sequence):
            return Phrases.fill(notices.already, ["n": Phrases.number(Int(sequence))])
        case .plain(let notice):
            return notice.text(notices)
        case nil:
            switch view {
            case .yours: return nil
            case .finished: return notices.soldOut
            case .ended: return notices.ended
            case .scheduled: return notices.notYet
            case .open: return visitor == nil ? notices.unauthenticated : nil
            }
        }
    }

    /// Until the start a browser without a script looks again: at the start, and each minute.
    private var refresh: Template.Markup {
        guard view == .scheduled, let start = coupon.startsAt else { return .none }
        let seconds = max(1, min(60, (start.milliseconds - atMs + 999) / 1_000))
        // By its address: an answer to the form is not at one that can be asked for again.
        return Template.refresh.render([
            "seconds": .text("\(seconds);url=\(Self.address(coupon.id))")
        ])
    }

    private func hidden(unless isShown: Bool) -> Template.Value { .text(isShown ? "" : "hidden") }
}
