/// The requests of the contract for one room.
struct Addresses: Sendable {
    let room: String
    let tickets: String
    let me: String
    let events: String
    let document: String
    let settings: String
    private let sessions: String
    private let operatorHeader: [String]

    init(url: String, room: String, adminKey: String?) {
        self.room = room
        document = "\(url)/api/v1/rooms/\(room)"
        tickets = document + "/tickets"
        me = tickets + "/me"
        events = me + "/events"
        settings = "\(url)/admin/v1/rooms/\(room)"
        sessions = settings + "/sessions/"
        operatorHeader = adminKey.map { ["Authorization: Bearer " + $0] } ?? []
    }

    func request(_ purpose: Purpose, user: String, ticket: String) -> Request {
        var headers = ["X-User-Id: " + user]
        if !ticket.isEmpty { headers.append("Onsale-Ticket: " + ticket) }
        return switch purpose {
        case .enter, .enterAgain, .enterElsewhere:
            Request(method: .post, url: tickets, headers: headers)
        case .poll, .lie: Request(method: .get, url: me, headers: headers)
        case .event: Request(method: .get, url: events, headers: headers)
        case .leave: Request(method: .delete, url: me, headers: headers)
        case .done: Request(method: .post, url: "\(sessions)\(user)/done", headers: operatorHeader)
        }
    }

    /// Whether the operator's documents can be read.
    var isOperators: Bool { !operatorHeader.isEmpty }
    var readDocument: Request { Request(method: .get, url: document) }
    var readSettings: Request { Request(method: .get, url: settings, headers: operatorHeader) }

    func state(_ change: String) -> Request {
        Request(method: .post, url: "\(settings)/\(change)", headers: operatorHeader)
    }

    func write(settings body: [UInt8]) -> Request {
        Request(method: .put, url: settings, headers: operatorHeader, body: body)
    }
}
