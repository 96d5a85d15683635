import Testing

/// An access that is open across an `await` is seen, in every shape, and nothing else is.
@Suite struct AwaitRuleTests {
    private func file(_ text: String) -> TextFile { TextFile(path: "A.swift", text: text) }

    @Test(arguments: [
        "kept[room]?.lease = try await ledger.lease(room, to: next) ?? 0",
        "kept[room]?.lease =\n        try await ledger.lease(room)",
        "kept[room]?\n        .lease = await f()",
        "kept[room]?.lease = try\n        await f()",
        "kept[room]?.lease = isLow ? await f() : 0",
        "kept[room]?.lease = isLow\n        ? 0\n        : await f()",
        "kept[room]?.lease = 1 + g(of: room, try await f())",
        "kept[room]?.lease =\n        if isLow { await f() } else {\n            0\n        }",
        "kept[room] = await f()", "list[n].lease = await f()", "kept[await f()] = 1",
        "room?.lease = await f()", "room!.lease = await f()", "await kept[n]?.lease = f()",
        "case .a(let n): kept[n]?.lease = await f()", "if isLow { kept[n]?.lease = await f() }",
        "all.forEach { n in kept[n]?.lease = await f() }",
        "kept[n]?.lease += await f()", "total += await f()", "total -=\n        try await f()",
        "kept[n, default: 0] &+= await f()", "x.y ??= await f()",
        "kept[n]?.list.append(await f())", "kept[n]?.list.append(\n        try await f()\n    )",
        "room?.set(1, await f())", "await kept[n]?.list.append(f())",
        "try await self.kept[n]?.renew()", "put(&kept[n].lease, await f())",
        "put(await f(), &lease)",
    ])
    func anOpenAccessIsSeen(_ line: String) {
        let found = AwaitRules.openAccess(file("func f() async {\n    a()\n    \(line)\n}\n"))
        #expect(found.count == 1, "\(found)")
        #expect(found.first.map { (3...4).contains($0.line) } == true)
    }

    @Test(arguments: [
        "let leased = try await f(kept[room]?.lease ?? 0)\n    kept[room]?.lease = leased",
        "let list: [Int] = await f()", "var a = b[0], c = await f()", "lease = await f(kept[n])",
        "state.lease = try await f()", "_ = await f(list[0])", "kept[n]?.lease = 1\n    await f()",
        "kept[n]?.task = Task { await f() }", "kept[n] = Task {\n        await f()\n    }",
        "guard case .held(let hold) = try await f() else { return }",
        "if let a = kept[n]?.b, await f() {}",
        "guard kept[n]?.a == true, await f() else { return }",
        "if await f() { kept[n]?.lease = 1 }", "while let first = list[0], await f() {}",
        "let a = try await f().json?[\"b\"]?.integer",
        "await process?.stop(patienceMs: 1)",
        "kept[n] = a ? \"b\" : \"c\"\n    #expect(await f())", "// kept[n]?.lease = await f()",
        "print(\"kept[n]?.lease = await f()\")",
        "kept[n]?.list.append(1)\n    await f()", "kept[n]?.each { await f() }",
        "kept[n]?.run(Task { await f() })", "await sleep(ms: next(using: &random))",
        "x[0] == y ? await f() : 0", "let a = b[0] <= c && (await f())",
        "put(&lease)\n    await f()",
        "switch await f() {\n    case .a: kept[n]?.lease = 1\n    }", "f(a & b, await c())",
    ])
    func whatIsTakenFirstIsFine(_ line: String) {
        let found = AwaitRules.openAccess(file("func f() async {\n    \(line)\n}\n"))
        #expect(found == [])
    }

    @Test(arguments: [
        "let a = try? await f()", "_ = try? unsafe await f()",
        "guard (try? await f()) != nil else {}",
        "if let a = try?\n        await f() {}",
    ])
    func aSwallowedFailureIsSeen(_ line: String) {
        #expect(AwaitRules.swallowed(file("func f() async {\n    \(line)\n}\n")).count == 1)
    }

    @Test(arguments: [
        "let a = try? await f()  // Nobody cancels it.", "let a = try? f()\n    await g()",
        "let a = try await f()", "// try? await f()",
    ])
    func aFailureWithAReasonIsFine(_ line: String) {
        #expect(AwaitRules.swallowed(file("func f() async {\n    \(line)\n}\n")) == [])
    }

    @Test(arguments: [
        "mutating func f() async {}",
        "public mutating func f(\n        a: Int\n    ) async throws {}",
        "private mutating func f<A>(a: A) async -> A { a }", "func f(_ a: inout Int) async {}",
        "static func f(\n        a: inout Int,\n        b: Int\n    ) async throws -> Int { 1 }",
        "subscript(n: Int) -> Int { _modify { yield &a } }",
    ])
    func aDeclarationThatHoldsAnAccessIsSeen(_ line: String) {
        #expect(AwaitRules.openDeclarations(file("struct A {\n    \(line)\n}\n")).count == 1)
    }

    @Test(arguments: [
        "mutating func f() {}\n    func g() async {}", "func f(_ a: inout Int) {}",
        "func f(_ change: (inout Int) -> Void) async {}", "func f() async { g { $0.h() } }",
        "/// mutating func f() async", "init(a: Int) async {}",
    ])
    func anotherDeclarationIsFine(_ line: String) {
        #expect(AwaitRules.openDeclarations(file("struct A {\n    \(line)\n}\n")) == [])
    }
}
