import Rooms
import Site

extension Phrases.Index {
    static let english = Phrases.Index(
        heading: Phrases.Heading(
            headline: "What is on sale",
            lead: "Choose a performance to buy seats, or a room to see its line."
        ),
        demo: "This is a demonstration: nothing is really on sale here.",
        empty: "There are no rooms yet.",
        waiting: "Waiting",
        inside: "Inside",
        rooms: "Waiting rooms",
        moreRooms: "More rooms",
        firstPage: "Back to the first page",
        performances: "Performances",
        noPerformances: "The performances cannot be read right now.",
        available: "Seats left",
        price: "Price",
        seeSeats: "Seats",
        shop: "Shop and coupons",
        states: [
            .open: "Open", .paused: "Paused", .draining: "Closing", .closed: "Closed",
            .soldOut: "Sold out",
        ]
    )
}
