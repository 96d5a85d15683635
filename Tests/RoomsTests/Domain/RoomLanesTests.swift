import Testing
import Values

@testable import Rooms

@Suite struct RoomLanesTests {
    private func name(_ raw: String) throws -> LaneName { try #require(LaneName(raw)) }

    private func change(_ main: Int64?, _ lanes: [(String, Int64)]) throws -> LanesChange {
        LanesChange(
            mainWeight: main,
            named: try lanes.map { LanesChange.Lane(name: try name($0.0), weight: $0.1) }
        )
    }

    @Test func aLaneThatStaysKeepsItsNumber() throws {
        let first = try #require(try change(2, [("a", 1), ("b", 2), ("c", 3)]).applied(to: nil))
        #expect(first.text == "2 0 main|1 1 a|2 2 b|3 3 c")
        let second = try #require(
            try change(nil, [("c", 5), ("d", 4), ("b", 2)]).applied(to: first)
        )
        #expect(second.text == "2 0 main|4 1 d|2 2 b|5 3 c")
        #expect(try change(9, []).applied(to: second) == nil)
        #expect(
            LanesChange(mainWeight: 7).applied(to: second)?.text == "7 0 main|4 1 d|2 2 b|5 3 c"
        )
        #expect(LanesChange(mainWeight: 7).applied(to: nil) == nil)
    }

    @Test func theTextIsReadBack() throws {
        let lanes = try #require(
            try change(1_000, [("a.b:c", 1_000), ("X_y-z@1", 1)]).applied(to: nil)
        )
        #expect(RoomLanes(text: lanes.text) == lanes)
        #expect(lanes.text.utf8.count <= RoomLanes.textMax)
        for text in [
            "", "1 0 main", "1 1 a", "0 0 main|1 1 a", "1 0 main|1 4 a", "1 0 main|1 1 a|1 1 b",
            "1 0 main|1 1 a|1 2 a", "1 0 main|1 1 main", "1 0 main|1001 1 a", "x 0 main|1 1 a",
        ] {
            #expect(RoomLanes(text: text) == nil, "\(text)")
        }
    }

    @Test func theLineItselfIsCalledMain() throws {
        let lanes = try #require(try change(1, [("vip", 3)]).applied(to: nil))
        #expect(lanes.name(of: 0) == .main && lanes.name(of: 1)?.raw == "vip")
        #expect(lanes.name(of: 2) == nil)
        #expect(LaneName("main") == nil && LaneName("") == nil && LaneName("a b") == nil)
        #expect(LaneName(String(repeating: "a", count: 33)) == nil)
    }

    @Test(arguments: [
        // Rank and lane, and who leaves before: 100 in the line, 10 in vip (x 4), 0 in press.
        (0, 0, 4), (1, 0, 9), (2, 0, 12), (50, 0, 60), (0, 1, 0), (3, 1, 4), (9, 1, 11), (0, 2, 5),
    ])
    func othersTakeTheirShareMeanwhile(rank: Int, lane: Int, before: Int) throws {
        let shares = try #require(LaneShares(text: "1 0 main 100|4 1 vip 10|1 2 press 0"))
        #expect(shares.turnsBefore(rank: Int64(rank), in: lane) == Int64(before))
    }

    @Test func aCodeIsReadAsItWasMeant() throws {
        let code = try #require(LaneCode("7hn4-2qxz-0m6v-kd3t"))
        #expect(code == LaneCode("7HN4 2QXZ OM6V KD3T"))
        #expect(code.raw == "7HN42QXZ0M6VKD3T")
        for typed in [
            "７ＨＮ４－２ＱＸＺ－０Ｍ６Ｖ－ＫＤ３Ｔ", "７ｈｎ４ー２ｑｘｚー０ｍ６ｖーｋｄ３ｔ",
            "7HN4–2QXZ—0M6V−KD3T", "7HN4\u{3000}2QXZ\u{A0}Ｏm6v\u{2009}kd3t",
            "\u{FEFF}7HN4\u{AD}2QXZ\u{200B}0M6V\u{2011}KD3T\t", "７ＨＮ４　２ＱＸＺ　ｏＭ６Ｖ　ＫＤ３Ｔ",
        ] {
            #expect(LaneCode(typed) == code, "\(typed)")
        }
        #expect(LaneCode("ｌＩｏＯ")?.raw == "1100")
        for typed in ["①②③④", "ＡＢＣ！", "АВСЕ", "abc\u{301}d", "ｱｲｳｴ", "．．．．．"] {
            #expect(LaneCode(typed) == nil, "\(typed)")
        }
        // The longest code, as wide as it can be typed.
        #expect(LaneCode(String(repeating: "Ａ－", count: 40))?.raw.count == 40)
        #expect(LaneCode("lIoO")?.raw == "1100")
        for text in ["abc", "a-b-c", "abc_d", "äbcd", "", String(repeating: "a", count: 41)] {
            #expect(LaneCode(text) == nil, "\(text)")
        }
    }

    @Test func aMadeCodeIsFourGroupsOfFour() {
        #expect(LaneCode.spelled([UInt8](repeating: 0, count: 10)) == "0000-0000-0000-0000")
        #expect(LaneCode.spelled([UInt8](repeating: 255, count: 10)) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ")
        #expect(
            LaneCode.spelled([0, 68, 50, 20, 199, 66, 84, 182, 53, 207]) == "0123-4567-89AB-CDEF"
        )
    }
}
