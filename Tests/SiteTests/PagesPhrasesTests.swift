import JSON
import Testing
import Values

@testable import Coupons
@testable import Operating
@testable import Rankings
@testable import Rooms
@testable import Seats
@testable import Shop
@testable import Site

@Suite struct PagesPhrasesTests {
    private static let all: [String: InEachLanguage<Words>] = [
        "Site": Words.site, "Rooms": Words.rooms, "Seats": Words.seats, "Shop": Words.shop,
        "Coupons": Words.coupons, "Rankings": Words.rankings, "Operating": Words.operating,
    ]
    /// Symbols of which a phrase may consist in every language.
    private static let sameEverywhere: Set<String> = ["Rooms: labels.titleOtherwise"]
    /// Texts that are named by a value. TidyTests look for each such path of the sources here.
    private static let named: [(InEachLanguage<Words>, String, [String])] = [
        (Words.rooms, "views.", ViewName.allCases.flatMap { ["\($0).headline", "\($0).lead"] }),
        (Words.rooms, "reasons.", EstimateReason.allCases.map(\.rawValue)),
        (Words.seats, "states.", ["free", "held", "sold", "yours", "chosen"]),
        (Words.seats, "notices.", SeatNotice.allCases.map(\.rawValue)),
        (Words.shop, "notices.", ShopNotice.allCases.map(\.rawValue)),
        (Words.coupons, "notices.", CouponNotice.allCases.map(\.rawValue)),
        (Words.rankings, "badges.", RankingBadge.Name.allCases.map(\.rawValue)),
        (Words.operating, "states.", RoomState.allCases.map(\.rawValue)),
    ]

    @Test(arguments: Self.all.keys.sorted())
    func everyPhraseIsThereAndInItsOwnLanguage(owner: String) throws {
        let words = try #require(Self.all[owner])
        let (korean, japanese) = (words[.ko].texts, words[.ja].texts)
        #expect(words[.en].texts.count >= 15)
        #expect(Set(words[.en].texts.keys) == Set(korean.keys))
        #expect(Set(words[.en].texts.keys) == Set(japanese.keys))
        for (path, text) in words[.en].texts {
            #expect(!text.isEmpty, "\(path)")
            if Self.sameEverywhere.contains("\(owner): \(path)") { continue }
            #expect(korean[path]?.contains(where: isHangul) == true, "\(path)")
            #expect(japanese[path]?.contains(where: isKanaOrKanji) == true, "\(path)")
            #expect(japanese[path]?.contains(where: isHangul) == false, "\(path)")
        }
    }

    @Test(arguments: Self.all.keys.sorted())
    func aPhraseNamesTheSameValuesInEveryLanguage(owner: String) throws {
        let words = try #require(Self.all[owner])
        for (path, text) in words[.en].texts {
            for language in Language.allCases {
                #expect(
                    values(in: text) == values(in: words[language].texts[path] ?? ""),
                    "\(path)"
                )
            }
        }
    }

    @Test(arguments: Language.allCases)
    func everyValueThatNamesATextHasOne(language: Language) {
        for (words, prefix, names) in Self.named {
            for name in names {
                #expect(words[language].texts[prefix + name] != nil, "\(prefix)\(name)")
            }
        }
    }

    /// What a page says to its scripts is what its file has for them, and nothing else of the file.
    @Test(arguments: Language.allCases)
    func theScriptsReadTheirPartOfTheFile(language: Language) throws {
        let script = try JSONValue.parse(Words.seats[language].script.bytes)
        #expect(script["language"]?.string == language.rawValue)
        #expect(script["labels"]?["row"]?.string == Words.seats[language]["labels.row"])
        #expect(script["labels"]?["pay"] == nil)
        #expect(script["points"]?["one"]?.string == Words.site[language]["points.one"])
        #expect(script["notices"]?["failed"]?.string == Words.site[language]["notices.failed"])
        #expect(script["limited"] == nil)
    }

    @Test func peopleAreCountedWithTheirPlural() {
        let words = Words.rooms[.en]
        #expect(words.count("ahead", 0) == "You are next")
        #expect(words.count("ahead", 1) == "1 person is ahead of you")
        #expect(words.count("ahead", 2) == "2 people are ahead of you")
        #expect(words.count("ahead", 1_234_567) == "1,234,567 people are ahead of you")
        #expect(Words.rooms[.ko].count("ahead", 1_233) == "내 앞에 1,233명이 있습니다")
        #expect(Words.rooms[.ja].count("ahead", 1_233) == "前に1,233人お待ちです")
    }

    @Test(arguments: [
        (0, 0, "Less than a minute"),
        (5, 59, "Less than a minute"),
        (60, 60, "About a minute"),
        (0, 61, "1 to 2 minutes"),
        (120, 120, "About 2 minutes"),
        (300, 481, "5 to 9 minutes"),
        (3_000, 5_400, "50 to 90 minutes"),
        (3_000, 5_401, "1 to 2 hours"),
        (7_200, 7_200, "About 2 hours"),
        (600, 60, "1 to 10 minutes"),
        (0, Int.max, "1 to 2,562,047,788,015,216 hours"),
    ])
    func aWaitIsRoundedOutward(min: Int, max: Int, expected: String) {
        let estimate = WaitEstimate(min: Int64(min), max: Int64(max))
        #expect(RoomPage.text(estimate, Words.rooms[.en]) == expected)
    }

    @Test func aValueIsNotLookedIntoAgain() {
        #expect(Words.fill("{a} {b}", ["a": "{b}", "b": "2"]) == "{b} 2")
        #expect(Words.fill("{a", ["a": "1"]) == "{a")
    }

    @Test func anInstantIsReadable() {
        #expect(Words.instant("2026-12-24T01:00:00.000Z") == "2026-12-24 01:00 UTC")
        #expect(Words.instant("soon") == "soon")
    }
}

private func values(in text: String) -> Set<String> {
    let pieces = text.split(separator: "{", omittingEmptySubsequences: false).dropFirst()
    return Set(pieces.map { String($0.prefix { $0 != "}" }) })
}

private func isHangul(_ character: Character) -> Bool {
    character.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }
}

private func isKanaOrKanji(_ character: Character) -> Bool {
    character.unicodeScalars.contains { (0x3040...0x9FFF).contains($0.value) }
}
