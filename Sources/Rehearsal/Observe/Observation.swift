/// What a request was for.
enum Purpose: UInt8, CaseIterable, Sendable {
    case enter
    /// Once more, though the visitor has a place: a double click or the return of a skipped one.
    case enterAgain
    case poll
    /// An event of the stream; it has no request of its own.
    case event
    /// A status request with a ticket that is not the visitor's.
    case lie
    /// Gets a ticket of another room for a lie.
    case enterElsewhere
    case leave
    case done

    /// Whose latency it counts for.
    var endpoint: Endpoint? {
        switch self {
        case .enter, .enterAgain, .enterElsewhere: .enter
        case .poll, .lie: .status
        case .leave: .leave
        case .done: .done
        case .event: nil
        }
    }
}

/// The calls whose latency is reported.
enum Endpoint: String, CaseIterable, Sendable {
    case enter, status, leave, done, document
    case charge, points, map, hold, release, pay, cancel
    /// Claims, by their outcome.
    case issued, refused
}

/// One answer a visitor got. Instants are nanoseconds of the rehearsal's monotonic clock: the
/// server decided what `reply` says at some moment between `sentNs` and `receivedNs`, and that is
/// all that is known from the outside.
struct Observation: Sendable {
    var visitor: Int
    var purpose: Purpose
    var sentNs: Int64
    var receivedNs: Int64
    var reply: Reply
}
