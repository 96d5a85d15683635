/// No access to state is open while a task waits.
///
/// An optional chain through a subscript finds its place before what stands right of it is
/// evaluated, and holds it: `kept[n]?.lease = await f()` and `kept[n]?.list.append(await f())`
/// write into freed memory when somebody else changes `kept` meanwhile. Neither the compiler nor
/// the exclusivity checks nor the thread sanitizer say so; the address sanitizer does. The rules
/// refuse more than what dies today: which access is opened when is the compiler's affair.
enum AwaitRules {
    static let advice = "is open across an await: take the value first, then assign"

    static func openAccess(_ file: TextFile) -> [Violation] {
        guard file.text.contains("await") else { return [] }
        let code = SwiftTokens(file.text)
        return code.all.indices.filter {
            assigns(code, $0) || chains(code, $0) || waitsOnChain(code, $0) || lends(code, $0)
        }.map { file.violation(code.all[$0].line, "an access \(advice)") }
    }

    /// What would keep an access of the caller open by its declaration. For `Sources`: the
    /// variables of a test are its own.
    static func openDeclarations(_ file: TextFile) -> [Violation] {
        guard ["async", "_modify", "MutableAddress"].contains(where: file.text.contains) else {
            return []
        }
        let code = SwiftTokens(file.text)
        return code.all.indices.filter { declares(code, $0) }
            .map { file.violation(code.all[$0].line, "what is handed in \(advice)") }
    }

    /// `try? await`: a failure that nobody hears of. `Background` counts and logs; where nothing is
    /// lost, the line says why in a comment behind it.
    static func swallowed(_ file: TextFile) -> [Violation] {
        guard file.text.contains("try?") else { return [] }
        let code = SwiftTokens(file.text)
        return code.all.indices.compactMap { index in
            guard code.all[index].text == "try", index + 1 < code.all.count,
                code.all[index + 1].text.hasPrefix("?")
            else { return nil }
            let waits = code.all[index...].dropFirst(2).prefix { $0.isWord }.contains {
                $0.text == "await"
            }
            let line = code.all[index].line
            guard waits, !file.lines[line - 1].contains("// ") else { return nil }
            return file.violation(line, "try? await without a reason: use Background")
        }
    }

    // MARK: Assignments

    private static let comparisons: Set<String> = [
        "==", "!=", "<=", ">=", "===", "!==", "~=", "&==",
    ]

    /// `a[b] = await c`, `a?.b = await c`, `a += await b`, the `await` left or right.
    private static func assigns(_ code: SwiftTokens, _ index: Int) -> Bool {
        let sign = code.all[index]
        guard sign.isSign, sign.text.hasSuffix("="), sign.endsBySpace,
            !comparisons.contains(sign.text), let left = left(code, of: index)
        else { return false }
        let right = right(code, of: index)
        let first = code.all[min(index + 1, code.all.count - 1)].text
        let branches = first == "if" || first == "switch"
        guard code.waits(in: left) || code.waits(in: right, countingBraces: branches) else {
            return false
        }
        return sign.text != "="
            || code.all[left].contains {
                $0.text == "[" || $0.text.hasPrefix("?") || $0.text.hasPrefix("!")
            }
    }

    /// What is assigned to; nil for a declaration or a pattern.
    private static func left(_ code: SwiftTokens, of index: Int) -> Range<Int>? {
        var start = index
        var depth = 0
        while start > 0 {
            let token = code.all[start - 1]
            if depth == 0, token.opens || [";", ",", "in"].contains(token.text) { break }
            if token.closes { depth += 1 }
            if token.opens { depth -= 1 }
            start -= 1
            if depth == 0, token.opensLine, !token.text.hasPrefix("."), !token.text.hasPrefix("?") {
                break
            }
        }
        if ["case", "default"].contains(code.all[start].text),
            let colon = code.all[start..<index].lastIndex(where: { $0.text == ":" })
        {
            start = colon + 1
        }
        let isBound = code.all[start..<index].contains {
            ["let", "var", "case", "typealias"].contains($0.text)
        }
        return isBound || start == index ? nil : start..<index
    }

    /// From the sign to the end of the expression.
    private static func right(_ code: SwiftTokens, of index: Int) -> Range<Int> {
        var end = index + 1
        var depth = 0
        while end < code.all.count {
            let token = code.all[end], before = code.all[end - 1]
            if depth == 0, token.closes || [";", ","].contains(token.text) { break }
            let goesOn =
                token.isSign || before.isSign || token.text == ":" || before.text == ":"
                || ["try", "await", "unsafe"].contains(before.text)
            if depth == 0, token.opensLine, !goesOn { break }
            if token.opens { depth += 1 }
            if token.closes { depth -= 1 }
            end += 1
        }
        return index + 1..<end
    }

    // MARK: Calls

    /// `a?.b.append(await c)`.
    private static func chains(_ code: SwiftTokens, _ index: Int) -> Bool {
        guard code.all[index].text == "?." || code.all[index].text == "!." else { return false }
        var next = index + 1
        while next < code.all.count, code.all[next].isWord || code.all[next].text == "." {
            next += 1
        }
        guard next < code.all.count, code.all[next].text == "(" else { return false }
        return code.waits(in: next..<code.end(of: next))
    }

    /// `await a[b]?.c(d)`: nobody sees which of the two waits.
    private static func waitsOnChain(_ code: SwiftTokens, _ index: Int) -> Bool {
        guard code.all[index].text == "await" else { return false }
        var next = index + 1
        var hasSubscript = false, isChained = false
        while next < code.all.count, code.all[next].text != "(" {
            let token = code.all[next]
            if token.text == "[" {
                hasSubscript = true
                next = code.end(of: next)
            } else if hasSubscript, token.text == "?." || token.text == "!." {
                isChained = true
            } else if !token.isWord, token.text != ".", token.text != "?." {
                return false
            } else if token.opensLine, token.isWord, next > index + 1 {
                return false
            }
            next += 1
        }
        return isChained && next < code.all.count
    }

    /// `f(&a, await b)`.
    private static func lends(_ code: SwiftTokens, _ index: Int) -> Bool {
        guard code.all[index].text == "(" else { return false }
        let end = code.end(of: index)
        var depth = 0
        for place in index..<end {
            if code.all[place].opens { depth += 1 }
            if code.all[place].closes { depth -= 1 }
            guard depth == 1, code.all[place].text == "&", !code.all[place].endsBySpace else {
                continue
            }
            if code.waits(in: index..<end) { return true }
        }
        return false
    }

    // MARK: Declarations

    /// `mutating func f() async`, `func f(_ a: inout A) async`, `_modify`.
    private static func declares(_ code: SwiftTokens, _ index: Int) -> Bool {
        let word = code.all[index].text
        if ["_modify", "unsafeMutableAddress"].contains(word) { return true }
        guard word == "func" else { return false }
        let before = code.all[..<index].reversed().prefix { $0.isWord && $0.text != "func" }
        var borrows = before.prefix(4).contains { $0.text == "mutating" }
        var next = index + 1
        while next < code.all.count, code.all[next].text != "(" { next += 1 }
        guard next < code.all.count else { return false }
        let end = code.end(of: next)
        var depth = 0
        for token in code.all[next..<end] {
            if token.opens { depth += 1 }
            if token.closes { depth -= 1 }
            if depth == 1, token.text == "inout" { borrows = true }
        }
        return borrows
            && code.all[(end + 1)...].prefix { !$0.opens }.contains { $0.text == "async" }
    }
}
