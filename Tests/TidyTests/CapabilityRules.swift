import Foundation

/// Which capability may name the types of another one, and the components of its part of the
/// contract. They share targets and one document, so nothing else holds these arrows.
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

    /// A part of the contract refers to what it has itself, or what those have that it may name.
    static func referred(_ parts: [TextFile]) throws -> [Violation] {
        let owned = try parts.compactMap { file in
            try folder(file).map { (owner: $0, file: file, names: try components(file)) }
        }
        return owned.flatMap { owner, file, names in
            let allowed = mayName[owner] ?? []
            let known = owned.filter { allowed.contains($0.owner) }.reduce(names) {
                $0.union($1.names)
            }
            return file.lines.enumerated().flatMap { index, line in
                line.matches(of: /"#\/components\/([^"]+)"/).map { String($0.output.1) }
                    .filter { !known.contains($0) }
                    .map { file.violation(index + 1, "\(owner) may not refer to \($0)") }
            }
        }
    }

    /// `schemas/Coupon`, ...
    private static func components(_ part: TextFile) throws -> Set<String> {
        let document = try JSONSerialization.jsonObject(with: Data(part.text.utf8))
        let object = (document as? [String: Any])?["components"] as? [String: [String: Any]]
        return Set((object ?? [:]).flatMap { kind, parts in parts.keys.map { "\(kind)/\($0)" } })
    }

    private static func folder(_ file: TextFile) -> String? {
        file.path.split(separator: "/").dropFirst().first.map(String.init)
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
