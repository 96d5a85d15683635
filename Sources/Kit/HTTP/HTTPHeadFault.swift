/// Why the head of a request is refused, and its connection ends. The names never change their
/// meaning: operators count them.
public enum HTTPHeadFault: String, CaseIterable, Sendable {
    // In the order of `cshim_fault`.
    /// A NUL, a line that ends without a CR, or one that is folded.
    case lineEnd = "line_end"
    /// A name is no token, as with a blank before the colon.
    case headerName = "header_name"
    /// A header that may stand once.
    case headerTwice = "header_twice"
    /// None, or a character that no host has.
    case host
    /// Another than `chunked`, or one in HTTP/1.0.
    case transferEncoding = "transfer_encoding"
    /// A coding and a length.
    case twoLengths = "two_lengths"
    /// The method is no token, or more than a blank stands between two words.
    case requestLine = "request_line"
    case controlCharacter = "control_character"
    // What libmicrohttpd finds by itself.
    /// Also chunks of a body.
    case unreadable
    /// The head, or the announced length.
    case tooLarge = "too_large"

    /// Nil for a length that is accepted, see `cshim_mhd_body_length`.
    init?(bodyLength: Int64) {
        guard bodyLength < -1 else { return nil }
        self = Self.allCases[Int(-bodyLength) - 2]
    }

    /// `status` is libmicrohttpd's.
    init(libraryStatus status: Int) {
        self = [413, 414, 431].contains(status) ? .tooLarge : .unreadable
    }
}
