import EventLoop
import Foundation
import JSON
import Synchronization
import TestGate
import Testing

@testable import Rehearsal

/// Whole rehearsals over real sockets: the honest room passes, each dishonest one is found out.
@Suite(.sideBySide, .serialized) struct WholeRehearsalTests {
    private func options(_ url: String) -> RehearsalOptions {
        var options = RehearsalOptions()
        options.url = url
        options.visitors = 40
        options.arriveSeconds = 0.2
        options.staySeconds = 0.1
        options.doubleClickers = 0.3
        options.liars = 0.3
        options.leavers = 0.2
        options.connections = 30
        options.adminKeyFile = "given"
        options.timeoutSeconds = 30
        options.isQuiet = true
        return options
    }

    private func rehearse(_ options: RehearsalOptions) async -> Result<Report, SetupProblem> {
        await Rehearsal.onOwnLoop { loop throws(SetupProblem) in
            try await Rehearsal.play(options, adminKey: TinyRoom.key, on: loop)
        }
    }

    private func broken(_ fault: TinyRoom.Fault) async throws -> [String] {
        let room = TinyRoom(capacity: 4, fault: fault)
        let server = TinyServer { room.answer($0) }.start()
        defer { server.stop() }
        var options = options(server.url)
        // The room must still be too full when its document is read again, after a second.
        if fault == .overCapacity { options.staySeconds = 0.2 }
        let report = try await rehearse(options).get()
        #expect(report.run.unfinished == 0)
        #expect(report.run.exitCode == (report.run.isBroken ? 1 : 0))
        return report.run.promises.filter { $0.verdict == .broken }.map(\.code)
    }

    @Test func anHonestRoomKeepsEveryPromise() async throws {
        let room = TinyRoom(capacity: 4)
        let server = TinyServer { room.answer($0) }.start()
        defer { server.stop() }
        let report = try await rehearse(options(server.url)).get()
        #expect(report.run.exitCode == 0)
        #expect(report.run.unfinished == 0)
        #expect(report.fates.values.reduce(0, +) == 40)
        for code in ["capacity", "capacity-claimed", "order", "one-place", "lies-refused"] {
            #expect(report.run.promises.first { $0.code == code }?.verdict == .ok, "\(code)")
        }
        #expect(report.run.traffic.latencies[.enter]?.count ?? 0 >= 40)
        #expect(report.run.connectionsOpened <= 30)
        #expect(JSONValue(object: report.json)?.whole("visitors") == 40)
        #expect(report.text.contains("nobody who kept polling is overtaken"))
    }

    @Test func tooManyInsideAreFound() async throws {
        #expect(try await broken(.overCapacity) == ["capacity", "capacity-claimed"])
    }

    @Test func anUnfairLineIsFound() async throws {
        #expect(try await broken(.unfair) == ["order"])
    }

    @Test func aGullibleServerIsFound() async throws {
        #expect(try await broken(.gullible) == ["lies-refused"])
    }

    @Test func twoPlacesForOneVisitorAreFound() async throws {
        #expect(try await broken(.twoPlaces).contains("one-place"))
    }

    @Test func aServerThatFailsForAWhileDoesNotEndTheRehearsal() async throws {
        let room = TinyRoom(capacity: 4)
        let calls = Mutex(0)
        let server = TinyServer { call in
            let number = calls.withLock { calls in
                calls += 1
                return calls
            }
            // Every kind of failure, in the middle of the wave.
            if (40..<70).contains(number) { return .hangUp }
            if (70..<100).contains(number) { return .json(503, "{}", headers: ["Retry-After: 1"]) }
            return room.answer(call)
        }.start()
        defer { server.stop() }
        let report = try await rehearse(options(server.url)).get()
        #expect(report.run.unfinished == 0)
        #expect(!report.run.isBroken)
        #expect(report.run.traffic.failures[.reset] ?? 0 > 0)
        #expect(report.run.traffic.statuses[503] ?? 0 > 0)
        #expect(!report.run.traffic.outages.isEmpty)
    }

    @Test func theOverallTimeEndsARehearsalThatGetsNowhere() async throws {
        let room = TinyRoom(capacity: 0)
        let server = TinyServer { room.answer($0) }.start()
        defer { server.stop() }
        var options = options(server.url)
        options.timeoutSeconds = 1
        options.leavers = 0
        let report = try await rehearse(options).get()
        #expect(report.run.unfinished == 40)
        #expect(report.run.exitCode == 2)
    }

    @Test func aRoomThatIsNotThereIsOneLine() async {
        let server = TinyServer { _ in .json(404, #"{"code":"not_found"}"#) }.start()
        defer { server.stop() }
        guard case .failure(let problem) = await rehearse(options(server.url)) else {
            return #expect(Bool(false), "it began")
        }
        #expect(problem.line == "reading the room: answered 404 not_found")
    }

    @Test func theReportIsWrittenAsJSONToo() async throws {
        let room = TinyRoom(capacity: 4)
        let server = TinyServer { room.answer($0) }.start()
        defer { server.stop() }
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("rehearsal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = folder.appendingPathComponent("key")
        try Data("\(TinyRoom.key)\n".utf8).write(to: key)
        let json = folder.appendingPathComponent("report.json")
        let code = await Rehearsal.run(
            arguments: [
                "--url", server.url, "--visitors", "5", "--arrive", "0", "--stay", "0",
                "--quiet", "--json", json.path,
            ],
            environment: ["ONSALE_ADMIN_KEY_FILE": key.path]
        )
        #expect(code == 0)
        #expect(JSONValue(object: Array(try Data(contentsOf: json)))?.whole("visitors") == 5)
    }
}
