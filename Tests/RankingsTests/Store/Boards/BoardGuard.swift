import TestRedis

/// A guard in the boards' scripts that a test can switch off, to see that its absence is noticed.
enum BoardGuard: String, LuaGuard {
    case unknown, revision, gap, cursor, torn, sum, limit, over, life, mark, swept, same, replaced
    case added

    func instead(of line: String) -> String {
        switch self {
        case .revision, .gap, .torn, .limit, .swept: return ""
        case .unknown: return "if not values[1] then values = { 0, 1, first - 1, '0' } end"
        case .cursor: return line.contains("if ") ? "if true then from = from or i" : "end"
        case .sum: return line.contains("if ") ? "if false then" : "end"
        case .over:
            if line.contains("if ") { return "if false then" }
            return line.contains("else") ? "else" : "end"
        case .life: return line.replacing("and expiries[k] > now", with: "")
        case .mark: return line.replacing("if mark <= number then", with: "do")
        case .same:
            if line.contains("waiting") { return "" }
            return "local is_done = change(rolling, member, sets, n, reach) or is_same\n"
                + "if is_same then put(rolling, member, n, reach) end"
        case .replaced, .added: return ""
        }
    }
}
