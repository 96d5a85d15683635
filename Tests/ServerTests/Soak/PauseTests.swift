import Foundation
import JSON
import Redis
import TestGate
import Testing

/// A site that stood still for a while: whatever its rooms were doing, it comes back and stays up.
@Suite(.sideBySide, .timeLimit(.minutes(5))) struct PauseTests {
    /// What keeps the site's data while no server runs.
    enum Place: CaseIterable {
        /// SQLite and a private Redis in the data folder.
        case folder
        /// Redis goes on.
        case redisAndFolder, redisAndPostgres
    }

    /// 10 minutes, an hour, a day, a week.
    private static let pauses: [Double] = [600, 3_600, 86_400, 7 * 86_400]

    @Test(arguments: Place.allCases)
    func aSiteComesBackAfterAPause(_ place: Place) async throws {
        let clock = try VirtualClock()
        let engine = place == .redisAndPostgres ? "postgres" : "sqlite"
        let isPrivate = place == .folder
        try await Ground.with(engine, isRedisPrivate: isPrivate, clock: clock) { ground in
            var sites: [Site] = []
            func start() async throws {
                sites = [try await ground.start()]
                if engine == "postgres" { sites.append(try await ground.start()) }
            }
            try await start()
            let rooms = PausedRooms(ground, clock)
            try await rooms.open(at: sites[0])
            for (index, pause) in Self.pauses.enumerated() {
                try await rooms.loseOne()
                // Asked to end, or killed.
                for site in sites { site.process.signal(index % 2 == 0 ? SIGTERM : SIGKILL) }
                for site in sites { _ = try await site.process.exit() }
                clock.advance(seconds: pause)
                try await start()
                for site in sites { try await rooms.check(site, "after \(pause) s") }
                try await rooms.use(sites)
                // The time after which the first server to be released died.
                clock.advance(seconds: 200)
                try await rooms.use(sites)
                try await ground.audit()
                for site in sites { #expect(site.process.isRunning, "\(site.process.errors)") }
            }
        }
    }
}

/// A room of each state that a pause can meet.
struct PausedRooms {
    private static let names = ["open", "paused", "gone", "drawn", "later", "lost"]
    private let ground: Ground
    private let clock: VirtualClock

    init(_ ground: Ground, _ clock: VirtualClock) {
        self.ground = ground
        self.clock = clock
    }

    func open(at site: Site) async throws {
        try await site.configure("open", #"{"capacity":2}"#)
        try await site.configure("paused", #"{"capacity":2}"#)
        try await site.configure("lost", "{}")
        for (name, seconds) in [("drawn", 5.0), ("later", 1_800)] {
            let opening = clock.text(secondsFromNow: seconds)
            try await site.configure(
                name,
                #"{"capacity":2,"order":"draw","opening":"\#(opening)"}"#
            )
        }
        for name in Self.names where name != "gone" {
            for index in 0..<5 { _ = try await site.entered(name, as: "\(name)-\(index)") }
        }
        _ = try await site.admin("POST", "paused/pause")
        try await sellOut(at: site)
        try await clock.run(until: "the room is drawn") {
            try await draw("drawn", site) == "drawn"
        }
    }

    private func sellOut(at site: Site) async throws {
        try await site.configure("gone", "{}")
        try await site.openSale("night", #""seats":2,"price":10,"room":"gone""#)
        _ = try await site.entered("gone", as: "ann")
        try await site.charge("ann", 100)
        let hold = try await site.hold([1, 2], of: "night", as: "ann")
        let paid = try await site.pay(hold, as: "ann", key: "pay")
        guard paid.status == 201 else { throw Unexpected(paid) }
    }

    private func draw(_ room: String, _ site: Site) async throws -> String? {
        try await site.request("GET", "/api/v1/rooms/\(room)/draw").json?["state"]?.string
    }

    /// Redis forgets a room: it is to be recovered when the server ends.
    func loseOne() async throws {
        try await ground.withRedis { redis in
            let keys = try await redis.send("KEYS", "{r:lost}:*").array?.compactMap(\.string) ?? []
            for key in keys { _ = try await redis.send("DEL", key) }
        }
    }

    /// Every room is there as it was, newcomers are served, and what became due has happened.
    func check(_ site: Site, _ when: String) async throws {
        let states = ["open": "open", "paused": "paused", "gone": "sold_out", "lost": "open"]
        for name in Self.names {
            var found: JSONValue?
            try await clock.run(until: "\(name) is back \(when): \(site.process.errors)") {
                found = try await site.admin("GET", name).json
                return found?["state"]?.string == states[name] ?? "open"
            }
        }
        #expect(try await draw("drawn", site) == "drawn", "\(when)")
        if !when.hasSuffix(" 600.0 s") {
            try await clock.run(until: "the opening in the pause is drawn \(when)") {
                try await draw("later", site) == "drawn"
            }
        }
        let newcomer = "n-\(site.port)"
        #expect(try await site.enter("gone", as: newcomer).code == "room_sold_out", "\(when)")
        for name in ["open", "paused", "drawn", "lost"] {
            _ = try await site.entered(name, as: newcomer)
        }
        let ticket = try await site.entered("lost", as: newcomer).ticket
        try await clock.run(until: "the lost room admits again \(when)") {
            try await site.standing("lost", as: newcomer, ticket).state == "admitted"
        }
        #expect(try await site.seats("night") == ["sold", "sold"], "\(when)")
    }

    /// Somebody enters every room that takes people in, through each process: what was leased
    /// before is over, so each is leased more first.
    func use(_ sites: [Site]) async throws {
        let user = "use-\(clock.nowMs)"
        try await ground.withRedis { redis in
            for name in Self.names where name != "gone" {
                try await clock.run(until: "\(name) is leased sequences of this time") {
                    for site in sites { _ = try await site.entered(name, as: user) }
                    let key = "{r:\(name)}:room"
                    let lease = try await redis.send("HGET", key, "lease").string
                    return lease.flatMap { Int64($0) } ?? 0 > clock.nowMs * 1_000
                }
            }
        }
    }
}
