import Engines
import Synchronization

/// What happens once, in the middle of something.
final class Meanwhile: Sendable {
    private let happened = Mutex(false)

    func once(_ body: () async throws -> Void) async throws(StoreError) {
        let isFirst = happened.withLock { happened in
            defer { happened = true }
            return !happened
        }
        guard isFirst else { return }
        do { try await body() } catch { throw .broken("\(error)") }
    }
}
