import Site
import Values

/// The rankings, as the server knows them now: the concerts that sold out fastest, the best
/// sellers, and how the rank of one of them went. It is complete without a script; `rankings.js`
/// keeps it true.
package struct RankingsPage: Sendable {
    /// Whose rank over time is drawn.
    struct Traced: Equatable, Sendable {
        var list: List
        var member: String
        /// Nil while they cannot be read.
        var points: [RankPoint]?
    }

    /// A list of the page, by the board that keeps it.
    enum List: String, Sendable {
        case concerts, products
    }

    var language: Language
    /// Nil while they cannot be read.
    var concerts: [SelloutEntry]?
    /// Nil while they cannot be read.
    var popular: PopularList?
    /// Titles of concerts; one without is shown by its performance's identifier.
    var titles: [ConcertID: String] = [:]
    var traced: Traced?
    /// The share of the seats that `t90Ms` is about, as the server is set.
    var fraction = SelloutFraction.usual

    package static let address = "/rankings"

    // Pages of other capabilities, by the addresses of the contract.
    static let shopAddress = "/shop"
    static func seatsAddress(_ performance: PerformanceID) -> String {
        "/performances/\(performance.raw)"
    }

    init(language: Language, concerts: [SelloutEntry]?, popular: PopularList?) {
        self.language = language
        self.concerts = concerts
        self.popular = popular
    }

    /// `text/html; charset=utf-8`.
    func render() -> [UInt8] { Template.rankings[language].render(values).bytes }

    /// The page with one rank over time. Identifiers need no escapes in a query.
    static func address(_ list: List, _ member: String) -> String {
        "\(address)?board=\(list.rawValue)&member=\(member)#plot"
    }

    func title(_ entry: SelloutEntry) -> String {
        titles[entry.concert] ?? entry.performance.raw
    }

    /// A product's name, or its identifier where it has none.
    func title(_ entry: PopularEntry) -> String {
        entry.name.isEmpty ? entry.product.raw : entry.name
    }

    /// A concert may be on the list with several evenings.
    func name(_ entry: SelloutEntry) -> String { "\(title(entry)), \(entry.concertDate)" }

    /// What the one whose rank is drawn is called.
    func name(_ traced: Traced) -> String {
        let name =
            switch traced.list {
            case .concerts: concerts?.first { $0.performance.raw == traced.member }.map(name)
            case .products: popular?.products.first { $0.product.raw == traced.member }.map(title)
            }
        return name ?? traced.member
    }
}
