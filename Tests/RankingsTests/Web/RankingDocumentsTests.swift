import JSON
import Testing
import Values

@testable import Rankings

/// The contract's documents, to the letter.
@Suite struct RankingDocumentsTests {
    private func written(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func everyFieldOfAConcertIsThereAndNullWhereItIsNotKnown() {
        let text = written { $0.element(Ranked.concerts.prefix(3)) }
        #expect(
            text
                == #"[{"concertDate":"2026-12-24","soldOutCount":1200,"rank":1,"concert":"c-eve","#
                + #""performance":"eve","t90Ms":291900,"t100Ms":1218000,"projectedT90Ms":null,"#
                + #""soldOut":true},{"concertDate":"2026-12-24","soldOutCount":1200,"rank":2,"#
                + #""concert":"c-day","performance":"day","t90Ms":300000,"t100Ms":null,"#
                + #""projectedT90Ms":null,"soldOut":false},{"concertDate":"2026-12-24","#
                + #""soldOutCount":1200,"rank":3,"concert":"c-late","performance":"late","#
                + #""t90Ms":null,"t100Ms":null,"projectedT90Ms":750999,"soldOut":false}]"#
        )
        #expect(written { $0.element([SelloutEntry]()) } == "[]")
    }

    @Test func bestSellersNameTheLedgerOnlyWhenItCounted() {
        var list = Ranked.popular
        list.products = [list.products[0], list.products[3]]
        let products =
            #"{"days":3,"refreshedAt":"2026-05-28T20:26:40.000Z","products":[{"rank":1,"product":"#
            + #""cap","name":"CAP","units":1234,"previousRank":3},{"rank":4,"product":"bag","#
            + #""name":"BAG","units":1234,"previousRank":null}]"#
        #expect(written { $0.element(list) } == products + "}")
        list.isFromLedger = true
        #expect(written { $0.element(list) } == products + #","source":"ledger"}"#)
    }

    @Test func aHistoryIsItsPoints() {
        #expect(
            written { $0.element(history: [Ranked.point(1, 5)]) }
                == #"{"points":[{"at":"2026-05-28T20:26:41.000Z","rank":5,"score":7}]}"#
        )
        #expect(written { $0.element(history: []) } == #"{"points":[]}"#)
    }
}
