import JSON

/// The requests of the contract for one room.
struct Addresses: Sendable {
    let room: String
    private let document: String
    private let tickets: String
    private let me: String
    private let settings: String
    private let operatorHeader: [String]

    init(url: String, room: String, adminKey: String?) {
        self.room = room
        document = "\(url)/api/v1/rooms/\(room)"
        tickets = document + "/tickets"
        me = tickets + "/me"
        settings = "\(url)/admin/v1/rooms/\(room)"
        operatorHeader = Request.operatorHeader(adminKey)
    }

    func request(_ purpose: Purpose, user: String, ticket: String) -> Request {
        var headers = Request.userHeader(user)
        if !ticket.isEmpty { headers.append("Onsale-Ticket: " + ticket) }
        return switch purpose {
        case .enter, .enterAgain, .enterElsewhere: Request(.post, tickets, headers)
        case .poll, .lie: Request(.get, me, headers)
        case .event: Request(.get, me + "/events", headers)
        case .leave: Request(.delete, me, headers)
        case .done: Request(.post, "\(settings)/sessions/\(user)/done", operatorHeader)
        }
    }

    var isOperators: Bool { !operatorHeader.isEmpty }
    var readDocument: Request { Request(.get, document) }
    var readSettings: Request { Request(.get, settings, operatorHeader) }

    func write(settings body: [UInt8]) -> Request {
        Request(.put, settings, operatorHeader, body: body)
    }

    func request(_ kind: OperatorAct.Kind) -> Request {
        switch kind {
        case .pause: Request(.post, settings + "/pause", operatorHeader)
        case .resume: Request(.post, settings + "/resume", operatorHeader)
        case .capacity(let limit):
            write(settings: JSONWriter.object { $0.field("capacity", limit.number) })
        case .rate(let limit):
            write(settings: JSONWriter.object { $0.field("rate", limit.number) })
        }
    }
}
