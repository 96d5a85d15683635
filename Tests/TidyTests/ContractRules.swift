import Foundation

/// The parts of `openapi.json`: a reference goes down, as an import does.
enum ContractRules {
    /// A part of the contract refers to what it has itself, or what those have that it may name.
    static func referred(_ parts: [TextFile]) throws -> [Violation] {
        let owned = try parts.compactMap { file in
            try file.module.map { (owner: $0, file: file, names: try components(file)) }
        }
        return owned.flatMap { owner, file, names in
            let allowed = HouseRules.arrows[owner] ?? []
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
}
