import Foundation

/// Sends forms, and keeps cookies by name.
final class Browser {
    private let site: Site
    private(set) var cookies: [String: String] = [:]

    init(_ site: Site) { self.site = site }

    func get(_ path: String) async throws -> Answer { try await send("GET", path, nil, nil) }

    func post(_ path: String, _ form: String = "", from origin: String = "same-origin")
        async throws -> Answer
    {
        try await send("POST", path, form, origin)
    }

    private func send(_ method: String, _ path: String, _ body: String?, _ origin: String?)
        async throws -> Answer
    {
        var headers: [String: String] = [:]
        headers["Sec-Fetch-Site"] = origin
        if body != nil { headers["Content-Type"] = "application/x-www-form-urlencoded" }
        let kept = cookies.filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value)" }
        if !kept.isEmpty { headers["Cookie"] = kept.joined(separator: "; ") }
        let answer = try await site.request(method, path, headers, body: body)
        for line in answer.headers("Set-Cookie") {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            cookies[String(pair[0])] = pair.count > 1 ? String(pair[1]) : ""
        }
        return answer
    }
}

/// The notice that is shown; the phrases for the script name all of them.
func notice(in answer: Answer) -> String? {
    answer.text.pieces(of: "<p id=\"notice\" class=\"notice\" >").first
}

func field(_ name: String, in html: String) -> String? {
    html.pieces(of: "name=\"\(name)\" value=\"").first
}

extension String {
    /// What stands between each `mark` and the next `"` or `<`.
    func pieces(of mark: String) -> [String] {
        components(separatedBy: mark).dropFirst().map { rest in
            String(rest.prefix { $0 != "\"" && $0 != "<" })
        }
    }
}
