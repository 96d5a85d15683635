import Foundation

/// A route as a table in `Sources/*/Web` has it, for tests that know the server as a process alone.
/// `OpenAPITests` hold them against the routes that are served.
struct TableRoute {
    let method: String
    let pattern: String

    var name: String { "\(method) \(pattern)" }

    static func all() throws -> [TableRoute] {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources").standardizedFileURL
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: sources.path()).flatMap { module in
            let web = sources.appending(path: "\(module)/Web")
            let names = (try? files.contentsOfDirectory(atPath: web.path())) ?? []
            return try names.filter { $0.hasSuffix("Handlers.swift") }.flatMap { name in
                let text = try String(contentsOf: web.appending(path: name), encoding: .utf8)
                return text.matches(of: #/(?:Route|\.calling)\(\s*\.(\w+),\s*"([^"]+)"/#).map {
                    TableRoute(method: $0.1.uppercased(), pattern: String($0.2))
                }
            }
        }
    }
}
