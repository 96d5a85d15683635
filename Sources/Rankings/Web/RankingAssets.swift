import Assets
import Site

/// The files of its pages.
extension PageAsset {
    static let rankingsRules = script("Rankings/pages/rankings-rules.js")
    static let rankingsPlot = script("Rankings/pages/rankings-plot.js")
    static let rankingsView = script("Rankings/pages/rankings-view.js")
    static let rankingsFeed = script("Rankings/pages/rankings-feed.js")
    static let rankingsScript = script("Rankings/pages/rankings.js")
    static let rankingsStyle = sheet("Rankings/pages/rankings.css")

    static let ofRankings = [
        rankingsRules, rankingsPlot, rankingsView, rankingsFeed, rankingsScript, rankingsStyle,
    ]
    static let ofRankingsPage = [
        words, callsRules, calls, parts, rankingsRules, rankingsPlot, rankingsView, rankingsFeed,
        rankingsScript, style, rankingsStyle,
    ]
}

extension Template {
    static let rankings = inEachLanguage("Rankings/pages/rankings.html", Words.rankings)
    static let rankingsRow = inEachLanguage("Rankings/pages/rankings-row.html", Words.rankings)
}

extension Words {
    package static let rankings = files("Rankings")
}
