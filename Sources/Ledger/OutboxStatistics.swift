/// How far events have come, for `/metrics` and `/readyz`.
public struct OutboxStatistics: Sendable, Equatable {
    public struct Consumer: Sendable, Equatable {
        public var name: String
        /// The last number done, as far as this process knows.
        public var cursor: Int64
        public var failure: StoreError?
    }

    /// Rows that this process has numbered.
    public var numbered: Int
    /// The highest number, as far as this process knows.
    public var latest: Int64
    /// Why rows could not be numbered at the last attempt.
    public var failure: StoreError?
    public var consumers: [Consumer]
}
