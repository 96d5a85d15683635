import Foundation
import JSON
import TestGate
import Testing
import TestRedis

@testable import TestKit

/// Between SIGTERM and the end of accepting: balancers are told, visitors are served.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct DrainTests {
    private func with(seconds: Int, _ body: (Site) async throws -> Void) async throws {
        try await ServerBed.with(["--drain-seconds", "\(seconds)"], sites: 1) {
            try await $0.site.configure("shop", #"{"capacity":1}"#)
            try await body($0.site)
        }
    }

    private func untilDraining(_ site: Site) async throws {
        try await until("it says so") {
            try await site.request("GET", "/readyz").json?["status"]?.string == "draining"
        }
    }

    /// The words of the log in their order.
    private func events(_ site: Site) -> [String] {
        site.process.errors.split(separator: "\n").compactMap {
            $0.firstMatch(of: /event=(draining|stopping|stopped|readiness)\b/).map { String($0.1) }
        }
    }

    @Test func visitorsAreServedUntilASecondSignal() async throws {
        try await with(seconds: 600) { site async throws in
            let ann = try await site.entered("shop", as: "ann").ticket
            let stream = try await LiveStream(site, "shop", as: "ann", ann)
            #expect(try await stream.next().name == "ticket")
            let kept = try HTTPClient(site.port)
            site.process.signal(SIGTERM)
            try await untilDraining(site)
            for query in ["", "?for=line", "?for=sales"] {
                let ready = try await site.request("GET", "/readyz\(query)")
                #expect(ready.status == 503)
                #expect(ready.json?["status"]?.string == "draining")
                #expect(ready.json?["reasons"]?.array?.isEmpty == true)
            }
            let metrics = try PrometheusText(try await site.request("GET", "/metrics").text)
            #expect(metrics.value("onsale_ready", ["for": "line"]) == 0)
            // New connections, and those from before, once more.
            let entered = try await site.enter("shop", as: "bob")
            #expect(entered.status == 202)
            #expect(entered.header("Connection")?.lowercased() == "close")
            kept.send("GET", "/api/v1/rooms/shop")
            let answer = try await kept.answer()
            #expect(answer.status == 200)
            #expect(answer.header("Connection")?.lowercased() == "close")
            #expect(await kept.seesEnd())
            // The line moves, and streams tell.
            try await site.done("ann", in: "shop")
            #expect(try await stream.next().document["state"]?.string == "done")
            #expect(events(site) == ["draining", "readiness"])
            site.process.signal(SIGTERM)
            #expect(try await site.process.exit() == 0)
            #expect(events(site) == ["draining", "readiness", "stopping", "stopped"])
        }
    }

    @Test func itEndsByItself() async throws {
        try await with(seconds: 1) { site async throws in
            let start = ContinuousClock.now
            site.process.signal(SIGTERM)
            #expect(try await site.process.exit() == 0)
            #expect(ContinuousClock.now - start >= .seconds(1))
            #expect(events(site) == ["draining", "readiness", "stopping", "stopped"])
        }
    }

    /// Somebody at a terminal does not wait for balancers.
    @Test func anInterruptStopsAtOnce() async throws {
        try await with(seconds: 600) { site async throws in
            site.process.signal(SIGINT)
            #expect(try await site.process.exit() == 0)
            #expect(events(site) == ["stopping", "stopped"])
        }
        try await with(seconds: 600) { site async throws in
            site.process.signal(SIGTERM)
            try await untilDraining(site)
            site.process.signal(SIGINT)
            #expect(try await site.process.exit() == 0)
        }
    }

    @Test func withoutSecondsItStopsAtOnce() async throws {
        try await with(seconds: 0) { site async throws in
            site.process.signal(SIGTERM)
            #expect(try await site.process.exit() == 0)
            #expect(events(site) == ["stopping", "stopped"])
        }
    }
}
