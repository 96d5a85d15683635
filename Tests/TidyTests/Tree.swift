import Foundation

/// One place where the house rules are broken.
struct Violation: Equatable, CustomStringConvertible {
    let path: String
    /// 1 for the first line, 0 for the file as a whole.
    let line: Int
    let what: String

    var description: String { line == 0 ? "\(path): \(what)" : "\(path):\(line): \(what)" }
}

/// A file of the repository: its path from the root, and its text.
struct TextFile {
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// What rules a file under `Sources`: `Kit/HTTP` for `Sources/Kit/HTTP/Router.swift`, the layer
    /// `Web` for `Sources/Coupons/Web/Claims.swift`, `Ledger` for what is no capability.
    var place: String? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 2, parts[0] == "Sources" else { return nil }
        if parts[1] == "Kit" { return "Kit/\(parts[2])" }
        guard HouseRules.capabilities.contains(parts[1]) else { return parts[1] }
        return parts.count == 3 ? "Face" : parts[2]
    }

    /// `Coupons` for `Sources/Coupons/Web/Claims.swift`, `HTTP` for `Sources/Kit/HTTP/A.swift`.
    var module: String? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 2, parts[0] == "Sources" else { return nil }
        return parts[1] == "Kit" ? parts[2] : parts[1]
    }

    var kind: Substring { path.split(separator: ".").last ?? "" }

    func violation(_ line: Int, _ what: String) -> Violation {
        Violation(path: path, line: line, what: what)
    }
}

/// The repository that this test was built from.
enum Tree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Every file under `folder` that is not hidden, by path.
    static func paths(under folder: String) -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path())
        var paths: [String] = []
        while let name = found?.nextObject() as? String {
            let isFile = found?.fileAttributes?[.type] as? FileAttributeType == .typeRegular
            let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
            if isFile, !isHidden { paths.append("\(folder)/\(name)") }
        }
        return paths.sorted()
    }

    static func file(_ path: String) throws -> TextFile {
        let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        return TextFile(path: path, text: text)
    }

    static func files(under folders: String..., kinds: Set<Substring>) throws -> [TextFile] {
        try folders.flatMap(paths).map { TextFile(path: $0, text: "") }
            .filter { kinds.contains($0.kind) }
            .map { try file($0.path) }
    }
}
