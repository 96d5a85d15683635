import JSON

/// A live stream that is read now and then.
final class FuzzStream {
    private let client: HTTPClient
    private(set) var last: JSONValue?
    /// Positions told since they were last compared.
    var positions: [Int64] = []
    /// The visit that the stream has been seen to follow, as the visitor counts them.
    var visit: Int

    init(_ site: Site, _ room: String, _ visitor: FuzzVisitor, _ ticket: String) async throws {
        visit = visitor.visits
        client = try HTTPClient(site.port)
        client.send(
            "GET",
            "/api/v1/rooms/\(room)/tickets/me/events",
            ["X-User-Id": visitor.name, "Onsale-Ticket": ticket]
        )
        let head = try await client.head()
        guard head.status == 200 else { throw Unexpected(head) }
    }

    /// It has told the end of a visit: its last word.
    var isOver: Bool {
        ["done", "left", "expired"].contains(last?["state"]?.string ?? "")
    }

    /// Reads what has come.
    func read() async throws {
        while true {
            do {
                let block = try await client.take(through: "\n\n", seconds: 0.02)
                let data = block.split(whereSeparator: \.isNewline).first {
                    $0.hasPrefix("data: ")
                }
                guard let data else { continue }
                let document = try JSONValue.parse(Array(data.dropFirst(6).utf8))
                guard document["state"] != nil else { return }
                last = document
                if let position = document["position"]?.integer { positions.append(position) }
            } catch is ClientError {
                return
            }
        }
    }
}

extension LineFuzz {
    /// Streams of all rooms.
    private static let streamsMax = 6

    /// A visitor opens a stream, or closes theirs.
    func listen(_ visitor: FuzzVisitor, _ room: FuzzRoom) async throws {
        if visitor.stream != nil {
            guard random.chance(30) else { return }
            visitor.stream = nil
            return try await ask(visitor, room)
        }
        let open = rooms.flatMap(\.visitors).count { $0.stream != nil }
        guard visitor.isKnown, let ticket = visitor.ticket, open < Self.streamsMax,
            room.isMoving, clock.nowMs - room.stockMs > Self.relayMs
        else { return }
        try await ask(visitor, room)
        guard visitor.isKnown, room.isMoving else { return }
        visitor.stream = try await FuzzStream(anySite(), room.name, visitor, ticket)
        visitor.streamMs = clock.nowMs
        visitor.hasListened = true
    }

    /// Reads a stream. One that tells the end of a visit has ended, and its visitor asks: the end
    /// must be that of the visit which it followed, also if they have entered again since.
    func listen(to visitor: FuzzVisitor, _ room: FuzzRoom) async throws {
        guard let stream = visitor.stream else { return }
        try await stream.read()
        guard stream.isOver else { return }
        room.note("\(clock.nowMs) \(visitor.name)'s stream: \(summary(stream.last))")
        visitor.stream = nil
        try await ask(visitor, room)
        if visitor.isKnown, visitor.visits == stream.visit {
            throw fault(room, "\(visitor.name)'s stream says \(summary(stream.last))")
        }
    }

    /// A stream comes to say what a poll says, and no position in it grows.
    func streams(_ room: FuzzRoom) async throws {
        for visitor in room.visitors {
            guard let stream = visitor.stream else { continue }
            var isSame = false
            for _ in 0..<20 where !isSame && visitor.stream != nil {
                try await listen(to: visitor, room)
                try await ask(visitor, room)
                let last = stream.last
                isSame =
                    last?["position"]?.integer == visitor.position
                    && (last?["state"]?.string == "admitted") == (visitor.phase == .inside)
                if !isSame { try await pass(ms: 150, polls: false) }
            }
            guard visitor.isKnown, visitor.stream != nil else { continue }
            guard isSame else {
                throw fault(room, "\(visitor.name)'s stream says \(summary(stream.last))")
            }
            streamed += 1
            let positions = stream.positions
            stream.positions.removeAll()
            let isOneVisit = stream.visit == visitor.visits
            stream.visit = visitor.visits
            let grows = zip(positions, positions.dropFirst()).contains { $0 < $1 }
            if grows, isOneVisit, room.regrownMs < visitor.streamMs {
                throw fault(room, "\(visitor.name)'s stream grew: \(positions)")
            }
        }
    }
}
