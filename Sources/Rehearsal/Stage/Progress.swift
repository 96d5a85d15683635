/// The line that a running rehearsal writes each second.
struct Progress {
    private var exchangesBefore = 0

    mutating func line(_ stage: Stage) -> String {
        var counts: [Visitor.Phase: Int] = [:]
        for visitor in stage.visitors { counts[visitor.phase, default: 0] += 1 }
        let observer = stage.observer
        let perSecond = observer.exchanges - exchangesBefore
        exchangesBefore = observer.exchanges
        let seconds = Figures.fixed(Double(stage.nowNs - stage.startNs) / 1e9, 0)
        let waiting = (counts[.entering] ?? 0) + (counts[.waiting] ?? 0)
        let errors =
            observer.failures.values.reduce(0, +)
            + observer.statuses.reduce(0) { $0 + ($1.key >= 500 ? $1.value : 0) }
        return "\(Figures.right(seconds, 4)) s"
            + "  arrived \(stage.visitors.count - (counts[.away] ?? 0))"
            + "  waiting \(waiting)"
            + "  inside \((counts[.inside] ?? 0) + (counts[.ending] ?? 0))"
            + (stage.shop.map { "  bought \($0.books.sales.count)" } ?? "")
            + "  finished \(counts[.gone] ?? 0)"
            + "  requests/s \(perSecond)  errors \(errors)"
            + "  in flight \(stage.client.inFlight)  queued \(stage.client.queued)"
    }
}
