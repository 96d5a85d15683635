import Foundation
import TestPrograms
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
        let date = try StartedProgram.run(
            ["date", "-f", file.path, "+%F %G-W%V %Y-%m"],
            environment: ["TZ": zone, "LC_ALL": "C"]
        )
        let lines = date.text.split(separator: "\n")
        try #require(lines.count == seconds.count)
        return try lines.map { line in
            let words = line.split(separator: " ")
            try #require(words.count == 3)
            return Names(day: words[0], week: words[1], month: words[2])
        }
    }
}
