import JSON
import TestGate
import Testing

@testable import TestKit

/// The operator's stream of what was sold.
final class SaleStream {
    let head: Answer
    private let client: HTTPClient
    /// What has come and was not looked at.
    private var text = ""

    init(_ site: Site, _ query: String = "", lastEventID: String? = nil) async throws {
        var headers = ["Authorization": "Bearer \(site.adminKey)"]
        headers["Last-Event-ID"] = lastEventID
        client = try HTTPClient(site.port)
        client.send("GET", "/admin/v1/events\(query)", headers)
        head = try await client.head()
        guard head.status == 200 else { throw Unexpected(head) }
    }

    struct Event {
        let id: Int64
        let kind: String
        let data: JSONValue
    }

    /// The next event; comments are passed over.
    func next() async throws -> Event {
        while true {
            guard let end = text.firstRange(of: "\n\n") else {
                // A chunk: its size, then its content, which has no carriage return.
                _ = try await client.take(through: "\r\n")
                let content = try await client.take(through: "\r\n").dropLast(1)
                text += content
                continue
            }
            let lines = text[..<end.lowerBound].split(separator: "\n")
            text.removeSubrange(..<end.upperBound)
            func field(_ name: String) -> String? {
                lines.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }
            }
            guard let id = field("id: ").flatMap({ Int64($0) }), let kind = field("event: "),
                let data = field("data: ")
            else { continue }
            return Event(id: id, kind: kind, data: try JSONValue.parse(Array(data.utf8)))
        }
    }

    /// Events of `subject` until there are `count`; all are looked at for gaps.
    func events(of subject: String, _ count: Int) async throws -> [Event] {
        var found: [Event] = []
        var last: Int64?
        while found.count < count {
            let event = try await next()
            if let last { #expect(event.id == last + 1) }
            last = event.id
            let told = event.data["performance"] ?? event.data["product"]
            if told?.string == subject { found.append(event) }
        }
        return found
    }
}

extension SaleContractTests {
    @Suite struct EventTests {
        @Test(arguments: LedgerEngine.allCases)
        func whatIsSoldIsTold(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            let stream = try await SaleStream(bed.other)
            #expect(stream.head.header("Content-Type") == "text/event-stream")
            #expect(stream.head.header("Cache-Control") == "no-store")
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            try await bed.site.charge(ann, 100)
            let hold = try await bed.site.hold([3, 1], of: night, as: ann)
            let paid = try await bed.site.pay(hold, as: ann, key: "k")
            let payment = try #require(paid.json?["payment"]?.string)
            let path = "/payments/\(payment)/cancel"
            #expect(try await bed.site.post(path, as: ann, key: "c").status == 200)
            let events = try await stream.events(of: night, 3)
            #expect(events.map(\.kind) == ["performance.changed", "seats.sold", "seats.freed"])
            for event in events {
                #expect(event.data["number"]?.integer == event.id)
                #expect(event.data["kind"]?.string == event.kind)
                #expect(event.data["at"]?.string?.count == 24)
            }
            #expect(
                events[0].data.members?.map(\.name) == ["number", "kind", "at", "performance"]
            )
            for event in events[1...] {
                let ofCancel = event.kind == "seats.freed" ? ["soldAtMs"] : []
                #expect(
                    event.data.members?.map(\.name) == [
                        "number", "kind", "at", "performance", "payment", "user", "seats", "amount",
                    ] + ofCancel
                )
                #expect(event.data["payment"]?.string == payment)
                #expect(event.data["user"]?.string == ann)
                #expect(event.data["seats"]?.array == [.integer(1), .integer(3)])
                #expect(event.data["amount"]?.integer == 20)
            }
        }

        /// More events than one batch and one buffer take, read again from where a reader was.
        @Test(arguments: LedgerEngine.allCases)
        func aReaderGoesOnWhereItWas(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            let changes = 450
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            for price in 1..<changes {
                let body = #"{"price":\#(price)}"#
                let answer = try await bed.site.operate("PUT", "/performances/\(night)", body)
                guard answer.status == 200 else { throw Unexpected(answer) }
            }
            let all = try await SaleStream(bed.other).events(of: night, changes)
            #expect(all.count == changes)
            let middle = all[changes / 2].id
            for stream in [
                try await SaleStream(bed.site, "?after=\(middle)"),
                try await SaleStream(bed.site, "?after=1", lastEventID: "\(middle)"),
            ] {
                #expect(try await stream.next().id == middle + 1)
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func badNumbersAndOtherKeysAreRefused(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            let admin = ["Authorization": "Bearer \(bed.site.adminKey)"]
            let path = "/admin/v1/events"
            for bad in ["-1", "x", "1.0", "", "+1", "9223372036854775808"] {
                let answer = try await bed.site.request("GET", "\(path)?after=\(bad)", admin)
                expectProblem(answer, 400, "invalid_request", naming: "after", "\(bad)")
            }
            let headers = admin.merging(["Last-Event-ID": "x"]) { $1 }
            let answer = try await bed.site.request("GET", path, headers)
            expectProblem(answer, 400, "invalid_request", naming: "Last-Event-ID")
            expectProblem(try await bed.site.request("GET", path), 401, "unauthenticated")
            let wrong = ["Authorization": "Bearer x"]
            expectProblem(try await bed.site.request("GET", path, wrong), 403, "forbidden")
        }
    }
}

/// Streams are few, for each reads the ledger on its own.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct SaleStreamLimitTests {
    @Test func thereIsALimitAndItIsGivenBack() async throws {
        try await ServerBed.with(sites: 1) { bed in
            var streams: [SaleStream] = []
            for _ in 0..<64 { streams.append(try await SaleStream(bed.site)) }
            let admin = ["Authorization": "Bearer \(bed.site.adminKey)"]
            let answer = try await bed.site.request("GET", "/admin/v1/events", admin)
            expectProblem(answer, 429, "rate_limited")
            streams.removeLast()
            try await until("a stream is free") {
                (try? await SaleStream(bed.site)) != nil
            }
        }
    }
}
