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

    static let words = unsafe script("words.js", casset_web_words_js())
    static let callsRules = unsafe script("calls-rules.js", casset_web_calls_rules_js())
    static let calls = unsafe script("calls.js", casset_web_calls_js())
    static let parts = unsafe script("parts.js", casset_web_parts_js())
    static let roomView = unsafe script("room-view.js", casset_web_room_view_js())
    static let roomFeed = unsafe script("room-feed.js", casset_web_room_feed_js())
    static let script = unsafe script("room.js", casset_web_room_js())
    static let seatsRules = unsafe script("seats-rules.js", casset_web_seats_rules_js())
    static let seatsMap = unsafe script("seats-map.js", casset_web_seats_map_js())
    static let seatsView = unsafe script("seats-view.js", casset_web_seats_view_js())
    static let seatsCalls = unsafe script("seats-calls.js", casset_web_seats_calls_js())
    static let seatsScript = unsafe script("seats.js", casset_web_seats_js())
    static let couponRules = unsafe script("coupon-rules.js", casset_web_coupon_rules_js())
    static let couponScript = unsafe script("coupon.js", casset_web_coupon_js())
    static let shopRules = unsafe script("shop-rules.js", casset_web_shop_rules_js())
    static let shopScript = unsafe script("shop.js", casset_web_shop_js())
    static let rankingsRules = unsafe script("rankings-rules.js", casset_web_rankings_rules_js())
    static let rankingsPlot = unsafe script("rankings-plot.js", casset_web_rankings_plot_js())
    static let rankingsView = unsafe script("rankings-view.js", casset_web_rankings_view_js())
    static let rankingsFeed = unsafe script("rankings-feed.js", casset_web_rankings_feed_js())
    static let rankingsScript = unsafe script("rankings.js", casset_web_rankings_js())
    static let style = unsafe sheet("style.css", casset_web_style_css())
    static let seatsStyle = unsafe sheet("seats.css", casset_web_seats_css())
    static let shopStyle = unsafe sheet("shop.css", casset_web_shop_css())
    static let rankingsStyle = unsafe sheet("rankings.css", casset_web_rankings_css())

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

    static let room = unsafe Template(casset_web_room_html())
    static let head = unsafe Template(casset_web_head_html())
    static let index = unsafe Template(casset_web_index_html())
    static let seats = unsafe Template(casset_web_seats_html())
    static let coupon = unsafe Template(casset_web_coupon_html())
    static let shop = unsafe Template(casset_web_shop_html())
    static let shopProduct = unsafe Template(casset_web_shop_product_html())
    static let shopCoupon = unsafe Template(casset_web_shop_coupon_html())
    static let rankings = unsafe Template(casset_web_rankings_html())
    static let rankingsRow = unsafe Template(casset_web_rankings_row_html())
    static let indexLink = unsafe Template(casset_web_index_link_html())
    static let indexPerformance = unsafe Template(casset_web_index_performance_html())
    static let indexRoom = unsafe Template(casset_web_index_room_html())
    static let trouble = unsafe Template(casset_web_trouble_html())
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
