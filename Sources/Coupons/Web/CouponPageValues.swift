import Site
import Values

/// What stands in each place of `coupon.html`.
extension CouponPage {
    var values: [String: Template.Value] {
        [fixed, head, facts].reduce(into: [:]) { all, some in
            all.merge(some) { _, new in new }
        }
    }

    private var words: Words { Words.coupons[language] }
    private var coupon: Coupon { standing.coupon }

    private var fixed: [String: Template.Value] {
        [
            "head": PageHead(
                language: language,
                title: coupon.name,
                assets: PageAsset.ofCouponPage,
                refresh: refresh
            ).value,
            "phrases": .markup(words.script),
        ]
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
            "sequence": .text(sequence.map { Words.number(Int($0)) } ?? ""),
            "hide_yours": hidden(unless: view == .yours),
            "hide_claim": hidden(unless: canClaim),
        ]
    }

    private var facts: [String: Template.Value] {
        let starts = coupon.startsAt?.description ?? ""
        let ends = coupon.endsAt?.description ?? ""
        let counts = [
            "n": Words.number(Int(standing.remaining)),
            "total": Words.number(Int(coupon.quantity)),
        ]
        return [
            "quantity": .text("\(coupon.quantity)"),
            "remaining": .text(words.fill("remaining", counts)),
            "hide_remaining": hidden(unless: view != .yours),
            "starts": .text(starts),
            "starts_text": .text(Words.instant(starts)),
            "hide_starts": hidden(unless: view == .scheduled),
            "ends": .text(ends),
            "ends_text": .text(Words.instant(ends)),
            "hide_ends": hidden(unless: coupon.endsAt != nil && view != .yours),
        ]
    }

    private var noticeText: String? {
        switch notice {
        case .already(let sequence):
            return words.fill("notices.already", ["n": Words.number(Int(sequence))])
        case .plain(let notice):
            return words["notices.\(notice.rawValue)"]
        case nil:
            switch view {
            case .yours: return nil
            case .finished: return words["notices.soldOut"]
            case .ended: return words["notices.ended"]
            case .scheduled: return words["notices.notYet"]
            case .open: return visitor == nil ? words["notices.unauthenticated"] : nil
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
