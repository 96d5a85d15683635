import EventLoop
import JSON
import TestGate
import Testing

@testable import Rehearsal

/// Whole sales over real sockets: the honest shop passes, each dishonest one is found out.
@Suite(.sideBySide, .serialized) struct WholeSaleTests {
    private func options(_ url: String) -> RehearsalOptions {
        var options = RehearsalOptions()
        options.url = url
        options.visitors = 80
        options.arriveSeconds = 0.2
        options.staySeconds = 0.05
        options.leavers = 0
        options.sleepers = 0
        options.liars = 0
        options.connections = 40
        options.timeoutSeconds = 30
        options.isQuiet = true
        options.seed = 4
        options.performance = "evening"
        options.shares.abandon = 0
        options.shares.release = 0.1
        options.shares.poor = 0.3
        options.shares.payTwice = 0.2
        options.shares.twoKeys = 0.2
        options.shares.cancel = 0.3
        options.shares.hangUp = 0.1
        options.shares.cheats = 0.4
        return options
    }

    private func rehearse(_ options: RehearsalOptions) async -> Result<Report, SetupProblem> {
        await Rehearsal.onOwnLoop { loop throws(SetupProblem) in
            try await Rehearsal.play(options, adminKey: nil, on: loop)
        }
    }

    private func report(
        _ fault: TinyShop.Fault,
        room: TinyRoom? = nil,
        seats: Int = 60
    ) async throws -> Report {
        let shop = TinyShop(seats: seats, room: room, fault: fault)
        let server = TinyServer { shop.answer($0) }.start()
        defer { server.stop() }
        let report = try await rehearse(options(server.url)).get()
        #expect(report.run.unfinished == 0)
        return report
    }

    private func broken(_ report: Report) -> [String] {
        report.run.promises.filter { $0.verdict == .broken }.map(\.code)
    }

    @Test func anHonestSaleWithoutARoomKeepsEveryPromise() async throws {
        let report = try await report(.none)
        #expect(broken(report) == [])
        let purchases = try #require(report.purchases)
        #expect(purchases.sold == 60 && purchases.soldOutMs != nil)
        #expect(purchases.fates[.bought] ?? 0 > 10)
        #expect(purchases.fates[.stuck] == nil && purchases.fates[.refused] == nil)
        #expect(purchases.refusals["402 insufficient_points"] ?? 0 > 0)
        for code in [
            "seat-once", "receipts-kept", "seats-owned", "seat-limit", "points", "paid-seats",
            "receipts-listed", "refusals-change-nothing", "one-key", "one-payment",
            "shop-lies-refused",
        ] {
            #expect(report.run.promises.first { $0.code == code }?.verdict == .ok, "\(code)")
        }
        for endpoint in [Endpoint.charge, .points, .map, .hold, .pay, .cancel] {
            #expect(report.run.traffic.latencies[endpoint]?.count ?? 0 > 0, "\(endpoint)")
        }
        #expect(report.text.contains("60 of 60 sold, sold out after"))
        let json = try #require(JSONValue(object: report.json))
        #expect(json["purchases"]?["receipts"]?.integer == Int64(purchases.receipts))
        #expect(json["room"] == .null)
    }

    @Test func anHonestSaleBehindARoomKeepsEveryPromise() async throws {
        let report = try await report(.none, room: TinyRoom(capacity: 10))
        #expect(broken(report) == [])
        #expect(report.roomName == "demo")
        #expect(report.admitted > 10)
        #expect(report.run.promises.first { $0.code == "admitted-first" }?.verdict == .ok)
        #expect(report.purchases?.untilReceipt.count == report.purchases?.receipts)
    }

    @Test func aSeatSoldTwiceIsFound() async throws {
        #expect(broken(try await report(.sellsTwice, seats: 400)).contains("seat-once"))
    }

    @Test func forgottenKeysAreFound() async throws {
        #expect(broken(try await report(.forgetsKeys, seats: 400)).contains("one-key"))
    }

    @Test func aRefusalThatCostsPointsIsFound() async throws {
        let broken = broken(try await report(.chargesRefused, seats: 400))
        #expect(broken.contains("points") && broken.contains("refusals-change-nothing"))
    }

    @Test func aGullibleShopIsFound() async throws {
        #expect(broken(try await report(.believesLies, seats: 400)).contains("shop-lies-refused"))
    }

    @Test func aShopWithoutADoorIsFound() async throws {
        let room = TinyRoom(capacity: 2)
        #expect(
            broken(try await report(.letsEverybodyIn, room: room, seats: 400))
                .contains("admitted-first")
        )
    }

    @Test func aMapThatHidesHoldsIsFound() async throws {
        #expect(broken(try await report(.hidesHolds, seats: 400)) == ["map-true"])
    }

    @Test func aSecondRefundIsFound() async throws {
        #expect(broken(try await report(.refundsTwice, seats: 400)).contains("points"))
    }

    @Test func aRoomThatIsNotThePerformancesIsOneLine() async {
        let shop = TinyShop(seats: 10)
        let server = TinyServer { shop.answer($0) }.start()
        defer { server.stop() }
        var options = options(server.url)
        options.room = "other"
        guard case .failure(let problem) = await rehearse(options) else {
            return #expect(Bool(false), "it began")
        }
        #expect(problem.line == "evening has no room, and --room says other")
        options.room = nil
        options.performance = "morning"
        guard case .failure(let missing) = await rehearse(options) else {
            return #expect(Bool(false), "it began")
        }
        #expect(missing.line == "no concert has the performance morning")
    }
}
