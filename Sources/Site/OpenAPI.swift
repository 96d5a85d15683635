extension PageAsset {
    /// The contract for programs (OpenAPI 3.1). Tests hold it against the route table and the
    /// codes of `Refusal`.
    static let openAPI = PageAsset(
        path: "/openapi.json",
        contentType: "application/json",
        "Site/openapi.json"
    )
}
