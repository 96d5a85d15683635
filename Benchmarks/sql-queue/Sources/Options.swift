import SQL

/// The command line.
struct Options {
    /// 0 takes any free port.
    var port: UInt16 = 8081
    var postgres: PostgresEndpoint
    /// As many as the usual pool of such a service has (HikariCP's `maximumPoolSize`).
    var connections = 10
    /// The scheduler's pause, ms. Services of this kind run it every second to every minute; the
    /// shorter, the less a visitor waits for nothing.
    var everyMs = 100

    struct Mistake: Error { let line: String }

    static let usage = """
        usage: sql-queue --postgres URL [--port 8081] [--connections 10] [--every-ms 100]
        """

    init(_ arguments: [String]) throws(Mistake) {
        var url: String?
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Mistake(line: "\(name) of what?") }
            switch name {
            case "--postgres": url = value
            case "--port": port = try Self.number(name, value, in: 0...UInt16.max)
            case "--connections": connections = try Self.number(name, value, in: 1...100)
            case "--every-ms": everyMs = try Self.number(name, value, in: 1...60_000)
            default: throw Mistake(line: "there is no \(name)")
            }
        }
        guard let url else { throw Mistake(line: "--postgres is missing") }
        do {
            postgres = try PostgresEndpoint.parse(url)
        } catch {
            throw Mistake(line: "--postgres: \(error)")
        }
    }

    private static func number<Number: FixedWidthInteger>(
        _ name: String,
        _ value: String,
        in range: ClosedRange<Number>
    ) throws(Mistake) -> Number {
        guard let number = Number(value), range.contains(number) else {
            throw Mistake(line: "\(name) must be in \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
