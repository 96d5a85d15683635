import Assets
import Foundation
import Testing

@testable import Operating
@testable import Rankings
@testable import Site
@testable import TestKit

/// The document that programs read is the truth about the routes, in both directions.
@Suite struct OpenAPITests {
    private let document: [String: Any]

    init() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(PageAsset.openAPI.bytes))
        document = try #require(parsed as? [String: Any])
    }

    @Test func everyPartHasNamesOfItsOwn() throws {
        let files = Capabilities.openAPI
        #expect(Set(files).count == files.count && files.count > 9)
        var owners: [String: [String]] = [:]
        for file in files {
            let parsed = try JSONSerialization.jsonObject(with: Data(Asset.bytes(file)))
            let part = try #require(parsed as? [String: Any], "\(file)")
            for name in names(in: part) { owners[name, default: []].append(file) }
        }
        // Each part adds its codes, and may add a field.
        #expect(owners.removeValue(forKey: "schemas Problem")?.first == "Site/openapi.json")
        #expect(owners.count > 250)
        for (name, files) in owners { #expect(files.count == 1, "\(name): \(files)") }
        #expect(Set(names(in: document)) == Set(owners.keys).union(["schemas Problem"]))
    }

    @Test func aPartThatCannotBeReadLeavesTheOthers() {
        let parts = [
            #"{"tags":["a"],"paths":{"/a":{}}}"#, "{", #"{"tags":["b"],"paths":{"/b":{}}}"#,
        ]
        let document = OpenAPI.document(of: parts.map { Array($0.utf8) })
        #expect(document == Array(#"{"tags":["a","b"],"paths":{"/a":{},"/b":{}}}"#.utf8))
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
        // What tests read from the tables is all that has a parameter.
        let tables = Set(try TableRoute.all().map(\.name))
        let endpoints = Capabilities.endpoints
        #expect(tables.subtracting(endpoints.map(\.name)) == [])
        let variable = endpoints.filter { $0.pattern.contains("{") }.map(\.name)
        #expect(variable.count > 40 && Set(variable).subtracting(tables) == [])
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
    @Test func aPartKnowsExactlyTheCodesThatItsFolderAnswers() throws {
        let general = try codes(in: "Kit/HTTP", /code: "([a-z_]+)"/)
        #expect(general.count == 5)
        let problem = /Problem\(\s*\d+,\s*"([a-z_]+)"/
        let shared = try codes(in: "Site", problem).union(general)
        for file in Capabilities.openAPI {
            let folder = String(file.prefix { $0 != "/" })
            let answered =
                folder == "Site" ? shared : try codes(in: folder, problem).subtracting(shared)
            let parsed = try JSONSerialization.jsonObject(with: Data(Asset.bytes(file)))
            let known = codes(of: parsed as? [String: Any] ?? [:])
            #expect(Set(known) == answered && known.count == answered.count, "\(file)")
        }
    }

    /// A code is the answer of some operation, or of every path.
    @Test func everyCodeIsTold() throws {
        let known = codes(of: document)
        #expect(known.count > 30 && Set(known).count == known.count)
        let components = try #require(document["components"] as? [String: [String: Any]])
        let responses = try #require(components["responses"])
        let told = strings(in: responses, under: "description").joined()
        for code in known where code != "method_not_allowed" {
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

    /// What there may be once of in all parts: the head, tags, paths, components and operations.
    private func names(in part: [String: Any]) -> [String] {
        let tags = part["tags"] as? [[String: String]] ?? []
        let paths = part["paths"] as? [String: Any] ?? [:]
        let components = part["components"] as? [String: [String: Any]] ?? [:]
        return part.keys.filter { !["tags", "paths", "components"].contains($0) }
            + tags.compactMap { $0["name"] }.map { "tag \($0)" } + paths.keys
            + components.flatMap { kind, parts in parts.keys.map { "\(kind) \($0)" } }
            + strings(in: paths, under: "operationId").map { "operation \($0)" }
    }

    /// The codes that a part, or the whole, lists in the schema `Problem`.
    private func codes(of part: [String: Any]) -> [String] {
        let steps = ["components", "schemas", "Problem", "properties", "code"]
        let code = steps.reduce(part as [String: Any]?) { $0?[$1] as? [String: Any] }
        return code?["enum"] as? [String] ?? []
    }

    /// The codes in the Swift files of a folder under Sources.
    private func codes(
        in folder: String,
        _ pattern: Regex<(Substring, Substring)>
    ) throws -> Set<String> {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/\(folder)")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path())
        return try paths.filter { $0.hasSuffix(".swift") }.reduce(into: []) { codes, path in
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            codes.formUnion(text.matches(of: pattern).map { String($0.output.1) })
        }
    }

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
