import JSON
import Testing

@testable import TestKit

/// A number is whole by its digits, not by the double that is nearest to it.
@Suite struct JSONNumberTests {
    private static let all = Int64.min...Int64.max

    private func read(_ text: String) throws -> Int64? {
        let value = try JSONValue.parse(Array("{\"a\":\(text)}".utf8))
        return try JSONObjectReader(value, allowed: ["a"]).integer("a", in: Self.all)
    }

    @Test(
        arguments: [
            ("5.0", 5), ("1e5", 100_000), ("-5.00e0", -5), ("0.05e2", 5), ("50e-1", 5),
            ("-0", 0), ("-0.0", 0), ("0e99999999999999999999", 0), ("0.0e-99999999999999999999", 0),
            ("9007199254740991.0", 9_007_199_254_740_991),
            ("9007199254740992", 9_007_199_254_740_992),
            ("-90071992547409920000e-4", -9_007_199_254_740_992),
            ("0.0000000000000000000000000000009e31", 9),
            ("1" + String(repeating: "0", count: 400) + "e-400", 1),
        ] as [(String, Int64)]
    )
    func aWholeNumberIsReadExactly(_ text: String, _ number: Int64) throws {
        #expect(try read(text) == number)
    }

    @Test(arguments: [
        "9007199254740991.5", "0.99999999999999999", "1.00000000000000000000001", "-0.5",
        "4503599627370496.1", "1e-400", "-1e-99999999999999999999", "123456789e-8",
        "9223372036854775807.5", "0." + String(repeating: "0", count: 1_000) + "1",
    ])
    func aFractionIsNoWholeNumber(_ text: String) {
        #expect(throws: JSONFieldError(field: "a", reason: "must be a whole number")) {
            try read(text)
        }
    }

    @Test(arguments: [
        "9007199254740993", "9007199254740993.0", "9007199254740993e0", "-9007199254740993.0",
        "9007199254740994.0", "900719925474099.3e1", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "1e19", "1e300",
    ])
    func whatADoubleMayHaveRoundedIsOutOfRange(_ text: String) {
        let reason = "must be in -9007199254740992 to 9007199254740992"
        #expect(throws: JSONFieldError(field: "a", reason: reason)) { try read(text) }
    }

    /// The wide number once made doubles of the others.
    @Test func numbersKeepTheirPlaces() throws {
        let text =
            #"{"a":9007199254740993,"-1":["2\\",-3.5e-1,{"\"4":true,"b":[0,1.0]}],"#
            + #""c":18446744073709551616,"d":"\"5","e":6}"#
        let value = try JSONValue.parse(Array(text.utf8))
        #expect(value["a"] == .integer(9_007_199_254_740_993))
        #expect(value["-1"]?.array?[1] == .real(-0.35))
        #expect(value["-1"]?.array?[2]["b"] == .array([.integer(0), .integer(1)]))
        #expect(value["c"] == .wide(18_446_744_073_709_551_616))
        #expect(value["e"] == .integer(6))
    }

    /// Exact arithmetic of its own: a number of up to 17 digits is moved by a power of ten, and
    /// zeros are put where they change nothing.
    @Test func everySpellingIsTheSameNumber() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed)
        for _ in 0..<20_000 {
            let digits = Int.random(in: 1...17, using: &random)
            let most = (0..<digits).reduce(Int64(1)) { most, _ in most * 10 }
            let mantissa = Int64.random(in: 0..<most, using: &random)
            let power = Int.random(in: -20...20, using: &random)
            let text = Self.spelling(mantissa, power, &random)
            let value = try JSONValue.parse(Array("[\(text)]".utf8)).array?[0]
            switch Self.exact(mantissa, power) {
            case .integer(let number):
                #expect(value == .integer(number), "seed \(seed): \(text)")
            case .fraction:
                guard case .real = value else {
                    Issue.record("seed \(seed): \(text) is \(String(describing: value))")
                    return
                }
            case .wide:
                guard case .wide = value else {
                    Issue.record("seed \(seed): \(text) is \(String(describing: value))")
                    return
                }
            }
        }
    }

    private enum Exact { case integer(Int64), fraction, wide }

    /// mantissa x 10^power, in integers.
    private static func exact(_ mantissa: Int64, _ power: Int) -> Exact {
        guard mantissa != 0 else { return .integer(0) }
        var value = Int128(mantissa)
        for _ in 0..<max(0, power) { value *= 10 }
        for _ in 0..<max(0, -power) {
            guard value % 10 == 0 else { return .fraction }
            value /= 10
        }
        return Int64(exactly: value).map { .integer($0) } ?? .wide
    }

    private static func spelling(_ mantissa: Int64, _ power: Int, _ random: inout SeededRandom)
        -> String
    {
        let digits = Array("\(mantissa)" + String(repeating: "0", count: random.upTo(3)))
        let zeros = digits.count - "\(mantissa)".count
        let behind = random.upTo(digits.count + 2)
        let zerosBefore = max(0, behind + 1 - digits.count)
        let padded = Array(repeating: Character("0"), count: zerosBefore) + digits
        var text = String(padded[..<(padded.count - behind)])
        // No zero may stand before another digit.
        text = String(text.drop { $0 == "0" })
        if text.isEmpty { text = "0" }
        if behind > 0 { text += "." + String(padded[(padded.count - behind)...]) }
        let exponent = power + behind - zeros
        if exponent != 0 || random.upTo(1) == 0 {
            let sign = exponent < 0 ? "-" : ["", "+"][random.upTo(1)]
            text += ["e", "E"][random.upTo(1)] + sign + ["", "00"][random.upTo(1)]
            text += "\(exponent.magnitude)"
        }
        return text
    }
}

extension SeededRandom {
    fileprivate mutating func upTo(_ most: Int) -> Int { Int.random(in: 0...most, using: &self) }
}
