/// The house: which folder may import what. Arrows only go down, and C stays where it is wrapped. A
/// new folder gets a row.
enum HouseRules {
    /// What may be imported by the place of a file (`TextFile.place`).
    static let mayImport: [String: Set<String>] = [
        "Kit/Values": [],
        "Kit/Program": ["CProcessShims", "Glibc"],
        "Kit/Assets": ["CAssets"],
        "Kit/EventLoop": ["CLibuv", "Glibc", "Synchronization"],
        "Kit/JSON": ["CJansson", "Glibc"],
        "Kit/Crypto": ["CCrypto", "JSON", "Glibc"],
        "Kit/Logging": ["EventLoop", "JSON", "CProcessShims", "Glibc", "Synchronization"],
        "Kit/HTTP": [
            "EventLoop", "JSON", "CMicrohttpd", "CHTTPShims", "Glibc", "Synchronization",
        ],
        "Kit/Redis": [
            "EventLoop", "Crypto", "Logging", "CLibuv", "CHiredis", "CProcessShims", "Glibc",
            "Synchronization",
        ],
        "Kit/SQL": ["EventLoop", "CPostgres", "CSQLite", "Glibc", "Synchronization"],
        "Kit/Engines": [
            "Values", "Redis", "SQL", "EventLoop", "Logging", "Assets", "Glibc",
            "Synchronization",
        ],
        "Ledger": [
            "Values", "SQL", "EventLoop", "Crypto", "JSON", "Logging", "Assets", "Glibc",
            "Synchronization",
        ],
        "Site": [
            "Values", "Onsale", "Store", "HTTP", "Crypto", "JSON", "Logging", "EventLoop",
            "Assets", "Synchronization",
        ],
        // Foundation for its time zones, exp2 and logarithms; never for a clock.
        "Domain": ["Values", "Foundation"],
        "Store": [
            "Values", "Onsale", "Redis", "SQL", "EventLoop", "Crypto", "JSON", "Logging", "Assets",
            "Glibc", "Synchronization",
        ],
        "Web": [
            "Values", "Onsale", "Store", "HTTP", "Crypto", "JSON", "Logging", "EventLoop",
            "Assets", "Synchronization",
        ],
        "Verify": ["Program", "Crypto", "JSON"],
        "Rehearsal": [
            "Verify", "Program", "EventLoop", "JSON", "Values", "Onsale", "Crypto", "CCurl",
            "CCurlShims", "Glibc", "Synchronization",
        ],
        "Rehearse": ["Rehearsal", "Verify", "Program", "Glibc"],
        "Server": [
            "Web", "Store", "Values", "Onsale", "HTTP", "Redis", "SQL", "EventLoop", "Crypto",
            "JSON", "Logging", "Verify", "Program", "CProcessShims", "Glibc", "Synchronization",
        ],
    ]

    /// Folders of capabilities: in each, the layers `Domain`, `Store` and `Web`, and files that are
    /// compiled into the program.
    static let capabilities: Set<String> = [
        "Rooms", "Seats", "Points", "Payments", "Shop", "Coupons", "Rankings", "Events",
        "Operating",
    ]

    static func imports(_ file: TextFile) -> [Violation] {
        guard let place = file.place, let allowed = mayImport[place] else { return [] }
        return file.lines.enumerated().compactMap { index, line in
            guard let module = module(importedBy: line), !allowed.contains(module) else {
                return nil
            }
            return file.violation(index + 1, "\(place) may not import \(module)")
        }
    }

    /// Every Swift file under `Sources` has a place with a row.
    static func known(_ paths: [String]) -> [Violation] {
        paths.filter { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") }.compactMap { path in
            let place = TextFile(path: path, text: "").place
            guard place.flatMap({ mayImport[$0] }) == nil else { return nil }
            return Violation(path: path, line: 0, what: "its folder has no row in HouseRules")
        }
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
