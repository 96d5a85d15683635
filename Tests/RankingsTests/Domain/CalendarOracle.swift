import Foundation
import Testing
import Values

@testable import Rankings

/// The names of instants as the C library tells them: another program, another database of zones.
enum CalendarOracle {
    struct Names: Equatable {
        var day: Substring
        var week: Substring
        var month: Substring

        func name(_ window: BoardWindow) -> Substring {
            switch window {
            case .daily: day
            case .weekly: week
            default: month
            }
        }
    }

    static func names(_ seconds: [Int64], zone: String) throws -> [Names] {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("onsale-instants-\(UUID().uuidString)")
        try Data(seconds.map { "@\($0)\n" }.joined().utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let date = Process()
        date.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        date.arguments = ["date", "-f", file.path, "+%F %G-W%V %Y-%m"]
        date.environment = ["TZ": zone, "LC_ALL": "C", "PATH": "/usr/bin:/bin"]
        let output = Pipe()
        date.standardOutput = output
        try date.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        date.waitUntilExit()
        #expect(date.terminationStatus == 0)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        try #require(lines.count == seconds.count)
        return try lines.map { line in
            let words = line.split(separator: " ")
            try #require(words.count == 3)
            return Names(day: words[0], week: words[1], month: words[2])
        }
    }
}
