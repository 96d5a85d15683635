/// A request that waits for a connection.
struct WaitingRequest {
    var request: Request
    var sinceNs: Int64
    var done: (Response) -> Void
}

/// First in, first out, in one array.
struct WaitingQueue {
    /// Spent places at the front before the rest is moved up.
    private static let spentMax = 1_024

    private var items: [WaitingRequest?] = []
    private var head = 0

    var count: Int { items.count - head }

    mutating func append(_ request: WaitingRequest) { items.append(request) }

    mutating func pop() -> WaitingRequest? {
        guard head < items.count else { return nil }
        let first = items[head]
        items[head] = nil
        head += 1
        // Half of the array at least is spent: moving the rest costs less than one step a request.
        if head >= Self.spentMax, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return first
    }
}
