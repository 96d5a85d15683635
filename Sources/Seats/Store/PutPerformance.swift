import Engines
import Rooms
import Values

/// What became of a request to make or change a performance.
package enum PutPerformanceOutcome: Equatable, Sendable {
    case put(Performance, revision: Int64)
    /// It is not what the sender has seen.
    case preconditionFailed
    case unknownConcert
    /// A new performance needs this field.
    case missing(String)
    /// There are `seats` already; they may grow, not shrink.
    case fewerSeats(than: Int)
    /// The seats that one user may hold would cost more than 2^53 points.
    case amountLimit
}

extension ConcertStore {
    /// Others may change the same performance at the same time; each time it is read again.
    private static let attemptsMax = 16

    /// Makes a performance or changes it; the ledger has it before the seats in Redis do. Fields
    /// that are left out keep the value that they have when it is written.
    package func put(
        _ change: PerformanceChange,
        of id: PerformanceID,
        if precondition: Precondition<PerformanceListing>? = nil
    ) async throws(StoreError) -> PutPerformanceOutcome {
        var begun: Begun?
        for _ in 0..<Self.attemptsMax {
            switch try await tryToPut(change, of: id, precondition, begun) {
            case .done(let outcome): return outcome
            case .overtaken(let written): begun = written
            }
        }
        throw .busy("Many change performance \(id) at once.")
    }

    /// Written but for the rest of its seats: whether it may be is not asked again, and whoever
    /// changes a field meanwhile comes later.
    private struct Begun {
        /// As it was before.
        let former: Performance?
        let seats: Int
    }

    private enum Attempt {
        case done(PutPerformanceOutcome)
        /// It was changed meanwhile.
        case overtaken(Begun?)
    }

    private func tryToPut(
        _ change: PerformanceChange,
        of id: PerformanceID,
        _ precondition: Precondition<PerformanceListing>?,
        _ begun: Begun?
    ) async throws(StoreError) -> Attempt {
        let listing = try await ledger.performance(id)
        var old = listing?.performance
        var performance: Performance
        if let begun, let now = listing?.performance {  // guard: begun
            performance = now
            performance.seats = max(now.seats, begun.seats)
            old = begun.former
        } else {
            if let precondition, !precondition(listing) { return .done(.preconditionFailed) }
            switch Self.wanted(change, of: id, old) {
            case .performance(let wanted): performance = wanted
            case .refused(let outcome): return .done(outcome)
            }
        }
        let revision: Int64
        switch try await ledger.put(performance, former: listing, atMs: nowMs) {
        case .put(let written): revision = written
        case .unknownConcert: return .done(.unknownConcert)
        case .changedMeanwhile(let isBegun):
            let written = isBegun ? Begun(former: old, seats: performance.seats) : nil
            return .overtaken(begun ?? written)
        }
        await forget(id)
        committed()
        await settle(performance, former: old)
        return .done(.put(performance, revision: revision))
    }

    /// Tells Redis of what the ledger has.
    private func settle(_ performance: Performance, former: Performance?) async {
        // A failure is the relay's to make good: the change is in the outbox.
        await Background.settle.attempt(about: ("performance", performance.id.raw)) {
            try await seats.configure(performance, former: former)
        }
        // A room at rest stays until the new day is over. A failure is made good by its next use.
        if let room = performance.room {
            await Background.settle.attempt(about: ("room", room.raw)) {
                try await keeper.retire(room)
            }
        }
    }

    /// The performance as `change` makes it of `old`, nil for a new one; or why it cannot be.
    private static func wanted(
        _ change: PerformanceChange,
        of id: PerformanceID,
        _ old: Performance?
    ) -> Wanted {
        var performance: Performance
        if let old {
            performance = old
        } else {
            guard let concert = change.concert else { return .refused(.missing("concert")) }
            guard let date = change.date else { return .refused(.missing("date")) }
            guard let seats = change.seats else { return .refused(.missing("seats")) }
            guard let price = change.price else { return .refused(.missing("price")) }
            performance = Performance(
                id: id,
                concert: concert,
                date: date,
                seats: seats,
                price: price
            )
        }
        performance.apply(change)
        if let old, performance.seats < old.seats {
            return .refused(.fewerSeats(than: old.seats))
        }
        guard performance.priceOfMost != nil else { return .refused(.amountLimit) }
        return .performance(performance)
    }

    private enum Wanted {
        case performance(Performance)
        case refused(PutPerformanceOutcome)
    }

    /// As the ledger has it.
    func listing(of id: PerformanceID) async throws(StoreError) -> PerformanceListing? {
        try await ledger.performance(id)
    }
}

extension Performance {
    fileprivate mutating func apply(_ change: PerformanceChange) {
        if let value = change.concert { concert = value }
        if let value = change.date { date = value }
        if let value = change.opening { opening = value }
        if let value = change.seats { seats = value }
        if let value = change.price { price = value }
        if let value = change.room { room = value }
        if let value = change.holdSeconds { holdSeconds = value }
        if let value = change.maxSeatsPerUser { maxSeatsPerUser = value }
        if let value = change.cancelsPerUser { cancelsPerUser = value }
        if let value = change.cancelUntil { cancelUntil = value }
    }
}
