import Foundation
import Onsale
import Testing

@testable import Store

/// `rooms.json`: what a process knows of its rooms outlives the process.
@Suite struct RoomFileTests {
    private func withPath(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "rooms-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder + "/rooms.json")
    }

    private var settings: RoomSettings {
        var settings = RoomSettings()
        settings.capacity = 5
        settings.rate = 60
        settings.sessionSeconds = 7
        settings.idleSeconds = 8
        settings.graceSeconds = 9
        settings.opening = Timestamp(milliseconds: 1_790_000_000_123)
        settings.show = .hidden
        settings.onStoreError = .admit
        return settings
    }

    @Test func aRegistryIsReadBack() throws {
        try withPath { path in
            let registry = try RoomRegistry(file: RoomFile(path: path))
            #expect(registry.ids.isEmpty)
            for (index, state) in RoomState.allCases.enumerated() {
                let known = KnownRoom(
                    settings: index == 0 ? RoomSettings() : settings,
                    state: state,
                    generation: Int64(index) + 1
                )
                try registry.keep(known, as: try room("room-\(state)"))
            }
            let again = try RoomRegistry(file: RoomFile(path: path))
            #expect(Set(again.ids) == Set(registry.ids))
            for id in registry.ids { #expect(again.room(id) == registry.room(id), "\(id)") }
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o600)
            let folder = (path as NSString).deletingLastPathComponent
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["rooms.json"])
        }
    }

    @Test func theFileIsWrittenOnlyWhenSomethingThatMattersChanged() throws {
        try withPath { path in
            let registry = try RoomRegistry(file: RoomFile(path: path))
            var known = KnownRoom(settings: settings, state: .open, generation: 1)
            try registry.keep(known, as: try room("r"))
            try FileManager.default.removeItem(atPath: path)
            known.sequence = 9
            known.waiting = 9
            known.version = 9
            try registry.keep(known, as: try room("r"))
            #expect(!FileManager.default.fileExists(atPath: path))
            known.generation = 2
            try registry.keep(known, as: try room("r"))
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    /// As many rooms as the registry takes, with the longest names.
    @Test func theLargestFileIsReadBack() throws {
        try withPath { path in
            var rooms: [RoomID: KnownRoom] = [:]
            for index in 0..<RoomRegistry.roomsMax {
                let name = String(index) + String(repeating: "r", count: 120)
                rooms[try room(name)] = KnownRoom(settings: settings, state: .open, generation: 1)
            }
            try RoomFile(path: path).save(rooms)
            #expect(try RoomFile(path: path).load() == rooms)
        }
    }

    @Test(arguments: ["", "{", "{}", "null", "[1]", #"[{"room":"a"}]"#, #"[{"colour":1}]"#])
    func aDamagedFileStopsTheStart(_ text: String) throws {
        try withPath { path in
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(throws: RoomFileError.self) {
                _ = try RoomRegistry(file: RoomFile(path: path))
            }
        }
    }
}
