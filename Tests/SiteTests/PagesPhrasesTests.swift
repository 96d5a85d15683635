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
    /// Symbols of which a phrase may consist in every language.
    private static let sameEverywhere: Set<String> = ["room.labels.titleOtherwise"]

    @Test func everyPhraseIsThereAndInItsOwnLanguage() {
        let english = texts(of: .english)
        let korean = texts(of: .korean)
        let japanese = texts(of: .japanese)
        #expect(english.count > 70)
        #expect(Set(english.keys) == Set(korean.keys))
        #expect(Set(english.keys) == Set(japanese.keys))
        for (key, text) in english {
            #expect(!text.isEmpty, "\(key)")
            if Self.sameEverywhere.contains(key) { continue }
            #expect(korean[key]?.contains(where: isHangul) == true, "\(key)")
            #expect(japanese[key]?.contains(where: isKanaOrKanji) == true, "\(key)")
            #expect(japanese[key]?.contains(where: isHangul) == false, "\(key)")
        }
    }

    @Test func aPhraseNamesTheSameValuesInEveryLanguage() {
        for (key, text) in texts(of: .english)
        where key.hasSuffix("other") || key.contains("ange")
            || ["seats.", "coupon.", "shop.", "rankings."].contains(where: key.hasPrefix)
        {
            #expect(values(in: text) == values(in: texts(of: .korean)[key] ?? ""), "\(key)")
            #expect(values(in: text) == values(in: texts(of: .japanese)[key] ?? ""), "\(key)")
        }
    }

    @Test func everyViewHasAHeadingAndEveryStateAWord() {
        for language in Language.allCases {
            let phrases = Phrases.of(language)
            #expect(Set(phrases.room.headings.keys) == Set(ViewName.allCases))
            #expect(Set(phrases.index.states.keys) == Set(RoomState.allCases))
        }
    }

    @Test func peopleAreCountedWithTheirPlural() {
        let ahead = Phrases.english.room.ahead
        #expect(Phrases.count(0, ahead) == "You are next")
        #expect(Phrases.count(1, ahead) == "1 person is ahead of you")
        #expect(Phrases.count(2, ahead) == "2 people are ahead of you")
        #expect(Phrases.count(1_234_567, ahead) == "1,234,567 people are ahead of you")
        #expect(Phrases.count(1_233, Phrases.korean.room.ahead) == "내 앞에 1,233명이 있습니다")
        #expect(Phrases.count(1_233, Phrases.japanese.room.ahead) == "前に1,233人お待ちです")
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
        #expect(Phrases.english.room.wait(estimate) == expected)
    }

    @Test func aValueIsNotLookedIntoAgain() {
        #expect(Phrases.fill("{a} {b}", ["a": "{b}", "b": "2"]) == "{b} 2")
        #expect(Phrases.fill("{a", ["a": "1"]) == "{a")
    }

    @Test func anInstantIsReadable() {
        #expect(Phrases.instant("2026-12-24T01:00:00.000Z") == "2026-12-24 01:00 UTC")
        #expect(Phrases.instant("soon") == "soon")
    }
}

/// Every text in a value, by its path.
private func texts(of phrases: Phrases) -> [String: String] {
    var found: [String: String] = [:]
    func walk(_ value: Any, _ path: String) {
        if let text = value as? String {
            found[path] = text
        } else if let headings = value as? [ViewName: Phrases.Heading] {
            for (view, heading) in headings { walk(heading, "\(path).\(view)") }
        } else if let states = value as? [RoomState: String] {
            for (state, text) in states { found["\(path).\(state)"] = text }
        } else {
            for child in Mirror(reflecting: value).children {
                let label = child.label ?? "?"
                walk(child.value, path.isEmpty ? label : "\(path).\(label)")
            }
        }
    }
    walk(phrases, "")
    walk(phrases.room, "room")
    walk(phrases.index, "index")
    walk(phrases.seats, "seats")
    walk(phrases.coupon, "coupon")
    walk(phrases.shop, "shop")
    walk(phrases.rankings, "rankings")
    return found
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
