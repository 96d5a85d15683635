import Assets

/// A file that the pages load by address. The address carries the content's mark, so a new
/// version has a new address and the old one may be kept by caches.
public struct PageAsset: Sendable {
    /// Where the server serves it, with or without the query of `address`.
    public let path: String
    public let contentType: String
    public let bytes: [UInt8]
    /// A strong entity tag, with its quotes.
    public let entityTag: String
    /// `path` with the mark of this version.
    public let address: String

    /// An hour, not a year: while several versions run side by side, an older process may answer
    /// a newer address with its own file.
    public static let cacheControl = "public, max-age=3600"

    static let words = script("Site/pages/words.js")
    static let callsRules = script("Site/pages/calls-rules.js")
    static let calls = script("Site/pages/calls.js")
    static let parts = script("Site/pages/parts.js")
    static let roomView = script("Rooms/pages/room-view.js")
    static let roomFeed = script("Rooms/pages/room-feed.js")
    static let script = script("Rooms/pages/room.js")
    static let seatsRules = script("Seats/pages/seats-rules.js")
    static let seatsMap = script("Seats/pages/seats-map.js")
    static let seatsView = script("Seats/pages/seats-view.js")
    static let seatsCalls = script("Seats/pages/seats-calls.js")
    static let seatsScript = script("Seats/pages/seats.js")
    static let couponRules = script("Coupons/pages/coupon-rules.js")
    static let couponScript = script("Coupons/pages/coupon.js")
    static let shopRules = script("Shop/pages/shop-rules.js")
    static let shopScript = script("Shop/pages/shop.js")
    static let rankingsRules = script("Rankings/pages/rankings-rules.js")
    static let rankingsPlot = script("Rankings/pages/rankings-plot.js")
    static let rankingsView = script("Rankings/pages/rankings-view.js")
    static let rankingsFeed = script("Rankings/pages/rankings-feed.js")
    static let rankingsScript = script("Rankings/pages/rankings.js")
    static let style = sheet("Site/pages/style.css")
    static let seatsStyle = sheet("Seats/pages/seats.css")
    static let shopStyle = sheet("Shop/pages/shop.css")
    static let rankingsStyle = sheet("Rankings/pages/rankings.css")

    static let ofRoomPage = [words, roomView, roomFeed, script, style]
    static let ofSeatPage = [
        words, callsRules, calls, seatsRules, seatsMap, seatsView, seatsCalls, seatsScript, style,
        seatsStyle,
    ]
    static let ofCouponPage = [
        words, callsRules, calls, parts, couponRules, couponScript, style, shopStyle,
    ]
    static let ofShopPage = [
        words, callsRules, calls, parts, shopRules, shopScript, style, shopStyle,
    ]
    static let ofRankingsPage = [
        words, callsRules, calls, parts, rankingsRules, rankingsPlot, rankingsView, rankingsFeed,
        rankingsScript, style, rankingsStyle,
    ]

    /// What the server has to serve for the pages.
    public static let all = [
        words, callsRules, calls, parts, roomView, roomFeed, script, seatsRules, seatsMap,
        seatsView, seatsCalls, seatsScript, couponRules, couponScript, shopRules, shopScript,
        rankingsRules,
        rankingsPlot, rankingsView, rankingsFeed, rankingsScript, style, seatsStyle, shopStyle,
        rankingsStyle,
    ]

    private static func script(_ file: String) -> PageAsset {
        PageAsset(path: address(of: file), contentType: "text/javascript; charset=utf-8", file)
    }

    private static func sheet(_ file: String) -> PageAsset {
        PageAsset(path: address(of: file), contentType: "text/css; charset=utf-8", file)
    }

    private static func address(of file: String) -> String {
        "/assets/\(file.split(separator: "/").last ?? "")"
    }

    /// `file` is a path under Sources.
    init(path: String, contentType: String, _ file: String) {
        self.path = path
        self.contentType = contentType
        bytes = Asset.bytes(file)
        let mark = EntityTag.mark(bytes)
        entityTag = "\"\(mark)\""
        address = "\(path)?v=\(mark)"
    }
}

extension Template {
    static let room = Template(Asset.bytes("Rooms/pages/room.html"))
    static let head = Template(Asset.bytes("Site/pages/head.html"))
    static let index = Template(Asset.bytes("Site/pages/index.html"))
    static let seats = Template(Asset.bytes("Seats/pages/seats.html"))
    static let coupon = Template(Asset.bytes("Coupons/pages/coupon.html"))
    static let shop = Template(Asset.bytes("Shop/pages/shop.html"))
    static let shopProduct = Template(Asset.bytes("Shop/pages/shop-product.html"))
    static let shopCoupon = Template(Asset.bytes("Shop/pages/shop-coupon.html"))
    static let rankings = Template(Asset.bytes("Rankings/pages/rankings.html"))
    static let rankingsRow = Template(Asset.bytes("Rankings/pages/rankings-row.html"))
    static let indexLink = Template(Asset.bytes("Site/pages/index-link.html"))
    static let indexPerformance = Template(Asset.bytes("Site/pages/index-performance.html"))
    static let indexRoom = Template(Asset.bytes("Site/pages/index-room.html"))
    static let trouble = Template(Asset.bytes("Site/pages/trouble.html"))
    static let hiddenField = Template(
        Array("      <input type=\"hidden\" name=\"{{name}}\" value=\"{{value}}\">\n".utf8)
    )
    static let sheetLink = Template(
        Array("<link rel=\"stylesheet\" href=\"{{address}}\">\n".utf8)
    )
    static let scriptLink = Template(
        Array("<script src=\"{{address}}\" defer></script>\n".utf8)
    )
    static let refresh = Template(
        Array(#"<noscript><meta http-equiv="refresh" content="{{seconds}}"></noscript>"#.utf8)
    )
}
