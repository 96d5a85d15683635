/// First in, first out, in one array that is reused: no allocation for each element.
///
/// Inlinable: each command to Redis passes through one.
public struct Fifo<Element> {
    @usableFromInline var elements: [Element?] = []
    @usableFromInline var head = 0

    @inlinable public init() {}

    @inlinable public var count: Int { elements.count - head }
    @inlinable public var isEmpty: Bool { head == elements.count }
    @inlinable public var first: Element? { isEmpty ? nil : elements[head] }

    @inlinable public mutating func append(_ element: Element) { elements.append(element) }

    /// Changes the first element in its place.
    @inlinable public mutating func withFirst(_ body: (inout Element) -> Void) {
        guard !isEmpty, var element = elements[head] else { return }
        // Taken out meanwhile: what it holds is not copied.
        elements[head] = nil
        body(&element)
        elements[head] = element
    }

    @inlinable public mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head].take()
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1_024, head * 2 >= elements.count {
            // Half of the array at least is empty: moving the rest costs less than a step each.
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Puts `others` before all the rest.
    @inlinable public mutating func prepend(_ others: [Element]) {
        guard !others.isEmpty else { return }
        elements.replaceSubrange(0..<head, with: others.map { $0 })
        head = 0
    }

    @inlinable public mutating func removeAll() -> [Element] {
        let all = elements[head...].compactMap { $0 }
        elements.removeAll()
        head = 0
        return all
    }
}
