import HTTP
import JSON
import Values

/// What is no capability's: names for people without accounts, and the files that several pages
/// load.
package final class SiteHandlers: Handlers {
    package static let table: [Route<SiteHandlers>] = [
        Route(.post, "/api/v1/visitors") { $0.makeVisitor }.counted(as: .enter)
    ]
    package static let openAPI: String? = "Site/openapi.json"
    package static let assets = PageAsset.ofSite

    package let site: Site

    package init(site: Site) { self.site = site }

    /// `POST /api/v1/visitors`
    func makeVisitor(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try requireEmptyBody(request)
        guard callers.givesNames, let visitor = callers.newVisitor() else {
            throw .notFound("Visitors of this server have names of their own.")
        }
        var json = JSONWriter()
        json.beginObject()
        json.field("visitor", visitor.user.raw)
        json.field("token", visitor.token)
        json.endObject()
        return .json(201, json.bytes, headers: CacheControl.noStore)
    }
}
