/// One flag of `onsale rehearse`: how it is called, what it means, how it is read.
struct Flag: Sendable {
    typealias Setter<Value> = @Sendable (inout RehearsalOptions, Value) -> Void

    let name: String
    /// The placeholder in the help text; nil is a switch.
    let value: String?
    let meaning: String
    /// Reads the value into the options; returns what is wrong with it.
    let read: @Sendable (inout RehearsalOptions, String) -> String?

    /// `wrong` is said of a value of which `parse` makes nothing.
    init<Value>(
        _ name: String,
        _ value: String?,
        _ meaning: String,
        or wrong: String,
        _ parse: @escaping @Sendable (String) -> Value?,
        set: @escaping Setter<Value>
    ) {
        (self.name, self.value, self.meaning) = (name, value, meaning)
        read = { options, text in
            guard let value = parse(text) else { return wrong }
            set(&options, value)
            return nil
        }
    }

    var variable: String {
        "ONSALE_" + String(name.map { $0 == "-" ? "_" : $0 }).uppercased()
    }
}

/// Flags by the kind of their values.
extension Flag {
    static func whole(
        _ name: String,
        _ meaning: String,
        _ range: ClosedRange<Int>,
        set: @escaping Setter<Int>
    ) -> Flag {
        let wrong = "is not a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Flag(name, "N", meaning, or: wrong, { Int($0).flatMap(range.only) }, set: set)
    }

    private static func number(
        _ name: String,
        _ value: String,
        _ meaning: String,
        _ range: ClosedRange<Double>,
        _ set: @escaping Setter<Double>
    ) -> Flag {
        let wrong = "is not a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        return Flag(name, value, meaning, or: wrong, { Double($0).flatMap(range.only) }, set: set)
    }

    static func seconds(
        _ name: String,
        _ meaning: String,
        _ range: ClosedRange<Double> = 0...86_400,
        set: @escaping Setter<Double>
    ) -> Flag {
        number(name, "SECONDS", meaning, range, set)
    }

    /// A character: that part of the visitors has it.
    static func part(_ name: String, _ meaning: String, set: @escaping Setter<Double>) -> Flag {
        number(name, "PART", meaning, 0...1, set)
    }

    /// What the rehearsal is about; the name stands in a path as it is.
    static func name(_ name: String, _ meaning: String, set: @escaping Setter<String>) -> Flag {
        let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
        let wrong = "is not the name of a \(name)"
        return Flag(name, name.uppercased(), meaning, or: wrong) { text in
            let isName = (1...128).contains(text.utf8.count) && letters.isSuperset(of: text.utf8)
            return isName ? text : nil
        } set: {
            set(&$0, $1)
        }
    }

    static func limit(
        _ name: String,
        _ meaning: String,
        set: @escaping Setter<RehearsalOptions.Limit>
    ) -> Flag {
        let wrong = "is neither a whole number from 1 nor none"
        return Flag(name, "N|none", meaning, or: wrong, RehearsalOptions.Limit.init, set: set)
    }

    static func file(_ name: String, _ meaning: String, set: @escaping Setter<String>) -> Flag {
        Flag(name, "FILE", meaning, or: "is empty", { $0.isEmpty ? nil : $0 }, set: set)
    }
}

extension ClosedRange where Bound: Sendable {
    fileprivate func only(_ value: Bound) -> Bound? { contains(value) ? value : nil }
}
