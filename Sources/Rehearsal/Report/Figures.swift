/// Numbers as people read them.
enum Figures {
    /// `value` with `decimals` digits behind the point.
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

    /// Microseconds in the unit that keeps three digits.
    static func duration(us: Int64?) -> String {
        guard let us else { return "-" }
        switch us {
        case ..<10_000: return fixed(Double(us) / 1_000, 2) + " ms"
        case ..<1_000_000: return fixed(Double(us) / 1_000, 0) + " ms"
        default: return fixed(Double(us) / 1_000_000, 2) + " s"
        }
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
