import Foundation
import TestPrograms
import Testing

@testable import Site

/// Runs what the scripts of the pages reckon, where there is a `node`; `is` compares.
enum Node {
    static let path = ["/usr/bin/node", "/usr/local/bin/node", "/opt/homebrew/bin/node"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static func run(_ scripts: [PageAsset], _ checks: String) throws {
        let rules = scripts.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        let (status, said) = try ends(rules, checks)
        #expect(status == 0, "\(said)")
    }

    /// How a run ends, and what it has to say about it.
    static func ends(_ rules: String, _ checks: String) throws -> (status: Int32, said: String) {
        let start = """
            const is = (a, b) => require("node:assert").deepStrictEqual(a, b);

            """
        let ended = try StartedProgram.toItsEnd([
            try #require(path), "-e", rules + start + checks,
        ])
        return (ended.code, ended.errors)
    }
}
