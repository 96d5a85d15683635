import EventLoop
import Program

/// `onsale rehearse`: visitors from one process against a running server, and what they saw.
package enum Rehearsal {
    /// Exit codes of `sysexits.h` where one fits.
    private static let exitUsage: Int32 = 64
    private static let exitUnavailable: Int32 = 69
    private static let exitCannotWrite: Int32 = 73
    /// Descriptors beside the connections: loop, standard streams, a resolver.
    private static let descriptorsSpare = 64
    private static let defaultRoom = "demo"

    /// Reads the flags, plays the rehearsal, writes the report; answers the exit code.
    package static func run(arguments: [String], environment: [String: String]) async -> Int32 {
        switch RehearsalOptions.parse(arguments, environment: environment) {
        case .failure(.helpWanted):
            Files.toStdout(RehearsalOptions.usage)
            return 0
        case .failure(.bad(let line)): return refuse(line, exitUsage)
        case .success(let options): return await run(options)
        }
    }

    private static func run(_ given: RehearsalOptions) async -> Int32 {
        var options = given
        if options.seed == 0 { options.seed = .random(in: 1...UInt64(UInt32.max)) }
        var adminKey: String?
        if let path = options.adminKeyFile {
            adminKey = Files.key(path)
            guard adminKey != nil else {
                return refuse("--admin-key-file: \(path) cannot be read or is empty", exitUsage)
            }
        }
        // Before anything is bought for it.
        if let path = options.jsonFile, !Files.canWrite(path) {
            return refuse("--json: \(path) cannot be written", exitCannotWrite)
        }
        let needed = options.connections + options.watchers + descriptorsSpare
        let limit = Files.raiseDescriptorLimit()
        guard needed <= limit else {
            let line = "--connections: \(needed) open files are needed, \(limit) allowed"
            return refuse(line, exitUsage)
        }
        let (key, settled) = (adminKey, options)
        let outcome = await onOwnLoop { loop throws(SetupProblem) in
            try await written(settled, adminKey: key, on: loop)
        }
        switch outcome {
        case .failure(let problem): return refuse(problem.line, exitUnavailable)
        case .success(let report):
            Files.toStdout(report.text)
            if let path = options.jsonFile, !Files.write(report.json, to: path) {
                return refuse("--json: \(path) cannot be written", exitCannotWrite)
            }
            return report.exitCode
        }
    }

    /// `work` on a loop that runs as long as it does, and is its executor.
    static func onOwnLoop<Value: Sendable, Problem: Error>(
        _ work: @escaping @Sendable (EventLoop) async throws(Problem) -> Value
    ) async -> Result<Value, Problem> {
        let loop = EventLoop.start()
        defer { loop.stop() }
        return await Task(executorPreference: loop) {
            do throws(Problem) {
                return Result<Value, Problem>.success(try await work(loop))
            } catch {
                return .failure(error)
            }
        }.value
    }

    private static func written(
        _ options: RehearsalOptions,
        adminKey: String?,
        on loop: EventLoop
    ) async throws(SetupProblem) -> (text: String, json: [UInt8], exitCode: Int32) {
        if let coupon = options.coupon {
            let report = try await play(coupon: coupon, options, adminKey: adminKey, on: loop)
            return (report.text, report.json, report.run.exitCode)
        }
        let report = try await play(options, adminKey: adminKey, on: loop)
        return (report.text, report.json, report.run.exitCode)
    }

    // MARK: A line

    /// One rehearsal of a line on `loop`, which is the caller's executor.
    static func play(
        _ given: RehearsalOptions,
        adminKey: String?,
        on loop: EventLoop
    ) async throws(SetupProblem) -> Report {
        var options = given
        let client = CurlClient(on: loop, connections: options.connections)
        let streamClient = CurlClient(on: loop, connections: 1)
        defer {
            client.close()
            streamClient.close()
        }
        let caller = PatientClient(loop: loop, client: client)
        var sale: SaleTerms?
        if let performance = options.performance {
            let search = SaleSearch(caller, performance, options, adminKey: adminKey)
            sale = try await search.run()
            options.maxSeats = sale?.limit
        }
        let room = (sale.map(\.room) ?? options.room ?? defaultRoom).map {
            Addresses(url: options.url, room: $0, adminKey: adminKey)
        }
        // For lies; only the operator can make it.
        var elsewhere: Addresses?
        if let room, room.isOperators, options.liars > 0 {
            let name = room.room + "-elsewhere"
            elsewhere = Addresses(url: options.url, room: name, adminKey: adminKey)
        }
        var view = RoomView()
        if let room {
            let preparation = Preparation(
                caller: caller,
                options: options,
                addresses: room,
                elsewhere: elsewhere
            )
            view = try await preparation.run()
        }
        let stage = LineStage(
            on: loop,
            client: client,
            streamClient: streamClient,
            options: options,
            addresses: room,
            elsewhere: elsewhere,
            sale: sale
        )
        stage.observer.room = view
        await stage.play()
        var report = Report(stage)
        if stage.isPaused, let room { _ = await caller.answer(room.request(.resume)) }
        if let shop = stage.shop {
            await caller.settled()
            let reader = LastReader(caller: caller, addresses: shop.addresses, options: options)
            report.add(shop, await reader.read(shop.books), stage)
        }
        return report
    }

    // MARK: A rush for a coupon

    /// One rush for a coupon on `loop`, which is the caller's executor.
    static func play(
        coupon: String,
        _ options: RehearsalOptions,
        adminKey: String?,
        settleMs: Int = PatientClient.settleMs,
        on loop: EventLoop
    ) async throws(SetupProblem) -> ClaimReport {
        let client = CurlClient(on: loop, connections: options.connections)
        let onlooker = CurlClient(on: loop, connections: 1)
        defer {
            client.close()
            onlooker.close()
        }
        let caller = PatientClient(loop: loop, client: client)
        let addresses = CouponAddresses(url: options.url, coupon: coupon, adminKey: adminKey)
        let preparation = CouponPreparation(caller: caller, options: options, addresses: addresses)
        let stage = ClaimStage(
            on: loop,
            client: client,
            onlooker: onlooker,
            options: options,
            addresses: addresses,
            terms: try await preparation.run()
        )
        await stage.play()
        // Answers on their way still count, and their coupons must be in the lists.
        await caller.settled()
        await PatientClient(loop: loop, client: onlooker).settled()
        let reader = ClaimReader(
            caller: caller,
            addresses: addresses,
            options: options,
            settleMs: settleMs
        )
        return ClaimReport(stage, await reader.read(stage.books))
    }

    private static func refuse(_ line: String, _ code: Int32) -> Int32 {
        Files.toStderr("onsale: rehearse: " + line)
        return code
    }
}
