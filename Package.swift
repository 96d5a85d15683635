// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]
/// Tests read better without `unsafe` on every fixture; everything else stays as strict.
let relaxed: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// Serves malloc for the whole program: 6 % less time a request than the C library's. A sanitizer
/// brings an allocator of its own, and two in one program free each other's memory: `make sanitize`
/// sets the variable.
let allocator: [LinkerSetting] =
    Context.environment["ONSALE_SANITIZE"] == nil ? [.linkedLibrary("jemalloc")] : []

/// A room of the house: a library target under `Sources/`.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: relaxed)
}

/// For `make fuzz` alone: libFuzzer needs the whole program instrumented.
let fuzzers: [Target] =
    Context.environment["ONSALE_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "Fuzz",
            dependencies: ["Web", "Store", "Onsale", "HTTP", "Crypto", "JSON", "EventLoop"],
            path: "Tests/Fuzz",
            exclude: ["corpus"],
            swiftSettings: relaxed
        )
    ]

let package = Package(
    name: "onsale",
    products: [.executable(name: "onsale", targets: ["Server"])],
    targets: [
        .systemLibrary(
            name: "CMicrohttpd",
            pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"])]
        ),
        .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        // No pkgConfig: hiredis' own would warn about -D_FILE_OFFSET_BITS.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CJansson",
            pkgConfig: "jansson",
            providers: [.apt(["libjansson-dev"])]
        ),
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        // Its headers are in a folder of their own, which only its pkg-config file names.
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .target(
            name: "CShims",
            dependencies: ["CMicrohttpd", "CLibuv", "CHiredis", "CCurl"]
        ),
        .target(name: "CAssets", exclude: ["redis", "sql", "web"]),
        room("EventLoop", ["CLibuv"]),
        room("HTTP", ["EventLoop", "CMicrohttpd", "CShims"]),
        room("Redis", ["EventLoop", "Crypto", "Logging", "CLibuv", "CHiredis", "CShims"]),
        room("SQL", ["EventLoop", "CPostgres", "CSQLite"]),
        room("Crypto", ["CCrypto", "JSON"]),
        room("JSON", ["CJansson"]),
        room("Logging", ["JSON", "CShims"]),
        room("Onsale", []),
        room(
            "Store",
            ["Onsale", "Redis", "SQL", "EventLoop", "Crypto", "JSON", "Logging", "CAssets"]
        ),
        room(
            "Web",
            ["Onsale", "Store", "HTTP", "Crypto", "JSON", "Logging", "EventLoop", "CAssets"]
        ),
        room("Rehearsal", ["EventLoop", "JSON", "Onsale", "Crypto", "CCurl", "CShims"]),
        .executableTarget(
            name: "Server",
            dependencies: [
                "Web", "Store", "Onsale", "HTTP", "Redis", "SQL", "EventLoop", "Crypto", "JSON",
                "Logging", "Rehearsal", "CShims",
            ],
            swiftSettings: strict,
            linkerSettings: allocator
        ),
        // The queue as it was built before Redis, for `make bench` alone; see Benchmarks/sql-queue.
        .executableTarget(
            name: "sql-queue",
            dependencies: ["HTTP", "SQL", "EventLoop", "JSON", "Onsale"],
            path: "Benchmarks/sql-queue",
            swiftSettings: strict,
            linkerSettings: allocator
        ),
        tests("EventLoopTests", ["EventLoop"]),
        tests("HTTPTests", ["HTTP", "EventLoop"]),
        // A private redis-server per suite, for whoever tests against one.
        .target(
            name: "TestRedis",
            dependencies: ["Redis"],
            path: "Tests/TestRedis",
            swiftSettings: relaxed
        ),
        tests("RedisTests", ["Redis", "EventLoop", "TestRedis"]),
        // A private PostgreSQL per test process, for whoever tests against one.
        .target(
            name: "TestPostgres",
            dependencies: ["SQL"],
            path: "Tests/TestPostgres",
            swiftSettings: relaxed
        ),
        // CSQLite: a file layer that fails on command.
        tests("SQLTests", ["SQL", "EventLoop", "TestPostgres", "CSQLite"]),
        tests("CryptoTests", ["Crypto"]),
        tests("JSONTests", ["JSON"]),
        tests("LoggingTests", ["Logging"]),
        tests("OnsaleTests", ["Onsale"]),
        tests(
            "StoreTests",
            [
                "Store", "Onsale", "Redis", "SQL", "EventLoop", "Crypto", "CAssets", "JSON",
                "TestRedis", "TestPostgres",
            ]
        ),
        tests("WebTests", ["Web", "Onsale", "Store", "HTTP", "JSON", "EventLoop"]),
        tests("RehearsalTests", ["Rehearsal", "EventLoop", "JSON", "Crypto"]),
        // Depends on the programs so that they are built: the tests start them as processes.
        tests(
            "ServerTests",
            [
                "Server", "sql-queue", "Crypto", "JSON", "TestRedis", "TestPostgres", "Redis",
                "SQL", "EventLoop", "Web", "HTTP",
            ]
        ),
        tests("TidyTests", []),
    ] + fuzzers
)
