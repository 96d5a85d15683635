/// A flag or value that cannot be used: one line for standard error.
struct FlagError: Error {
    let line: String
}

/// Command-line flags `--name value` or `--name=value`, else `ONSALE_NAME` of the environment; `-h`
/// is `--help`.
struct Flags {
    /// A flag a subcommand knows.
    struct Known {
        let name: String
        /// What stands for the value in the help; nil for a switch.
        let value: String?
        let help: String
        /// Takes a number: a variable with an orchestrator's service link is not meant for it.
        var isNumber = false
    }

    private var values: [String: String] = [:]
    /// What is not a flag, in its order.
    private(set) var names: [String] = []
    /// What was ignored, a line each.
    private(set) var notices: [String] = []

    init(
        _ arguments: [String],
        environment: [String: String],
        known: [Known],
        takesNames: Bool = false
    ) throws(FlagError) {
        for flag in known {
            let variable = "ONSALE_" + flag.name.uppercased().replacing("-", with: "_")
            guard let value = environment[variable] else { continue }
            if flag.isNumber, Self.isServiceLink(value) {
                notices.append(
                    "\(variable) is ignored: it is an orchestrator's service link, not a number; "
                        + "--\(flag.name) sets it"
                )
            } else {
                values[flag.name] = value
            }
        }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let isFirst = rest.count == arguments.count - 1
            if argument == "-h" {
                values["help"] = "true"
                continue
            }
            guard argument.hasPrefix("--") else {
                if takesNames {
                    names.append(argument)
                    continue
                }
                let what = isFirst ? " \(Redaction.shown(argument))" : Redaction.rest
                throw FlagError(line: "unexpected\(what); flags begin with --")
            }
            let parts = argument.dropFirst(2).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let name = String(parts[0])
            guard let flag = known.first(where: { $0.name == name }) else {
                throw FlagError(line: "there is no flag \(Redaction.flag(name))")
            }
            if parts.count == 2 {
                values[name] = String(parts[1])
            } else if flag.value == nil {
                values[name] = "true"
            } else if let value = rest.popFirst() {
                values[name] = value
            } else {
                throw FlagError(line: "--\(name) needs a value")
            }
        }
    }

    /// `tcp://10.0.0.1:8080`, as Kubernetes and Docker write for a service named `onsale`.
    private static func isServiceLink(_ text: String) -> Bool {
        text.wholeMatch(of: /(?:tcp|udp|sctp):\/\/[^\s\/@]+:[0-9]{1,5}/) != nil
    }

    /// The same without the values of other flags.
    func only(_ kept: Set<String>) -> Flags {
        var flags = self
        flags.values = values.filter { kept.contains($0.key) }
        return flags
    }

    func string(_ name: String) -> String? { values[name] }

    func string(_ name: String, default fallback: String) -> String { values[name] ?? fallback }

    func integer(
        _ name: String,
        default fallback: Int,
        in range: ClosedRange<Int>
    ) throws(FlagError) -> Int {
        guard let text = values[name] else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw FlagError(
                line: "--\(name) takes a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound), not \(Redaction.shown(text))"
            )
        }
        return value
    }

    /// One of the words that `Value` knows.
    func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        default fallback: Value
    ) throws(FlagError) -> Value {
        guard let text = values[name] else { return fallback }
        guard let value = Value(rawValue: text) else {
            let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw FlagError(line: "--\(name) takes one of \(words), not \(Redaction.shown(text))")
        }
        return value
    }

    func isOn(_ name: String) throws(FlagError) -> Bool {
        switch values[name] {
        case nil, "false", "0", "": return false
        case "true", "1": return true
        case let other?:
            throw FlagError(line: "--\(name) takes true or false, not \(Redaction.shown(other))")
        }
    }

    static func help(_ usage: String, _ known: [Known]) -> String {
        let width = known.map { $0.name.count + ($0.value?.count ?? -1) + 3 }.max() ?? 0
        let lines = known.map { flag in
            let left = "--\(flag.name)" + (flag.value.map { " \($0)" } ?? "")
            let padding = String(repeating: " ", count: width - left.count + 2)
            let indent = "\n" + String(repeating: " ", count: width + 4)
            return "  \(left)\(padding)\(flag.help.replacing("\n", with: indent))"
        }
        return ([usage, ""] + lines).joined(separator: "\n")
    }
}
