import Foundation
import TestPrograms
import TestPostgres
import TestRedis

/// Two servers, each on a host of its own: a network namespace, with a cable to the one where Redis
/// and PostgreSQL are. A test cuts what it likes of each cable.
struct TwoHosts {
    struct Host {
        let name: String
        /// Our end of its cable.
        let cable: String
        /// How it reaches the engines.
        let engines: String
        let redisPort: UInt16
        let postgresPort: UInt16

        /// What is dropped of its packets, in both directions.
        enum Cut {
            case redis, postgres
            /// One packet in so many, whatever it is.
            case some(Double)
        }

        func cut(_ cut: Cut) throws {
            switch cut {
            case .redis: try drop(redisPort)
            case .postgres: try drop(postgresPort)
            case .some(let share):
                for chain in ["INPUT", "OUTPUT"] {
                    try rule(
                        ["-A", chain, "!", chain == "INPUT" ? "-i" : "-o", "lo", "-m", "statistic"]
                            + ["--mode", "random", "--probability", "\(share)", "-j", "DROP"]
                    )
                }
            }
        }

        /// Returns when the addresses are free again.
        fileprivate func unplug() {
            _ = try? StartedProgram.toItsEnd(["ip", "link", "del", cable])
            _ = try? StartedProgram.toItsEnd(["ip", "netns", "del", name])
        }

        func heal() throws { try rule(["-F"]) }

        private func drop(_ port: UInt16) throws {
            try rule(["-A", "OUTPUT", "-p", "tcp", "--dport", "\(port)", "-j", "DROP"])
            try rule(["-A", "INPUT", "-p", "tcp", "--sport", "\(port)", "-j", "DROP"])
        }

        private func rule(_ words: [String]) throws {
            try StartedProgram.run(["ip", "netns", "exec", name, "iptables", "-w"] + words)
        }
    }

    let hosts: [Host]
    let sites: [Site]
    let data: String
    /// As the audit reaches them, from where they are.
    let engines: [String]

    /// Whether this system lets us make namespaces.
    static let arePossible: Bool = {
        let name = "onsale-try-\(getpid())"
        defer { _ = try? StartedProgram.toItsEnd(["ip", "netns", "del", name]) }
        let made = try? StartedProgram.toItsEnd(["ip", "netns", "add", name])
        let ruled = try? StartedProgram.toItsEnd(["ip", "netns", "exec", name, "iptables", "-L"])
        return made?.code == 0 && ruled?.code == 0
    }()

    /// `clocks` is what each server is started with besides, so that its clock is another.
    static func with(
        clocks: [[String: String]] = [[:], [:]],
        _ body: (TwoHosts) async throws -> Void
    ) async throws {
        try await withFolder { data in
            let numbers = [1, 2].map { Int(getpid()) % 120 * 2 + $0 }
            let redisPort = try freePort()
            // Nobody else has these addresses.
            let postgresPort: UInt16 = 5432
            let hosts = numbers.map { number in
                Host(
                    name: "onsale-\(number)",
                    cable: "onsale\(number)",
                    engines: "10.213.\(number).1",
                    redisPort: redisPort,
                    postgresPort: postgresPort
                )
            }
            defer {
                for host in hosts { host.unplug() }
            }
            for (host, number) in zip(hosts, numbers) { try plug(host, number) }
            let redis = try TestRedis(
                options: ["--port", "\(redisPort)", "--protected-mode", "no", "--bind"]
                    + hosts.map(\.engines)
            )
            defer { redis.stop() }
            let postgres = try postgres(hosts)
            defer { postgres.stop() }
            var sites: [Site] = []
            for (host, clock) in zip(hosts, clocks) {
                let engines = [
                    "--redis", "redis://\(host.engines):\(redisPort)", "--ledger",
                    "postgres://onsale@\(host.engines):\(postgresPort)/postgres",
                ]
                sites.append(
                    try await Site.start(
                        data: data,
                        engines,
                        environment: clock,
                        namespace: host.name
                    )
                )
            }
            let ours = ["--redis", "unix:\(redis.socketPath)", "--ledger", postgres.url()]
            try await body(TwoHosts(hosts: hosts, sites: sites, data: data, engines: ours))
        }
    }

    private static func plug(_ host: Host, _ number: Int) throws {
        let commands = [
            "netns add \(host.name)",
            "link add \(host.cable) type veth peer name eth0 netns \(host.name)",
            "addr add \(host.engines)/24 dev \(host.cable)",
            "link set \(host.cable) up",
            "-n \(host.name) addr add 10.213.\(number).2/24 dev eth0",
            "-n \(host.name) link set eth0 up",
            "-n \(host.name) link set lo up",
        ]
        for command in commands {
            try StartedProgram.run(["ip"] + command.split(separator: " ").map(String.init))
        }
    }

    private static func postgres(_ hosts: [Host]) throws -> PrivatePostgres {
        // Nobody else is on these cables.
        let access = "local all all trust\nhost all all 10.213.0.0/16 trust\n"
        let file = NSTemporaryDirectory() + "test-hba-\(getpid())"
        try access.write(toFile: file, atomically: true, encoding: .utf8)
        chmod(file, 0o644)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let addresses = hosts.map(\.engines).joined(separator: ",")
        return try PrivatePostgres(options: [
            "-c", "listen_addresses=\(addresses)", "-c", "hba_file=\(file)",
        ])
    }
}
