/// How the values of flags are read. Each answers nil if the value is good, else what is wrong.
enum FlagValue {
    static func whole(_ text: String, _ range: ClosedRange<Int>, into value: inout Int) -> String? {
        guard let number = Int(text), range.contains(number) else {
            return "is not a whole number from \(range.lowerBound) to \(range.upperBound)"
        }
        value = number
        return nil
    }

    static func number(
        _ text: String,
        _ range: ClosedRange<Double>,
        into value: inout Double
    ) -> String? {
        guard let number = Double(text), range.contains(number) else {
            return "is not a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        }
        value = number
        return nil
    }

    static func limit(_ text: String, into value: inout RehearsalOptions.Limit?) -> String? {
        if text == "none" {
            value = .unlimited
        } else if let number = Int(text), (1...1_000_000_000).contains(number) {
            value = .atMost(number)
        } else {
            return "is neither a whole number from 1 nor none"
        }
        return nil
    }

    /// Names that stand in a path as they are.
    static func isRoom(_ text: String) -> Bool {
        let isLetter = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default:
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            }
        }
        return (1...128).contains(text.utf8.count) && text.utf8.allSatisfy(isLetter)
    }
}
