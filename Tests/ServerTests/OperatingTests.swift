import Foundation
import JSON
import TestGate
import Testing
import TestRedis

@testable import TestKit

extension ContractTests {
    @Suite struct MetricsTests {
        @Test func theServerSaysThatItLivesAndServes() async throws {
            let bed = try ServerBed.current()
            for site in bed.sites {
                #expect(try await site.request("GET", "/healthz").status == 200)
                let ready = try await site.request("GET", "/readyz")
                #expect(ready.status == 200)
                #expect(ready.json?["status"]?.string == "ready")
                #expect(ready.json?["reasons"]?.array?.isEmpty == true)
            }
        }

        private static let families = [
            "onsale_http_requests_total": "counter", "onsale_http_request_seconds": "histogram",
            "onsale_http_connections": "gauge", "onsale_http_streams": "gauge",
            "onsale_http_refused_total": "counter", "onsale_http_cut_total": "counter",
            "onsale_http_proxy_headers_refused_total": "counter",
            "onsale_http_heads_refused_total": "counter",
            "onsale_loop_lag_seconds": "gauge", "onsale_loop_lag_max_seconds": "gauge",
            "onsale_loop_turns_total": "counter", "onsale_loop_jobs_total": "counter",
            "onsale_loop_foreign_enqueues_total": "counter", "onsale_ready": "gauge",
            "onsale_redis_up": "gauge",
            "onsale_redis_round_trip_seconds": "histogram", "onsale_redis_in_flight": "gauge",
            "onsale_redis_timeouts_total": "counter", "onsale_redis_reconnects_total": "counter",
            "onsale_redis_refused_total": "counter", "onsale_redis_restarts_total": "counter",
            "onsale_ledger_up": "gauge", "onsale_ledger_entries_total": "counter",
            "onsale_ledger_commits_total": "counter", "onsale_ledger_refused_total": "counter",
            "onsale_ledger_failures_total": "counter", "onsale_ledger_reads_total": "counter",
            "onsale_ledger_reconnects_total": "counter", "onsale_ledger_pending": "gauge",
            "onsale_ledger_entry_seconds_total": "counter", "onsale_sales_total": "counter",
            "onsale_refusals_total": "counter", "onsale_rooms": "gauge",
            "onsale_rooms_in_use": "gauge",
            "onsale_room_waiting": "gauge", "onsale_room_inside": "gauge",
            "onsale_room_skipped": "gauge", "onsale_room_admitted_total": "counter",
            "onsale_room_done_total": "counter", "onsale_room_left_total": "counter",
            "onsale_room_expired_total": "counter", "onsale_room_admitted_60s": "gauge",
            "onsale_room_wait_seconds_total": "counter",
            "onsale_room_average_wait_seconds": "gauge",
            "onsale_line_looks_total": "counter", "onsale_line_answered_total": "counter",
            "onsale_line_asked_total": "counter", "onsale_line_seen_total": "counter",
            "onsale_line_begun_total": "counter", "onsale_line_mended_total": "counter",
        ]

        @Test func metricsArePrometheusText() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1}"#)
            for user in ["a", "b", "c"] { _ = try await bed.site.entered(room, as: user) }
            try await bed.site.done("a", in: room)
            // What it tells of rooms is up to two seconds old.
            var answer = try await bed.site.request("GET", "/metrics")
            try await until("the room is told of") {
                answer = try await bed.site.request("GET", "/metrics")
                let text = try PrometheusText(answer.text)
                return text.value("onsale_room_done_total", ["room": room]) == 1
            }
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
            let metrics = try PrometheusText(answer.text)
            for (name, type) in Self.families {
                #expect(metrics.families[name]?.type == type, "\(name)")
            }
            #expect(metrics.value("onsale_redis_up") == 1)
            #expect(metrics.value("onsale_ready", ["for": "line"]) == 1)
            #expect(metrics.value("onsale_room_waiting", ["room": room]) == 1)
            #expect(metrics.value("onsale_room_inside", ["room": room]) == 1)
            #expect(metrics.value("onsale_room_admitted_total", ["room": room]) == 2)
            #expect(metrics.value("onsale_room_done_total", ["room": room]) == 1)
            let route = ["method": "POST", "route": "/api/v1/rooms/{room}/tickets"]
            let entered = route.merging(["status": "2xx"]) { $1 }
            #expect(metrics.value("onsale_http_requests_total", entered) ?? 0 >= 3)
            // Another process counts its own requests and sees the same rooms.
            try await until("the other process knows the room") {
                let text = try await bed.other.request("GET", "/metrics").text
                let other = try PrometheusText(text)
                return other.value("onsale_room_waiting", ["room": room]) == 1
            }
        }

        /// More rooms than a page shows: each is on one page, and the pages lead to each other.
        @Test func theFirstPageListsRoomsInPages() async throws {
            try await ServerBed.with(sites: 1) { bed in
                let names = (0..<120).map { "room-\($0 + 100)" }
                for name in names { try await bed.site.configure(name, "{}") }
                var seen: [String] = []
                var path = "/"
                while seen.count < names.count {
                    let answer = try await bed.site.request("GET", path)
                    #expect(answer.status == 200)
                    let found = answer.text.matches(of: /href="\/rooms\/([a-z0-9-]+)"/).map {
                        String($0.output.1)
                    }
                    #expect(!found.isEmpty && found.count <= 50)
                    seen += found
                    guard let next = answer.text.firstMatch(of: /<p ><a href="([^"]+)" rel="next"/)
                    else { break }
                    path = String(next.output.1)
                }
                #expect(seen == names)
            }
        }

        @Test(arguments: [
            "a 1", "# TYPE a counter\na 1\n", "# HELP a x\n# TYPE a counter\nb 1\n",
            "# HELP a x\n# TYPE a counter\na 1\na 2\n", "# HELP a x\n# TYPE a counter\na{b=1} 1\n",
            "# HELP a x\n# TYPE a counter\na one\n", "# HELP a x\n# TYPE a sum\na 1\n",
            "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n", "\n",
        ])
        func theReaderIsStrict(_ text: String) {
            #expect(throws: PrometheusText.Malformed.self) { try PrometheusText(text) }
        }
    }
}

/// Redis hangs, and comes back.
@Suite(.alone, .timeLimit(.minutes(1))) struct OutageTests {
    @Test func aHungRedisIsToldAtOnceAndSurvived() async throws {
        try await ServerBed.with { bed in
            try await bed.site.configure("wait", #"{"capacity":1}"#)
            try await bed.site.configure("admit", #"{"capacity":1,"onStoreError":"admit"}"#)
            let ann = try await bed.site.entered("wait", as: "ann")
            let bob = try await bed.site.entered("wait", as: "bob")
            for user in ["cem", "dan"] { _ = try await bed.site.entered("admit", as: user) }
            // The other process must know the room before its settings can decide.
            try await until("both know the rooms") {
                try await bed.other.request("GET", "/metrics").text.contains("room=\"admit\"")
            }
            bed.redis.freeze()
            defer { bed.redis.thaw() }
            for site in bed.sites {
                try await expectRefusedSoon { try await site.enter("wait", as: "eve") }
                try await expectRefusedSoon { try await site.status("wait", as: "bob", bob.ticket) }
                try await expectRefusedSoon { try await site.admission("wait", ann.ticket) }
                try await expectRefusedSoon { try await site.admin("GET", "wait") }
                try await expectUnready(site)
                try await expectAdmitting(site)
            }
            bed.redis.thaw()
            for site in bed.sites {
                try await until("ready again") {
                    try await site.request("GET", "/readyz?for=line").status == 200
                }
                #expect(try await site.standing("wait", as: "bob", bob.ticket).position == 1)
                #expect(try await site.admission("wait", ann.ticket).status == 204)
                let metrics = try PrometheusText(try await site.request("GET", "/metrics").text)
                #expect(metrics.value("onsale_redis_up") == 1)
                #expect(metrics.value("onsale_redis_timeouts_total") ?? 0 > 0)
            }
        }
    }

    private func expectRefusedSoon(_ request: () async throws -> Answer) async throws {
        let start = ContinuousClock.now
        let answer = try await request()
        let took = ContinuousClock.now - start
        expectProblem(answer, 503, "store_unavailable")
        #expect(answer.header("Retry-After").flatMap { Int($0) } ?? 0 > 0)
        // The promise is one second; a busy machine gets another.
        #expect(took < .seconds(2))
    }

    private func expectUnready(_ site: Site) async throws {
        var answer = try await site.request("GET", "/readyz?for=line")
        try await until("unready") {
            answer = try await site.request("GET", "/readyz?for=line")
            return answer.status == 503
        }
        #expect(answer.header("Retry-After") != nil)
        #expect(answer.json?["status"]?.string == "unready")
        let reasons = answer.json?["reasons"]?.array?.compactMap(\.string) ?? []
        #expect(reasons == ["redis_away"])
        #expect(try await site.request("GET", "/healthz").status == 200)
        let metrics = try PrometheusText(try await site.request("GET", "/metrics").text)
        #expect(metrics.value("onsale_redis_up") == 0)
    }

    /// A room that would rather admit than wait does, and lets its visitors pass the door.
    private func expectAdmitting(_ site: Site) async throws {
        let answer = try await site.enter("admit", as: "fay")
        #expect(answer.status == 200)
        let fay = try TicketDocument(answer)
        #expect(fay.state == "admitted" && fay.pass != nil)
        #expect(try await site.admission("admit", fay.ticket).status == 204)
        #expect(try await site.admission("admit", "forged").status == 401)
    }

    @Test func aServerStartsWithoutRedisAndServesWhenItComes() async throws {
        try await ServerBed.with(sites: 0) { bed in
            bed.redis.kill()
            let site = try await Site.start(
                data: bed.data,
                ["--redis", "unix:\(bed.redis.socketPath)"]
            )
            #expect(site.process.errors.contains("Redis is away"))
            try await expectRefusedSoon { try await site.enter("shop", as: "ann") }
            try await expectUnready(site)
            try bed.redis.start()
            try await until("ready") {
                try await site.request("GET", "/readyz?for=line").status == 200
            }
            try await site.configure("shop", "{}")
            #expect(try await site.enter("shop", as: "ann").status == 200)
        }
    }
}
