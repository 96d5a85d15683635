import EventLoop
import Glibc

/// One of the servers that an endpoint names. libpq would try them all in one attempt, but it has
/// no limit for each when nobody blocks: a host that says nothing would hide the one behind it.
struct PostgresHost: Sendable, Equatable {
    /// What is nil libpq finds by itself.
    var name: String?
    var address: String?
    var port: String?

    /// In the endpoint's order, at least one. Lists of different lengths are left as they are:
    /// libpq says what is wrong with them.
    static func all(of endpoint: PostgresEndpoint) -> [PostgresHost] {
        let names = list(endpoint, "host", "PGHOST")
        let addresses = list(endpoint, "hostaddr", "PGHOSTADDR")
        let ports = list(endpoint, "port", "PGPORT")
        let count = max(names.count, addresses.count, 1)
        guard [0, count].contains(names.count), [0, count].contains(addresses.count),
            [0, 1, count].contains(ports.count)
        else { return [PostgresHost()] }
        return (0..<count).map { place in
            PostgresHost(
                name: names.isEmpty ? nil : names[place],
                address: addresses.isEmpty ? nil : addresses[place],
                port: ports.isEmpty ? nil : ports[ports.count == 1 ? 0 : place]
            )
        }
    }

    private static func list(
        _ endpoint: PostgresEndpoint,
        _ name: String,
        _ variable: String
    ) -> [String] {
        let given = unsafe getenv(variable).map { unsafe String(cString: $0) }
        guard let text = endpoint.value(of: name) ?? given, !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// With an address where libpq would have to look one up, and block. The next attempt takes the
    /// next address: a host may answer on one of two only.
    func lookedUp(attempt: Int) async -> Result<PostgresHost, ConnectionFailure> {
        guard address == nil, let name, !name.isEmpty, !name.hasPrefix("/") else {
            return .success(self)
        }
        switch await NameLookup.addresses(of: name) {
        case .success(let addresses):
            var found = self
            found.address = addresses[attempt % addresses.count]
            return .success(found)
        case .failure(let failure): return .failure(ConnectionFailure(reason: failure.reason))
        }
    }
}
