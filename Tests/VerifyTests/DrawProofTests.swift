import Crypto
import Program
import Testing

@testable import Verify

/// What `onsale verify-draw` lets pass, and what it does not.
@Suite struct DrawProofTests {
    /// An honest draw of `count`, with what entrant 3 is told.
    private func honest(_ count: Int = 20) throws -> DrawClaims {
        let rules = SeededDraw()
        let seed = [UInt8](repeating: 9, count: 32)
        let nonce = [UInt8](repeating: 5, count: 16)
        let leaves = (0..<count).map {
            rules.leaf(room: "show", user: "u\($0)", sequence: Int64($0), nonce: nonce)
        }
        let root = rules.tree.root(leaves)
        let places = rules.order(of: leaves, seed: seed, root: root)
        let place = try #require(places.order.firstIndex(of: 3))
        return DrawClaims(
            room: "show",
            seedHash: rules.hash(ofSeed: seed),
            seed: seed,
            entrants: count,
            pages: 1,
            root: root,
            leaves: leaves,
            entrant: .init(
                index: 3,
                user: "u3",
                sequence: 3,
                nonce: nonce,
                leaf: leaves[3],
                path: rules.tree.path(to: 3, in: leaves),
                place: place + 1
            )
        )
    }

    private func fault(_ change: (inout DrawClaims) throws -> Void) throws -> String {
        var claims = try honest()
        try change(&claims)
        do throws(DrawFault) {
            _ = try DrawProof(claims)
            return "nothing"
        } catch {
            return error.line
        }
    }

    @Test func anHonestDrawPasses() throws {
        let claims = try honest()
        let proof = try DrawProof(claims)
        #expect(proof.lines.count == 4)
        #expect(Set(proof.order) == Set(claims.leaves) && proof.order != claims.leaves)
        #expect(try fault { _ in } == "nothing")
    }

    @Test func everyByteCounts() throws {
        let other = SeededDraw().hash(ofSeed: [])
        let faults: [(String, (inout DrawClaims) throws -> Void)] = [
            ("the seed is not the one", { $0.seed[31] ^= 1 }),
            ("the seed is not the one", { $0.seedHash = other }),
            ("the list has 20 entrants, and 21 were said", { $0.entrants += 1 }),
            ("the list has 19 entrants, and 20 were said", { $0.leaves.removeLast() }),
            ("the list of entrants was altered", { $0.root = other }),
            ("the list of entrants was altered", { $0.leaves[19] = other }),
            ("the list of entrants was altered", { $0.leaves.swapAt(0, 1) }),
            ("the ticket's leaf is not made of", { $0.entrant?.user = "u4" }),
            ("the ticket's leaf is not made of", { $0.entrant?.sequence += 1 }),
            ("the ticket's leaf is not made of", { $0.entrant?.nonce[0] ^= 1 }),
            ("the ticket's leaf is not made of", { $0.entrant?.leaf = other }),
            ("the ticket's leaf is not made of", { $0.room = "other" }),
            ("the ticket's leaf is not entrant 4", { $0.entrant?.index = 4 }),
            ("the ticket's leaf is not entrant 20", { $0.entrant?.index = 20 }),
            ("the ticket's path does not lead", { $0.entrant?.path[0] = other }),
            ("the ticket's path does not lead", { $0.entrant?.path.removeLast() }),
            ("the ticket was told place", { $0.entrant?.place += 1 }),
        ]
        for (line, change) in faults {
            let found = try fault(change)
            #expect(found.hasPrefix(line), "\(found)")
        }
    }

    /// Somebody who is on the list twice has two chances: a root over such a list is refused.
    @Test func nobodyIsOnTheListTwice() throws {
        let found = try fault { claims in
            claims.leaves[8] = claims.leaves[7]
            claims.root = SeededDraw().tree.root(claims.leaves)
        }
        #expect(found == "somebody is on the list twice")
    }

    @Test func whatWasNotedCounts() throws {
        let claims = try honest()
        let other = SeededDraw().hash(ofSeed: [])
        #expect(throws: DrawFault.self) { try DrawProof(claims, noted: .init(seedHash: other)) }
        #expect(throws: DrawFault.self) { try DrawProof(claims, noted: .init(root: other)) }
        let right = DrawProof.Noted(seedHash: claims.seedHash, root: claims.root)
        _ = try DrawProof(claims, noted: right)
    }

    @Test func flagsAreRead() throws {
        let api = "http://h:1/api/v1/rooms/show"
        for url in ["http://h:1/rooms/show", "http://h:1/rooms/show?x=1", api, api + "/draw"] {
            #expect(try VerifyFlags.parse([url, "--ticket", "T"]).get().room == api)
        }
        let flags = try VerifyFlags.parse(["--file", "f", "--order=o", "--save", "s"]).get()
        #expect(flags.file == "f" && flags.order == "o" && flags.save == "s")
        for bad in [
            [], ["http://h"], ["ftp://h/rooms/a"], ["http://h/rooms/a", "--file", "f"],
            ["--file"], ["http://h/rooms/a", "--root", "0"], ["http://h/rooms/a", "--colour", "1"],
        ] {
            #expect(throws: OptionProblem.self) { try VerifyFlags.parse(bad).get() }
        }
    }
}
