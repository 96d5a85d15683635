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
        let needed = options.connections + options.watchers + descriptorsSpare
        let limit = Files.raiseDescriptorLimit()
        guard needed <= limit else {
            return refuse(
                "--connections: \(needed) open files are needed, \(limit) allowed",
                exitUsage
            )
        }
        let loop = EventLoop.start()
        defer { loop.stop() }
        let (key, settled) = (adminKey, options)
        let outcome = await Task(executorPreference: loop) {
            await written(settled, adminKey: key, on: loop)
        }.value
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

    /// A report of either kind, ready to be handed out.
    private struct Written: Sendable {
        var text: String
        var json: [UInt8]
        var exitCode: Int32
    }

    private static func written(
        _ options: RehearsalOptions,
        adminKey: String?,
        on loop: EventLoop
    ) async -> Result<Written, SetupProblem> {
        if let coupon = options.coupon {
            return await play(coupon: coupon, options, adminKey: adminKey, on: loop).map {
                Written(
                    text: ClaimReportText.write($0),
                    json: ClaimReportJSON.write($0),
                    exitCode: $0.exitCode
                )
            }
        }
        return await play(options, adminKey: adminKey, on: loop).map {
            Written(
                text: ReportText.write($0),
                json: ReportJSON.write($0),
                exitCode: $0.exitCode
            )
        }
    }

    /// One rehearsal on `loop`, which is the caller's executor.
    static func play(
        _ given: RehearsalOptions,
        adminKey: String?,
        on loop: EventLoop
    ) async -> Result<Report, SetupProblem> {
        var options = given
        let client = CurlClient(on: loop, connections: options.connections)
        let streamClient = CurlClient(on: loop, connections: 1)
        defer {
            client.close()
            streamClient.close()
        }
        let caller = PatientClient(loop: loop, client: client)
        var sale: SaleSearch.Found?
        if let performance = options.performance {
            switch await find(performance, options, adminKey, caller) {
            case .failure(let problem): return .failure(problem)
            case .success(let found):
                sale = found
                options.maxSeats = found.limit
            }
        }
        let addresses = rooms(options, sale, adminKey)
        var view = RoomView()
        if let room = addresses.room {
            let preparation = Preparation(
                caller: caller,
                options: options,
                addresses: room,
                elsewhere: addresses.elsewhere
            )
            switch await preparation.run() {
            case .failure(let problem): return .failure(problem)
            case .success(let found): view = found
            }
        }
        let stage = Stage(
            on: loop,
            client: client,
            streamClient: streamClient,
            options: options,
            addresses: addresses.room,
            elsewhere: addresses.elsewhere,
            ending: options.finish ?? (adminKey == nil ? .leave : .done) == .done ? .done : .leave,
            sale: sale
        )
        stage.observer.room = view
        await watch(stage)
        if stage.isPaused, let room = addresses.room {
            _ = await caller.answer(room.request(.resume))
        }
        var report = stage.report
        if let shop = stage.shop { report.buy(shop, await lastLook(shop, stage), stage.observer) }
        report.ownLagMaxNs = loop.statistics.lagMaxNs
        report.ownWaitMaxNs = client.waitMaxNs
        return .success(report)
    }

    /// The line of the rehearsal, and another one for lies.
    private static func rooms(
        _ options: RehearsalOptions,
        _ sale: SaleSearch.Found?,
        _ adminKey: String?
    ) -> (room: Addresses?, elsewhere: Addresses?) {
        guard let room = sale.map(\.room) ?? options.room ?? defaultRoom else { return (nil, nil) }
        let addresses = Addresses(url: options.url, room: room, adminKey: adminKey)
        guard let adminKey, options.liars > 0 else { return (addresses, nil) }
        return (
            addresses, Addresses(url: options.url, room: room + "-elsewhere", adminKey: adminKey)
        )
    }

    private static func find(
        _ performance: String,
        _ options: RehearsalOptions,
        _ adminKey: String?,
        _ caller: PatientClient
    ) async -> Result<SaleSearch.Found, SetupProblem> {
        let search = SaleSearch(
            caller: caller,
            addresses: ShopAddresses(url: options.url, performance: performance),
            performance: performance,
            options: options,
            adminKey: adminKey
        )
        let found = await search.run()
        if let asked = options.room, case .success(let sale) = found, sale.room != asked {
            let room = sale.room.map { "the room \($0)" } ?? "no room"
            return .failure(
                SetupProblem(line: "\(performance) has \(room), and --room says \(asked)")
            )
        }
        return found
    }

    private static func watch(_ stage: Stage) async {
        var progress = Progress()
        let places = PlaceWatch(stage)
        defer { places?.stop() }
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            stage.play(
                progress: {
                    if !stage.options.isQuiet { Files.toStderr(progress.line(stage)) }
                },
                end: { unsafe continuation.resume() }
            )
        }
    }

    /// What the server shows once every request that was on its way has its answer.
    private static func lastLook(_ shop: Shop, _ stage: Stage) async -> FinalLook {
        while stage.client.inFlight + stage.client.queued > 0 { await stage.loop.sleep(ms: 10) }
        let reader = LastReader(
            caller: PatientClient(loop: stage.loop, client: stage.client),
            addresses: shop.addresses,
            options: stage.options
        )
        return await reader.read(shop.books)
    }

    private static func refuse(_ line: String, _ code: Int32) -> Int32 {
        Files.toStderr("onsale: rehearse: " + line)
        return code
    }
}

extension Stage {
    /// What was found, at this instant.
    var report: Report {
        var fates: [Visitor.Fate: Int] = [:]
        for case let fate? in visitors.map(\.fate) { fates[fate, default: 0] += 1 }
        return Report(
            options: options,
            roomName: addresses?.room,
            observer: observer,
            fates: fates,
            startNs: startNs,
            endNs: nowNs,
            connectionsOpened: client.connectionsOpened
        )
    }
}
