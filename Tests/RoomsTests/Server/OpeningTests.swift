import Foundation
import JSON
import Testing

@testable import TestKit

extension ContractTests {
    /// A visitor who joins before the opening is told when it is and what will happen then.
    @Suite struct OpeningTests {
        private static let words:
            [(language: String, headline: String, fifo: String, draw: String)] =
                [
                    ("en", "Not open yet", "in the order they came", "is drawn by lot"),
                    ("ko", "아직 오픈 전입니다", "먼저 오신 순서대로", "추첨으로 정해지며"),
                    ("ja", "まだ開始前です", "お並びいただいた順に", "抽選で決まります"),
                ]

        @Test(arguments: ["fifo", "draw"])
        func thePageSaysWhenItOpensAndWhatHappens(order: String) async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            let opening = DrawTime.text(secondsFromNow: 7_200)
            try await bed.site.configure(room, #"{"order":"\#(order)","opening":"\#(opening)"}"#)
            _ = try await bed.site.entered(room, as: "first")
            let ann = try await bed.site.entered(room, as: "ann")
            #expect(ann.json["opening"]?.string == opening)
            #expect(ann.json["order"]?.string == order)
            #expect(ann.position == (order == "draw" ? nil : 2))
            for words in Self.words {
                let page = try await bed.other.request(
                    "GET",
                    "/rooms/\(room)",
                    ["Cookie": "onsale_ticket=\(ann.ticket)", "Accept-Language": words.language]
                )
                #expect(page.status == 200)
                let html = page.text.components(separatedBy: "<script type=")[0]
                let view = order == "draw" ? "notOpenYetDraw" : "notOpenYet"
                #expect(html.contains("data-view=\"\(view)\""), "\(words.language)")
                #expect(html.contains(">\(words.headline)</h1>"))
                #expect(html.contains(order == "draw" ? words.draw : words.fifo))
                #expect(html.contains("<div id=\"opening-row\" >"))
                #expect(html.contains("<time id=\"opening\" datetime=\"\(opening)\">"))
                #expect(html.contains("http-equiv=\"refresh\""))
                #expect(
                    html.pieces(of: "id=\"position\" class=\"number\">").first
                        == (order == "draw" ? "" : "2")
                )
            }
            let document = try await bed.other.request("GET", "/api/v1/rooms/\(room)")
            #expect(document.json?["opening"]?.string == opening)
            // The operator opens at once: the same visitor is let in.
            try await bed.site.configure(room, #"{"order":"fifo","opening":null}"#)
            try await until("ann is let in") {
                let told = try await bed.other.standing(room, as: "ann", ann.ticket)
                return told.state == "admitted" && told.json["opening"]?.isNull == true
            }
        }
    }
}
