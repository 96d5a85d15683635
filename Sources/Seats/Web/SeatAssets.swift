import Assets
import Site

/// The files of its pages.
extension PageAsset {
    static let seatsRules = script("Seats/pages/seats-rules.js")
    static let seatsMap = script("Seats/pages/seats-map.js")
    static let seatsView = script("Seats/pages/seats-view.js")
    static let seatsCalls = script("Seats/pages/seats-calls.js")
    static let seatsScript = script("Seats/pages/seats.js")
    static let seatsStyle = sheet("Seats/pages/seats.css")

    static let ofSeats = [
        seatsRules, seatsMap, seatsView, seatsCalls, seatsScript, seatsStyle,
    ]
    static let ofSeatPage = [
        words, callsRules, calls, seatsRules, seatsMap, seatsView, seatsCalls, seatsScript, style,
        seatsStyle,
    ]
}

extension Template {
    static let seats = inEachLanguage("Seats/pages/seats.html", Words.seats)
}

extension Words {
    static let seats = files(
        "Seats",
        shared: [
            "points", "notices.balanceLimit", "notices.badAmount", "notices.charged",
            "notices.failed",
        ]
    )
}
