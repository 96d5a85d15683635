internal import EventLoop

/// `onsale rehearse`: visitors from one process against a running server, and what they saw.
public enum Rehearsal {
    /// Exit codes of `sysexits.h` where one fits.
    private static let exitUsage: Int32 = 64
    private static let exitUnavailable: Int32 = 69
    private static let exitCannotWrite: Int32 = 73
    /// Descriptors beside the connections: loop, standard streams, a resolver.
    private static let descriptorsSpare = 64

    /// Reads the flags, plays the rehearsal, writes the report; answers the exit code.
    public static func run(arguments: [String], environment: [String: String]) async -> Int32 {
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
            await play(settled, adminKey: key, on: loop)
        }.value
        switch outcome {
        case .failure(let problem): return refuse(problem.line, exitUnavailable)
        case .success(let report):
            Files.toStdout(ReportText.write(report))
            if let path = options.jsonFile, !Files.write(ReportJSON.write(report), to: path) {
                return refuse("--json: \(path) cannot be written", exitCannotWrite)
            }
            return report.exitCode
        }
    }

    /// One rehearsal on `loop`, which is the caller's executor.
    static func play(
        _ options: RehearsalOptions,
        adminKey: String?,
        on loop: EventLoop
    ) async -> Result<Report, SetupProblem> {
        let client = CurlClient(on: loop, connections: options.connections)
        let streamClient = CurlClient(on: loop, connections: 1)
        defer {
            client.close()
            streamClient.close()
        }
        let addresses = Addresses(url: options.url, room: options.room, adminKey: adminKey)
        let elsewhere = adminKey.flatMap { key in
            options.liars > 0
                ? Addresses(url: options.url, room: options.room + "-elsewhere", adminKey: key)
                : nil
        }
        let preparation = Preparation(
            loop: loop,
            client: client,
            options: options,
            addresses: addresses,
            elsewhere: elsewhere
        )
        let view: RoomView
        switch await preparation.run() {
        case .failure(let problem): return .failure(problem)
        case .success(let found): view = found
        }
        let stage = Stage(
            on: loop,
            client: client,
            streamClient: streamClient,
            options: options,
            addresses: addresses,
            elsewhere: elsewhere,
            ending: options.finish ?? (adminKey == nil ? .leave : .done) == .done ? .done : .leave
        )
        stage.observer.room = view
        var progress = Progress()
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            stage.play(
                progress: {
                    if !options.isQuiet { Files.toStderr(progress.line(stage)) }
                },
                end: { unsafe continuation.resume() }
            )
        }
        var report = stage.report
        report.ownLagMaxNs = loop.statistics.lagMaxNs
        report.ownWaitMaxNs = client.waitMaxNs
        return .success(report)
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
            observer: observer,
            fates: fates,
            startNs: startNs,
            endNs: nowNs,
            connectionsOpened: client.connectionsOpened
        )
    }
}
