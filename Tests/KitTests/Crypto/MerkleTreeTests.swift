import Testing

@testable import Crypto

@Suite struct MerkleTreeTests {
    /// The entries and roots of Certificate Transparency's own tests (`merkletree`), in which a
    /// tree grows from nothing to eight.
    private static let entries: [String] = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    private static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    private func leaves(_ count: Int) throws -> [Digest] {
        let tree = MerkleTree()
        return try Self.entries.prefix(count).map { tree.leaf(try #require(Hex.decode($0))) }
    }

    private func numbered(_ count: Int) -> [Digest] {
        let tree = MerkleTree()
        return (0..<count).map { tree.leaf(Array("\($0)".utf8)) }
    }

    @Test(arguments: 0...8) func theRootIsTheOneOfTheVectors(_ count: Int) throws {
        #expect(MerkleTree().root(try leaves(count)).hex == Self.roots[count])
    }

    @Test func everyPathLeadsToTheRootAndNoOther() throws {
        let tree = MerkleTree()
        for count in 1...40 {
            let leaves = numbered(count)
            let root = tree.root(leaves)
            for index in 0..<count {
                let path = tree.path(to: index, in: leaves)
                #expect(tree.root(from: leaves[index], at: index, of: count, by: path) == root)
                let other = tree.root(
                    from: leaves[(index + 1) % count],
                    at: index,
                    of: count,
                    by: path
                )
                #expect(count == 1 || other != root)
                #expect(
                    tree.root(from: leaves[index], at: index, of: count, by: path + path) == nil
                        || path.isEmpty
                )
            }
            #expect(tree.root(from: leaves[0], at: count, of: count, by: []) == nil)
        }
    }

    /// What pages of the list rely on: a tree over the roots of full runs is the tree over all.
    @Test(arguments: [1, 7, 8, 9, 16, 17, 40, 63, 64, 65])
    func aTreeOfRunsIsTheTree(_ count: Int) {
        let tree = MerkleTree()
        let leaves = numbered(count)
        let runs = stride(from: 0, to: count, by: 8).map {
            Array(leaves[$0..<min($0 + 8, count)])
        }
        let roots = runs.map { tree.root($0) }
        #expect(tree.root(roots) == tree.root(leaves))
        for index in 0..<count {
            let run = index / 8
            let path = tree.path(to: index % 8, in: runs[run]) + tree.path(to: run, in: roots)
            #expect(path == tree.path(to: index, in: leaves))
        }
    }

    @Test func digitsAreReadAsTheyAreWritten() {
        #expect(Hex.decode("00ff10") == [0, 255, 16])
        #expect(Hex.encode([0, 255, 16]) == "00ff10")
        for text in ["0", "0g", "0F", " 0", "0x"] { #expect(Hex.decode(text) == nil) }
        #expect(Digest(hex: String(repeating: "a", count: 63)) == nil)
        #expect(Digest([UInt8](repeating: 1, count: 31)) == nil)
        let digest = SeededDraw().hash(ofSeed: [1, 2, 3])
        #expect(Digest(digest.bytes) == digest)
        #expect(digest.bytes == SHA256.hash([1, 2, 3]))
    }
}
