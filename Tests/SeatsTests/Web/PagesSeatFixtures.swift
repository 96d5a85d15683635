import Values

@testable import Seats
@testable import Site

/// Pages of seats for tests: `f` free, `h` held, `s` sold.
enum SeatPages {
    static let nowMs: Int64 = 1_780_000_000_000

    static func page(
        _ states: String? = "fhsf",
        language: Language = .en,
        title: String = "Night Songs",
        configure: (inout Performance) -> Void = { _ in }
    ) -> SeatPage {
        guard let id = PerformanceID("p:1"), let concert = ConcertID("night") else {
            preconditionFailure("not names")
        }
        let seats = max(1, states?.utf8.count ?? 4)
        var performance = Performance(
            id: id,
            concert: concert,
            date: "2026-12-24",
            seats: seats,
            price: 70_000
        )
        configure(&performance)
        let map = states.map {
            SeatMap(performance: id, price: 70_000, states: Array($0.utf8), version: "7-42")
        }
        return SeatPage(
            performance: performance,
            title: title,
            language: language,
            map: map,
            nowMs: nowMs
        )
    }

    static var held: SeatPage {
        var page = page()
        page.hold = hold(of: page.performance.id)
        page.balance = 1_000_000
        return page
    }

    static var paid: SeatPage {
        var page = page()
        page.receipt = SeatPage.Receipt(
            payment: "pay-9",
            seats: [1, 4],
            amount: 140_000,
            balance: 860_000
        )
        return page
    }

    static func hold(of performance: PerformanceID) -> HeldSeats {
        HeldSeats(
            Hold(
                token: "to~ken.1",
                performance: performance,
                seats: [1, 4],
                amount: 140_000,
                expiresMs: nowMs + 300_000
            )
        )
    }
}

func html(_ page: SeatPage) -> String { String(decoding: page.render(), as: UTF8.self) }
