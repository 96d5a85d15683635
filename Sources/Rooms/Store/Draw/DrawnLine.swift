import Crypto

/// A draw whose list is complete, with everybody's place in it: a million entrants are 60 MB.
struct DrawnLine: Sendable {
    private(set) var draw: LineDraw
    let root: Digest
    /// By entrant, in the order of arrival.
    let arrivals: [Int64]
    let leaves: [Digest]
    private let pageHashes: [Digest]
    let places: DrawnPlaces

    /// Works everything out; not on a loop. Nil: the pages are not those of the root.
    init?(_ draw: LineDraw, _ root: Digest, _ pages: [DrawPage]) {
        let rules = SeededDraw()
        self.draw = draw
        self.root = root
        arrivals = pages.flatMap(\.arrivals)
        leaves = pages.flatMap(\.leaves)
        pageHashes = pages.map { rules.tree.root($0.leaves) }
        guard rules.tree.root(pageHashes) == root else { return nil }
        places = rules.order(of: leaves, seed: draw.seed, root: root)
    }

    /// The same line, as its draw stands later.
    func at(_ draw: LineDraw) -> DrawnLine {
        var line = self
        line.draw = draw
        return line
    }

    /// The entrant who came at `arrival`.
    func index(arrival: Int64) -> Int? {
        let index = Self.first(of: arrivals.count) { arrivals[$0] >= arrival }
        return index < arrivals.count && arrivals[index] == arrival ? index : nil
    }

    /// The place in the drawn order, from 0, of the drawn sequence.
    func place(sequence: Int64) -> Int? {
        func drawn(_ place: Int) -> Int64 { places.sequences[Int(places.order[place])] }
        let place = Self.first(of: leaves.count) { drawn($0) >= sequence }
        return place < leaves.count && drawn(place) == sequence ? place : nil
    }

    func path(to index: Int) -> [Digest] {
        let tree = SeededDraw().tree
        let page = index / DrawPage.leavesMax
        let start = page * DrawPage.leavesMax
        let leaves = Array(leaves[start..<min(start + DrawPage.leavesMax, leaves.count)])
        return tree.path(to: index - start, in: leaves) + tree.path(to: page, in: pageHashes)
    }

    /// The first of `count` for which `holds`, where it holds for all after it; else `count`.
    private static func first(of count: Int, _ holds: (Int) -> Bool) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
