import Testing
import Values

@testable import Rooms

@Suite struct RoomChangeTests {
    private var everything: RoomSettings {
        var settings = RoomSettings()
        settings.capacity = 1
        settings.rate = 2
        settings.sessionSeconds = 3
        settings.idleSeconds = 4
        settings.graceSeconds = 5
        settings.opening = Timestamp(milliseconds: 6)
        settings.order = .draw
        settings.show = .band
        settings.onStoreError = .admit
        settings.clientsPerSession = 7
        return settings
    }

    @Test func nothingChangesNothing() {
        #expect(RoomChange().applied(to: RoomSettings()) == RoomSettings())
        #expect(RoomChange().applied(to: everything) == everything)
    }

    @Test func aLimitCanBeTakenAway() {
        var change = RoomChange()
        change.capacity = .some(nil)
        change.rate = .some(nil)
        change.idleSeconds = .some(nil)
        change.opening = .some(nil)
        change.clientsPerSession = .some(nil)
        var expected = everything
        expected.capacity = nil
        expected.rate = nil
        expected.idleSeconds = nil
        expected.opening = nil
        expected.clientsPerSession = nil
        #expect(change.applied(to: everything) == expected)
    }

    @Test func everyFieldIsSetAlone() {
        func expect(
            _ set: (inout RoomChange) -> Void,
            _ expected: (inout RoomSettings) -> Void,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            var change = RoomChange()
            set(&change)
            for old in [RoomSettings(), everything] {
                var new = old
                expected(&new)
                #expect(change.applied(to: old) == new, sourceLocation: sourceLocation)
                #expect(new != old, sourceLocation: sourceLocation)
            }
        }
        expect({ $0.capacity = .some(10) }, { $0.capacity = 10 })
        expect({ $0.rate = .some(20) }, { $0.rate = 20 })
        expect({ $0.sessionSeconds = 30 }, { $0.sessionSeconds = 30 })
        expect({ $0.idleSeconds = .some(40) }, { $0.idleSeconds = 40 })
        expect({ $0.graceSeconds = 50 }, { $0.graceSeconds = 50 })
        let opening = Timestamp(milliseconds: 60)
        expect({ $0.opening = .some(opening) }, { $0.opening = opening })
        expect({ $0.show = .hidden }, { $0.show = .hidden })
    }

    @Test func theAverageWaitIsNilBeforeTheFirstAdmission() {
        var report = RoomReport(settings: RoomSettings(), state: .open, generation: 1, atMs: 0)
        #expect(report.averageWaitSeconds == nil)
        report.admittedTotal = 4
        report.waitMsTotal = 10_000
        #expect(report.averageWaitSeconds == 2.5)
    }
}
