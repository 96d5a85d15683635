/// The hash tree of RFC 6962 (Certificate Transparency), section 2.1: one root stands for a whole
/// list, and a path of a few hashes shows that one entry is in it at its place.
///
/// An entry's leaf is SHA-256(0x00 || entry), a node is SHA-256(0x01 || left || right), and the
/// left half of a list is the largest power of two below its length. So every full run of 2^k
/// leaves is a tree of its own, and a tree over the roots of such runs is the tree over all leaves.
public struct MerkleTree {
    private let digester: Digester

    init(_ digester: Digester = Digester()) { self.digester = digester }

    func leaf(_ entry: [UInt8]) -> Digest {
        digester.digest {
            $0.append(0)
            $0.append(contentsOf: entry)
        }
    }

    func node(_ left: Digest, _ right: Digest) -> Digest {
        digester.digest {
            $0.append(1)
            left.append(to: &$0)
            right.append(to: &$0)
        }
    }

    /// The root over `leaves`, or over roots of runs of the same 2^k leaves, of which the last may
    /// be shorter. The root of nothing is the hash of nothing.
    public func root(_ leaves: [Digest]) -> Digest {
        guard !leaves.isEmpty else { return digester.digest([]) }
        // Trees of falling size that stand beside each other; equal ones join.
        var trees: [(size: Int, root: Digest)] = []
        for leaf in leaves {
            trees.append((1, leaf))
            while trees.count > 1, trees[trees.count - 2].size == trees[trees.count - 1].size {
                join(&trees)
            }
        }
        while trees.count > 1 { join(&trees) }
        return trees[0].root
    }

    private func join(_ trees: inout [(size: Int, root: Digest)]) {
        let right = trees.removeLast(), left = trees.removeLast()
        trees.append((left.size + right.size, node(left.root, right.root)))
    }

    /// The siblings on the way from the leaf `index` up to the root, the nearest first.
    public func path(to index: Int, in leaves: [Digest]) -> [Digest] {
        precondition(leaves.indices.contains(index), "a leaf of the list")
        var low = 0, high = leaves.count
        var path: [Digest] = []
        while high - low > 1 {
            let middle = low + Self.left(high - low)
            if index < middle {
                path.append(root(Array(leaves[middle..<high])))
                high = middle
            } else {
                path.append(root(Array(leaves[low..<middle])))
                low = middle
            }
        }
        return path.reversed()
    }

    /// The root that `path` leads to from `leaf`, the one at `index` of `count`. Nil: a path of
    /// that leaf has another length.
    public func root(from leaf: Digest, at index: Int, of count: Int, by path: [Digest])
        -> Digest?
    {
        guard (0..<count).contains(index) else { return nil }
        var isRight: [Bool] = []
        var low = 0, high = count
        while high - low > 1 {
            let middle = low + Self.left(high - low)
            isRight.append(index >= middle)
            if index < middle { high = middle } else { low = middle }
        }
        guard path.count == isRight.count else { return nil }
        var root = leaf
        for (sibling, isRight) in zip(path, isRight.reversed()) {
            root = isRight ? node(sibling, root) : node(root, sibling)
        }
        return root
    }

    /// The largest power of two below `count`, which is at least 2.
    private static func left(_ count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
