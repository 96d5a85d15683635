/// A trie over path segments, built once from the table.
///
/// It matches the bytes as they were sent: no strings are made, and `%2F` is not a slash. A path is
/// walked literal first; where that ends nowhere, the capture beside it is tried. Each node is
/// visited at most once per request, so a path costs no more than the table is large.
struct Router {
    enum Match {
        /// Index into `routes`.
        case route(Int)
        /// The path exists under other methods; `Allow` names them. `hiddenBy`: the pattern, where
        /// a secret stands in the path.
        case wrongMethod(allow: String, hiddenBy: String?)
        case nothing
    }

    /// A literal segment: bytes of `text`.
    private struct Literal {
        let start: Int
        let count: Int
        let node: Int
    }

    private struct Node {
        var literals: [Literal] = []
        var capture: Int?
        /// Route index per method slot, -1 for none.
        var routes = InlineArray<5, Int>(repeating: -1)
        var allow = ""
        var hiddenBy: String?
    }

    let routes: [HTTPRoute]
    private var nodes: [Node] = [Node()]
    /// All literal segments, one after the other.
    private var text: [UInt8] = []

    init(_ routes: [HTTPRoute]) {
        self.routes = routes
        for (index, route) in routes.enumerated() {
            precondition(route.method != .head, "HEAD is answered by the GET route")
            let node = insert(route.pattern)
            precondition(nodes[node].routes[route.method.slot] == -1, "\(route.pattern) twice")
            nodes[node].routes[route.method.slot] = index
            if route.hidesPath { nodes[node].hiddenBy = route.pattern }
            let known = nodes[node].allow
            let names = route.method == .get ? "GET, HEAD" : route.method.rawValue
            nodes[node].allow = known.isEmpty ? names : "\(known), \(names)"
        }
    }

    private mutating func insert(_ pattern: String) -> Int {
        var node = 0
        for segment in HTTPRoute.segments(of: pattern) {
            let next: Int
            if HTTPRoute.captureName(segment) != nil {
                next = nodes[node].capture ?? nodes.count
                nodes[node].capture = next
            } else if let known = nodes[node].literals.first(where: {
                text[$0.start..<$0.start + $0.count].elementsEqual(segment.utf8)
            }) {
                next = known.node
            } else {
                next = nodes.count
                nodes[node].literals.append(
                    Literal(start: text.count, count: segment.utf8.count, node: next)
                )
                text.append(contentsOf: segment.utf8)
            }
            if next == nodes.count { nodes.append(Node()) }
            node = next
        }
        return node
    }

    /// `method` is nil for one that no route can have.
    func match(_ method: HTTPMethod?, _ path: Span<UInt8>, _ captures: inout Captures) -> Match {
        guard path.count > 0, path[0] == UInt8(ascii: "/") else { return .nothing }
        var wrong = -1
        let slot = method?.slot ?? -1
        let found = walk(0, slot, path, from: 1, &captures, &wrong)
        if found >= 0 { return .route(found) }
        guard wrong >= 0 else { return .nothing }
        return .wrongMethod(allow: nodes[wrong].allow, hiddenBy: nodes[wrong].hiddenBy)
    }

    /// The route below `node` for the rest of the path, or -1.
    private func walk(
        _ node: Int,
        _ slot: Int,
        _ path: Span<UInt8>,
        from start: Int,
        _ captures: inout Captures,
        _ wrong: inout Int
    ) -> Int {
        var end = start
        while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
        let isLast = end == path.count
        for index in nodes[node].literals.indices {
            let literal = nodes[node].literals[index]
            guard equal(literal, path, start, end) else { continue }
            let next = literal.node
            let found =
                isLast
                ? leaf(next, slot, &wrong)
                : walk(next, slot, path, from: end + 1, &captures, &wrong)
            if found >= 0 { return found }
            break
        }
        guard let next = nodes[node].capture, end > start else { return -1 }
        captures.push(start..<end)
        let found =
            isLast
            ? leaf(next, slot, &wrong) : walk(next, slot, path, from: end + 1, &captures, &wrong)
        if found < 0 { captures.pop() }
        return found
    }

    private func leaf(_ node: Int, _ slot: Int, _ wrong: inout Int) -> Int {
        if slot >= 0, nodes[node].routes[slot] >= 0 { return nodes[node].routes[slot] }
        if wrong < 0, !nodes[node].allow.isEmpty { wrong = node }
        return -1
    }

    private func equal(
        _ literal: Literal,
        _ path: Span<UInt8>,
        _ start: Int,
        _ end: Int
    ) -> Bool {
        guard literal.count == end - start else { return false }
        for offset in 0..<literal.count
        where text[literal.start + offset] != path[start + offset] { return false }
        return true
    }
}
