import Assets
import Site

/// The files of its pages.
extension PageAsset {
    static let roomView = script("Rooms/pages/room-view.js")
    static let roomFeed = script("Rooms/pages/room-feed.js")
    static let script = script("Rooms/pages/room.js")

    static let ofRooms = [
        roomView, roomFeed, script,
    ]
    static let ofRoomPage = [words, roomView, roomFeed, script, style]
}

extension Template {
    static let room = inEachLanguage("Rooms/pages/room.html", Words.rooms)
}

extension Words {
    static let rooms = files("Rooms", shared: ["labels.retry"])
}
