/// Which room may import what: arrows only go down, and C stays in its room. A new room gets a row.
enum RoomRules {
    static let mayImport: [String: Set<String>] = [
        "EventLoop": ["CLibuv", "Glibc", "Synchronization"],
        "HTTP": ["EventLoop", "CMicrohttpd", "CShims", "Glibc", "Synchronization"],
        "Redis": [
            "EventLoop", "Crypto", "Logging", "CLibuv", "CHiredis", "CShims", "Glibc",
            "Synchronization",
        ],
        "SQL": ["EventLoop", "CPostgres", "CSQLite", "Glibc", "Synchronization"],
        "JSON": ["CJansson", "Glibc"],
        "Logging": ["JSON", "CShims", "Glibc", "Synchronization"],
        "Crypto": ["CCrypto", "JSON", "Glibc"],
        // Foundation for its time zones, exp2 and logarithms; never for a clock.
        "Onsale": ["Foundation"],
        "Store": [
            "Onsale", "Redis", "SQL", "EventLoop", "Crypto", "JSON", "Logging", "CAssets", "Glibc",
            "Synchronization",
        ],
        "Web": [
            "Onsale", "Store", "HTTP", "Crypto", "JSON", "Logging", "EventLoop", "CAssets",
            "Synchronization",
        ],
        "Rehearsal": [
            "EventLoop", "JSON", "Onsale", "Crypto", "CCurl", "CShims", "Glibc", "Synchronization",
        ],
        "Server": [
            "Web", "Store", "Onsale", "HTTP", "Redis", "SQL", "EventLoop", "Crypto", "JSON",
            "Logging", "Rehearsal", "CShims", "Glibc", "Synchronization",
        ],
    ]

    /// Folders under `Sources` that hold C or a module map.
    static let cModules: Set<String> = [
        "CAssets", "CCrypto", "CCurl", "CHiredis", "CJansson", "CLibuv", "CMicrohttpd",
        "CPostgres", "CSQLite", "CShims",
    ]

    static func imports(_ file: TextFile) -> [Violation] {
        guard let room = file.room, let allowed = mayImport[room] else { return [] }
        return file.lines.enumerated().compactMap { index, line in
            guard let module = module(importedBy: line), !allowed.contains(module) else {
                return nil
            }
            return file.violation(index + 1, "\(room) may not import \(module)")
        }
    }

    /// Every folder under `Sources` is a room in the table or a C module.
    static func known(_ paths: [String]) -> [Violation] {
        let rooms = Set(paths.compactMap { TextFile(path: $0, text: "").room })
        return rooms.sorted().filter { mayImport[$0] == nil && !cModules.contains($0) }
            .map { Violation(path: "Sources/\($0)", line: 0, what: "no row in RoomRules") }
    }

    /// `public import struct Glibc.tm` imports `Glibc`.
    private static func module(importedBy line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import") else { return nil }
        let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
        guard words[..<index].allSatisfy({ $0.hasPrefix("@") || modifiers.contains($0) }) else {
            return nil
        }
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
        ]
        let path = words[(index + 1)...].first { !kinds.contains($0) }
        return path?.split(separator: ".").first.map(String.init)
    }
}
