import Foundation
import Testing

@testable import Web

/// The document that programs read is the truth about the routes, in both directions.
@Suite struct OpenAPITests {
    private let document: [String: Any]

    init() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(PageAsset.openAPI.bytes))
        document = try #require(parsed as? [String: Any])
    }

    @Test func itDescribesExactlyTheRoutesThatProgramsCall() throws {
        let methods: Set<String> = ["get", "post", "put", "delete", "patch", "head", "options"]
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let described = paths.flatMap { path, item in
            item.keys.filter(methods.contains).map { "\($0.uppercased()) \(path)" }
        }
        // Pages and what they load are for people.
        let served = Capabilities.endpoints.filter { line in
            line.pattern != "/" && !line.pattern.hasPrefix("/rooms/")
                && !line.pattern.hasPrefix("/performances/")
                && !line.pattern.hasPrefix("/coupons/") && !line.pattern.hasPrefix("/shop")
                && line.pattern != RankingsPage.address
                && !line.pattern.hasPrefix("/assets/")
        }.map(\.name)
        #expect(served.count > 25)
        #expect(Set(described).subtracting(served) == [], "described, but not served")
        #expect(Set(served).subtracting(described) == [], "served, but not described")
    }

    @Test func everyReferenceLeadsSomewhereAndEveryPartIsUsed() throws {
        let references = Set(strings(in: document, under: "$ref"))
        #expect(references.count > 20)
        for reference in references {
            #expect(part(reference) != nil, "\(reference) leads nowhere")
        }
        let components = try #require(document["components"] as? [String: [String: Any]])
        for (kind, parts) in components where kind != "securitySchemes" {
            for name in parts.keys {
                #expect(references.contains("#/components/\(kind)/\(name)"), "\(name) is unused")
            }
        }
    }

    @Test func everyOperationNamesKnownCredentialsAndItsOwnName() throws {
        let components = try #require(document["components"] as? [String: [String: Any]])
        let schemes = Set(try #require(components["securitySchemes"]).keys)
        var names: [String] = []
        for (path, method, operation) in try operations() {
            let security = try #require(operation["security"] as? [[String: Any]])
            let used = security.flatMap(\.keys)
            #expect(schemes.isSuperset(of: used), "\(method) \(path)")
            if path.hasPrefix("/admin/") { #expect(Set(used) == ["adminKey"], "\(path)") }
            names.append(try #require(operation["operationId"] as? String))
        }
        #expect(Set(names).count == names.count)
    }

    @Test func aPathDeclaresItsParameters() throws {
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        for (path, item) in paths {
            let captured = path.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            let declared = (item["parameters"] as? [[String: String]] ?? [])
                .compactMap { $0["$ref"].flatMap { part($0) }?["name"] as? String }
            #expect(Set(captured) == Set(declared), "\(path)")
        }
    }

    /// The codes are read from the sources: a case of an enum with values cannot be listed.
    @Test func itKnowsExactlyTheCodesThatAreAnswered() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        func codes(_ path: String, _ pattern: Regex<(Substring, Substring)>) throws -> [String] {
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            return text.matches(of: pattern).map { String($0.output.1) }
        }
        let problem = /Problem\(\s*\d+,\s*"([a-z_]+)"/
        let refused = try [
            "Site/Refusal.swift", "Rooms/Web/RoomRefusal.swift", "Rooms/Web/LaneRefusal.swift",
            "Seats/Web/SeatRefusal.swift", "Points/Web/PointRefusal.swift",
            "Payments/Web/CancelTerms.swift", "Shop/Web/ShopRefusal.swift",
            "Coupons/Web/CouponRefusal.swift",
            "Rankings/Web/BoardRefusal.swift", "Site/Problem.swift",
        ].flatMap { try codes("Sources/\($0)", problem) }
        let general = try codes("Sources/Kit/HTTP/HTTPResponse.swift", /code: "([a-z_]+)"/)
        #expect(refused.count == 42 && general.count == 5)
        let schema = try #require(part("#/components/schemas/Problem"))
        let properties = try #require(schema["properties"] as? [String: [String: Any]])
        let known = try #require(properties["code"]?["enum"] as? [String])
        #expect(Set(known) == Set(refused + general))
        // Each is the answer of some operation, or of every path.
        let responses = try #require(document["components"] as? [String: [String: Any]])
        let told = strings(in: try #require(responses["responses"]), under: "description").joined()
        for code in Set(known).subtracting(["method_not_allowed"]) {
            #expect(told.contains("`\(code)`"), "\(code)")
        }
    }

    @Test func everyErrorIsAProblem() throws {
        for (path, method, operation) in try operations() where path != "/readyz" {
            let responses = try #require(operation["responses"] as? [String: [String: Any]])
            for (status, response) in responses where status >= "400" {
                let reference = try #require(response["$ref"] as? String)
                let content = part(reference)?["content"] as? [String: Any]
                #expect(
                    content?["application/problem+json"] != nil,
                    "\(method) \(path) \(status)"
                )
            }
        }
    }

    // MARK: Reading

    private func operations() throws -> [(String, String, [String: Any])] {
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        return paths.flatMap { path, item in
            item.compactMap { method, operation in
                (operation as? [String: Any]).map { (path, method, $0) }
            }
        }
    }

    /// What `#/a/b/c` names.
    private func part(_ reference: String) -> [String: Any]? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document) { found, name in
            found?[String(name)] as? [String: Any]
        }
    }

    private func strings(in value: Any, under key: String) -> [String] {
        if let list = value as? [Any] { return list.flatMap { strings(in: $0, under: key) } }
        guard let object = value as? [String: Any] else { return [] }
        return object.flatMap { name, value in
            name == key ? [value as? String].compactMap { $0 } : strings(in: value, under: key)
        }
    }
}
