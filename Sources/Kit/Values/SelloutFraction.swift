/// The share of the allotment whose sale stops the clock of T90, in thousandths.
///
/// 0.9 and not all: the last seats of a hall are returns, holds that lapse and single places, and
/// wait for chance more than for demand. 1.0 is the strict reading.
public struct SelloutFraction: Equatable, Sendable {
    public static let usual = SelloutFraction(checked: 900)
    public static let strict = SelloutFraction(checked: 1000)

    /// 1...1000. Whole, because 0.9 x 110 as doubles is above 99.
    public let thousandths: Int64

    /// Nil unless 1...1000.
    public init?(thousandths: Int64) {
        guard 1...1000 ~= thousandths else { return nil }
        self.thousandths = thousandths
    }

    /// As a setting has it: `0.9`, `0.995`, `1`, `1.0`. Nil for anything else, and for 0.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let digits = parts.count == 2 ? Array(parts[1].utf8) : []
        guard let whole = parts.first, whole == "0" || whole == "1", parts.count <= 2,
            parts.count == 1 || 1...3 ~= digits.count,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 })
        else { return nil }
        var thousandths: Int64 = whole == "1" ? 1 : 0
        for place in 0..<3 {
            let digit = place < digits.count ? Int64(digits[place] - UInt8(ascii: "0")) : 0
            thousandths = thousandths * 10 + digit
        }
        self.init(thousandths: thousandths)
    }

    private init(checked thousandths: Int64) { self.thousandths = thousandths }

    /// The least number of seats that is this share of `allotment`: 99 of 110, 10 of 11.
    public func seats(of allotment: Int64) -> Int64 {
        let (whole, rest) = allotment.quotientAndRemainder(dividingBy: 1000)
        return whole * thousandths + (rest * thousandths + 999) / 1000
    }
}
