import EventLoop

/// Sets the room up and looks at it before the first visitor comes.
struct Preparation {
    let caller: PatientClient
    let options: RehearsalOptions
    let addresses: Addresses
    let elsewhere: Addresses?

    /// Answers what the room is like, or why it cannot be used.
    func run() async -> Result<RoomView, SetupProblem> {
        var view = RoomView()
        if options.changesRoom {
            let written = await caller.answer(addresses.write(settings: settings))
            guard written.status == 200 else {
                return .failure(SetupProblem("setting the room", written))
            }
        }
        let untilNs = caller.loop.clock.monotonicNs() + UInt64(PatientClient.patienceMs) * 1_000_000
        while true {
            let document = await caller.answer(addresses.readDocument)
            guard document.status == 200, let fields = JSONFields(document.body) else {
                return .failure(SetupProblem("reading the room", document))
            }
            guard shows(fields) else {
                // The shared document may be a second old.
                guard caller.loop.clock.monotonicNs() < untilNs else {
                    return .failure(SetupProblem("reading the room: the new settings", document))
                }
                await caller.loop.sleep(ms: PatientClient.retryMs)
                continue
            }
            view.note(fields)
            break
        }
        if options.adminKeyFile != nil {
            let read = await caller.answer(addresses.readSettings)
            guard read.status == 200, let fields = JSONFields(read.body) else {
                return .failure(SetupProblem("reading the settings", read))
            }
            view.noteSettings(fields)
        }
        if let elsewhere {
            let made = await caller.answer(elsewhere.write(settings: Array("{}".utf8)))
            guard made.status == 200 else {
                return .failure(SetupProblem("making a second room", made))
            }
        }
        return .success(view)
    }

    /// Whether the document has the limits that were asked for.
    private func shows(_ document: JSONFields) -> Bool {
        let asked = [("capacity", options.capacity), ("rate", options.rate)]
        return asked.allSatisfy { name, limit in
            switch limit {
            case .atMost(let number): document.whole(name) == number
            case .unlimited: document.whole(name) == nil
            case nil: true
            }
        }
    }

    /// The body of the PUT: only what was asked for.
    private var settings: [UInt8] {
        var text = JSONText()
        text.object { text in
            for (name, limit) in [("capacity", options.capacity), ("rate", options.rate)] {
                switch limit {
                case .atMost(let number): text.add(name, number)
                case .unlimited: text.addNull(name)
                case nil: break
                }
            }
            if let seconds = options.sessionSeconds { text.add("sessionSeconds", seconds) }
            if let seconds = options.idleSeconds { text.add("idleSeconds", seconds) }
        }
        return text.bytes
    }
}

/// Why the rehearsal could not begin.
struct SetupProblem: Error, Equatable, Sendable {
    let line: String

    init(line: String) { self.line = line }

    init(_ doing: String, _ response: Response) {
        let code = JSONFields(response.body)?.string("code").map { " " + $0 } ?? ""
        let found = response.failure.map(\.rawValue) ?? "answered \(response.status)\(code)"
        line = "\(doing): \(found)"
    }
}
