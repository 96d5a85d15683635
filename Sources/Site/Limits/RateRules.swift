import HTTP

/// What kinds of requests are counted apart.
package enum RateClass: UInt8, CaseIterable, Sendable {
    case enter = 1
    case change, read, list, admin

    /// As the flags and the metrics call it.
    package var name: String {
        switch self {
        case .enter: "enter"
        case .change: "change"
        case .read: "read"
        case .list: "list"
        case .admin: "admin"
        }
    }

    /// What a route is counted as unless its line of the table says otherwise.
    init(_ method: HTTPMethod, _ pattern: String) {
        self =
            if pattern.hasPrefix("/admin/") { .admin } else if method == .get { .read } else {
                .change
            }
    }
}

/// So many requests a second in the long run, and so many at once after a pause.
package struct RateLimit: Sendable, Equatable {
    package static let perSecondMax = 1_000_000
    package static let burstMax = 10_000_000

    let perSecond: Int
    let burst: Int

    init(perSecond: Int, burst: Int) {
        precondition((1...Self.perSecondMax).contains(perSecond), "no rate")
        precondition((1...Self.burstMax).contains(burst), "no burst")
        self.perSecond = perSecond
        self.burst = burst
    }
}

/// What one event loop grants.
package struct RequestRates: Sendable {
    package var perAddress = RateRules.perAddress
    package var perUser = RateRules.perUser

    package init() {}
}

/// The limit of each class; a class without one is not limited. For one event loop.
package struct RateRules: Sendable, Equatable {
    private var limits: [RateClass: RateLimit]

    subscript(_ kind: RateClass) -> RateLimit? { limits[kind] }

    /// A company of 1,000 people shares one address. At an opening all of them press twice, load a
    /// page of five files (5,000 reads), and then poll once a second at most (1,000 reads).
    static let perAddress = RateRules(limits: [
        .enter: RateLimit(perSecond: 200, burst: 3_000),
        .change: RateLimit(perSecond: 400, burst: 5_000),
        .read: RateLimit(perSecond: 3_000, burst: 15_000),
        .list: RateLimit(perSecond: 500, burst: 5_000),
        .admin: RateLimit(perSecond: 500, burst: 5_000),
    ])

    /// A person with a few open pages, each of which polls once a second, and a press each 100 ms.
    static let perUser = RateRules(limits: [
        .enter: RateLimit(perSecond: 5, burst: 60),
        .change: RateLimit(perSecond: 10, burst: 120),
        .read: RateLimit(perSecond: 50, burst: 600),
        .list: RateLimit(perSecond: 10, burst: 120),
    ])

    static let off = RateRules(limits: [:])

    private init(limits: [RateClass: RateLimit]) { self.limits = limits }

    /// Why a text is no change of rates.
    package enum TextError: Error, Equatable {
        case unreadable(part: String)
        /// Which of the two counts is nobody's guess.
        case twice(RateClass)
    }

    /// `enter=5:60,read=off`: a second and at once, in place of these rules' own; or `off`.
    package func changed(by text: String) throws(TextError) -> RateRules {
        if text == "off" { return .off }
        var rules = self
        var named: Set<RateClass> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "=", omittingEmptySubsequences: false)
            guard halves.count == 2,
                let kind = RateClass.allCases.first(where: { $0.name == halves[0] })
            else { throw .unreadable(part: String(part)) }
            guard named.insert(kind).inserted else { throw .twice(kind) }
            if halves[1] == "off" {
                rules.limits[kind] = nil
                continue
            }
            let numbers = halves[1].split(separator: ":", omittingEmptySubsequences: false)
            guard numbers.count == 2, let perSecond = Int(numbers[0]), let burst = Int(numbers[1]),
                (1...RateLimit.perSecondMax).contains(perSecond),
                (1...RateLimit.burstMax).contains(burst)
            else { throw .unreadable(part: String(part)) }
            rules.limits[kind] = RateLimit(perSecond: perSecond, burst: burst)
        }
        return rules
    }
}
