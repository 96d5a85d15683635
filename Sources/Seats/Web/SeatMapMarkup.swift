import Site

/// The map as HTML that needs no script: free seats are checkboxes of the form, others are signs.
/// A page shows 500 of them, so the bytes are put together here and not by a template a seat.
struct SeatMapMarkup {
    let states: [UInt8]
    let yours: Set<Int>
    /// Whether seats may be chosen now.
    let isChoosing: Bool
    let words: Words

    /// ~140 B a seat, in Korean or Japanese ~170.
    private static let seatBytes = 176

    func rows(_ numbers: ClosedRange<Int>) -> Template.Markup {
        var html = ""
        html.reserveCapacity(numbers.count * Self.seatBytes)
        for start in stride(from: numbers.lowerBound, through: numbers.upperBound, by: rowSeats) {
            let row = (start - 1) / rowSeats + 1
            let name = words.fill("labels.row", ["n": Words.number(row)])
            html += "        <div class=\"row\" role=\"group\" aria-label=\"\(name)\">\n"
            for number in start...min(start + rowSeats - 1, numbers.upperBound) {
                append(number, to: &html)
            }
            html += "        </div>\n"
        }
        return Template.Markup(trusted: html)
    }

    private var rowSeats: Int { SeatPage.rowSeats }

    private func append(_ number: Int, to html: inout String) {
        guard number <= states.count else { return }
        let state = SeatState(rawValue: states[number - 1]) ?? .held
        let isYours = yours.contains(number)
        let sign = isYours ? "yours" : "\(state.name)"
        let values = ["n": "\(number)", "state": words["states.\(sign)"]]
        let name = words.fill("labels.seat", values)
        if state == .free, isChoosing {
            html += "<label class=\"seat free\"><input type=\"checkbox\" name=\"seat\" "
            html += "value=\"\(number)\" aria-label=\"\(name)\">\(number)</label>\n"
        } else {
            html += "<span class=\"seat \(sign)\" role=\"img\" aria-label=\"\(name)\">"
            html += "\(number)</span>\n"
        }
    }

    /// Links to the parts of the house, each with what it has free.
    func sections(
        _ sections: SeatSections,
        shown: Int,
        address: String
    ) -> Template.Markup {
        var html = ""
        for section in 1...sections.count {
            let numbers = sections.numbers(section)
            let free = states[(numbers.lowerBound - 1)..<min(numbers.upperBound, states.count)]
                .reduce(0) { $0 + ($1 == SeatState.free.rawValue ? 1 : 0) }
            let name = words.fill(
                "labels.section",
                [
                    "from": Words.number(numbers.lowerBound),
                    "to": Words.number(numbers.upperBound),
                ]
            )
            let current = section == shown ? " aria-current=\"true\"" : ""
            html += "        <li><a href=\"\(address)?section=\(section)\""
            html += "\(current)>\(name)<span>\(words.count("free", free))</span></a></li>\n"
        }
        return Template.Markup(trusted: html)
    }
}
