import EventLoop
import Glibc
import HTTP
import Logging

/// `onsale serve`
enum Serve {
    static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        var configuration: Configuration
        let notice: String?
        do {
            let flags = try Flags(
                arguments,
                environment: environment,
                known: Configuration.flags
            )
            if try flags.isOn("help") {
                print(Flags.help("onsale serve: run the server", Configuration.flags))
                return 0
            }
            for line in flags.notices { printToStandardError("onsale: \(line)") }
            configuration = try Configuration(flags, cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            // Ten thousand visitors are ten thousand descriptors.
            notice = try configuration.fit(descriptors: Descriptors.raise())
        } catch {
            printToStandardError("onsale: \(error.line)")
            return ExitCode.usage
        }
        Log.start(level: configuration.logLevel, format: configuration.logFormat)
        tellTrust(configuration)
        signal(SIGPIPE, SIG_IGN)
        let loop = EventLoop.start()
        return await Task(executorPreference: loop) { [configuration] in
            await serve(configuration, notice: notice, on: loop)
        }.value
    }

    /// A mistake that shows in nothing else until somebody uses it.
    private static func tellTrust(_ configuration: Configuration) {
        let kinds = configuration.trustedProxies.wholeKinds
        guard !kinds.isEmpty else { return }
        Log.warn(
            "trusts_everybody",
            [
                ("flag", "--trust-proxy"), ("all", kinds.joined(separator: ",")),
                (
                    "means",
                    "whoever connects chooses its own address with X-Forwarded-For or a PROXY "
                        + "header, and has no rate; name the proxies alone"
                ),
            ]
        )
    }

    private static func serve(
        _ configuration: Configuration,
        notice: String?,
        on loop: EventLoop
    ) async -> Int32 {
        let stop = StopSignal(on: loop)
        await stop.watch()
        let site: RunningSite
        do {
            site = try await RunningSite.start(configuration, on: loop)
        } catch {
            printToStandardError("onsale: \(error.line)")
            return error.code
        }
        if let notice { printToStandardError("onsale: \(notice)") }
        if case .dev = configuration.auth {
            printToStandardError(
                "onsale: WARNING: --auth dev believes every X-User-Id; for trying out only"
            )
        }
        printToStandardError("onsale: listening on \(site.url)")
        await stop.onHangup { Task { await site.readKeysAgain() } }
        CrashPoint.reach()
        await stop.wait()
        if configuration.drainSeconds > 0, await !stop.isUrgent {
            Log.info("draining", [("seconds", "\(configuration.drainSeconds)")])
            await site.drain()
            await stop.waitForAnother(seconds: configuration.drainSeconds)
        }
        Log.info("stopping")
        limitStop()
        await site.stop()
        Log.info("stopped")
        return 0
    }

    /// A stop that takes longer than this is given up: supervisors kill after ten seconds. What was
    /// answered is in the ledger, and the private Redis ends by itself.
    private static let stopMaxSeconds = 9

    private static func limitStop() {
        // Not on a loop: one that hangs must not keep the process.
        Task.detached {
            try? await Task.sleep(for: .seconds(stopMaxSeconds))  // Nobody cancels it.
            printToStandardError("onsale: not all has ended after \(stopMaxSeconds) s; leaving")
            _exit(ExitCode.failure)
        }
    }
}

/// SIGTERM and SIGINT; SIGHUP as often as it comes. SIGQUIT is a crash that somebody asks
/// for: it leaves a core, also where a loop hangs.
private actor StopSignal: OnLoop {
    nonisolated let loop: EventLoop
    private var watches: [SignalWatch] = []
    private var asked = 0
    /// No balancer is waited for: SIGINT is somebody at a terminal, a second signal somebody who
    /// does not want to wait.
    private(set) var isUrgent = false
    private var waiter: CheckedContinuation<Void, Never>?
    private var hangup: @Sendable () -> Void = {}

    init(on loop: EventLoop) { self.loop = loop }

    func watch() {
        for signal in [SIGTERM, SIGINT] {
            watches.append(
                SignalWatch(signal, on: loop) { [unowned self] in
                    self.assumeIsolated { $0.stop(by: signal) }
                }
            )
        }
        watches.append(
            SignalWatch(SIGHUP, on: loop) { [unowned self] in
                self.assumeIsolated { $0.hangup() }
            }
        )
    }

    func onHangup(_ body: @escaping @Sendable () -> Void) { hangup = body }

    private func stop(by signal: Int32) {
        asked += 1
        if signal == SIGINT || asked > 1 { isUrgent = true }
        wake()
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }

    func wait() async {
        if asked > 0 { return }
        await withCheckedContinuation { waiter = $0 }
    }

    /// `seconds`, or until a signal makes it urgent.
    func waitForAnother(seconds: Int) async {
        if isUrgent { return }
        let timer = LoopTimer(on: loop, afterMs: seconds * 1_000) { [unowned self] in
            self.assumeIsolated { $0.wake() }
        }
        await withCheckedContinuation { waiter = $0 }
        timer.cancel()
    }
}
