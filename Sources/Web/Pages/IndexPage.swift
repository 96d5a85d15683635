public import Onsale

/// The list of rooms at `/`.
public struct IndexPage: Sendable {
    public struct Room: Equatable, Sendable {
        public let name: String
        public let state: RoomState
        public let waiting: Int
        public let inside: Int

        public init(name: String, state: RoomState, waiting: Int, inside: Int) {
            self.name = name
            self.state = state
            self.waiting = waiting
            self.inside = inside
        }
    }

    public let rooms: [Room]
    public let language: Language
    public let isDemo: Bool

    public init(rooms: [Room], language: Language, isDemo: Bool) {
        self.rooms = rooms
        self.language = language
        self.isDemo = isDemo
    }

    /// `text/html; charset=utf-8`.
    public func render() -> [UInt8] {
        let phrases = Phrases.of(language).index
        return Template.index.render([
            "language": .text(language.rawValue),
            "style": .text(PageAsset.style.address),
            "title": .text(phrases.heading.headline),
            "lead": .text(phrases.heading.lead),
            "demo": .text(phrases.demo),
            "empty": .text(phrases.empty),
            "hide_demo": .text(isDemo ? "" : "hidden"),
            "hide_empty": .text(rooms.isEmpty ? "" : "hidden"),
            "hide_rooms": .text(rooms.isEmpty ? "hidden" : ""),
            "rooms": .markup(Template.Markup(joining: rooms.map { row($0, phrases) })),
        ]).bytes
    }

    private func row(_ room: Room, _ phrases: Phrases.Index) -> Template.Markup {
        Template.indexRoom.render([
            "path": .text("/rooms/\(percentEncoded(room.name))"),
            "room": .text(room.name),
            "state": .text(room.state.rawValue),
            "state_label": .text(phrases.states[room.state] ?? room.state.rawValue),
            "waiting_label": .text(phrases.waiting),
            "waiting": .text(Phrases.number(room.waiting)),
            "inside_label": .text(phrases.inside),
            "inside": .text(Phrases.number(room.inside)),
        ])
    }
}
