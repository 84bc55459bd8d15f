// swift-tools-version: 6.2
// KarooExpress – Apache-2.0
//
// The table of contents: a target is a wall, and its dependencies are the only arrows through it.
// Tests/HouseTests holds the sources to exactly these arrows.

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "KarooExpress",
    products: [
        .executable(name: "karoo", targets: ["karoo"]),
    ],
    dependencies: [
        // YAML with the line and column of every node, which our error messages name.
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
        // The command line: parsing, help and completion scripts.
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        // The HTTP server of `karoo preview` and `karoo serve`; no traits, so no second TLS stack.
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        // What the server is told: command line before environment before file, and the names of variables. No traits: our files are
        // read by Yams, which says in which line a mistake is.
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: []),
        // SQLite, the system's own library, with a pool of readers beside one writer and prepared statements that are kept.
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        // The client of payment providers, which speak HTTPS; Hummingbird resolves it already.
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        // What Hummingbird itself is built on, named because we import it.
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.30.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // C libraries, one module each. The owner's three, zlib for .gz files and the search index, and the Snowball stemmers.
        .systemLibrary(name: "CCmarkGFM", providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // The ground: targets that know nothing of each other.
        .target(
            name: "KarooCommerce", swiftSettings: strict,
            // The toolchain's ICU: plural rules, money, dates and collation.
            linkerSettings: [.linkedLibrary("_FoundationICU")]),
        .target(name: "KarooTemplate", swiftSettings: strict),
        .target(name: "KarooCrypto", dependencies: ["COpenSSL"], swiftSettings: strict),
        // Documents → index files, and a reader of them. libstemmer knows the stems of 20 languages; it is asked at build time only.
        .target(
            name: "KarooSearch", dependencies: ["CStemmer", "CZlib"], exclude: ["Unicode/generate.py"], swiftSettings: strict),

        // SQL with bindings → rows, on SQLite. Knows no shop; group commit lives here.
        .target(name: "KarooDatabase", dependencies: [.product(name: "GRDB", package: "GRDB.swift")], swiftSettings: strict),

        // What is bought: carts, payments, orders, stock, the ledger, each with its SQL beside it.
        .target(
            name: "KarooCheckout",
            dependencies: [
                "KarooCommerce", "KarooDatabase", "KarooCrypto", "KarooTemplate",
                // Imported by ProviderClient.swift alone, with the types that its interface uses.
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            resources: [.embedInCode("Migrations")], swiftSettings: strict),

        // What is read: Content + Locales + Templates → Public.
        .target(
            name: "KarooSite",
            dependencies: [
                "KarooCommerce", "KarooTemplate", "KarooSearch", "KarooCrypto", "CCmarkGFM", "CZlib",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),

        // The door: HTTP in, HTTP out.
        .target(
            name: "KarooServer",
            dependencies: [
                "KarooCommerce", "KarooCheckout",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                // TLS for those who have no proxy in front, and the files of certificates.
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                // The names that Hummingbird's interfaces use.
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                // The parts of a request on the wire, for the deadline by which it has to have come.
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                // Starting and stopping in order, on signals too.
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            // Beside the program and not in it: a compiler takes minutes for so long an array.
            resources: [.copy("openapi.json"), .copy("docs.css")], swiftSettings: strict),

        // The lever: one file per command.
        .executableTarget(
            name: "karoo",
            dependencies: [
                "KarooCommerce", "KarooTemplate", "KarooSearch", "KarooCrypto", "KarooDatabase", "KarooSite", "KarooCheckout", "KarooServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                // The file of settings.
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),

        // What tests of several targets share.
        .target(name: "Support", path: "Tests/Support", swiftSettings: strict),
        .testTarget(name: "KarooCommerceTests", dependencies: ["KarooCommerce", "KarooCrypto", "Support"], swiftSettings: strict),
        .testTarget(name: "KarooTemplateTests", dependencies: ["KarooTemplate"], swiftSettings: strict),
        .testTarget(name: "KarooSearchTests", dependencies: ["KarooSearch"], swiftSettings: strict),
        .testTarget(name: "KarooCryptoTests", dependencies: ["KarooCrypto"], swiftSettings: strict),
        .testTarget(name: "KarooDatabaseTests", dependencies: ["KarooDatabase"], swiftSettings: strict),
        .testTarget(
            name: "KarooCheckoutTests", dependencies: ["KarooCheckout", "KarooCommerce", "KarooDatabase", "KarooCrypto", "Support"], swiftSettings: strict),
        .testTarget(
            name: "KarooSiteTests", dependencies: ["KarooSite", "KarooCommerce", "KarooTemplate", "KarooSearch", "KarooCrypto", "Support"],
            swiftSettings: strict),
        .testTarget(
            name: "KarooServerTests",
            dependencies: [
                "KarooServer", "KarooCheckout", "KarooCommerce", "KarooCrypto", "KarooDatabase",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(name: "HouseTests", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
