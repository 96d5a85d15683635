import Engines

/// How far events have come, for `/metrics` and `/readyz`.
package struct OutboxStatistics: Sendable, Equatable {
    package struct Consumer: Sendable, Equatable {
        package var name: String
        /// The last number done, as far as this process knows.
        package var cursor: Int64
        var failure: StoreError?
    }

    /// Rows that this process has numbered.
    var numbered: Int
    /// The highest number, as far as this process knows.
    package var latest: Int64
    /// Why rows could not be numbered at the last attempt.
    var failure: StoreError?
    package var consumers: [Consumer]

    /// The last attempt at something was in vain: at numbering, or at one of the consumers.
    package var isFailing: Bool {
        failure != nil || consumers.contains { $0.failure != nil }
    }
}
