import Program

extension RehearsalOptions {
    /// Reads the environment first and the arguments over it, and checks what belongs together.
    static func parse(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) -> Result<RehearsalOptions, OptionProblem> {
        var options = RehearsalOptions()
        for flag in Flag.all {
            guard let text = environment[flag.variable] else { continue }
            if let wrong = flag.read(&options, text) {
                return .failure(.bad("\(flag.variable): the value \(wrong)"))
            }
        }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" { return .failure(.helpWanted) }
            if let problem = options.take(argument, from: &rest) { return .failure(problem) }
        }
        if let wrong = options.contradiction { return .failure(.bad(wrong)) }
        return .success(options)
    }

    private mutating func take(
        _ argument: String,
        from rest: inout ArraySlice<String>
    ) -> OptionProblem? {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard argument.hasPrefix("--"),
            let flag = Flag.all.first(where: { "--" + $0.name == parts[0] })
        else {
            // Anything else may be a piece of an address with its password.
            let isName = parts[0].utf8.allSatisfy {
                Set("abcdefghijklmnopqrstuvwxyz-".utf8).contains($0)
            }
            let name = isName ? String(parts[0]) : "***"
            return .bad("\(name): no such flag; see onsale rehearse --help")
        }
        let text: String
        if parts.count == 2 {
            text = String(parts[1])
        } else if flag.value == nil {
            text = "true"
        } else if let next = rest.popFirst() {
            text = next
        } else {
            return .bad("--\(flag.name): needs a value")
        }
        guard let wrong = flag.read(&self, text) else { return nil }
        return .bad("--\(flag.name): the value \(wrong)")
    }

    private var contradiction: String? {
        if adminKeyFile == nil {
            if changesRoom {
                return "--capacity, --rate, --session-seconds and --idle-seconds need "
                    + "--admin-key-file"
            }
            if !acts.isEmpty { return "--operator needs --admin-key-file" }
            if holdSeconds != nil { return "--hold-seconds needs --admin-key-file" }
            if finish == .done { return "--finish done needs --admin-key-file" }
            if claims.quantity != nil { return "--quantity needs --admin-key-file" }
        }
        if coupon == nil, claims != ClaimOptions() {
            return "--quantity, --within-seconds, --retries and the shares of claimers need "
                + "--coupon"
        }
        if coupon != nil {
            let isElsewhere = room != nil || performance != nil || changesRoom || watchers > 0
            if isElsewhere || finish != nil || !acts.isEmpty {
                return "--coupon goes without a room or a performance, and their flags"
            }
        }
        if performance == nil, shares != BuyerShares() || maxSeats != nil || holdSeconds != nil {
            return "--max-seats, --hold-seconds and the shares of buyers need --performance"
        }
        if watchers + connections > Self.connectionsMax {
            return "--watchers and --connections together: at most \(Self.connectionsMax)"
        }
        return nil
    }

    static var usage: String {
        var text = """
            onsale rehearse: visitors against a running server, and a report that proves the
            promises from the outside. With --performance they go on to buy: points, seats, holds,
            payments. The room is then the performance's own, found in the listing of its concert;
            a performance without a room is bought without a line. Nobody else may buy meanwhile.
            With --coupon everybody comes at once for one coupon, and --arrive, --stay and the
            characters above --performance but --liars have no meaning. With the admin key it is
            made if it is missing. Nobody else may claim or change it meanwhile.

            A flag with a PART is a character: that part of the visitors, 0 to 1, behaves so. In
            the report, vanished are those who went without a word: half of the leavers, out of
            the line, and buyers who left a hold behind.

            Every flag is also ONSALE_<FLAG> in the environment.

            """
        for flag in Flag.all {
            let head = "  --" + flag.name + (flag.value.map { " " + $0 } ?? "")
            text +=
                head + String(repeating: " ", count: max(1, 28 - head.count)) + flag.meaning + "\n"
        }
        text += """

            Exit codes: 0 every promise held, 1 one is broken, 2 the time was over before everybody
            was served, 64 a bad flag, 69 the server or the room cannot be used, 73 the file of
            --json cannot be written.

            """
        return text
    }
}
