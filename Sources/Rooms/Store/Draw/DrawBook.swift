import Crypto
import Engines
import EventLoop
import Values

/// What can be known of draws, and everybody's place in them. One a process; the ledger is asked,
/// and what takes long to work out is kept while it is asked for.
actor DrawBook: OnLoop {
    nonisolated let loop: EventLoop
    private let ledger: RoomLedger
    private let key: [UInt8]
    private let reads: SharedWork<RoomID, DrawnLine?>
    private var kept: [RoomID: (line: DrawnLine, usedNs: UInt64)] = [:]

    /// Lines that are kept: of a million each 120 MB, of ten thousand 1.2 MB.
    private static let keptMax = 2
    /// A line that nobody asked for during this goes with the next that is asked for, ns.
    private static let keptNs: UInt64 = 600_000_000_000

    init(ledger: RoomLedger, credentials: TicketCredentials, on loop: EventLoop) {
        self.ledger = ledger
        self.loop = loop
        key = credentials.ticketKey
        reads = SharedWork(on: loop)
    }

    /// The draw of `room` as it stands; nil: the room never said that it draws.
    func draw(of room: RoomID) async throws(StoreError) -> LineDraw? {
        try await ledger.draw(of: room)
    }

    /// Leaves on each page but the last.
    static let pageLeaves = DrawPage.leavesMax

    /// A page of the list; nil: there is none, or the list is not complete.
    func leaves(of room: RoomID, page: Int64) async throws(StoreError) -> [Digest]? {
        guard let draw = try await ledger.draw(of: room), draw.root != nil else { return nil }
        return try await ledger.drawPages(of: room, from: page, atMost: 1)
            .first { $0.number == page }?.leaves
    }

    /// What the bearer of `ticket` needs to see that they were drawn, and where. Nil: the draw is
    /// not done, or they were not in line at the opening.
    func entry(of ticket: Ticket) async throws(StoreError) -> DrawEntry? {
        guard let line = try await line(of: ticket.room), line.draw.drawnAtMs != nil else {
            return nil
        }
        let (room, user, key) = (ticket.room, ticket.user, key)
        let isDrawn = LineSequence.isDrawn(ticket.sequence)
        let sequence = LineSequence.rest(ticket.sequence)
        return await BesideLoops.run {
            let found =
                isDrawn
                ? line.place(sequence: sequence).map { Int(line.places.order[$0]) }
                : line.index(arrival: sequence)
            guard let index = found else { return nil }
            let seal = DrawSeal(key: key)
            let arrival = line.arrivals[index]
            // The place of an older ticket may be somebody else's by now.
            let leaf = seal.leaf(Entrant(user: user.raw, arrival: arrival), in: room)
            guard leaf == line.leaves[index],
                let place = line.place(sequence: line.places.sequences[index])
            else { return nil }
            return DrawEntry(
                index: index,
                user: user,
                arrival: arrival,
                nonce: seal.nonce(user.raw, arrival, in: room),
                leaf: leaf,
                path: line.path(to: index),
                place: place + 1
            )
        }
    }

    /// A draw whose list is complete, worked out; nil: it is not. One at a time for each room.
    func line(of room: RoomID) async throws(StoreError) -> DrawnLine? {
        let nowNs = loop.clock.monotonicNs()
        if let known = kept[room]?.line, known.draw.drawnAtMs != nil {
            kept[room]?.usedNs = nowNs
            return known
        }
        let ledger = ledger, old = kept[room]?.line
        let read = try await reads.value(room) { () async throws(StoreError) in
            try await Self.read(room, ledger, old)
        }
        kept = kept.filter { nowNs - min(nowNs, $0.value.usedNs) < Self.keptNs }
        if let read {
            if kept.count >= Self.keptMax, kept[room] == nil,
                let oldest = kept.min(by: { $0.value.usedNs < $1.value.usedNs })?.key
            {
                kept[oldest] = nil
            }
            kept[room] = (read, nowNs)
        }
        return read
    }

    private static func read(_ room: RoomID, _ ledger: RoomLedger, _ old: DrawnLine?)
        async throws(StoreError) -> DrawnLine?
    {
        guard let draw = try await ledger.draw(of: room), let root = draw.root else { return nil }
        // The list never changes once it has a root.
        if let old, old.root == root { return old.at(draw) }
        var pages: [DrawPage] = []
        while pages.count < draw.pages {
            let more = try await ledger.drawPages(of: room, from: Int64(pages.count))
            guard !more.isEmpty else { break }
            pages += more
        }
        let all = pages
        guard let line = await BesideLoops.run({ DrawnLine(draw, root, all) }) else {
            throw .broken("the list of the draw of \(room) is not the one of its root")
        }
        return line
    }
}

/// One entrant of a draw: what their leaf is made of, how it is in the tree, what was drawn.
struct DrawEntry: Sendable, Equatable {
    /// From 0, in the order of arrival.
    var index: Int
    var user: UserID
    var arrival: Int64
    var nonce: [UInt8]
    var leaf: Digest
    /// Siblings from the leaf up to the root.
    var path: [Digest]
    /// From 1.
    var place: Int
}
