/// The guards of scripts that a test can switch off, to see that their absence is noticed. The
/// lines of a guard in a script end in `-- guard: NAME`.
public protocol LuaGuard: RawRepresentable<String>, CaseIterable, Sendable {
    /// What stands in place of `line` of this guard while it is off.
    func instead(of line: String) -> String
}

extension LuaGuard {
    /// A script with this guard taken out.
    public func off(_ script: String) -> String {
        script.split(separator: "\n", omittingEmptySubsequences: false).map { part -> String in
            let line = String(part)
            return line.hasSuffix("-- guard: \(rawValue)") ? instead(of: line) : line
        }.joined(separator: "\n")
    }
}
