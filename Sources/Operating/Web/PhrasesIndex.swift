import Rooms
import Site

extension Phrases {
    /// What the first page says.
    struct Index: Sendable {
        let heading: Heading
        let demo: String
        let empty: String
        let waiting: String
        let inside: String
        let rooms: String
        let moreRooms: String
        let firstPage: String
        let performances: String
        let noPerformances: String
        let available: String
        let price: String
        let seeSeats: String
        let shop: String
        let states: [RoomState: String]
    }
}

extension Phrases {
    /// The texts of the first page in this language.
    var index: Index {
        switch language {
        case .en: .english
        case .ko: .korean
        case .ja: .japanese
        }
    }
}
