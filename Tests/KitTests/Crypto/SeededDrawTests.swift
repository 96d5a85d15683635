import Crypto
import Testing

@Suite struct SeededDrawTests {
    private let rules = SeededDraw()

    private func leaves(_ count: Int) -> [Digest] {
        (0..<count).map { index in
            rules.leaf(
                room: "show",
                user: "u\(index)",
                sequence: 1_790_000_000_000_000 + Int64(index),
                nonce: [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 16)
            )
        }
    }

    /// Computed apart from this program, from the formulas in the comment of `SeededDraw`.
    @Test func aDrawIsTheOneOfTheFormulas() {
        let seed = (0..<32).map { UInt8($0) }
        let leaves = leaves(5)
        #expect(
            leaves[0].hex == "64a44b90047e657a4880e184341600cd752ac903a2a7c1e8902a074e50c86b0a"
        )
        let root = rules.tree.root(leaves)
        #expect(root.hex == "ac7416c3c62bfaaabc45ab14a346fa94b9efc6df2b0023350086d9b9068de15b")
        #expect(
            rules.hash(ofSeed: seed).hex
                == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
        )
        #expect(
            rules.final(seed: seed, root: root).hex
                == "5d5861d3435b74648fee2cb4fe4995328b5f44b77fd365c80b59a03f24f3d428"
        )
        let places = rules.order(of: leaves, seed: seed, root: root)
        #expect(places.order == [4, 0, 3, 2, 1])
        #expect(
            places.sequences == [
                768_320_223_710_817, 982_770_322_481_204, 917_257_211_753_995,
                768_400_136_491_309, 317_483_943_504_822,
            ]
        )
    }

    /// Nobody has the place of another, whatever the keys: here all leaves, and so all keys, are
    /// the same.
    @Test func equalKeysGetPlacesInARow() {
        let leaf = leaves(1)[0]
        let places = rules.order(of: [leaf, leaf, leaf], seed: [1], root: leaf)
        #expect(places.order == [0, 1, 2])
        #expect(places.sequences[1] == places.sequences[0] + 1)
        #expect(places.sequences[2] == places.sequences[0] + 2)
    }

    @Test func anotherSeedAnotherListAnotherOrder() {
        let leaves = leaves(100)
        let root = rules.tree.root(leaves)
        let first = rules.order(of: leaves, seed: [1], root: root)
        #expect(first == rules.order(of: leaves, seed: [1], root: root))
        #expect(first.order != rules.order(of: leaves, seed: [2], root: root).order)
        let shorter = Array(leaves.dropLast())
        let other = rules.order(of: shorter, seed: [1], root: rules.tree.root(shorter))
        #expect(first.order.filter { $0 != 99 } != other.order)
        #expect(Set(first.sequences).count == 100)
        #expect(first.sequences.allSatisfy { (0..<1 << 50).contains($0) })
        #expect(first.order.map { first.sequences[Int($0)] } == first.sequences.sorted())
    }

    // MARK: Whether everybody gets every place as often

    /// Of `draws` draws with seeds 0, 1, 2, ...: how far the counts of (entrant, place) are from
    /// even. Chi-square of (n - 1)^2 degrees of freedom.
    private func chiSquare(_ count: Int, draws: Int, _ draw: (Int) -> [Int32]) -> Double {
        var counts = [Int](repeating: 0, count: count * count)
        for number in 0..<draws {
            for (place, entrant) in draw(number).enumerated() {
                counts[Int(entrant) * count + place] += 1
            }
        }
        let expected = Double(draws) / Double(count)
        return counts.reduce(0) {
            $0 + (Double($1) - expected) * (Double($1) - expected) / expected
        }
    }

    /// 81 degrees of freedom for ten entrants: mean 81, deviation 12.7. Four deviations.
    private static let limit = 132.0

    private func seed(_ number: Int) -> [UInt8] {
        (0..<32).map { $0 < 4 ? UInt8(truncatingIfNeeded: number >> ($0 * 8)) : 0 }
    }

    @Test func everyPlaceIsAsLikelyForEverybody() {
        let leaves = leaves(10)
        let root = rules.tree.root(leaves)
        let found = chiSquare(10, draws: 20_000) {
            rules.order(of: leaves, seed: seed($0), root: root).order
        }
        #expect(found < Self.limit, "chi-square \(found)")
        #expect(found > 81 - 4 * 12.7, "chi-square \(found): too even for chance")
    }

    /// Ways of shuffling that are not fair, and that the test above would not let pass.
    @Test func unfairDrawsAreSeen() {
        let leaves = leaves(10)
        let root = rules.tree.root(leaves)
        let byArrival = chiSquare(10, draws: 2_000) { _ in Array(0..<10) }
        #expect(byArrival > Self.limit)
        // Two bits of the key, and who came first before equals.
        let coarse = chiSquare(10, draws: 20_000) { number in
            let places = rules.order(of: leaves, seed: seed(number), root: root)
            return (0..<10).map { Int32($0) }.sorted {
                (places.sequences[Int($0)] >> 48, $0) < (places.sequences[Int($1)] >> 48, $1)
            }
        }
        #expect(coarse > Self.limit, "chi-square \(coarse)")
        // One entrant in fifty draws is put first by hand.
        let bribed = chiSquare(10, draws: 20_000) { number in
            let order = rules.order(of: leaves, seed: seed(number), root: root).order
            return number % 50 == 0 ? [0] + order.filter { $0 != 0 } : order
        }
        #expect(bribed > Self.limit, "chi-square \(bribed)")
    }
}
