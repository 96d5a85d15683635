import JSON
import Testing

/// One visitor's live stream.
struct LiveStream {
    let head: Answer
    private let client: HTTPClient

    init(_ site: Site, _ room: String, as user: String, _ ticket: String) async throws {
        client = try HTTPClient(site.port)
        client.send(
            "GET",
            "/api/v1/rooms/\(room)/tickets/me/events",
            ["X-User-Id": user, "Onsale-Ticket": ticket, "Accept": "text/event-stream"]
        )
        head = try await client.head()
    }

    /// The next event; comments and the framing of chunks are passed over.
    func next() async throws -> (name: String, document: JSONValue) {
        while true {
            let block = try await client.take(through: "\n\n")
            let lines = block.split(whereSeparator: \.isNewline)
            let name = lines.first { $0.hasPrefix("event: ") }?.dropFirst(7)
            let data = lines.first { $0.hasPrefix("data: ") }?.dropFirst(6)
            if let name, let data {
                return (String(name), try JSONValue.parse(Array(data.utf8)))
            }
        }
    }

    /// Reads tickets until one has `state`; answers all states seen.
    func states(until state: String) async throws -> [String] {
        var seen: [String] = []
        while seen.last != state {
            let event = try await next()
            #expect(event.name == "ticket")
            seen.append(event.document["state"]?.string ?? "")
        }
        return seen
    }

    /// Whether the answer ends: the chunk without content, with the connection still open.
    func seesEnd() async -> Bool { (try? await client.take(through: "0\r\n\r\n")) != nil }
}

extension ContractTests {
    @Suite struct EventTests {
        @Test func aStreamTellsTheWholeLife() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1}"#)
            _ = try await bed.site.entered(room, as: "ann")
            _ = try await bed.site.entered(room, as: "bob")
            let cem = try await bed.site.entered(room, as: "cem")
            let stream = try await LiveStream(bed.other, room, as: "cem", cem.ticket)
            #expect(stream.head.status == 200)
            #expect(stream.head.header("Content-Type") == "text/event-stream")
            #expect(stream.head.header("Cache-Control") == "no-store")
            let first = try await stream.next()
            #expect(first.name == "ticket")
            let told = try #require(TicketDocument(first.document))
            #expect(told.ticket == cem.ticket && told.position == 2)
            #expect(told.json.members?.map(\.name) == cem.json.members?.map(\.name))
            try await bed.site.done("ann", in: room)
            while true {
                let event = try await stream.next()
                let document = try #require(TicketDocument(event.document))
                #expect(document.state == "waiting")
                if document.position == 1 { break }
            }
            try await bed.site.done("bob", in: room)
            var admitted: TicketDocument?
            while admitted?.state != "admitted" {
                admitted = TicketDocument(try await stream.next().document)
            }
            #expect(admitted?.pass != nil)
            #expect(admitted?.ticket != cem.ticket)
            try await bed.site.done("cem", in: room)
            #expect(try await stream.states(until: "done").last == "done")
            #expect(await stream.seesEnd())
        }

        @Test func manyStreamsHearOfTheirAdmission() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            var streams: [LiveStream] = []
            for index in 0..<60 {
                let site = bed.sites[index % 2]
                let ticket = try await site.entered(room, as: "u\(index)").ticket
                streams.append(try await LiveStream(site, room, as: "u\(index)", ticket))
            }
            for stream in streams {
                #expect(try await stream.next().document["state"]?.string == "waiting")
            }
            try await bed.site.configure(room, #"{"capacity":100}"#)
            for stream in streams {
                #expect(try await stream.states(until: "admitted").last == "admitted")
            }
        }

        @Test func aClosedRoomEndsItsStreams() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            let stream = try await LiveStream(bed.site, room, as: "ann", ann.ticket)
            #expect(try await stream.next().name == "ticket")
            _ = try await bed.other.admin("POST", "\(room)/close")
            while true {
                let event = try await stream.next()
                if event.name == "problem" {
                    #expect(event.document["code"]?.string == "room_closed")
                    break
                }
            }
            #expect(await stream.seesEnd())
        }

        /// A stream tells the end of the visit that it followed, and ends; the next visit is for
        /// the next stream, by whichever ticket of theirs: streams and polls agree.
        @Test func aNewVisitIsForTheNextStream() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let ann = try await bed.site.entered(room, as: "ann")
            let stream = try await LiveStream(bed.site, room, as: "ann", ann.ticket)
            #expect(try await stream.next().document["state"]?.string == "admitted")
            try await bed.other.done("ann", in: room)
            #expect(try await stream.states(until: "done").last == "done")
            #expect(await stream.seesEnd())
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let again = try await bed.other.entered(room, as: "ann")
            #expect(again.state == "waiting" && again.ticket != ann.ticket)
            for ticket in [ann.ticket, again.ticket] {
                for site in bed.sites {
                    let poll = try await site.status(room, as: "ann", ticket)
                    #expect(poll.json?["state"]?.string == "waiting")
                    let next = try await LiveStream(site, room, as: "ann", ticket)
                    let told = try #require(TicketDocument(try await next.next().document))
                    #expect(told.state == "waiting" && told.position == 1)
                }
            }
        }

        @Test func aStreamOnATicketThatIsOverSaysSoAndEnds() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let ann = try await bed.site.entered(room, as: "ann")
            try await bed.site.done("ann", in: room)
            let stream = try await LiveStream(bed.other, room, as: "ann", ann.ticket)
            #expect(try await stream.next().document["state"]?.string == "done")
            #expect(await stream.seesEnd())
        }
    }
}
