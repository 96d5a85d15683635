import Foundation
import Redis
import TestGate
import Testing
import Values

@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// A year of real orders, replayed by `Benchmarks/flights`, which names the folder of its files in
/// the environment: every list is what pandas says.
@Suite(
    .enabled(if: ReplayFiles.folder != nil, "Benchmarks/flights runs it"),
    .sideBySide,
    .timeLimit(.minutes(20))
)
struct ReplayTests {
    @Test(arguments: Engine.allCases)
    func everyListIsWhatPandasSays(_ engine: Engine) async throws {
        let files = try ReplayFiles(folder: try #require(ReplayFiles.folder))
        try await RankingBed.with(engine, sides: 1) { bed in
            let replay = Replay(bed, files)
            try await replay.run()
            #expect(await replay.faults == [])
            let missing = await replay.expected.keys.sorted()
            #expect(missing == [], "lists that pandas has and the replay has not come to")
            print("flights on \(engine): \(await replay.report)")
        }
    }
}

/// Orders, and lists as lines of `UA 61`, or `UA 61 (2)` with the rank before.
struct ReplayFiles: Sendable {
    static let folder = ProcessInfo.processInfo.environment["ONSALE_REPLAY"]

    /// By instant, ms: units by product.
    var orders: [(atMs: Int64, wish: [String: Int64])] = []
    /// By `daily 2030-01-01`, `popular 2030-01-01 3`, `all`.
    var lists: [String: [String]] = [:]

    init(folder: String) throws {
        for line in try Self.lines(folder, "orders.csv") {
            let atMs = try #require(Int64(line[0]))
            if orders.last?.atMs != atMs { orders.append((atMs, [:])) }
            let units: Int64 = try #require(Int64(line[2]))
            orders[orders.count - 1].wish[line[1]] = units
        }
        for line in try Self.lines(folder, "lists.csv") {
            lists["\(line[0]) \(line[1])", default: []].append("\(line[3]) \(line[4])")
            #expect(lists["\(line[0]) \(line[1])"]?.count == Int(line[2]))
        }
        for line in try Self.lines(folder, "popular.csv") {
            let name = "popular \(line[0]) \(line[1])"
            lists[name, default: []].append("\(line[3]) \(line[4]) (\(line[5]))")
        }
    }

    private static func lines(_ folder: String, _ name: String) throws -> [[String]] {
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        return text.split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }
}

/// Places the orders at their instants, and looks at the lists when a day is over.
private actor Replay {
    private let bed: RankingBed
    private let files: ReplayFiles
    private var units: Int64 = 0
    private var compared: [String: Int] = [:]
    private var entries = 0
    private(set) var faults: [String] = []
    /// Those that were not yet compared.
    private(set) var expected: [String: [String]]

    init(_ bed: RankingBed, _ files: ReplayFiles) {
        self.bed = bed
        self.files = files
        expected = files.lists
    }

    var report: String {
        let kinds = compared.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return """
            \(units) flights in \(files.orders.count) orders; lists that are equal: \
            \(kinds.joined(separator: ", ")); \(entries) entries
            """
    }

    func run() async throws {
        var change = BoardChange()
        change.timeZone = "America/New_York"
        _ = try await bed.bed.first.book.put(change, of: .products)
        let calendar = try #require(BoardCalendar(timeZone: "America/New_York"))
        for product in Set(files.orders.flatMap(\.wish.keys)) {
            try await bed.bed.supply(product, 1_000_000, price: 0)
        }
        var day = calendar.period(.daily, at: try #require(files.orders.first).atMs)
        for (index, order) in files.orders.enumerated() {
            while order.atMs >= day.endMs {
                try await close(day, calendar, isLast: false)
                day = calendar.following(day)
            }
            try await bed.set(clockMs: order.atMs)
            let outcome = try await bed.bed.order(order.wish, user("u\(index)"))
            guard outcome.isDone else { throw SaleBed.Unexpected(what: "\(outcome)") }
            units += order.wish.values.reduce(0, +)
        }
        try await close(day, calendar, isLast: true)
        try await compare("all ", .all)
    }

    /// In the last millisecond of a day.
    private func close(_ day: Period, _ calendar: BoardCalendar, isLast: Bool) async throws {
        try await bed.set(clockMs: day.endMs - 1)
        try await bed.settle()
        for window in [BoardWindow.daily, .weekly, .monthly] {
            let period = calendar.period(window, at: day.startMs)
            guard period.endMs == day.endMs || isLast else { continue }
            try await compare("\(window.rawValue) \(period.name)", .period(period))
        }
        for days in [1, 3, 7, 31] {
            // A virtual day is over in less than the list's life.
            _ = try await bed.redis.send("DEL", PopularKeys(days: days).list)
            let list = try await bed.popular().list(days)
            let name = "popular \(day.name) \(days)"
            note(name, list.isFromLedger ? ["from the ledger"] : Self.lines(RankingBed.text(list)))
            if period(calendar, endsWith: day) {
                let sums = try await bed.popular().countLedger(days, atMs: bed.nowMs)
                note(name, Self.lines(RankingBed.text(sums)), as: "summed up by the ledger")
            }
        }
    }

    private func period(_ calendar: BoardCalendar, endsWith day: Period) -> Bool {
        calendar.period(.monthly, at: day.startMs).endMs == day.endMs
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: ", ").map(String.init)
    }

    private func compare(_ name: String, _ list: BoardList) async throws {
        let page = try await bed.page(.products, list)
        note(name, page.entries.map { "\($0.member) \($0.score)" })
        let span: StandingsSpan =
            if case .period(let period) = list { .period(period) } else { .all }
        let sums = try await bed.ledger.sums.standings(of: .products, in: span, limit: 1_000)
        let summed = sums.entries.map { "\($0.member) \($0.score)" }
        note(name, summed, as: "summed up by the ledger")
    }

    private func note(_ name: String, _ found: [String], as way: String = "") {
        expected[name] = nil
        let kind = name.prefix { $0 != " " }
        compared["\(kind)\(way.isEmpty ? "" : " \(way)")", default: 0] += 1
        entries += found.count
        guard found != files.lists[name] ?? [] else { return }
        faults.append("\(name) \(way): \(found), not \(files.lists[name] ?? [])")
    }
}
