import CAssets

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

    static let words = unsafe script("words.js", casset("Site/pages/words.js"))
    static let callsRules = unsafe script("calls-rules.js", casset("Site/pages/calls-rules.js"))
    static let calls = unsafe script("calls.js", casset("Site/pages/calls.js"))
    static let parts = unsafe script("parts.js", casset("Site/pages/parts.js"))
    static let roomView = unsafe script("room-view.js", casset("Rooms/pages/room-view.js"))
    static let roomFeed = unsafe script("room-feed.js", casset("Rooms/pages/room-feed.js"))
    static let script = unsafe script("room.js", casset("Rooms/pages/room.js"))
    static let seatsRules = unsafe script("seats-rules.js", casset("Seats/pages/seats-rules.js"))
    static let seatsMap = unsafe script("seats-map.js", casset("Seats/pages/seats-map.js"))
    static let seatsView = unsafe script("seats-view.js", casset("Seats/pages/seats-view.js"))
    static let seatsCalls = unsafe script("seats-calls.js", casset("Seats/pages/seats-calls.js"))
    static let seatsScript = unsafe script("seats.js", casset("Seats/pages/seats.js"))
    static let couponRules = unsafe script("coupon-rules.js", casset("Coupons/pages/coupon-rules.js"))
    static let couponScript = unsafe script("coupon.js", casset("Coupons/pages/coupon.js"))
    static let shopRules = unsafe script("shop-rules.js", casset("Shop/pages/shop-rules.js"))
    static let shopScript = unsafe script("shop.js", casset("Shop/pages/shop.js"))
    static let rankingsRules = unsafe script("rankings-rules.js", casset("Rankings/pages/rankings-rules.js"))
    static let rankingsPlot = unsafe script("rankings-plot.js", casset("Rankings/pages/rankings-plot.js"))
    static let rankingsView = unsafe script("rankings-view.js", casset("Rankings/pages/rankings-view.js"))
    static let rankingsFeed = unsafe script("rankings-feed.js", casset("Rankings/pages/rankings-feed.js"))
    static let rankingsScript = unsafe script("rankings.js", casset("Rankings/pages/rankings.js"))
    static let style = unsafe sheet("style.css", casset("Site/pages/style.css"))
    static let seatsStyle = unsafe sheet("seats.css", casset("Seats/pages/seats.css"))
    static let shopStyle = unsafe sheet("shop.css", casset("Shop/pages/shop.css"))
    static let rankingsStyle = unsafe sheet("rankings.css", casset("Rankings/pages/rankings.css"))

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

    private static func script(_ name: String, _ asset: CAsset) -> PageAsset {
        unsafe PageAsset(
            path: "/assets/\(name)",
            contentType: "text/javascript; charset=utf-8",
            asset: asset
        )
    }

    private static func sheet(_ name: String, _ asset: CAsset) -> PageAsset {
        unsafe PageAsset(
            path: "/assets/\(name)",
            contentType: "text/css; charset=utf-8",
            asset: asset
        )
    }

    init(path: String, contentType: String, asset: CAsset) {
        self.path = path
        self.contentType = contentType
        unsafe bytes = copy(asset)
        let mark = EntityTag.mark(bytes)
        entityTag = "\"\(mark)\""
        address = "\(path)?v=\(mark)"
    }
}

extension Template {
    init(_ asset: CAsset) { unsafe self.init(copy(asset)) }

    static let room = unsafe Template(casset("Rooms/pages/room.html"))
    static let head = unsafe Template(casset("Site/pages/head.html"))
    static let index = unsafe Template(casset("Site/pages/index.html"))
    static let seats = unsafe Template(casset("Seats/pages/seats.html"))
    static let coupon = unsafe Template(casset("Coupons/pages/coupon.html"))
    static let shop = unsafe Template(casset("Shop/pages/shop.html"))
    static let shopProduct = unsafe Template(casset("Shop/pages/shop-product.html"))
    static let shopCoupon = unsafe Template(casset("Shop/pages/shop-coupon.html"))
    static let rankings = unsafe Template(casset("Rankings/pages/rankings.html"))
    static let rankingsRow = unsafe Template(casset("Rankings/pages/rankings-row.html"))
    static let indexLink = unsafe Template(casset("Site/pages/index-link.html"))
    static let indexPerformance = unsafe Template(casset("Site/pages/index-performance.html"))
    static let indexRoom = unsafe Template(casset("Site/pages/index-room.html"))
    static let trouble = unsafe Template(casset("Site/pages/trouble.html"))
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

private func copy(_ asset: CAsset) -> [UInt8] {
    let bytes = unsafe UnsafeBufferPointer(start: asset.bytes, count: asset.count)
    return unsafe Array(bytes)
}
