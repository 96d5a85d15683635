/// The rules by which a line is drawn: from a list of leaves and a seed that was committed before,
/// to an order that anybody can compute again. Nothing here knows a user.
///
///     leaf_i = SHA-256(0x00 || room || 0x00 || user || 0x00 || sequence || nonce)
///     root   = RFC 6962 over leaf_0, leaf_1, ... in the order of their sequences
///     final  = SHA-256(seed || root)
///     key_i  = SHA-256(final || leaf_i)
///
/// Who has the smallest key is first. A place in line is the first 50 bits of the key; where that
/// is taken or passed, which among a million happens once in two thousand draws, the next number.
public struct SeededDraw {
    public static let seedByteCount = 32
    public static let nonceByteCount = 16
    /// Bits of a key that become a place in line.
    static let placeBits: UInt64 = 50

    private let digester = Digester()
    public let tree: MerkleTree

    public init() { tree = MerkleTree(digester) }

    /// What a seed's hash commits to.
    public func hash(ofSeed seed: [UInt8]) -> Digest { digester.digest(seed) }

    /// An entrant's leaf. `sequence`, eight bytes big-endian, is the place that was given at
    /// entering; without the nonce nobody can try names until one fits.
    public func leaf(room: String, user: String, sequence: Int64, nonce: [UInt8]) -> Digest {
        digester.digest {
            $0.append(0)
            $0.append(contentsOf: room.utf8)
            $0.append(0)
            $0.append(contentsOf: user.utf8)
            $0.append(0)
            $0.append(bigEndian: UInt64(bitPattern: sequence))
            $0.append(contentsOf: nonce)
        }
    }

    public func final(seed: [UInt8], root: Digest) -> Digest {
        digester.digest {
            $0.append(contentsOf: seed)
            root.append(to: &$0)
        }
    }

    func key(_ final: Digest, _ leaf: Digest) -> Digest {
        digester.digest {
            final.append(to: &$0)
            leaf.append(to: &$0)
        }
    }

    /// The order of `leaves`.
    public func order(of leaves: [Digest], seed: [UInt8], root: Digest) -> DrawnPlaces {
        let final = final(seed: seed, root: root)
        let keys = leaves.map { key(final, $0) }
        let order = keys.indices.map { Int32($0) }.sorted { left, right in
            let one = keys[Int(left)], other = keys[Int(right)]
            // Equal leaves have equal keys: then the list's own order.
            return one == other ? left < right : one < other
        }
        var sequences = [Int64](repeating: 0, count: leaves.count)
        var last: Int64 = -1
        for index in order {
            let wanted = Int64(keys[Int(index)].prefix >> (64 - Self.placeBits))
            last = max(last + 1, wanted)
            sequences[Int(index)] = last
        }
        return DrawnPlaces(order: order, sequences: sequences)
    }
}

/// What a draw comes to.
public struct DrawnPlaces: Sendable, Equatable {
    /// Indices of leaves, the first in line first.
    public let order: [Int32]
    /// By leaf: its place in line, below 2^50; all are different.
    public let sequences: [Int64]
}
