import JSON

/// Sets the room up and looks at it before the first visitor comes.
struct Preparation {
    let caller: PatientClient
    let options: RehearsalOptions
    let addresses: Addresses
    let elsewhere: Addresses?

    /// What the room is like, or why it cannot be used.
    func run() async throws(SetupProblem) -> RoomView {
        if options.changesRoom {
            let change = addresses.write(settings: settings)
            _ = try await caller.require(change, "setting the room") { $0 }
        }
        var view = RoomView()
        view.note(try await document())
        if options.adminKeyFile != nil {
            let read = addresses.readSettings
            view.noteSettings(try await caller.require(read, "reading the settings") { $0.object })
        }
        if let elsewhere {
            let made = elsewhere.write(settings: Array("{}".utf8))
            _ = try await caller.require(made, "making a second room") { $0 }
        }
        return view
    }

    /// The room's document with the limits that were asked for: a shared one may be a second old.
    private func document() async throws(SetupProblem) -> JSONValue {
        var answer = Response(sentNs: 0, receivedNs: 0)
        var room: JSONValue?
        await caller.keepTrying {
            answer = await caller.answer(addresses.readDocument)
            room = answer.status == 200 ? answer.object : nil
            return room.map(shows) ?? true
        }
        guard let room else { throw SetupProblem("reading the room", answer) }
        guard shows(room) else { throw SetupProblem("reading the room: the new settings", answer) }
        return room
    }

    private func shows(_ document: JSONValue) -> Bool {
        let asked = [("capacity", options.capacity), ("rate", options.rate)]
        return asked.allSatisfy { name, limit in
            limit.map { document.whole(name) == $0.number } ?? true
        }
    }

    private var settings: [UInt8] {
        JSONWriter.object { json in
            if let limit = options.capacity { json.field("capacity", limit.number) }
            if let limit = options.rate { json.field("rate", limit.number) }
            if let seconds = options.sessionSeconds { json.field("sessionSeconds", seconds) }
            if let seconds = options.idleSeconds { json.field("idleSeconds", seconds) }
        }
    }
}
