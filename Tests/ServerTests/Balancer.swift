import Foundation
import TestPrograms

@testable import TestKit

/// The files in `deploy` for two servers, in the real program, before the servers of a test. It
/// runs until the last reference goes.
final class Balancer: Sendable {
    enum Kind: CaseIterable, Sendable { case nginx, haproxy }

    let port: UInt16
    private let program: StartedProgram

    private static let deploy = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../deploy").standardizedFileURL

    init(
        _ kind: Kind,
        in folder: String,
        before sites: [Site],
        edit: (String) -> String = { $0 }
    ) throws {
        port = try freePort()
        let name = kind == .nginx ? "nginx-two-servers.conf" : "haproxy.cfg"
        let shipped = try String(
            contentsOf: Self.deploy.appending(path: name),
            encoding: .utf8
        )
        var text = edit(shipped)
        for (site, address) in zip(sites, ["10.0.0.11:8080", "10.0.0.12:8080"]) {
            text = text.replacing(address, with: "127.0.0.1:\(site.port)")
        }
        let file = folder + "/balancer.conf"
        switch kind {
        case .nginx:
            text = Self.nginx(folder, text.replacing("listen 80;", with: "listen \(port);"))
        case .haproxy: text = text.replacing("bind :80", with: "bind 127.0.0.1:\(port)")
        }
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        program = try StartedProgram(
            kind == .nginx
                ? ["/usr/sbin/nginx", "-p", folder, "-c", file, "-e", "errors.log"]
                : ["/usr/sbin/haproxy", "-db", "-f", file],
            output: .file(folder + "/balancer.log"),
            errors: .nothing
        )
    }

    func whenItServes() async throws {
        try await until("the balancer serves") {
            (try? await request("GET", "/api/v1/products").status) == 200
        }
    }

    func request(_ method: String, _ path: String) async throws -> Answer {
        let client = try HTTPClient(port)
        client.send(method, path)
        return try await client.answer()
    }

    deinit {
        program.signal(SIGTERM)
        program.end()
    }

    private static func nginx(_ folder: String, _ text: String) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder)/\($0);"
        }
        return """
            \(getuid() == 0 ? "user root;" : "")
            daemon off; worker_processes 1; pid \(folder)/nginx.pid;
            events { worker_connections 256; }
            http {
                access_log off;
                \(temporary.joined(separator: "\n    "))
                \(text.replacing("listen ", with: "listen 127.0.0.1:"))
            }
            """
    }
}
