import JSON

/// What holds of a whole room.
extension LineFuzz {
    struct Report {
        var span: FuzzSpan
        var state: String
        var waiting: Int64
        var inside: Int64
        var skipped: Int64
        var totals: [Int64]
        var admitted: Int64 { totals[0] }
    }

    /// The operator's view: capacity, rate and pause hold in it.
    @discardableResult
    func look(at room: FuzzRoom) async throws -> Report {
        let from = clock.nowMs
        let json = try await anySite().report(room.name)
        let span = FuzzSpan(from: from, to: clock.nowMs)
        func number(_ name: String) -> Int64 { json[name]?.integer ?? -1 }
        let report = Report(
            span: span,
            state: json["state"]?.string ?? "",
            waiting: number("waiting"),
            inside: number("inside"),
            skipped: number("skipped"),
            totals: ["admittedTotal", "doneTotal", "leftTotal", "expiredTotal"].map(number)
        )
        room.note("\(span.to) report: \(report)")
        if report.inside > room.ceiling {
            throw fault(room, "\(report.inside) are inside, \(room.ceiling) may be")
        }
        room.ceiling = max(room.capacity ?? .max, min(room.ceiling, report.inside))
        for old in room.reports where span.to - old.span.from < 60_000 {
            let allowed = room.highestRate(since: old.span.from)
            if let allowed, report.admitted - old.admitted > allowed {
                let admitted = report.admitted - old.admitted
                throw fault(room, "\(admitted) of \(allowed) were let in within a minute")
            }
        }
        let isStill = room.state == "paused" || room.state == "closed"
        if isStill, let old = room.reports.last, room.stateMs < old.span.from,
            report.admitted != old.admitted
        {
            throw fault(room, "somebody was let in while the room was \(room.state)")
        }
        room.reports.append((span, report.admitted))
        room.reports.removeAll { span.to - $0.span.from > 61_000 }
        return report
    }

    /// Everybody asks, and nothing moves meanwhile: places, counts and order are the model's.
    func census(_ room: FuzzRoom) async throws {
        guard room.isMoving || room.state == "paused", !room.isSoldOut else { return }
        for _ in 0..<6 {
            let before = try await look(at: room)
            for visitor in room.visitors.shuffled(using: &random) where visitor.isKnown {
                try await ask(visitor, room)
            }
            let after = try await look(at: room)
            // Who comes back stands in front of others, and counts as skipped before and after.
            guard before.totals == after.totals, before.waiting == after.waiting,
                before.skipped == after.skipped, room.regrownMs < before.span.from
            else { continue }
            censuses += 1
            let waiting = room.visitors.count { $0.isInLine && !$0.isBack }
            let inside = room.visitors.count { $0.phase == .inside }
            if after.waiting != waiting || after.inside != inside {
                // Somebody's session may end between two requests.
                guard before.inside == after.inside, room.nextEndMs > after.span.to + 200 else {
                    continue
                }
                throw fault(
                    room,
                    "\(after.waiting) wait and \(after.inside) are inside, "
                        + "the model has \(waiting) and \(inside)"
                )
            }
            try places(room)
            try order(room)
            try await streams(room)
            return try await progress(room, after)
        }
    }

    private func places(_ room: FuzzRoom) throws {
        if room.isDraw, !room.isDrawn { try draw(room) }
        guard !room.isDraw || room.isDrawn else { return }
        for lane in room.lanes {
            for (index, visitor) in room.line(lane).enumerated()
            where visitor.position != Int64(index) + 1 {
                let told = visitor.position ?? 0
                throw fault(room, "\(visitor.name) is \(index + 1) in \(lane), told \(told)")
            }
        }
    }

    /// The first positions after a draw are the order from then on; late comers stand behind.
    private func draw(_ room: FuzzRoom) throws {
        let line = room.visitors.filter(\.isInLine)
        guard clock.nowMs > room.openingMs, line.allSatisfy({ $0.position != nil }) else { return }
        room.isDrawn = true
        let entrants = line.filter { $0.movedMs < room.openingMs }
        for visitor in entrants { visitor.order = Int(visitor.position ?? 0) - 1_000_000 }
        room.note("\(clock.nowMs) drawn: \(entrants.map(\.name))")
    }

    /// Nobody inside was let in before somebody who stood before them all the time.
    private func order(_ room: FuzzRoom) throws {
        guard !room.isDraw else { return }
        for inside in room.visitors where inside.phase == .inside {
            for waiting in room.line(inside.lane)
            where waiting.order < inside.order && !waiting.isBack
                && waiting.movedMs < inside.cameMs
            {
                throw fault(room, "\(inside.name) is inside before \(waiting.name)")
            }
        }
    }

    /// Nobody waits while a place is free that the rate allows.
    private func progress(_ room: FuzzRoom, _ report: Report) async throws {
        guard room.isMoving, clock.nowMs > room.openingMs + 5_000,
            clock.nowMs - max(room.stateMs, room.stockMs) > 3_000, report.waiting > 0
        else { return }
        let served = min(room.capacity ?? .max, room.unsold ?? .max)
        let last = room.reports.first { report.span.to - $0.span.from < 61_000 }
        let lately = report.admitted - (last?.admitted ?? 0)
        guard report.inside < served, room.rate.map({ lately < $0 }) ?? true else { return }
        var now = report
        for _ in 0..<20 where now.admitted == report.admitted && now.waiting == report.waiting {
            try await pass(ms: 200)
            now = try await look(at: room)
            let recent = room.reports.first.map { now.admitted - $0.admitted } ?? 0
            if let rate = room.rate, recent >= rate { return }
        }
        guard now.admitted != report.admitted || now.waiting != report.waiting else {
            // The window may still be full of admissions from before the first report.
            guard room.rate == nil else { return }
            throw fault(room, "\(report.waiting) wait and \(report.inside) of \(served) are inside")
        }
    }

    /// The lanes share what is let in at once, by their weights.
    func burst(_ room: FuzzRoom) async throws {
        guard room.weights.count > 0, room.state == "open", let capacity = room.capacity,
            room.rate == nil, room.unsold == nil, !room.isDraw
        else { return }
        try await census(room)
        let before = try await look(at: room)
        guard before.inside >= capacity else { return }
        var had: [String: Int] = [:]
        for lane in room.lanes { had[lane] = room.line(lane).count(where: \.isFaithful) }
        let started = clock.nowMs
        try await configure(room, capacity: capacity + Int64.random(in: 2...8, using: &random))
        for visitor in room.visitors where visitor.isInLine { try await ask(visitor, room) }
        let busy = room.lanes.filter { room.line($0).contains { !$0.isBack } && had[$0] ?? 0 > 0 }
        let now = try await look(at: room)
        guard now.totals.dropFirst().elementsEqual(before.totals.dropFirst()),
            room.regrownMs < started
        else { return }
        bursts += 1
        for (one, other) in zip(busy, busy.dropFirst()) {
            func turns(_ lane: String) -> Double {
                let admitted = (had[lane] ?? 0) - room.line(lane).count
                return Double(admitted) / Double(room.weight(lane))
            }
            let most = 1 / Double(room.weight(one)) + 1 / Double(room.weight(other))
            if abs(turns(one) - turns(other)) > most + 1e-9 {
                throw fault(room, "lanes \(one) and \(other) had \(turns(one)), \(turns(other))")
            }
        }
    }
}

extension FuzzVisitor {
    /// Somebody of whom the room may know.
    var isKnown: Bool { phase == .waiting || phase == .inside }
}

extension FuzzRoom {
    /// The most that any minute since `ms` may have let in; nil: any number.
    func highestRate(since ms: Int64) -> Int64? {
        let at = rates.lastIndex { $0.ms <= ms } ?? 0
        var highest: Int64 = 0
        for entry in rates[at...] {
            guard let rate = entry.rate else { return nil }
            highest = max(highest, rate)
        }
        return highest
    }

    /// When the next session may end by itself.
    var nextEndMs: Int64 {
        visitors.filter { $0.phase == .inside }.map { visitor in
            let idleEnd = visitor.told.from + (idle ?? .max / 4_000) * 1_000
            return min(visitor.endsAtMs, idleEnd)
        }.min() ?? .max
    }
}
