/// What stands before the body of a page that has scripts.
struct PageHead {
    let language: Language
    let title: String
    let assets: [PageAsset]
    /// Search engines may show it.
    var isListed = false
    var refresh = Template.Markup.none

    /// For the place `head`.
    var value: Template.Value {
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
