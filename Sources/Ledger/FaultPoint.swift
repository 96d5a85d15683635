import Glibc
import Synchronization

/// Steps of a sale at which a test lets the process die. `ONSALE_FAULT=payment.committed` kills it
/// there at once, as `kill -9` would. In release builds this is nothing.
package enum FaultPoint: String, CaseIterable, Sendable {
    /// Nothing has happened yet.
    case paymentStarted = "payment.started"
    /// The seats are kept for this payment.
    case paymentFenced = "payment.fenced"
    /// The ledger's transaction is open, the entry's statements are done. It and the next one count
    /// from the first payment, order, cancel or claim on: the ledger is written before, too.
    case ledgerWritten = "ledger.written"
    /// All is durable, nobody has been told.
    case ledgerCommitted = "ledger.committed"
    /// The ledger has answered; Redis does not know yet.
    case paymentCommitted = "payment.committed"
    /// The seats are sold in Redis too; the session goes on.
    case paymentSettled = "payment.settled"
    /// Everything is done except the answer.
    case paymentEnded = "payment.ended"
    /// Nothing has happened yet.
    case orderStarted = "order.started"
    /// The ledger has answered; the buyer has not heard it.
    case orderCommitted = "order.committed"
    /// Of a payment or an order.
    case cancelStarted = "cancel.started"
    case cancelCommitted = "cancel.committed"
    /// The gate has given a number; the ledger does not know.
    case claimGiven = "claim.given"
    /// The ledger has the claim; the gate does not know, nobody has been told.
    case claimCommitted = "claim.committed"
    /// Everything is done except the answer.
    case claimSettled = "claim.settled"
    /// Outbox rows have their numbers; no consumer has seen them.
    case relayNumbered = "relay.numbered"
    /// Consumers have them; the cursor does not say so.
    case relayApplied = "relay.applied"
    /// Who takes part in a draw is recorded.
    case drawCut = "draw.cut"
    /// A page of the list of entrants is written.
    case drawPage = "draw.page"
    /// The list has its root.
    case drawSealed = "draw.sealed"
    /// Some entrants stand where they were drawn.
    case drawMoved = "draw.moved"
    /// The ledger says that it is done; the room does not admit yet.
    case drawDone = "draw.done"

    package func reach() {
        #if DEBUG
        switch self {
        case .paymentStarted, .orderStarted, .cancelStarted, .claimGiven:
            Self.isSelling.store(true, ordering: .relaxed)
        case .ledgerWritten, .ledgerCommitted:
            guard Self.isSelling.load(ordering: .relaxed) else { return }
        default: break
        }
        if Self.armed == self { kill(getpid(), SIGKILL) }
        #endif
    }

    #if DEBUG
    private static let isSelling = Atomic<Bool>(false)

    private static let armed: FaultPoint? = {
        guard let name = unsafe getenv("ONSALE_FAULT") else { return nil }
        return unsafe FaultPoint(rawValue: String(cString: name))
    }()
    #endif
}
