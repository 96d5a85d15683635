import Foundation
import TestGate
import TestPrograms
import Testing

@testable import TestKit

/// What a server leaves that dies, and what becomes of its private Redis.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct CrashTests {
    private func redisPID(_ data: String) -> Int32? {
        let text = try? String(contentsOfFile: data + "/redis/redis.pid", encoding: .utf8)
        return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Ended, though perhaps not reaped by whoever inherited it.
    private func isRunning(_ pid: Int32, in data: String) -> Bool {
        let work = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
        return work?.hasPrefix(data) == true
    }

    private func expectGone(_ redis: Int32, in data: String) async throws {
        try await until("the private Redis ends") { !isRunning(redis, in: data) }
        // It was asked to end, not killed.
        let log = try String(contentsOfFile: data + "/redis/redis.log", encoding: .utf8)
        #expect(log.contains("Redis is now ready to exit"))
    }

    @Test(arguments: [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT])
    func aCrashTellsWhatItWasAndTheLastLines(number: Int32) async throws {
        try await withFolder { data in
            let site = try await Site.start(data: data)
            let redis = try #require(redisPID(data))
            let before = site.process.errors
            site.process.signal(number)
            #expect(try await site.process.exit() == -number)
            let told = String(site.process.errors.dropFirst(before.count))
            let lines = told.split(separator: "\n").map(String.init)
            let names = [
                SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
                SIGABRT: "SIGABRT", SIGFPE: "SIGFPE", SIGQUIT: "SIGQUIT",
            ]
            let name = try #require(names[number])
            let sign = "onsale: crash: \(name) from process \(getpid()), version "
            #expect(lines.first?.hasPrefix(sign) == true, "\(told)")
            #expect(lines.first?.contains(", thread ") == true, "\(told)")
            #expect(lines.dropFirst().first == "onsale: the last lines before it:", "\(told)")
            #expect(lines.last == "onsale: listening on http://127.0.0.1:\(site.port)", "\(told)")
            try await expectGone(redis, in: data)
        }
    }

    /// The first needs places in our own program, the second a stack of its own for the handler.
    @Test(arguments: ["crash.memory", "crash.stack"])
    func aCrashOfOurOwnTellsWhere(fault: String) async throws {
        try await withFolder { data in
            let process = try OnsaleProcess(
                ["serve", "--port", "0", "--data", data, "--threads", "1"],
                environment: ["ONSALE_FAULT": fault]
            )
            #expect(try await process.exit() == -SIGSEGV)
            let line = process.errors.split(separator: "\n").first {
                $0.hasPrefix("onsale: crash: SIGSEGV for address ")
            }
            #expect(line?.contains("(loop 0), at onsale+0x") == true, "\(process.errors)")
        }
    }

    @Test func aKilledServersRedisEndsByItselfAndKeepsWhatItHad() async throws {
        try await withFolder { data in
            let first = try await Site.start(data: data)
            try await first.configure("shop", #"{"capacity":0}"#)
            let ticket = try await first.entered("shop", as: "ann").ticket
            let redis = try #require(redisPID(data))
            first.process.signal(SIGKILL)
            #expect(try await first.process.exit() == -SIGKILL)
            try await expectGone(redis, in: data)
            let second = try await Site.start(data: data)
            #expect(try await second.standing("shop", as: "ann", ticket).position == 1)
        }
    }

    @Test func aHangUpEndsNothing() async throws {
        try await withFolder { data in
            let site = try await Site.start(data: data)
            let redis = try #require(redisPID(data))
            site.process.signal(SIGHUP)
            try await until("it was noticed") {
                site.process.errors.contains("event=keys_read_again")
            }
            #expect(try await site.request("GET", "/readyz").status == 200)
            #expect(redisPID(data) == redis && isRunning(redis, in: data))
            site.process.signal(SIGTERM)
            #expect(try await site.process.exit() == 0)
        }
    }

    @Test func startsAreCountedOverCrashes() async throws {
        try await withFolder { data in
            for start in 1...3 {
                let site = try await Site.start(data: data)
                let metrics = try PrometheusText(try await site.request("GET", "/metrics").text)
                #expect(metrics.value("onsale_starts_total") == Double(start))
                let began = try #require(metrics.value("process_start_time_seconds"))
                #expect(abs(began - Date().timeIntervalSince1970) < 60)
                site.process.signal(start == 1 ? SIGKILL : SIGABRT)
                _ = try await site.process.exit()
            }
        }
    }
}
