import JSON
import Synchronization

/// Visitors of two servers who go on asking while something dies: one waits in a line, one is
/// inside a room, and one buys a seat after the other. Nobody is behind a balancer: a request that
/// meets a dead server counts as a failure.
final class DrillVisitors: Sendable {
    enum Errand: String, CaseIterable, Sendable { case waiting, inside, buying }

    /// What visitors with one errand were told.
    struct Told: Sendable {
        var asked = 0
        /// By status; 0: no answer.
        var refused: [Int: Int] = [:]
        /// The longest time from a request that failed to the next one that went well.
        var outage = Duration.zero
        fileprivate var failsSince: ContinuousClock.Instant?

        fileprivate mutating func note(_ status: Int, askedAt: ContinuousClock.Instant) {
            asked += 1
            if (200..<300).contains(status) {
                if let since = failsSince { outage = max(outage, since.duration(to: .now)) }
                failsSince = nil
            } else {
                refused[status, default: 0] += 1
                failsSince = failsSince ?? askedAt
            }
        }

        var isWell: Bool { asked > 0 && failsSince == nil }
    }

    static let price: Int64 = 10
    /// A user may have so many, which is the most that a performance can be told.
    private static let seatsPerUser = 100
    static let buyers = (0..<50).map { "buyer-\($0)" }
    private static var seats: Int { buyers.count * seatsPerUser }
    static let points = Int64(seatsPerUser) * price

    private let sites: Mutex<[Site]>
    private let told = Mutex<[Errand: Told]>([:])
    private let hasEnded = Mutex(false)
    /// Purchases that a server has confirmed, by their key.
    private let paid = Mutex<Set<String>>([])

    init(_ sites: [Site]) { self.sites = Mutex(sites) }

    func replace(_ index: Int, by site: Site) { sites.withLock { $0[index] = site } }

    private func site(_ turn: Int) -> Site { sites.withLock { $0[turn % $0.count] } }

    func of(_ errand: Errand) -> Told { told.withLock { $0[errand] ?? Told() } }
    var paidCount: Int64 { paid.withLock { Int64($0.count) } }

    /// Sends them all; returns after `body`, when all have had what they asked for.
    func go(while body: () async throws -> Void) async throws {
        let site = site(0)
        try await site.configure("line", #"{"capacity":1,"rate":1000,"sessionSeconds":600}"#)
        let limits = #""seats":\#(Self.seats),"maxSeatsPerUser":\#(Self.seatsPerUser)"#
        try await site.openSale("night", limits + #","price":\#(Self.price)"#)
        for buyer in Self.buyers { try await site.charge(buyer, Int(Self.points)) }
        let inside = try await site.entered("line", as: "inside").ticket
        let waiting = try await site.entered("line", as: "waiting").ticket
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.repeatedly { await self.wait($0, waiting) } }
            group.addTask { await self.repeatedly { await self.show($0, inside) } }
            group.addTask { await self.repeatedly { await self.buy($0) } }
            do { try await body() } catch {
                hasEnded.withLock { $0 = true }
                throw error
            }
            hasEnded.withLock { $0 = true }
            try await group.waitForAll()
        }
    }

    /// As often as a page that is told to ask again in a moment.
    private func repeatedly(_ body: (Int) async -> Void) async {
        var turn = 0
        while !hasEnded.withLock({ $0 }) {
            await body(turn)
            turn += 1
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    @discardableResult
    private func ask(_ errand: Errand, _ turn: Int, _ body: (Site) async throws -> Answer) async
        -> Answer?
    {
        let start = ContinuousClock.now
        let answer = try? await body(site(turn))
        told.withLock { $0[errand, default: Told()].note(answer?.status ?? 0, askedAt: start) }
        return answer
    }

    private func wait(_ turn: Int, _ ticket: String) async {
        await ask(.waiting, turn) { try await $0.status("line", as: "waiting", ticket) }
    }

    private func show(_ turn: Int, _ ticket: String) async {
        await ask(.inside, turn) { try await $0.admission("line", ticket) }
    }

    /// One seat. An answer that did not come is asked for again, with the same key.
    private func buy(_ turn: Int) async {
        guard turn < Self.seats else { return }
        let buyer = Self.buyers[turn / Self.seatsPerUser]
        let body = #"{"seats":[\#(turn + 1)]}"#
        let held = await ask(.buying, turn) {
            try await $0.post("/performances/night/holds", as: buyer, body)
        }
        guard let hold = held?.json?["hold"]?.string else { return }
        let key = "buy-\(turn)"
        var attempt = turn
        while true {
            let answer = await ask(.buying, attempt) {
                try await $0.pay(hold, as: buyer, key: key)
            }
            let status = answer?.status ?? 0
            if (200..<300).contains(status) { paid.withLock { _ = $0.insert(key) } }
            // A hold that was lost with Redis may have been sold to somebody else: a true answer.
            guard status == 0 || status == 503 else { return }
            attempt += 1
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}
