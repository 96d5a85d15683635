// swift-tools-version: 6.2
import PackageDescription

// The queue as it was built before Redis, to be measured beside Onsale: for `make bench` alone.

/// As in the package of Onsale.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "sql-queue",
    // By name: without it the package would be called like the folder that somebody cloned into.
    dependencies: [.package(name: "onsale", path: "../..")],
    targets: [
        .executableTarget(
            name: "sql-queue",
            dependencies: [.product(name: "_Benchmarks", package: "onsale")],
            path: "Sources",
            swiftSettings: strict,
            // The same malloc as its peer.
            linkerSettings: [.linkedLibrary("jemalloc")]
        )
    ]
)
