/// Layers inside a capability: `Domain` knows no `Store`, `Store` no `Web`. They are one module, so
/// the compiler does not see it; the types that a file names tell.
enum LayerRules {
    /// From the bottom up.
    private static let layers = ["Domain", "Store", "Web"]

    static func named(_ files: [TextFile]) -> [Violation] {
        let layered = files.compactMap { file in height(file).map { (height: $0, file: file) } }
        // The lowest layer that declares a name counts.
        var heights: [String: Int] = [:]
        for (height, file) in layered {
            for name in file.lines.compactMap(declared) {
                heights[name] = min(height, heights[name] ?? height)
            }
        }
        return layered.flatMap { height, file in
            SwiftTokens(file.text).all.compactMap { token in
                guard let other = heights[token.text], other > height else { return nil }
                let what = "\(layers[height]) may not name \(token.text) of \(layers[other])"
                return file.violation(token.line, what)
            }
        }
    }

    private static func height(_ file: TextFile) -> Int? {
        file.place.flatMap(layers.firstIndex)
    }

    /// The type that a line declares for other files.
    private static func declared(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol", "typealias"]
        let modifiers: Set<Substring> = ["public", "package", "final", "indirect"]
        guard line.first?.isLetter == true, let index = words.firstIndex(where: kinds.contains),
            words[..<index].allSatisfy(modifiers.contains), index + 1 < words.count
        else { return nil }
        return String(words[index + 1].prefix { $0.isLetter || $0.isNumber })
    }
}
