public import EventLoop
import HTTP
import JSON
import Onsale
public import Store
import Values

/// The HTTP side of one loop: what its handlers need.
///
/// A class: each closure of a handler would hold a copy of a value, 2,000 instructions to make and
/// to end.
public final class Web: Sendable {
    let store: RoomStore
    /// The process's.
    let draws: DrawBook
    /// The process's.
    let listTurns: ListTurns
    let sales: SaleStore
    let coupons: CouponStore
    let boardBook: BoardBook
    let boardPages: BoardPages
    /// The process's: who waits until what was committed is on the boards.
    let relay: OutboxRelay
    let seatMaps: SeatMaps
    let popularLists: PopularLists
    let sellouts: SelloutLists
    let concertRankings: ConcertRankings
    /// What this loop has answered.
    public let counts: Counter
    let limits: RateLimits
    let callers: Callers
    let cookies: Cookies
    let live: LiveTickets
    let liveEvents: LiveEvents
    let liveRankings: LiveRankings
    let site: Site
    /// The part of `/metrics` that tells of each room, and what the first page offers.
    let roomMetrics: SecondOld<[UInt8]>
    let indexOffers: SecondOld<IndexOffers>
    /// Its rooms, behind the name that a reader has come to.
    let indexRooms: KeptReads<String, [(room: RoomID, report: RoomReport)]>
    /// Maps for pages of people who have nothing yet.
    let strangerMaps: KeptReads<PerformanceID, SeatMap?>
    let loop: EventLoop

    /// Throws what is wrong with the key file of `auth`.
    public init(
        store: RoomStore,
        draws: DrawBook,
        listTurns: ListTurns,
        sales: SaleStore,
        coupons: CouponStore,
        popular: PopularStore,
        sellouts: SelloutLists,
        boardBook: BoardBook,
        relay: OutboxRelay,
        events: OutboxEvents,
        auth: VisitorAuth,
        visitorKey: [UInt8],
        rates: RequestRates,
        hasSecureCookies: Bool,
        adminKey: [UInt8],
        site: Site,
        on loop: EventLoop
    ) throws {
        self.store = store
        self.draws = draws
        self.listTurns = listTurns
        self.sales = sales
        self.coupons = coupons
        self.sellouts = sellouts
        self.boardBook = boardBook
        boardPages = BoardPages(reading: boardBook, on: loop)
        self.relay = relay
        self.site = site
        self.loop = loop
        let counts = Counter(on: loop)
        self.counts = counts
        limits = RateLimits(rates, counter: counts, on: loop)
        callers = try Callers(
            auth,
            adminKey: adminKey,
            visitorKey: visitorKey,
            limits: limits,
            on: loop
        )
        cookies = Cookies(isAlwaysSecure: hasSecureCookies)
        live = LiveTickets(store: store, on: loop)
        liveEvents = LiveEvents(outbox: events, on: loop)
        seatMaps = SeatMaps(on: loop) { id, version async throws(StoreError) in
            try await sales.seatMap(id, knownVersion: version)
        }
        let concertRankings = ConcertRankings(reading: sellouts, on: loop)
        let popularLists = PopularLists(reading: popular, on: loop)
        self.concertRankings = concertRankings
        self.popularLists = popularLists
        liveRankings = Self.liveRankings(concertRankings, popularLists, on: loop)
        roomMetrics = .single(on: loop) { MetricsText(rooms: await site.roomReports()).bytes }
        indexOffers = .single(on: loop) { await IndexOffers(sales, coupons) }
        indexRooms = .secondOld(on: loop) { after in
            await site.rooms(after, IndexPage.roomsMax + 1)
        }
        strangerMaps = Self.strangerMaps(sales, on: loop)
    }

    private static func strangerMaps(_ sales: SaleStore, on loop: EventLoop)
        -> KeptReads<PerformanceID, SeatMap?>
    {
        .secondOld(on: loop, size: { 1 + ($0?.states.count ?? 0) }) {
            id async throws(StoreError) in
            guard case .map(let map) = try await sales.seatMap(id, knownVersion: nil) else {
                return nil
            }
            return map
        }
    }

    private static func liveRankings(
        _ concertRankings: ConcertRankings,
        _ popularLists: PopularLists,
        on loop: EventLoop
    ) -> LiveRankings {
        LiveRankings(on: loop) {
            do throws(StoreError) {
                return RankingLists(
                    concerts: try await concertRankings.shown(),
                    popular: try await popularLists.shown()
                )
            } catch {
                return nil
            }
        }
    }

    /// Begins to look after live streams.
    public func start() async {
        await live.start()
        await liveEvents.start()
        await liveRankings.start()
    }

    /// Checks callers with these keys from now on. Throws what is wrong with the key file of
    /// `auth`; the keys that there are stay then.
    public func renewKeys(auth: VisitorAuth, adminKey: [UInt8]) async throws {
        try await callers.renew(auth, adminKey: adminKey)
    }

    // MARK: What handlers share

    func room(_ request: HTTPRequest) throws(Refusal) -> RoomID {
        guard let room = RoomID(request.parameter("room")) else {
            throw .invalidRequest(field: "room", reason: "must be \(identifierRule)")
        }
        return room
    }

    func stored<Value>(_ body: () async throws(StoreError) -> Value) async throws(Refusal) -> Value
    {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw Refusal(error)
        }
    }

    func told<Value>(_ result: Result<Value, StoreError>) throws(Refusal) -> Value {
        do throws(StoreError) {
            return try result.get()
        } catch {
            throw Refusal(error)
        }
    }

    /// The JSON body of a request.
    func body(_ request: HTTPRequest) throws(Refusal) -> JSONValue {
        let type = request.header("Content-Type")?.prefix { $0 != ";" && $0 != " " }
        guard type?.lowercased() == "application/json" else { throw .unsupportedMediaType }
        do {
            return try JSONValue.parse(request.body)
        } catch {
            throw .invalidRequest(field: "body", reason: "cannot be read as JSON: \(error)")
        }
    }

    /// The fields of the request's body, read by `read`.
    func fields<Value>(
        _ request: HTTPRequest,
        _ allowed: [String],
        _ read: (JSONObjectReader) throws(JSONFieldError) -> Value
    ) throws(Refusal) -> Value {
        let body = try body(request)
        do throws(JSONFieldError) {
            return try read(JSONObjectReader(body, allowed: allowed))
        } catch {
            throw Refusal(error)
        }
    }

    /// A body is not needed; an empty object will do.
    func requireEmptyBody(_ request: HTTPRequest) throws(Refusal) {
        guard !request.body.isEmpty else { return }
        let value = try body(request)
        do {
            _ = try JSONObjectReader(value, allowed: [])
        } catch {
            throw Refusal(error)
        }
    }
}
