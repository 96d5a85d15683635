/// What one rehearsal does; every field is a flag of `onsale rehearse` and a variable
/// `ONSALE_<FLAG>`.
struct RehearsalOptions: Equatable, Sendable {
    /// A limit of a room, as `--capacity` and `--rate` give it.
    enum Limit: Equatable, Sendable {
        case unlimited, atMost(Int)

        /// Reads `none` or a number; nil: it is neither.
        init?(_ text: String) {
            if text == "none" {
                self = .unlimited
            } else if let number = Int(text), (1...1_000_000_000).contains(number) {
                self = .atMost(number)
            } else {
                return nil
            }
        }

        /// nil is no limit, as in the room's document.
        var number: Int? {
            guard case .atMost(let number) = self else { return nil }
            return number
        }
    }
    enum Finish: String, Equatable, Sendable { case done, leave }

    /// Visitors in one rehearsal: their records are kept, some 600 B each, 300 MB at the limit.
    static let visitorsMax = 500_000
    /// Connections of one process: below the usual limit of 20,000 descriptors.
    static let connectionsMax = 16_000

    /// `http://host:port`, without a slash at the end.
    var url = "http://127.0.0.1:8080"
    var visitors = 1_000
    /// nil: the performance's room, or `demo` if nobody buys.
    var room: String?
    /// What visitors buy once they are inside; nil: nothing.
    var performance: String?
    /// Seats that one user may have. nil: as the operator is told, or the contract's default
    /// without the admin key, for the public API does not say.
    var maxSeats: Int?
    /// A setting the performance is given before the rehearsal; nil leaves it.
    var holdSeconds: Int?
    var shares = BuyerShares()
    /// What everybody comes for at once, instead of a room; nil: nothing.
    var coupon: String?
    var claims = ClaimOptions()
    var arriveSeconds = 10.0
    /// Part of the visitors that give up while they wait: every second one says so.
    var leavers = 0.3
    var sleepers = 0.05
    var doubleClickers = 0.05
    var liars = 0.02
    var staySeconds = 1.0
    /// nil: `done` if there is an admin key, else `leave`.
    var finish: Finish?
    var adminKeyFile: String?
    var watchers = 0
    /// Settings the room is given before the rehearsal; nil leaves them.
    var capacity: Limit?
    var rate: Limit?
    var sessionSeconds: Int?
    var idleSeconds: Int?
    var acts: [OperatorAct] = []
    var connections = 1_000
    var timeoutSeconds = 600.0
    /// Who does what, and part of the visitors' names; 0 has one drawn. A seed that is used again
    /// on the same room meets the visitors it left there.
    var seed: UInt64 = 0
    var jsonFile: String?
    var isQuiet = false

    /// Whether flags ask to change the room, which takes the admin key.
    var changesRoom: Bool {
        capacity != nil || rate != nil || sessionSeconds != nil || idleSeconds != nil
    }

    /// The id of visitor `index` in `X-User-Id`.
    func user(_ index: Int) -> String { "rh-\(seed)-\(index)" }
}

/// Parts of the buyers that do not simply pay once: each is a flag, and `Flags` says what they do.
struct BuyerShares: Equatable, Sendable {
    var abandon = 0.05
    var release = 0.03
    var poor = 0.1
    var payTwice = 0.05
    var twoKeys = 0.05
    var chargeAlong = 0.03
    var cancel = 0.02
    var hangUp = 0.03
    var cheats = 0.05
}

/// How a crowd comes for one coupon: each field is a flag, and `Flags` says what it does.
struct ClaimOptions: Equatable, Sendable {
    /// How many there are if the coupon has to be made; nil: `quantityDefault`.
    var quantity: Int?
    var withinSeconds = 1.0
    var duplicates = 0.2
    var impatient = 0.1
    var returners = 0.1
    /// Times a claim without an outcome is sent again: with the pauses, 70 s or so.
    var retries = 20

    static let quantityDefault = 1_000
}
