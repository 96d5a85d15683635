/// Which capability may name the types of another one. They share targets, so the compiler does not
/// hold these arrows.
enum CapabilityRules {
    /// By the owner of a file. `Operating` is above all others.
    static let mayName: [String: Set<String>] = [
        "Engines": [],
        "Ledger": ["Engines"],
        "Site": ["Engines", "Ledger"],
        "Rooms": ["Engines", "Ledger", "Site"],
        "Seats": ["Engines", "Ledger", "Site", "Rooms"],
        "Points": ["Engines", "Ledger", "Site"],
        "Coupons": ["Engines", "Ledger", "Site"],
        "Payments": ["Engines", "Ledger", "Site", "Rooms", "Seats", "Points", "Coupons"],
        // An order is cancelled as a payment is.
        "Shop": ["Engines", "Ledger", "Site", "Points", "Coupons", "Payments"],
        "Rankings": ["Engines", "Ledger", "Site"],
        "Events": ["Engines", "Ledger", "Site"],
        "Operating": [
            "Engines", "Ledger", "Site", "Rooms", "Seats", "Points", "Coupons", "Payments", "Shop",
            "Rankings", "Events",
        ],
    ]

    static func named(_ files: [TextFile]) -> [Violation] {
        let owned = files.compactMap { file in owner(file).map { (owner: $0, file: file) } }
        var owners: [String: Set<String>] = [:]
        for (owner, file) in owned {
            for name in file.lines.compactMap(declared) { owners[name, default: []].insert(owner) }
        }
        return owned.flatMap { owner, file in
            SwiftTokens(file.text).all.compactMap { token in
                guard let declared = owners[token.text], !declared.contains(owner),
                    let allowed = mayName[owner], declared.isDisjoint(with: allowed)
                else { return nil }
                let whose = declared.sorted().joined(separator: ", ")
                return file.violation(token.line, "\(owner) may not name \(token.text) of \(whose)")
            }
        }
    }

    /// `Coupons` for `Sources/Coupons/Web/Coupons.swift`; nil: it is above all of them.
    private static func owner(_ file: TextFile) -> String? {
        let folders = file.path.split(separator: "/")
        guard folders.first == "Sources", folders.count > 2 else { return nil }
        // The rest of the kit are modules of their own.
        let owner = String(folders[folders[1] == "Kit" ? 2 : 1])
        return mayName[owner] == nil ? nil : owner
    }

    /// The type that a line declares for other files.
    private static func declared(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol", "typealias"]
        let modifiers: Set<Substring> = ["public", "final", "indirect"]
        guard line.first?.isLetter == true, let index = words.firstIndex(where: kinds.contains),
            words[..<index].allSatisfy(modifiers.contains), index + 1 < words.count
        else { return nil }
        return String(words[index + 1].prefix { $0.isLetter || $0.isNumber })
    }
}
