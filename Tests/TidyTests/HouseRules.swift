/// The house: which folder may import what. Arrows only go down, and C stays where it is wrapped. A
/// new folder gets a row.
enum HouseRules {
    /// What a file may import by its place (`TextFile.place`); its module's `arrows` come on top.
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
            "EventLoop", "Crypto", "Logging", "CLibuv", "CHiredis", "CTLS", "CProcessShims",
            "Glibc", "Synchronization",
        ],
        "Kit/SQL": ["EventLoop", "Logging", "CPostgres", "CSQLite", "Glibc", "Synchronization"],
        "Kit/Engines": [
            "Redis", "SQL", "EventLoop", "Logging", "Assets", "Glibc", "Synchronization",
        ],
        "Ledger": [
            "Values", "SQL", "EventLoop", "Crypto", "JSON", "Logging", "Assets", "Glibc",
            "Synchronization",
        ],
        "Site": [
            "Values", "HTTP", "Crypto", "JSON", "Logging", "EventLoop", "Assets",
            "Synchronization",
        ],
        // Foundation for its time zones, exp2 and logarithms; never for a clock.
        "Domain": ["Values", "Foundation"],
        "Store": [
            "Values", "Redis", "SQL", "EventLoop", "Crypto", "JSON", "Logging", "Assets", "Glibc",
            "Synchronization",
        ],
        "Web": [
            "Values", "HTTP", "Crypto", "JSON", "Logging", "EventLoop", "Assets",
            "Synchronization",
        ],
        // Files of a capability beside its layers: what the server asks of it.
        "Face": ["Values", "Redis", "SQL", "EventLoop", "HTTP"],
        // Of `Operating`: what moves by itself with `--demo`.
        "Demo": ["Values", "EventLoop"],
        "Capability": [
            "Values", "Redis", "SQL", "EventLoop", "Crypto", "Synchronization",
        ],
        "Verify": ["Program", "Crypto", "JSON"],
        "Rehearsal": [
            "Verify", "Program", "EventLoop", "JSON", "Values", "Crypto", "CCurl", "CCurlShims",
            "Glibc", "Synchronization",
        ],
        "Rehearse": ["Rehearsal", "Verify", "Program", "Glibc"],
        "Server": [
            "Values", "HTTP", "Redis", "SQL", "EventLoop", "Crypto", "JSON", "Logging", "Verify",
            "Program", "CProcessShims", "Glibc", "Synchronization",
        ],
    ]

    /// The modules of the house that a module may import, as DESIGN draws them.
    static let arrows: [String: Set<String>] = [
        "Ledger": ["Engines"],
        "Site": ["Engines", "Ledger"],
        "Capability": ["Engines", "Ledger", "Site"],
        "Rooms": below,
        "Seats": below.union(["Rooms"]),
        "Points": below,
        "Coupons": below,
        "Payments": below.union(["Rooms", "Seats", "Points", "Coupons"]),
        // An order is cancelled as a payment is; a list of what somebody bought speaks of seats.
        "Shop": below.union(["Seats", "Points", "Coupons", "Payments"]),
        "Rankings": below,
        "Events": below,
        "Operating": below.union(capabilities),
        "Server": below.union(capabilities),
    ]
    private static let below: Set<String> = ["Engines", "Ledger", "Site", "Capability"]
    /// What a layer may not see of `arrows`.
    private static let hidden: [String: Set<String>] = [
        "Domain": below, "Store": ["Site", "Capability"],
    ]

    /// Folders of capabilities: in each, the layers `Domain`, `Store` and `Web`, and files that are
    /// compiled into the program.
    static let capabilities: Set<String> = [
        "Rooms", "Seats", "Points", "Payments", "Shop", "Coupons", "Rankings", "Events",
        "Operating",
    ]

    static func imports(_ file: TextFile) -> [Violation] {
        guard let place = file.place, let outside = mayImport[place] else { return [] }
        let inside = (arrows[file.module ?? ""] ?? []).subtracting(hidden[place] ?? [])
        let allowed = outside.union(inside)
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
