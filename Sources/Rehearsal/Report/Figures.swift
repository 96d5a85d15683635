/// Numbers as people read them.
enum Figures {
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "-" }
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        let sign = scaled < 0 ? "-" : ""
        let whole = String(abs(scaled) / scale)
        guard decimals > 0 else { return sign + whole }
        let part = String(abs(scaled) % scale)
        return sign + whole + "." + String(repeating: "0", count: decimals - part.count) + part
    }

    static func seconds(ms: Int64, _ decimals: Int = 2) -> String {
        fixed(Double(ms) / 1_000, decimals) + " s"
    }

    /// Microseconds in the unit that keeps three digits.
    static func duration(us: Int64?) -> String {
        guard let us else { return "-" }
        switch us {
        case ..<10_000: return fixed(Double(us) / 1_000, 2) + " ms"
        case ..<1_000_000: return fixed(Double(us) / 1_000, 0) + " ms"
        default: return fixed(Double(us) / 1_000_000, 2) + " s"
        }
    }

    static func duration(ns: Int64) -> String { duration(us: ns / 1_000) }

    static func perSecond(_ count: Int, fromNs: Int64?, toNs: Int64?) -> Double {
        guard let fromNs, let toNs, toNs > fromNs else { return 0 }
        return Double(count) * 1e9 / Double(toNs - fromNs)
    }

    /// `a: 12, b: 3`, or `none`; what never happened is left out.
    static func list(_ counts: Counts, _ separator: String = ": ") -> String {
        let parts = counts.filter { $0.count > 0 }.map { $0.name + separator + String($0.count) }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

/// How often each of several things happened, in an order that does not change.
typealias Counts = [(name: String, count: Int)]

extension Dictionary where Key: Comparable, Value == Int {
    var counts: Counts { sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) } }
}

extension CaseIterable where Self: Hashable & RawRepresentable<String> {
    static func counts(_ found: [Self: Int]) -> Counts {
        allCases.map { ($0.rawValue, found[$0] ?? 0) }
    }
}

extension Sequence where Element: Hashable {
    var tally: [Element: Int] { reduce(into: [:]) { $0[$1, default: 0] += 1 } }
}
