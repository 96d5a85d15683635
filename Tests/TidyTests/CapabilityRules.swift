/// Which capability may name what another one declares for HTTP: its handlers, refusals and pages.
/// They are one target, so the compiler does not hold these arrows.
enum CapabilityRules {
    /// By the owner of a file. `Operating` is above all others.
    static let mayName: [String: Set<String>] = [
        "Site": [],
        "Rooms": ["Site"],
        "Seats": ["Site", "Rooms"],
        "Points": ["Site"],
        "Coupons": ["Site"],
        "Payments": ["Site", "Seats", "Points", "Coupons"],
        "Shop": ["Site", "Seats", "Points", "Coupons"],
        "Rankings": ["Site"],
        "Events": ["Site"],
        "Operating": [
            "Site", "Rooms", "Seats", "Points", "Coupons", "Payments", "Shop", "Rankings", "Events",
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

    /// `Coupons` for `Sources/Coupons/Web/Coupons.swift`; nil: it is not about HTTP.
    private static func owner(_ file: TextFile) -> String? {
        guard let place = file.place, place == "Web" || place == "Site" else { return nil }
        return file.path.split(separator: "/").dropFirst().first.map(String.init)
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
