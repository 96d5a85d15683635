import Program

/// One flag of `onsale rehearse`: how it is called, what it means, how it is read.
struct Flag: Sendable {
    let name: String
    /// What stands behind it; nil is a switch.
    let value: String?
    let meaning: String
    /// Reads the value into the options; answers what is wrong with it.
    let read: @Sendable (inout RehearsalOptions, String) -> String?

    var variable: String {
        "ONSALE_" + String(name.map { $0 == "-" ? "_" : $0 }).uppercased()
    }

    static let all: [Flag] =
        load + characters + buying + claiming + ending + room
        + process

    private static let load: [Flag] = [
        Flag(name: "url", value: "URL", meaning: "the server (http://127.0.0.1:8080)") {
            options,
            text in
            guard let url = ServerAddress.read(text) else {
                return "is not an http:// or https:// address"
            }
            options.url = url
            return nil
        },
        Flag(name: "visitors", value: "N", meaning: "how many come (1000)") {
            FlagValue.whole($1, 1...RehearsalOptions.visitorsMax, into: &$0.visitors)
        },
        Flag(name: "room", value: "ROOM", meaning: "where they queue (the performance's, or demo)")
        { options, text in
            guard FlagValue.isRoom(text) else { return "is not the name of a room" }
            options.room = text
            return nil
        },
        Flag(name: "arrive", value: "SECONDS", meaning: "length of the wave of arrivals (10)") {
            FlagValue.number($1, 0...86_400, into: &$0.arriveSeconds)
        },
        Flag(name: "stay", value: "SECONDS", meaning: "mean time inside (1)") {
            FlagValue.number($1, 0...86_400, into: &$0.staySeconds)
        },
        Flag(name: "watchers", value: "N", meaning: "listen to the event stream, no polling (0)") {
            FlagValue.whole($1, 0...RehearsalOptions.connectionsMax, into: &$0.watchers)
        },
    ]

    private static let characters: [Flag] = [
        Flag(name: "leavers", value: "PART", meaning: "give up while waiting (0.3)") {
            FlagValue.number($1, 0...1, into: &$0.leavers)
        },
        Flag(name: "sleepers", value: "PART", meaning: "stop polling, then return (0.05)") {
            FlagValue.number($1, 0...1, into: &$0.sleepers)
        },
        Flag(name: "double-clickers", value: "PART", meaning: "enter twice at once (0.05)") {
            FlagValue.number($1, 0...1, into: &$0.doubleClickers)
        },
        Flag(name: "liars", value: "PART", meaning: "tell a lie: a ticket not theirs (0.02)") {
            FlagValue.number($1, 0...1, into: &$0.liars)
        },
    ]

    private static let ending: [Flag] = [
        Flag(name: "finish", value: "done|leave", meaning: "how a session ends (done with a key)") {
            options,
            text in
            guard let finish = RehearsalOptions.Finish(rawValue: text) else {
                return "is neither done nor leave"
            }
            options.finish = finish
            return nil
        },
        Flag(
            name: "admin-key-file",
            value: "FILE",
            meaning: "the operator's key, for what needs it"
        ) {
            $0.adminKeyFile = $1
            return $1.isEmpty ? "is empty" : nil
        },
    ]

    private static let room: [Flag] = [
        Flag(name: "capacity", value: "N|none", meaning: "set the room: most inside at once") {
            FlagValue.limit($1, into: &$0.capacity)
        },
        Flag(name: "rate", value: "N|none", meaning: "set the room: admissions in 60 s") {
            FlagValue.limit($1, into: &$0.rate)
        },
        seconds("session-seconds", "set the room: longest session", 1...604_800) {
            $0.sessionSeconds = $1
        },
        seconds("idle-seconds", "set the room: longest silence inside", 1...604_800) {
            $0.idleSeconds = $1
        },
        Flag(
            name: "operator",
            value: "ACTS",
            meaning: "meanwhile: 40:pause,52:resume,90:rate=600,120:capacity=none"
        ) { options, text in
            guard let acts = OperatorAct.list(text) else {
                return "is not a list of SECONDS:pause|resume|capacity=N|rate=N, separated by ,"
            }
            options.acts = acts
            return nil
        },
    ]

    private static let process: [Flag] = [
        Flag(name: "connections", value: "N", meaning: "requests in flight at once (1000)") {
            FlagValue.whole($1, 1...RehearsalOptions.connectionsMax, into: &$0.connections)
        },
        Flag(name: "timeout", value: "SECONDS", meaning: "end after this, finished or not (600)") {
            FlagValue.number($1, 1...604_800, into: &$0.timeoutSeconds)
        },
        Flag(name: "seed", value: "N", meaning: "who does what; part of the names (drawn)") {
            options,
            text in
            guard let seed = UInt64(text) else { return "is not a whole number from 0" }
            options.seed = seed
            return nil
        },
        Flag(name: "json", value: "FILE", meaning: "write the report there as JSON too") {
            $0.jsonFile = $1
            return $1.isEmpty ? "is empty" : nil
        },
        Flag(name: "quiet", value: nil, meaning: "no progress on stderr") { options, text in
            switch text {
            case "1", "true": options.isQuiet = true
            case "0", "false": options.isQuiet = false
            default: return "is neither true nor false"
            }
            return nil
        },
    ]

    /// A setting that stays as it is unless it is given.
    static func seconds(
        _ name: String,
        _ meaning: String,
        _ range: ClosedRange<Int>,
        _ set: @escaping @Sendable (inout RehearsalOptions, Int) -> Void
    ) -> Flag {
        Flag(name: name, value: "N", meaning: meaning) { options, text in
            var seconds = 0
            let wrong = FlagValue.whole(text, range, into: &seconds)
            set(&options, seconds)
            return wrong
        }
    }
}
