import Foundation
import Testing
import Values

@testable import Operating
@testable import Rooms
@testable import Site
@testable import TestPages

@Suite struct PagesAssetTests {
    @Test func everyAssetHasItsOwnAddressTypeAndTag() {
        let assets = Capabilities.assets
        #expect(Set(assets.map(\.path)).count == assets.count)
        #expect(Set(assets.map(\.entityTag)).count == assets.count)
        for asset in assets {
            #expect(!asset.bytes.isEmpty)
            #expect(asset.entityTag.hasPrefix("\"") && asset.entityTag.hasSuffix("\""))
            #expect(asset.address.hasPrefix(asset.path + "?v="))
        }
    }

    @Test func aPageAsksForTheAssetsByTheirMarks() {
        let html = html(RoomPage(room: "demo", language: .en, view: .closed))
        for asset in PageAsset.ofRoomPage { #expect(html.contains("\"\(asset.address)\"")) }
    }

    @Test func everyElementTheScriptNamesIsOnThePage() {
        let html = html(RoomPage(room: "demo", language: .en, view: .closed))
        let calls = ["byId(\"", "say(\"", "isShown(\"", "getElementById(\""]
        var ids: Set<String> = []
        for call in calls {
            for rest in scripts.pieces(after: call) {
                ids.insert(String(rest.prefix { $0 != "\"" }))
            }
        }
        #expect(ids.count > 15)
        for id in ids { #expect(html.contains("id=\"\(id)\""), "\(id)") }
    }

    @Test(arguments: Language.allCases)
    func theScriptCanReadEveryPhraseItNames(language: Language) throws {
        let words = Words.rooms[language]
        let parsed = try JSONSerialization.jsonObject(with: Data(words.script.bytes))
        let phrases = try #require(parsed as? [String: Any])
        let views = try #require(phrases["views"] as? [String: [String: String]])
        #expect(Set(views.keys) == Set(ViewName.allCases.map(\.rawValue)))
        #expect(views["waiting"]?["lead"] == words["views.waiting.lead"])
        for group in ["live", "labels", "rough"] {
            let texts = try #require(phrases[group] as? [String: String])
            for rest in scripts.pieces(after: "phrases.\(group).") {
                let name = String(rest.prefix { $0.isLetter })
                #expect(texts[name]?.isEmpty == false, "\(group).\(name)")
            }
        }
    }

    private var scripts: String {
        PageAsset.ofRoomPage.filter { $0.path.hasSuffix(".js") }
            .map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
    }
}

func html(_ page: RoomPage) -> String { String(decoding: page.render(), as: UTF8.self) }
