/// First in, first out, in one array that is reused: no allocation for each element.
struct Fifo<Element> {
    private var elements: [Element?] = []
    private var head = 0

    /// Empty places that may stay in front before the rest moves down.
    private static var slack: Int { 1_024 }

    var count: Int { elements.count - head }
    var isEmpty: Bool { head == elements.count }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    /// Changes the first element in its place.
    mutating func withFirst(_ body: (inout Element) -> Void) {
        guard !isEmpty, var element = elements[head] else { return }
        // Taken out meanwhile: what it holds is not copied.
        elements[head] = nil
        body(&element)
        elements[head] = element
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head == Self.slack {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Puts `others` before all the rest.
    mutating func prepend(_ others: [Element]) {
        guard !others.isEmpty else { return }
        elements.replaceSubrange(0..<head, with: others.map { $0 })
        head = 0
    }

    mutating func removeAll() -> [Element] {
        let all = elements[head...].compactMap { $0 }
        elements.removeAll()
        head = 0
        return all
    }
}
