import Program

extension Flag {
    static let all = load + characters + buying + claiming + ending + room + process

    /// What a server takes for a coupon's `quantity`.
    static let couponsRange = 1...1_000_000

    private static let load = [
        Flag(
            "url",
            "URL",
            "the server (http://127.0.0.1:8080)",
            or: "is not an http:// or https:// address",
            ServerAddress.read
        ) { $0.url = $1 },
        whole("visitors", "how many come (1000)", 1...RehearsalOptions.visitorsMax) {
            $0.visitors = $1
        },
        name("room", "where they queue (the performance's, or demo)") { $0.room = $1 },
        seconds("arrive", "length of the wave of arrivals (10)") { $0.arriveSeconds = $1 },
        seconds("stay", "mean time inside (1)") { $0.staySeconds = $1 },
        whole(
            "watchers",
            "listen to the event stream, no polling (0)",
            0...RehearsalOptions.connectionsMax
        ) { $0.watchers = $1 },
    ]

    private static let characters = [
        part("leavers", "give up while waiting (0.3)") { $0.leavers = $1 },
        part("sleepers", "stop polling, then return (0.05)") { $0.sleepers = $1 },
        part("double-clickers", "enter twice at once (0.05)") { $0.doubleClickers = $1 },
        part("liars", "tell a lie: a ticket not theirs (0.02)") { $0.liars = $1 },
    ]

    private static let buying = [
        name("performance", "go on to buy seats of it once inside (buy nothing)") {
            $0.performance = $1
        },
        whole("max-seats", "its limit for one user (read, or 4)", 1...100) { $0.maxSeats = $1 },
        whole("hold-seconds", "set the performance: how long a hold lasts", 1...86_400) {
            $0.holdSeconds = $1
        },
        part("abandon", "hold, then never pay or too late (0.05)") { $0.shares.abandon = $1 },
        part("release", "hold, then give back (0.03)") { $0.shares.release = $1 },
        part("poor", "come with too few points (0.1)") { $0.shares.poor = $1 },
        part("pay-twice", "pay twice at once with one key (0.05)") { $0.shares.payTwice = $1 },
        part("two-keys", "pay one hold with two keys (0.05)") { $0.shares.twoKeys = $1 },
        part("charge-along", "charge points while paying (0.03)") { $0.shares.chargeAlong = $1 },
        part("cancel", "cancel afterwards, half of them twice (0.02)") { $0.shares.cancel = $1 },
        part("hang-up", "break the connection while paying (0.03)") { $0.shares.hangUp = $1 },
        part("cheats", "ask the shop for what they must not get (0.05)") { $0.shares.cheats = $1 },
    ]

    private static let claiming = [
        name("coupon", "everybody claims this one (no coupon)") { $0.coupon = $1 },
        whole("quantity", "how many, if it has to be made (1000)", couponsRange) {
            $0.claims.quantity = $1
        },
        seconds("within-seconds", "all claims start within (1)") { $0.claims.withinSeconds = $1 },
        part("duplicates", "claim 2 to 5 times at once (0.2)") { $0.claims.duplicates = $1 },
        part("impatient", "hang up, then claim again (0.1)") { $0.claims.impatient = $1 },
        part("returners", "claim once more later (0.1)") { $0.claims.returners = $1 },
        whole("retries", "claims sent again without an outcome (20)", 0...1_000) {
            $0.claims.retries = $1
        },
    ]

    private static let ending = [
        Flag(
            "finish",
            "done|leave",
            "how a session ends (done with a key)",
            or: "is neither done nor leave",
            RehearsalOptions.Finish.init(rawValue:)
        ) { $0.finish = $1 },
        file("admin-key-file", "the operator's key, for what needs it") { $0.adminKeyFile = $1 },
    ]

    private static let room = [
        limit("capacity", "set the room: most inside at once") { $0.capacity = $1 },
        limit("rate", "set the room: admissions in 60 s") { $0.rate = $1 },
        whole("session-seconds", "set the room: longest session", 1...604_800) {
            $0.sessionSeconds = $1
        },
        whole("idle-seconds", "set the room: longest silence inside", 1...604_800) {
            $0.idleSeconds = $1
        },
        Flag(
            "operator",
            "ACTS",
            "meanwhile: 40:pause,52:resume,90:rate=600,120:capacity=none",
            or: "is not a list of SECONDS:pause|resume|capacity=N|rate=N, separated by ,",
            OperatorAct.list
        ) { $0.acts = $1 },
    ]

    private static let process = [
        whole(
            "connections",
            "requests in flight at once (1000)",
            1...RehearsalOptions.connectionsMax
        ) { $0.connections = $1 },
        seconds("timeout", "end after this, finished or not (600)", 1...604_800) {
            $0.timeoutSeconds = $1
        },
        Flag(
            "seed",
            "N",
            "who does what; part of the names (drawn)",
            or: "is not a whole number from 0",
            { UInt64($0) }
        ) { $0.seed = $1 },
        file("json", "write the report there as JSON too") { $0.jsonFile = $1 },
        Flag(
            "quiet",
            nil,
            "no progress on stderr",
            or: "is neither true nor false",
            { ["1": true, "true": true, "0": false, "false": false][$0] }
        ) { $0.isQuiet = $1 },
    ]
}
