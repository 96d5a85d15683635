import Site
import Values

/// What stands in each place of `rankings.html`.
extension RankingsPage {
    var values: [String: Template.Value] {
        [fixed, head, lists, plot].reduce(into: [:]) { all, some in
            all.merge(some) { _, new in new }
        }
    }

    private var words: Words { Words.rankings[language] }

    /// The same on every page of a language.
    private var fixed: [String: Template.Value] {
        [
            "head": PageHead(
                language: language,
                title: words["labels.title"],
                assets: PageAsset.ofRankingsPage,
                isListed: true
            ).value,
            "phrases": .markup(words.script),
            "row": .markup(Row().render(language)),
        ]
    }

    private var head: [String: Template.Value] {
        let isUnread = concerts == nil || popular == nil
        let refreshed = popular?.refreshedAt.description ?? ""
        return [
            "percent": .text(RankingBadge.percent(fraction)),
            "unavailable": .text(isUnread ? words["live.unavailable"] : ""),
            "hide_unavailable": hidden(unless: isUnread),
            "refreshed": .text(refreshed),
            "refreshed_text": .text(Words.instant(refreshed)),
            "hide_refreshed": hidden(unless: popular != nil),
            "products_lead": .text(popular.map { words.count("days", $0.days) } ?? ""),
            "hide_from_ledger": hidden(unless: popular?.isFromLedger == true),
        ]
    }

    private var lists: [String: Template.Value] {
        let concerts = (concerts ?? []).map { row($0).render(language) }
        let products = (popular?.products ?? []).map { row($0).render(language) }
        return [
            "concerts": .markup(Template.Markup(joining: concerts)),
            "hide_concerts_empty": hidden(unless: self.concerts?.isEmpty == true),
            "products": .markup(Template.Markup(joining: products)),
            "hide_products_empty": hidden(unless: popular?.products.isEmpty == true),
        ]
    }

    private func row(_ entry: SelloutEntry) -> Row {
        let sold = words.count("seats", Int(entry.soldOutCount))
        return Row(
            member: entry.performance.raw,
            concert: entry.concert.raw,
            name: name(entry),
            rank: entry.rank,
            path: RankingsPage.seatsAddress(entry.performance),
            title: title(entry),
            sold: "\(entry.concertDate) · \(sold)",
            badge: RankingBadge.text(entry, fraction, language),
            trace: Self.address(.concerts, entry.performance.raw)
        )
    }

    private func row(_ entry: PopularEntry) -> Row {
        Row(
            member: entry.product.raw,
            name: title(entry),
            rank: entry.rank,
            path: RankingsPage.shopAddress,
            title: title(entry),
            sold: words.count("units", Int(entry.units)),
            trace: Self.address(.products, entry.product.raw),
            move: RankMove(from: entry.previousRank, to: entry.rank)
        )
    }

    private var plot: [String: Template.Value] {
        let plot = traced?.points.flatMap { RankPlot($0) }
        let name = traced.map(name) ?? ""
        let trouble = words[traced?.points == nil ? "labels.plotUnavailable" : "labels.plotEmpty"]
        let from = plot?.first.at.description ?? ""
        let to = plot?.last.at.description ?? ""
        func number(_ rank: Int?) -> Template.Value { .text(rank.map(Words.number) ?? "") }
        return [
            "hide_plot": hidden(unless: traced != nil),
            "plot_title": .text(words.fill("labels.plot", ["name": name])),
            "hide_by_sold": hidden(unless: traced?.list == .concerts),
            "plot_trouble": .text(plot == nil ? trouble : ""),
            "hide_plot_trouble": hidden(unless: plot == nil),
            "hide_plot_figure": hidden(unless: plot != nil),
            "plot_box": .text(RankPlot.box),
            "plot_grid": .text(RankPlot.grid),
            "plot_line": .text(plot?.line ?? ""),
            "plot_end_x": .text("\(RankPlot.endX)"),
            "plot_end_y": .text("\(plot?.endY ?? 0)"),
            "plot_lowest": number(plot?.lowest),
            "plot_now": number(plot?.last.rank),
            "plot_best": number(plot?.best),
            "plot_first": number(plot?.first.rank),
            "plot_from": .text(from),
            "plot_from_text": .text(Words.instant(from)),
            "plot_to": .text(to),
            "plot_to_text": .text(Words.instant(to)),
        ]
    }

    private func hidden(unless isShown: Bool) -> Template.Value { .text(isShown ? "" : "hidden") }
}

/// A line of either list. The empty one is what the script makes new lines from.
private struct Row {
    var member = ""
    var concert = ""
    /// What it is called where nothing else stands beside it.
    var name = ""
    var rank: Int?
    var path = ""
    var title = ""
    var sold = ""
    var badge = ""
    var trace = ""
    /// Nil: nothing is known of where it was.
    var move: RankMove?

    func render(_ language: Language) -> Template.Markup {
        let words = Words.rankings[language]
        return Template.rankingsRow[language].render([
            "member": .text(member),
            "concert": .text(concert),
            "name": .text(name),
            "rank": .text(rank.map { "\($0)" } ?? ""),
            "rank_text": .text(rank.map(Words.number) ?? ""),
            "path": .text(path),
            "title": .text(title),
            "sold": .text(sold),
            "badge": .text(badge),
            "hide_badge": .text(badge.isEmpty ? "hidden" : ""),
            "trace": .text(trace),
            "move": .text(move?.name ?? ""),
            "move_mark": .text(move?.mark(words) ?? ""),
            "move_text": .text(move?.text(words) ?? ""),
        ])
    }
}
