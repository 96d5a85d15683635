import JSON
import TestGate
import Testing
import TestRedis

@testable import TestKit

/// Boards as the contract says them: one process on SQLite, two on PostgreSQL.
@Suite(.sideBySide, .saleBeds, .timeLimit(.minutes(3))) struct BoardContractTests {
    @Test(arguments: LedgerEngine.allCases)
    func aBoardIsMadeAndChanged(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine), name = ServerBed.room()
        let all = #"["realtime","daily","weekly","monthly","all"]"#
        let made = try await bed.site.operate("PUT", "/boards/\(name)", "{}")
        #expect(made.status == 200 && made.header("Cache-Control") == "no-store")
        #expect(made.text == #"{"board":"\#(name)","windows":\#(all),"timeZone":"UTC"}"#)
        let change = #"{"windows":["all","daily"],"timeZone":"Asia/Seoul"}"#
        let text = #"{"board":"\#(name)","windows":["daily","all"],"timeZone":"Asia/Seoul"}"#
        #expect(try await bed.other.operate("PUT", "/boards/\(name)", change).text == text)
        #expect(try await bed.site.operate("PUT", "/boards/\(name)", "{}").text == text)
        // What is sold has boards, too, whose windows and zone are the operator's.
        for kept in ["concerts", "products"] {
            let answer = try await bed.site.operate("PUT", "/boards/\(kept)", "{}")
            #expect(answer.text == #"{"board":"\#(kept)","windows":\#(all),"timeZone":"UTC"}"#)
        }
    }

    @Test(
        arguments: [
            (#"{"windows":[]}"#, "windows "), (#"{"windows":["daily","daily"]}"#, "windows[1] "),
            (#"{"windows":["hourly"]}"#, "windows[0] "), (#"{"windows":[1]}"#, "windows[0] "),
            (#"{"windows":"daily"}"#, "windows "), (#"{"windows":null}"#, "windows "),
            (
                #"{"windows":["all","daily","weekly","monthly","realtime","all"]}"#, "windows "
            ),
            (#"{"timeZone":"Asia/Seoull"}"#, "timeZone "), (#"{"timeZone":"GMT+9"}"#, "timeZone "),
            (#"{"timeZone":""}"#, "timeZone "), (#"{"timeZone":9}"#, "timeZone "),
            (#"{"zone":"UTC"}"#, "zone "), ("[]", "body "), ("", "body "),
        ]
    )
    func badSettingsNameTheField(_ body: String, _ field: String) async throws {
        let site = try SaleBed.on(.sqlite).site, name = ServerBed.room()
        let answer = try await site.operate("PUT", "/boards/\(name)", body)
        #expect(answer.status == 400 && answer.code == "invalid_request")
        #expect(answer.detail.hasPrefix(field), "\(answer.detail)")
        #expect(try await site.board(name).status == 404)
    }

    // MARK: Scores

    @Test(arguments: LedgerEngine.allCases)
    func aScoreIsSeenByWhoReadsNext(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine), name = ServerBed.room()
        _ = try await bed.site.operate("PUT", "/boards/\(name)", "{}")
        for round in 1...20 {
            let (one, two) = round % 2 == 0 ? (bed.site, bed.other) : (bed.other, bed.site)
            let told = try await one.score(name, #""member":"ann","add":5,"eventId":"e\#(round)""#)
            #expect(told.status == 200 && told.header("Cache-Control") == "no-store")
            #expect(told.text == #"{"score":\#(5 * round),"applied":true}"#)
            let list = try await two.board(name, "?window=all")
            #expect(
                list.json?["entries"]?.array?.first?["score"]?.integer == Int64(5 * round),
                "\(list.text)"
            )
        }
        let again = try await bed.other.score(name, #""member":"ann","set":1,"eventId":"e7""#)
        #expect(again.text == #"{"score":100,"applied":false}"#)
        let set = try await bed.site.score(name, #""member":"ann","set":1,"eventId":"set""#)
        #expect(set.text == #"{"score":1,"applied":true}"#)
        let list = try await bed.other.board(name)
        #expect(list.json?["entries"]?.array?.first?["score"]?.integer == 1)
    }

    /// In every window, and when the lists are built anew: `z` was there first.
    @Test(arguments: LedgerEngine.allCases)
    func toSetTheSameScoreKeepsThePlace(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine), name = ServerBed.room()
        _ = try await bed.site.operate("PUT", "/boards/\(name)", "{}")
        for (index, member) in ["z", "a", "z"].enumerated() {
            let site = index % 2 == 0 ? bed.site : bed.other
            let body = #""member":"\#(member)","set":5,"eventId":"e\#(index)""#
            #expect(try await site.score(name, body).status == 200)
        }
        for isBuiltAnew in [false, true] {
            if isBuiltAnew {
                let zone = #"{"timeZone":"Asia/Seoul"}"#
                #expect(try await bed.other.operate("PUT", "/boards/\(name)", zone).status == 200)
            }
            for window in ["realtime", "daily", "weekly", "monthly", "all"] {
                let list = try await bed.site.board(name, "?window=\(window)").json?["entries"]
                let members = list?.array?.map { $0["member"]?.string }
                #expect(members == ["z", "a"], "\(window)")
            }
        }
    }

    @Test(arguments: LedgerEngine.allCases)
    func whatCannotCountIsRefused(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine), name = ServerBed.room()
        _ = try await bed.site.operate("PUT", "/boards/\(name)", "{}")
        let long = String(repeating: "é", count: 128)
        for (body, field) in [
            (#""member":"a","add":1,"set":1,"eventId":"x""#, "set "),
            (#""member":"a","eventId":"x""#, "add "), (#""add":1,"eventId":"x""#, "member "),
            (#""member":"a b","add":1,"eventId":"x""#, "member "),
            (#""member":"a","add":1"#, "eventId "),
            (#""member":"a","add":1,"eventId":"""#, "eventId "),
            (#""member":"a","add":1,"eventId":"\#(long)""#, "eventId "),
            (#""member":"a","add":2147483648,"eventId":"x""#, "add "),
            (#""member":"a","set":-1,"eventId":"x""#, "set "),
            (#""member":"a","add":-1,"eventId":"x""#, "add "),
            (#""member":"a","add":1.5,"eventId":"x""#, "add "),
            (#""member":"a","add":1,"eventId":"x","at":1"#, "at "),
        ] {
            let answer = try await bed.other.score(name, body)
            #expect(answer.status == 400 && answer.code == "invalid_request", "\(body)")
            #expect(answer.detail.hasPrefix(field), "\(answer.detail)")
        }
        let fits = String(repeating: "é", count: 127)
        let body = #""member":"a","add":1,"eventId":"\#(fits)""#
        #expect(try await bed.site.score(name, body).status == 200)
        let unknown = try await bed.site.score(ServerBed.room(), body)
        #expect(unknown.status == 404 && unknown.code == "not_found")
        for kept in ["concerts", "products"] {
            let answer = try await bed.site.score(kept, body)
            #expect(answer.status == 409 && answer.code == "board_kept_by_sales")
        }
        let open = try await bed.site.request("POST", "/admin/v1/boards/\(name)/scores")
        #expect(open.status == 401)
        #expect(try await bed.site.request("PUT", "/admin/v1/boards/\(name)").status == 401)
    }

    // MARK: Reading

    @Test(arguments: LedgerEngine.allCases)
    func aListAndAPlaceInIt(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine), name = ServerBed.room()
        _ = try await bed.site.operate("PUT", "/boards/\(name)", "{}")
        for (index, member) in ["a", "b", "c", "d"].enumerated() {
            let body = #""member":"\#(member)","add":\#(9 - index),"eventId":"\#(member)""#
            #expect(try await bed.site.score(name, body).status == 200)
        }
        let list = try await bed.other.board(name, "?window=weekly&limit=2&offset=1")
        #expect(list.status == 200 && list.header("Cache-Control") == "no-cache")
        #expect(list.names == ["board", "window", "period", "total", "entries"])
        #expect(list.json?["board"]?.string == name && list.json?["window"]?.string == "weekly")
        #expect(list.json?["total"]?.integer == 4)
        let entries = list.json?["entries"]?.array ?? []
        #expect(entries.map { $0["member"]?.string } == ["b", "c"])
        let names = ["rank", "member", "score", "previousRank", "peakRank"]
        #expect(entries.allSatisfy { $0.members?.map(\.name) == names })
        #expect(entries[0]["rank"]?.integer == 2 && entries[0]["previousRank"] == .null)
        let all = try await bed.site.board(name, "?window=all")
        #expect(all.json?["period"] == .null && all.json?["entries"]?.array?.count == 4)
        let period = try #require(try await bed.site.board(name).json?["period"]?.string)
        let named = try await bed.other.board(name, "?period=\(period)")
        #expect(named.json?["window"]?.string == "daily" && named.json?["total"]?.integer == 4)

        let place = try await bed.site.board(name, "/members/b?window=all&around=1")
        #expect(place.status == 200 && place.names == names + ["around"])
        #expect(place.json?["rank"]?.integer == 2 && place.json?["score"]?.integer == 8)
        let around = place.json?["around"]?.array?.map { $0["member"]?.string }
        #expect(around == ["a", "b", "c"])
        let alone = try await bed.other.board(name, "/members/b")
        #expect(alone.json?["around"]?.array?.count == 1)
        let nobody = try await bed.other.board(name, "/members/nobody")
        #expect(nobody.status == 404 && nobody.code == "not_ranked")
        let history = try await bed.other.board(name, "/members/nobody/history?window=all")
        #expect(history.text == #"{"points":[]}"#)
    }

    @Test(
        arguments: [
            ("?window=hourly", "window "), ("?window=monthly", "window "), ("?window=", "window "),
            ("?limit=0", "limit "), ("?limit=101", "limit "), ("?limit=+5", "limit "),
            ("?limit=x", "limit "), ("?limit=", "limit "), ("?offset=-1", "offset "),
            ("?offset=10000001", "offset "), ("?offset=99999999999999999999", "offset "),
            ("?period=2026-02-30", "period "), ("?period=2026-W01", "period "),
            ("?window=all&period=2026-01-01", "period "), ("?window=all&period=last", "period "),
            ("/members/a%20b", "member "), ("/members/a?around=51", "around "),
            ("/members/a?window=monthly", "window "), ("/members/a?period=x", "period "),
            ("/members/a/history?window=monthly", "window "),
        ]
    )
    func aBadQuestionNamesTheField(_ question: String, _ field: String) async throws {
        let site = try SaleBed.on(.sqlite).site, name = ServerBed.room()
        let windows = #"{"windows":["daily","weekly","all"]}"#
        _ = try await site.operate("PUT", "/boards/\(name)", windows)
        let answer = try await site.board(name, question)
        #expect(answer.status == 400 && answer.code == "invalid_request", "\(answer.text)")
        #expect(answer.detail.hasPrefix(field), "\(answer.detail)")
    }

    @Test func whatIsNotThere() async throws {
        let site = try SaleBed.on(.postgres).site, name = ServerBed.room()
        for path in ["", "/members/a", "/members/a/history", "?period=last"] {
            let answer = try await site.board(name, path)
            #expect(answer.status == 404 && answer.code == "not_found", "\(path)")
        }
        _ = try await site.operate("PUT", "/boards/\(name)", "{}")
        let last = try await site.board(name, "?period=last")
        #expect(last.status == 404 && last.code == "not_found")
        #expect(try await site.board("a%20b").detail.hasPrefix("board "))
    }
}

/// What processes do about boards by themselves.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct BoardClockTests {
    /// The first look is a second after the start.
    @Test func aProcessWritesDownWhereMembersStand() async throws {
        try await ServerBed.with { bed in
            _ = try await bed.site.operate("PUT", "/boards/game", "{}")
            let score = #""member":"ann","add":3,"eventId":"e""#
            #expect(try await bed.site.score("game", score).status == 200)
            let late = try await bed.start()
            try await until("it is sampled") {
                let history = try await bed.other.board("game", "/members/ann/history?window=all")
                let point = history.json?["points"]?.array?.first
                return point?["rank"]?.integer == 1 && point?["score"]?.integer == 3
            }
            late.process.signal(15)
            #expect(try await late.process.exit() == 0)
        }
    }
}

/// Boards while Redis is away.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct BoardOutageTests {
    @Test func theLedgerAnswersInTheSameOrder() async throws {
        try await ServerBed.with(sites: 1) { bed in
            _ = try await bed.site.operate("PUT", "/boards/game", "{}")
            for (index, member) in ["a", "b", "c"].enumerated() {
                let body = #""member":"\#(member)","add":\#(1 + index % 2),"eventId":"\#(index)""#
                #expect(try await bed.site.score("game", body).status == 200)
            }
            var before: [String: String] = [:]
            let questions = ["", "?window=realtime", "?window=all", "/members/c?around=2"]
            for question in questions {
                let answer = try await bed.site.board("game", question)
                #expect(answer.json?["source"] == nil)
                before[question] = answer.text
            }
            bed.redis.kill()
            try await until("Redis is away") {
                try await bed.site.board("game").json?["source"]?.string == "ledger"
            }
            for question in questions {
                let answer = try await bed.site.board("game", question)
                #expect(answer.text.replacing(#","source":"ledger""#, with: "") == before[question])
                #expect(answer.json?["source"]?.string == "ledger")
            }
            // A score counts at once, and is answered without waiting for Redis.
            let late = try await bed.site.score("game", #""member":"d","add":9,"eventId":"d""#)
            #expect(late.text == #"{"score":9,"applied":true}"#)
            try bed.redis.start()
            try await until("the boards are back") {
                let list = try await bed.site.board("game", "?window=all")
                return list.json?["source"] == nil
                    && list.json?["entries"]?.array?.first?["member"]?.string == "d"
            }
        }
    }
}

extension Site {
    func board(_ name: String, _ rest: String = "") async throws -> Answer {
        try await request("GET", "/api/v1/boards/\(name)\(rest)")
    }

    func score(_ board: String, _ fields: String) async throws -> Answer {
        try await operate("POST", "/boards/\(board)/scores", "{\(fields)}")
    }
}
