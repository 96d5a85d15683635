/// The address of a server, as a flag gives it.
public enum ServerAddress {
    /// Without slashes at the end; nil if it is no address of a server.
    public static func read(_ text: String) -> String? {
        var url = Substring(text)
        while url.last == "/" { url.removeLast() }
        guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }),
            url.count > scheme.count,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        return String(url)
    }
}
