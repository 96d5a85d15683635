/// What stands before the body of a page that has scripts.
package struct PageHead {
    let language: Language
    let title: String
    let assets: [PageAsset]
    /// Search engines may show it.
    let isListed: Bool
    let refresh: Template.Markup

    package init(
        language: Language,
        title: String,
        assets: [PageAsset],
        isListed: Bool = false,
        refresh: Template.Markup = .none
    ) {
        self.language = language
        self.title = title
        self.assets = assets
        self.isListed = isListed
        self.refresh = refresh
    }

    /// For the place `head`.
    package var value: Template.Value {
        .markup(
            Template.head.render([
                "language": .text(language.rawValue),
                "title": .text(title),
                "robots": .markup(isListed ? .none : Self.unlisted),
                "sheets": .markup(links(".css", Template.sheetLink)),
                "scripts": .markup(links(".js", Template.scriptLink)),
                "refresh": .markup(refresh),
            ])
        )
    }

    private static let unlisted = Template.Markup(
        trusted: "<meta name=\"robots\" content=\"noindex\">\n"
    )

    private func links(_ kind: String, _ link: Template) -> Template.Markup {
        Template.Markup(
            joining: assets.filter { $0.path.hasSuffix(kind) }.map {
                link.render(["address": .text($0.address)])
            }
        )
    }
}
