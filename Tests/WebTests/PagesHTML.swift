@testable import Web

func html(_ page: RoomPage) -> String { String(decoding: page.render(), as: UTF8.self) }

func html(_ page: IndexPage) -> String { String(decoding: page.render(), as: UTF8.self) }

extension String {
    func components(of text: String) -> Int { pieces(after: text).count }

    /// What follows each occurrence of `text`.
    func pieces(after text: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            rest = rest[range.upperBound...]
            found.append(rest)
        }
        return found
    }
}
