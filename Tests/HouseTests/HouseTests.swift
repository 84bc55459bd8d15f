// KarooExpress – Apache-2.0

import Foundation
import Testing

/// The house checks itself: facts about the sources that no compiler looks at.
struct HouseTests {
    /// Our arrows, as the map of the house draws them. Package.swift and every import must agree.
    static let arrows: [String: Set<String>] = [
        "KarooCommerce": [],
        "KarooTemplate": [],
        "KarooCrypto": ["COpenSSL"],
        "KarooSearch": ["CStemmer", "CZlib"],
        "KarooSite": ["KarooCommerce", "KarooTemplate", "KarooSearch", "KarooCrypto", "CCmarkGFM", "CZlib"],
        "KarooDatabase": [],
        "KarooCheckout": ["KarooCommerce", "KarooDatabase", "KarooCrypto", "KarooTemplate"],
        "KarooServer": ["KarooCommerce", "KarooCheckout"],
        "karoo": [
            "KarooCommerce", "KarooTemplate", "KarooSearch", "KarooCrypto", "KarooDatabase", "KarooSite", "KarooCheckout", "KarooServer",
        ],
    ]

    /// Modules of the toolchain, which need no arrow.
    static let toolchain: Set<String> = ["Foundation", "FoundationXML", "FoundationNetworking", "Glibc", "Dispatch", "Synchronization", "_FoundationICU"]

    /// Products that a target may import, by its folder; the package that each comes from stands in Package.swift.
    static let products: [String: Set<String>] = [
        "KarooSite": ["Yams"],
        "KarooDatabase": ["GRDB"],
        "KarooCheckout": ["AsyncHTTPClient", "NIOCore", "NIOHTTP1"],
        "KarooServer": [
            "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "HTTPTypes", "Logging", "NIOCore", "NIOHTTPTypes", "NIOPosix", "NIOSSL", "ServiceLifecycle",
            "UnixSignals",
        ],
        "karoo": ["ArgumentParser", "Configuration", "Logging", "Yams"],
    ]

    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func everyFileImportsOnlyWhatItsTargetDeclares() throws {
        for (target, arrows) in HouseTests.arrows {
            let allowed = arrows.union(HouseTests.products[target] ?? []).union(HouseTests.toolchain)
            for file in try swiftFiles(below: "Sources/\(target)") {
                for module in try imports(of: file) {
                    #expect(allowed.contains(module), "\(file.lastPathComponent) in \(target) imports \(module)")
                }
            }
        }
    }

    @Test func thePackageDeclaresTheseArrows() throws {
        let manifest = try text("Package.swift")
        for (target, arrows) in HouseTests.arrows {
            let declared = try #require(declaration(of: target, in: manifest), "Package.swift has no target \(target)")
            let found = Set(HouseTests.arrows.keys).union(["COpenSSL", "CCmarkGFM", "CStemmer", "CZlib"]).subtracting([target])
                .filter { declared.contains("\"\($0)\"") }
            #expect(found == arrows, "\(target) depends on \(found.sorted()), and the map says \(arrows.sorted())")
        }
    }

    @Test func everyTargetIsOnTheMap() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Sources").path)
            .filter { !$0.hasPrefix(".") && !$0.hasPrefix("C") }
        #expect(Set(folders) == Set(HouseTests.arrows.keys))
        let map = try text("README.md") + text("CONTRIBUTING.md")
        for folder in folders { #expect(map.contains(folder), "the map of the house does not name \(folder)") }
    }

    @Test func onlyOneFileMeetsICU() throws {
        let files = try swiftFiles(below: "Sources").filter { try imports(of: $0).contains("_FoundationICU") }
        #expect(files.map(\.lastPathComponent) == ["LocaleFormats.swift"])
    }

    @Test func onlyOneFileAsksOthersOverTheNetwork() throws {
        let files = try swiftFiles(below: "Sources").filter { try imports(of: $0).contains("AsyncHTTPClient") }
        #expect(files.map(\.lastPathComponent) == ["ProviderClient.swift"])
    }

    @Test func onlyTheLeverReadsTheEnvironmentAndTheClock() throws {
        for target in HouseTests.arrows.keys where target != "karoo" {
            for file in try swiftFiles(below: "Sources/\(target)") {
                let source = try String(contentsOf: file, encoding: .utf8)
                for forbidden in ["ProcessInfo.processInfo.environment", "getenv(", "Date()", "clock_gettime("] {
                    #expect(!source.contains(forbidden), "\(file.lastPathComponent) in \(target) uses \(forbidden)")
                }
            }
        }
    }

    @Test func everyPageKindHasATemplateAndEveryTemplateAPageKind() throws {
        let kinds = try text("Sources/KarooSite/Plan/SitePlan.swift").matches(of: #/case \.[a-zA-Z, .]+: "([a-zA-Z]+)"/#).map { String($0.1) }
        let files = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Templates/pages").path)
        #expect(Set(kinds.map { "\($0).mustache" }) == Set(files))
    }

    @Test func everyWordStandsInEveryLanguage() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Locales").path).filter { $0.hasSuffix(".yaml") }
        let keys = try names.map { name in (name, try wordKeys(text("Locales/\(name)"))) }
        let all = keys.reduce(into: Set<String>()) { $0.formUnion($1.1) }
        for (name, known) in keys { #expect(known == all, "\(name) lacks \(all.subtracting(known).sorted())") }
    }

    @Test func everyCommandStandsInTheReadme() throws {
        let readme = try text("README.md")
        for file in try swiftFiles(below: "Sources/karoo") {
            for match in try String(contentsOf: file, encoding: .utf8).matches(of: #/commandName: "([a-z]+)"/#) where match.1 != "karoo" {
                #expect(readme.contains("karoo \(match.1)") || ["shopify", "merchant", "index", "query", "words"].contains(match.1), "README.md does not name karoo \(match.1)")
            }
        }
    }

    @Test func everySettingIsReadAndStandsInItsDocument() throws {
        let declaration = try text("Sources/karoo/Setting.swift")
        let settings = declaration.matches(of: #/(?m)^    case ([a-zA-Z]+) = "([a-zA-Z.]+)"$/#).map { (name: String($0.1), key: String($0.2)) }
        #expect(settings.count > 30)
        let sources = try swiftFiles(below: "Sources/karoo").filter { $0.lastPathComponent != "Setting.swift" }
            .map { try String(contentsOf: $0, encoding: .utf8) }.joined()
        let rows = try text("docs/configuration.md").matches(of: #/(?m)^\| `([a-zA-Z.]+)` \|[^|]*\| `(KAROO_[A-Z_]+)` \|/#)
            .reduce(into: [String: String]()) { $0[String($1.1)] = String($1.2) }
        #expect(Set(rows.keys) == Set(settings.map(\.key)))
        for (name, key) in settings {
            let variable = "KAROO_" + key.replacing(#/[A-Z]/#) { "_\($0.output)" }.replacing(".", with: "_").uppercased()
            #expect(rows[key] == variable, "docs/configuration.md gives \(key) the variable \(rows[key] ?? "none")")
            #expect(sources.contains(try Regex("[(\\[]\\.\(name)\\b")), "nothing reads \(key)")
        }
    }

    @Test func everyErrorOfTheAPIStandsInItsDocument() throws {
        let document = try text("docs/api.md")
        let codes = try text("Sources/KarooCheckout/CheckoutError.swift").matches(of: #/(?m)^        case ([a-zA-Z`, ]+)$/#)
            .flatMap { $0.1.split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) } }
        #expect(codes.count > 30)
        let faults = try text("Sources/KarooServer/ErrorResponse.swift").matches(of: #/(?m)^    case ([a-zA-Z, ]+)$/#)
            .flatMap { $0.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
        #expect(faults.count > 5)
        for code in codes + faults { #expect(document.contains("`\(code)`"), "docs/api.md does not name \(code)") }
    }

    @Test func everyFileBeginsWithItsLicence() throws {
        for file in try swiftFiles(below: "Sources") + swiftFiles(below: "Tests") {
            let source = try String(contentsOf: file, encoding: .utf8)
            #expect(source.hasPrefix("// KarooExpress – Apache-2.0\n"), "\(file.lastPathComponent)")
        }
    }

    @Test func nothingIsCalledByAWordThatSaysNothing() throws {
        for file in try swiftFiles(below: "Sources") {
            for word in ["Manager", "Helper", "Utils", "Core", "Store"] {
                #expect(!file.lastPathComponent.hasSuffix("\(word).swift"), "\(file.lastPathComponent)")
            }
        }
    }

    @Test func nothingUnfinishedIsCalledDone() throws {
        for file in try swiftFiles(below: "Sources") {
            let source = try String(contentsOf: file, encoding: .utf8)
            for mark in ["TO" + "DO", "FIX" + "ME"] { #expect(!source.contains(mark), "\(file.lastPathComponent) has \(mark)") }
        }
    }

    // MARK: Reading

    private func text(_ name: String) throws -> String { try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8) }

    private func swiftFiles(below name: String) throws -> [URL] {
        let walk = FileManager.default.enumerator(at: root.appendingPathComponent(name), includingPropertiesForKeys: nil)
        return (walk?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
    }

    private func imports(of file: URL) throws -> Set<String> {
        let source = try String(contentsOf: file, encoding: .utf8)
        let pattern = #/(?m)^\s*(?:@[a-zA-Z_]+(?:\([a-z]+\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|func|protocol|typealias|var|let)\s+)?([A-Za-z_][A-Za-z0-9_]*)/#
        return Set(source.matches(of: pattern).map { String($0.1) })
    }

    /// The part of the manifest that declares a target.
    private func declaration(of target: String, in manifest: String) -> Substring? {
        for match in manifest.matches(of: #/\.(?:executableTarget|target)\(\s*name: "([A-Za-z]+)"/#) where match.1 == target {
            let rest = manifest[match.range.upperBound...]
            let end = rest.firstMatch(of: #/\n        \.|swiftSettings: strict\)/#)?.range.lowerBound ?? rest.endIndex
            return rest[..<end]
        }
        return nil
    }

    private func wordKeys(_ yaml: String) -> Set<String> {
        var keys: Set<String> = []
        var group = ""
        for line in yaml.split(separator: "\n") {
            if let match = line.firstMatch(of: #/^([a-zA-Z0-9]+):\s*$/#) { group = String(match.1) }
            if let match = line.firstMatch(of: #/^  ([a-zA-Z0-9]+):/#) { keys.insert("\(group).\(match.1)") }
        }
        return keys
    }
}
