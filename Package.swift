// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// For modules whose declarations are visible in this package alone. Their imports are plain: the
/// compiler (6.3) refuses an internal import where a face throws `StoreError`, and warns that a
/// `package import` is unused, because it does not count typed throws.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]
/// For Kit and the programs.
let strict = house + [.enableUpcomingFeature("InternalImportsByDefault")]
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

/// A library target in `Sources/Kit/NAME`.
func kit(_ name: String, _ dependencies: [Target.Dependency], without excluded: [String] = [])
    -> Target
{
    .target(
        name: name,
        dependencies: dependencies,
        path: "Sources/Kit/\(name)",
        exclude: excluded,
        swiftSettings: strict
    )
}

/// What Swift cannot call of a C library, in `Sources/Kit/C/NAME`.
func shims(_ name: String, of dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Kit/C/\(name)")
}

/// A C library of Debian's, in `Sources/Kit/C/NAME`.
func library(_ name: String, pkgConfig: String? = nil, _ package: String) -> Target {
    .systemLibrary(
        name: name,
        path: "Sources/Kit/C/\(name)",
        pkgConfig: pkgConfig,
        providers: [.apt([package])]
    )
}

/// All that lies under `root` and not in `folders`: what a target has to exclude, or SwiftPM warns
/// of each file.
func others(than folders: [String], in root: String, under folder: String = "") -> [String] {
    let path = "\(Context.packageDirectory)/\(root)/\(folder)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().flatMap { name -> [String] in
        let inner = folder.isEmpty ? name : "\(folder)/\(name)"
        if folders.contains(inner) { return [] }
        guard folders.contains(where: { $0.hasPrefix(inner + "/") }) else { return [inner] }
        return others(than: folders, in: root, under: inner)
    }
}

/// SwiftPM does not build these files of a module; `CAssets` embeds most of them in the program.
let embedded = ["openapi.json", "pages", "redis", "sql", "README.md"]

/// A module of a capability, or of what all of them share, in `Sources/NAME`.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    let root = "\(Context.packageDirectory)/Sources/\(name)/"
    return .target(
        name: name,
        dependencies: dependencies,
        exclude: embedded.filter { FileManager.default.fileExists(atPath: root + $0) },
        swiftSettings: house
    )
}

/// A library in `Tests/TestBed/FOLDER` that tests of several modules use.
func bed(_ name: String, _ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "Tests/TestBed/\(folder)",
        swiftSettings: relaxed
    )
}

/// Tests of a module, in a folder under `Tests`. Those in its `Server` start processes.
func tests(_ name: String, _ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/\(folder)",
        exclude: processes.contains("\(folder)/Server") ? ["Server"] : [],
        swiftSettings: relaxed
    )
}

/// Folders under `Tests` that start whole processes: one module, which knows no capability.
let processes = [
    "TestBed/Server", "ServerTests", "SiteTests/Server", "RoomsTests/Server", "SeatsTests/Server",
    "PointsTests/Server", "PaymentsTests/Server", "ShopTests/Server", "CouponsTests/Server",
    "RankingsTests/Server", "EventsTests/Server",
]

/// What every module above Kit may use.
let shared: [Target.Dependency] = [
    "Values", "EventLoop", "SQL", "JSON", "Crypto", "Logging", "Assets", "Engines",
]
/// What every capability may use; which of its folders may import what: `TidyTests`.
let below: [Target.Dependency] = shared + ["HTTP", "Redis", "Ledger", "Site", "Capability"]
let capabilities: [Target.Dependency] = [
    "Rooms", "Seats", "Points", "Payments", "Shop", "Coupons", "Rankings", "Events",
]

/// The libraries that tests of Redis and SQL use.
let beds: [Target.Dependency] = [
    "TestGate", "TestKit", "TestPrograms", "TestRedis", "TestPostgres", "TestLedger",
]

/// For `make fuzz` alone: libFuzzer needs the whole program instrumented.
let fuzzers: [Target] =
    Context.environment["ONSALE_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Rooms", "Seats", "Site", "Values", "HTTP", "Crypto", "JSON", "EventLoop",
            ],
            path: "Tests/Fuzz",
            exclude: ["corpus"],
            swiftSettings: relaxed
        )
    ]

let package = Package(
    name: "onsale",
    products: [
        .executable(name: "onsale", targets: ["Server"]),
        .executable(name: "onsale-rehearse", targets: ["Rehearse"]),
        // For the package in Benchmarks/sql-queue alone.
        .library(
            name: "_Benchmarks",
            targets: ["HTTP", "SQL", "EventLoop", "JSON", "Values"]
        ),
    ],
    targets: [
        library("CMicrohttpd", pkgConfig: "libmicrohttpd", "libmicrohttpd-dev"),
        library("CLibuv", pkgConfig: "libuv", "libuv1-dev"),
        // No pkgConfig: hiredis' own would warn about -D_FILE_OFFSET_BITS.
        library("CHiredis", "libhiredis-dev"),
        library("CCrypto", pkgConfig: "libcrypto", "libssl-dev"),
        library("CTLS", pkgConfig: "libssl", "libssl-dev"),
        library("CJansson", pkgConfig: "jansson", "libjansson-dev"),
        library("CCurl", pkgConfig: "libcurl", "libcurl4-openssl-dev"),
        // Its headers are in a folder of their own, which only its pkg-config file names.
        library("CPostgres", pkgConfig: "libpq", "libpq-dev"),
        library("CSQLite", pkgConfig: "sqlite3", "libsqlite3-dev"),
        shims("CHTTPShims", of: ["CMicrohttpd"]),
        shims("CCurlShims", of: ["CCurl"]),
        shims("CProcessShims"),
        shims("CAssets"),
        kit("Assets", ["CAssets"]),
        kit("Values", []),
        kit("Program", ["CProcessShims"]),
        kit("EventLoop", ["CLibuv"]),
        kit("JSON", ["CJansson"]),
        kit("Crypto", ["CCrypto", "JSON"]),
        kit("Logging", ["EventLoop", "JSON", "CProcessShims"]),
        kit("HTTP", ["EventLoop", "JSON", "CMicrohttpd", "CHTTPShims"]),
        kit(
            "Redis",
            ["EventLoop", "Crypto", "Logging", "CLibuv", "CHiredis", "CTLS", "CProcessShims"]
        ),
        kit("SQL", ["EventLoop", "Logging", "CPostgres", "CSQLite"]),
        kit(
            "Engines",
            ["EventLoop", "Redis", "SQL", "Assets", "Logging"],
            without: ["redis"]
        ),
        module("Ledger", shared),
        module("Site", shared + ["HTTP", "Ledger"]),
        module("Capability", shared + ["HTTP", "Redis", "Ledger", "Site"]),
        module("Rooms", below),
        module("Seats", below + ["Rooms"]),
        module("Points", below),
        module("Coupons", below),
        module("Payments", below + ["Rooms", "Seats", "Points", "Coupons"]),
        module("Shop", below + ["Seats", "Points", "Coupons", "Payments"]),
        module("Rankings", below),
        module("Events", below),
        module("Operating", below + capabilities),
        .target(
            name: "Verify",
            dependencies: ["Program", "Crypto", "JSON"],
            swiftSettings: house
        ),
        .target(
            name: "Rehearsal",
            dependencies: [
                "Verify", "Program", "EventLoop", "JSON", "Values", "Crypto", "CCurl", "CCurlShims",
            ],
            swiftSettings: house
        ),
        // The HTTP client of rehearsals is in a program of its own: the server has none.
        .executableTarget(
            name: "Rehearse",
            dependencies: ["Rehearsal", "Verify", "Program"],
            swiftSettings: strict,
            linkerSettings: allocator
        ),
        .executableTarget(
            name: "Server",
            dependencies: below + capabilities + [
                "Operating", "Verify", "Program", "CProcessShims",
            ],
            swiftSettings: strict,
            linkerSettings: allocator
        ),
        // Decides which suites run at the same time.
        bed("TestGate", "Gate", []),
        // Time, chance, waiting and names.
        bed("TestKit", "Kit", ["EventLoop", "Values"]),
        // Starts programs; folders and ports for them.
        .target(name: "CTestPrograms", path: "Tests/TestBed/CPrograms"),
        bed("TestPrograms", "Programs", ["CTestPrograms"]),
        // Starts a private redis-server for each bed of a test.
        bed("TestRedis", "Redis", ["Redis", "EventLoop", "TestPrograms"]),
        // A private PostgreSQL per test process, for whoever tests against one.
        bed("TestPostgres", "Postgres", ["SQL", "TestPrograms"]),
        // A ledger on both engines, also one that fails on command, and its outbox.
        bed(
            "TestLedger",
            "Ledger",
            ["Ledger", "Engines", "SQL", "EventLoop", "TestKit", "TestPrograms", "TestPostgres"]
        ),
        // Rooms of two processes.
        bed(
            "TestRooms",
            "Rooms",
            [
                "Rooms", "Engines", "Values", "Redis", "SQL", "EventLoop", "Crypto", "TestKit",
                "TestRedis", "TestLedger",
            ]
        ),
        // Everything that a sale takes, of two processes.
        bed(
            "TestSales",
            "Sales",
            [
                "Rooms", "Seats", "Points", "Payments", "Shop", "Coupons", "Rankings", "Ledger",
                "Engines", "Values", "Redis", "SQL", "EventLoop", "Crypto", "TestKit",
                "TestRedis", "TestLedger",
            ]
        ),
        // Pages and their scripts.
        bed("TestPages", "Pages", ["Site", "TestPrograms"]),
        tests("ValuesTests", "KitTests/Values", ["Values", "TestKit"]),
        tests("EventLoopTests", "KitTests/EventLoop", ["EventLoop", "TestKit"]),
        tests(
            "HTTPTests",
            "KitTests/HTTP",
            ["HTTP", "EventLoop", "TestGate", "TestKit", "TestPrograms"]
        ),
        tests(
            "RedisTests",
            "KitTests/Redis",
            ["Redis", "EventLoop", "TestGate", "TestKit", "TestPrograms", "TestRedis"]
        ),
        // CSQLite: a file layer that fails on command.
        tests(
            "SQLTests",
            "KitTests/SQL",
            ["SQL", "EventLoop", "TestGate", "TestKit", "TestPrograms", "TestPostgres", "CSQLite"]
        ),
        tests("CryptoTests", "KitTests/Crypto", ["Crypto", "TestPrograms"]),
        tests("JSONTests", "KitTests/JSON", ["JSON", "TestKit"]),
        tests("LoggingTests", "KitTests/Logging", ["Logging"]),
        tests("EnginesTests", "KitTests/Engines", ["Engines", "EventLoop", "TestGate", "TestKit"]),
        tests(
            "LedgerTests",
            "LedgerTests",
            [
                "Ledger", "Engines", "SQL", "EventLoop", "Values", "TestGate", "TestKit",
                "TestLedger",
            ]
        ),
        tests(
            "SiteTests",
            "SiteTests",
            below + capabilities + ["Operating", "TestKit", "TestPages"]
        ),
        tests("RoomsTests", "RoomsTests", below + beds + ["Rooms", "TestRooms", "TestPages"]),
        tests(
            "SeatsTests",
            "SeatsTests",
            below + beds + [
                "Rooms", "Seats", "Points", "Payments", "Coupons", "TestRooms", "TestSales",
                "TestPages",
            ]
        ),
        tests("PointsTests", "PointsTests", below + beds + ["Points", "TestSales"]),
        tests(
            "PaymentsTests",
            "PaymentsTests",
            below + beds + ["Seats", "Points", "Payments", "Shop", "TestSales", "TestPages"]
        ),
        tests(
            "ShopTests",
            "ShopTests",
            below + beds + [
                "Seats", "Points", "Coupons", "Payments", "Shop", "TestSales", "TestPages",
            ]
        ),
        tests(
            "CouponsTests",
            "CouponsTests",
            below + beds + [
                "Seats", "Points", "Coupons", "Payments", "Shop", "Rehearsal", "TestSales",
                "TestPages",
            ]
        ),
        tests(
            "RankingsTests",
            "RankingsTests",
            below + beds + [
                "Seats", "Payments", "Shop", "Rankings", "TestSales", "TestPages",
            ]
        ),
        tests("VerifyTests", "VerifyTests", ["Verify", "Program", "Crypto"]),
        tests(
            "RehearsalTests",
            "RehearsalTests",
            ["Rehearsal", "Program", "EventLoop", "JSON", "Crypto", "TestGate"]
        ),
        // Starts the programs as processes. `swift build --build-tests` builds them; to depend on
        // them would build these tests again whenever a capability changes.
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Ledger", "HTTP", "Values", "Crypto", "JSON", "Redis", "SQL", "EventLoop",
                "TestGate", "TestKit", "TestPrograms", "TestRedis", "TestPostgres",
            ],
            path: "Tests",
            exclude: others(than: processes, in: "Tests"),
            sources: processes,
            swiftSettings: relaxed
        ),
        tests("BedTests", "BedTests", ["TestGate", "TestPrograms"]),
        tests("TidyTests", "TidyTests", []),
    ] + fuzzers
)
