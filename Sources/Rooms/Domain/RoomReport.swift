/// A room at one instant, with its counters since it was made.
public struct RoomReport: Equatable, Sendable {
    public var settings: RoomSettings
    public var state: RoomState
    public var generation: Int64
    public var atMs: Int64
    /// Counts the room's changes within a generation.
    public var version: Int64
    /// Counts the changes of settings and state, in the ledger.
    public var revision: Int64
    /// The highest sequence, and up to which they are leased.
    public var sequence: Int64
    public var lease: Int64
    /// Redis is told again what the ledger knows; the room does not serve yet.
    public var isRestoring: Bool
    /// Everybody in line.
    public var inLine: Int64
    public var inside: Int64
    /// Passed over at their turn and away; their grace still runs.
    public var away: Int64
    /// Of those in line: passed over before, and back.
    public var returned: Int64
    public var admittedTotal: Int64
    public var doneTotal: Int64
    public var leftTotal: Int64
    public var expiredTotal: Int64
    public var admittedLast60s: Int64
    /// Sum over all admissions of the time from entering to admission.
    public var waitMsTotal: Int64

    public init(settings: RoomSettings, state: RoomState, generation: Int64, atMs: Int64) {
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
    public var waiting: Int64 { inLine - returned }
    public var skipped: Int64 { away + returned }

    /// Mean time in line of everybody admitted so far; nil before the first.
    public var averageWaitSeconds: Double? {
        admittedTotal == 0 ? nil : Double(waitMsTotal) / Double(admittedTotal) / 1000
    }
}
