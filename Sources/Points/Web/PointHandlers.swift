import HTTP
public import Store

/// Users' points over HTTP.
public final class PointHandlers: Handlers {
    public let site: Site
    let pointStore: PointStore

    public init(site: Site, pointStore: PointStore) {
        self.site = site
        self.pointStore = pointStore
    }
}

extension PointHandlers {
    /// Every path that it answers.
    public static let table: [Route<PointHandlers>] = [
        // Programs
        Route(.get, "/api/v1/users/me/points") { $0.points },
        Route(.post, "/api/v1/users/me/points/charges") { $0.charge },

        // The operator
        Route(.post, "/admin/v1/users/{user}/points/charges") { $0.chargeUser },
    ]
    public static let openAPI: String? = "Points/openapi.json"
}
