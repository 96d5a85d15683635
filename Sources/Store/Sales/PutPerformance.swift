public import Onsale

/// What became of a request to make or change a performance.
public enum PutPerformanceOutcome: Equatable, Sendable {
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

extension SaleStore {
    /// Others may change the same performance at the same time; each time it is read again.
    private static let attemptsMax = 16

    /// Makes a performance or changes it; the ledger has it before the seats in Redis do. Fields
    /// that are left out keep the value that they have when it is written.
    public func put(
        _ change: PerformanceChange,
        of id: PerformanceID,
        if precondition: Precondition<PerformanceListing>? = nil
    ) async throws(StoreError) -> PutPerformanceOutcome {
        for _ in 0..<Self.attemptsMax {
            if let outcome = try await tryToPut(change, of: id, precondition) { return outcome }
        }
        throw .busy("Many change performance \(id) at once.")
    }

    /// Nil: it was changed meanwhile.
    private func tryToPut(
        _ change: PerformanceChange,
        of id: PerformanceID,
        _ precondition: Precondition<PerformanceListing>?
    ) async throws(StoreError) -> PutPerformanceOutcome? {
        let listing = try await ledger.performance(id)
        if let precondition, !precondition(listing) { return .preconditionFailed }
        let old = listing?.performance
        let revision: Int64
        var performance: Performance
        if let old {
            performance = old
        } else {
            guard let concert = change.concert else { return .missing("concert") }
            guard let date = change.date else { return .missing("date") }
            guard let seats = change.seats else { return .missing("seats") }
            guard let price = change.price else { return .missing("price") }
            performance = Performance(
                id: id,
                concert: concert,
                date: date,
                seats: seats,
                price: price
            )
        }
        performance.apply(change)
        if let old, performance.seats < old.seats { return .fewerSeats(than: old.seats) }
        guard performance.priceOfMost != nil else { return .amountLimit }
        switch try await ledger.put(performance, former: listing, atMs: nowMs) {
        case .put(let written): revision = written
        case .unknownConcert: return .unknownConcert
        case .changedMeanwhile: return nil
        }
        await forget(id)
        committed()
        // A failure is the relay's to make good: the change is in the outbox.
        let settled = performance
        await Background.settle.attempt(about: ("performance", id.raw)) {
            try await seats.configure(settled, former: old)
        }
        // A room at rest stays until the new day is over. A failure is made good by its next use.
        if let room = settled.room {
            await Background.settle.attempt(about: ("room", room.raw)) {
                try await rooms.keeper.retire(room)
            }
        }
        return .put(performance, revision: revision)
    }

    /// As the ledger has it.
    public func listing(of id: PerformanceID) async throws(StoreError) -> PerformanceListing? {
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
