import HTTP
import Site

/// Users' points over HTTP.
package final class PointHandlers: Handlers {
    package let site: Site
    package let pointStore: PointStore

    init(site: Site, pointStore: PointStore) {
        self.site = site
        self.pointStore = pointStore
    }
}

extension PointHandlers {
    /// Every path that it answers.
    package static let table: [Route<PointHandlers>] = [
        // Programs
        Route(.get, "/api/v1/users/me/points") { $0.points },
        Route(.post, "/api/v1/users/me/points/charges") { $0.charge },

        // The operator
        Route(.post, "/admin/v1/users/{user}/points/charges") { $0.chargeUser },
    ]
    package static let openAPI: String? = "Points/openapi.json"
}
