import Foundation
import Testing

@testable import Web

/// Runs what the scripts of the pages reckon, where there is a `node`; `is` compares.
enum Node {
    static let path = ["/usr/bin/node", "/usr/local/bin/node", "/opt/homebrew/bin/node"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static func run(_ scripts: [PageAsset], _ checks: String) throws {
        let start = """
            const is = (a, b) => require("node:assert").deepStrictEqual(a, b);

            """
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: try #require(path))
        let rules = scripts.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        process.arguments = ["-e", rules + start + checks]
        process.standardError = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }
}
