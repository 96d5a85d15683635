/// A room at one instant, with its counters since it was made.
package struct RoomReport: Equatable, Sendable {
    var settings: RoomSettings
    package var state: RoomState
    var generation: Int64
    var atMs: Int64
    /// Counts the room's changes within a generation.
    var version: Int64
    /// Counts the changes of settings and state, in the ledger.
    var revision: Int64
    /// The highest sequence, and up to which they are leased.
    var sequence: Int64
    var lease: Int64
    /// Redis is told again what the ledger knows; the room does not serve yet.
    var isRestoring: Bool
    /// Everybody in line.
    var inLine: Int64
    package var inside: Int64
    /// Passed over at their turn and away; their grace still runs.
    var away: Int64
    /// Of those in line: passed over before, and back.
    var returned: Int64
    var admittedTotal: Int64
    var doneTotal: Int64
    var leftTotal: Int64
    var expiredTotal: Int64
    var admittedLast60s: Int64
    /// Sum over all admissions of the time from entering to admission.
    var waitMsTotal: Int64

    init(settings: RoomSettings, state: RoomState, generation: Int64, atMs: Int64) {
        self.settings = settings
        self.state = state
        self.generation = generation
        self.atMs = atMs
        version = 0
        revision = 0
        sequence = 0
        lease = 0
        isRestoring = false
        inLine = 0
        inside = 0
        away = 0
        returned = 0
        admittedTotal = 0
        doneTotal = 0
        leftTotal = 0
        expiredTotal = 0
        admittedLast60s = 0
        waitMsTotal = 0
    }

    /// As tickets say it: `skipped` from the turn that was missed to the admission.
    package var waiting: Int64 { inLine - returned }
    var skipped: Int64 { away + returned }

    /// Mean time in line of everybody admitted so far; nil before the first.
    var averageWaitSeconds: Double? {
        admittedTotal == 0 ? nil : Double(waitMsTotal) / Double(admittedTotal) / 1000
    }
}
