// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import KarooCrypto
import Synchronization
import Testing

@testable import KarooSite

/// A whole small shop in a fresh folder, built with the project's own Templates and Locales; the folder goes with it.
///
/// The text has one section a file, as `-- Content/marketplace.yaml --`; every path is below the shop's folder.
final class Shop: Sendable {
    let folder: String

    private static let made = Atomic<Int>(0)

    /// The project's folder, found from this file.
    static let project: String = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static let key = try! SigningKey(seed: Array(0..<32))
    static let noon = Instant("2026-11-22T12:00:00Z")!

    init(_ text: String) throws {
        let number = Shop.made.add(1, ordering: .relaxed).newValue
        folder = "\(NSTemporaryDirectory())/karoo-shop-\(getpid())-\(number)".replacing("//", with: "/")
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try add(text)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: Files

    /// Writes the sections of a text; a later one replaces an earlier one of the same path.
    func add(_ text: String) throws {
        var path: String?
        var lines: [Substring] = []
        func finish() throws {
            guard let path else { return }
            try write(path, lines.joined(separator: "\n") + "\n")
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("-- "), line.hasSuffix(" --"), line.utf8.count > 6 {
                try finish()
                path = String(line.dropFirst(3).dropLast(3))
                lines = []
            } else {
                lines.append(line)
            }
        }
        while lines.last == "" { lines.removeLast() }
        try finish()
    }

    func write(_ path: String, _ text: String) throws { try write(path, bytes: Array(text.utf8)) }

    func write(_ path: String, bytes: [UInt8]) throws {
        let full = "\(folder)/\(path)"
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: full))
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(path)") }

    func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(path)") }

    func text(_ path: String) throws -> String { try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8) }

    func change(_ path: String, _ old: String, _ new: String) throws {
        let text = try text(path)
        try #require(text.contains(old), "\(path) has no \(old)")
        try write(path, text.replacing(old, with: new))
    }

    /// Copies Templates or Locales of the project into the shop, where they may be changed; file by file, so that no
    /// link leads back into the project.
    func adopt(_ name: String) throws {
        let source = "\(Shop.project)/\(name)"
        for inner in FileManager.default.enumerator(atPath: source)?.compactMap({ $0 as? String }) ?? [] {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(source)/\(inner)", isDirectory: &isFolder), !isFolder.boolValue else { continue }
            try write("\(name)/\(inner)", bytes: Array(try #require(FileManager.default.contents(atPath: "\(source)/\(inner)"))))
        }
        try #require(has(name), "\(source) is empty")
    }

    /// Every file below a folder of the shop, dot-files too, by its path in that folder.
    func files(_ output: String = "Public") -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in FileManager.default.enumerator(atPath: "\(folder)/\(output)")?.compactMap({ $0 as? String }) ?? [] {
            var isFolder: ObjCBool = false
            let path = "\(folder)/\(output)/\(name)"
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            files[name] = Array(FileManager.default.contents(atPath: path) ?? Data())
        }
        return files
    }

    /// Folders without any file: a build leaves none.
    func emptyFolders(_ output: String = "Public") -> [String] {
        (FileManager.default.enumerator(atPath: "\(folder)/\(output)")?.compactMap { $0 as? String } ?? []).filter { name in
            (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(output)/\(name)"))?.isEmpty == true
        }
    }

    func page(_ name: String, in output: String = "Public") throws -> String { try text("\(output)/\(name)") }

    /// How every published file lies on disk: size, time of change and inode.
    func marks(_ output: String = "Public") -> [String: FileMark] {
        files(output).keys.reduce(into: [:]) { marks, name in
            var status = stat()
            if stat("\(folder)/\(output)/\(name)", &status) == 0 { marks[name] = FileMark(status) }
        }
    }

    // MARK: Building

    func options(
        _ output: String = "Public", state: String = "state", jobs: Int = 2, at instant: Instant = Shop.noon, sequence: Int64? = 1,
        key: SigningKey? = Shop.key, precompress: Bool = false
    ) -> SiteBuild.Options {
        func own(_ name: String) -> String { has(name) ? "\(folder)/\(name)" : "\(Shop.project)/\(name)" }
        return SiteBuild.Options(
            sources: Sources(
                content: "\(folder)/Content", locales: own("Locales"), templates: own("Templates"), facts: has("facts") ? "\(folder)/facts" : nil),
            output: "\(folder)/\(output)", stateFolder: "\(folder)/\(state)", jobs: jobs, instant: instant, sequence: sequence,
            precompress: precompress, signingKey: key)
    }

    @discardableResult
    func build(
        _ output: String = "Public", state: String = "state", jobs: Int = 2, at instant: Instant = Shop.noon, sequence: Int64? = 1,
        key: SigningKey? = Shop.key, precompress: Bool = false
    ) -> SiteBuild.Summary {
        SiteBuild(options(output, state: state, jobs: jobs, at: instant, sequence: sequence, key: key, precompress: precompress)).run()
    }

    /// Builds, and fails the test when the build complains of an error.
    @discardableResult
    func built(
        _ output: String = "Public", state: String = "state", jobs: Int = 2, at instant: Instant = Shop.noon, sequence: Int64? = 1,
        precompress: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> SiteBuild.Summary {
        let summary = build(output, state: state, jobs: jobs, at: instant, sequence: sequence, precompress: precompress)
        try #require(summary.isDone, "\(errors(summary).joined(separator: "\n"))", sourceLocation: sourceLocation)
        return summary
    }

    /// The errors as they are printed, with paths below the shop's folder.
    func errors(_ summary: SiteBuild.Summary) -> [String] {
        summary.issues.sorted.filter { $0.severity == .error }.map { $0.text.replacing(folder + "/", with: "") }
    }
}

/// Compares two trees, and names the first files that differ. The first may hold files of the search index besides, which stay
/// for a while after the last head that named them.
@discardableResult
func expectSame(
    _ one: [String: [UInt8]], _ other: [String: [UInt8]], _ what: @autoclosure () -> String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) -> Bool {
    let missing = Set(other.keys).subtracting(one.keys).sorted()
    let surplus = Set(one.keys).subtracting(other.keys).filter { !($0.hasPrefix("search/") && $0.hasSuffix(".bin")) }.sorted()
    let different = one.keys.filter { name in other[name].map { $0 != one[name]! } ?? false }.sorted()
    guard missing.isEmpty, surplus.isEmpty, different.isEmpty else {
        var report = "\(what()): missing \(missing.prefix(5)), too many \(surplus.prefix(5)), different \(different.count): \(different.prefix(5))"
        if let name = different.first, let mine = one[name], let theirs = other[name] { report += "\n" + firstDifference(mine, theirs) }
        Issue.record(Comment(rawValue: report), sourceLocation: sourceLocation)
        return false
    }
    return true
}

private func firstDifference(_ one: [UInt8], _ other: [UInt8]) -> String {
    let place = zip(one, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(one.count, other.count)
    func around(_ bytes: [UInt8]) -> String {
        String(decoding: bytes[max(0, min(place, bytes.count) - 80)..<min(bytes.count, place + 120)], as: UTF8.self)
    }
    return "at byte \(place):\n  \(around(one))\nand\n  \(around(other))"
}

extension Shop {
    /// Two markets, three languages, four categories and one seller with one product: what most tests begin from.
    static let small = """
        -- Content/marketplace.yaml --
        name: Corner Shop
        baseURL: https://shop.example
        defaultLanguage: en
        languages: [en, de, fr]
        defaultEdition: en-us
        tagline: {en: Good things, de: Gute Dinge, fr: Bonnes choses}
        description: {en: A small shop., de: Ein kleiner Laden., fr: Une petite boutique.}
        hero: {title: {en: Hello, de: Hallo, fr: Bonjour}, text: {en: Look around.}, category: lamps}
        markets:
          us: {name: {en: United States, de: USA, fr: États-Unis}, countries: [US], currency: USD, languages: [en, fr], taxInclusive: false, lowestPriceLaw: false}
          de: {name: {en: Germany, de: Deutschland, fr: Allemagne}, countries: [DE, AT], currency: EUR, languages: [de, en], taxInclusive: true, lowestPriceLaw: true}
        exchangeRates: {date: 2026-11-20, base: EUR, rates: {USD: "1.0850"}}
        -- Content/categories.yaml --
        - id: home
          name: {en: Home, de: Wohnen, fr: Maison}
          children:
            - {id: lamps, name: {en: Lamps, de: Lampen, fr: Lampes}, attributes: [material, colour]}
            - {id: mugs, name: {en: Mugs, de: Becher, fr: Tasses}}
        - {id: tea, name: {en: Tea, de: Tee, fr: Thé}, taxCategory: reduced}
        -- Content/attributes.yaml --
        material: {kind: text, name: {en: Material, de: Material, fr: Matière}, values: {oak: {en: Oak, de: Eiche, fr: Chêne}}, filterable: true}
        height: {kind: number, unit: centimeter, name: {en: Height, de: Höhe, fr: Hauteur}}
        colour: {kind: swatch, name: {en: Colour, de: Farbe, fr: Couleur}, values: {sage: {hex: "#9CAF88", en: Sage, de: Salbei, fr: Sauge}, ink: {hex: "#101820", en: Ink, de: Tinte, fr: Encre}}}
        -- Content/pages/about.en.md --
        ---
        title: About us
        group: about
        ---
        We sell *things*.
        -- Content/pages/about.de.md --
        ---
        title: Über uns
        group: about
        ---
        Wir verkaufen *Dinge*.
        -- Content/sellers/nord/seller.yaml --
        name: Nord
        country: DE
        since: 2014
        accent: "#0B63CE"
        shipping:
          handlingDays: [1, 2]
          rates:
            - {markets: [de], prices: {EUR: "4.90"}, freeFrom: {EUR: "60.00"}, days: [2, 4]}
            - {markets: [us], prices: {USD: "9.90"}, days: [5, 9]}
        returns: {days: 30, paidBy: buyer}
        -- Content/sellers/nord/en.md --
        ---
        tagline: From the north
        ---
        We make lamps.
        -- Content/sellers/nord/products/arne/product.yaml --
        category: lamps
        brand: Nord
        published: 2026-03-01
        weight: 1.2 kg
        attributes: {material: oak, height: 42}
        images: [{file: front.svg, alt: {en: The lamp, de: Die Lampe}}]
        sku: NL-1
        prices: {USD: "59.00", EUR: "54.90"}
        stock: 12
        -- Content/sellers/nord/products/arne/front.svg --
        <svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>
        -- Content/sellers/nord/products/arne/en.md --
        ---
        title: Arne lamp
        summary: A lamp for desks.
        ---
        A lamp that *lasts*.
        -- Content/sellers/nord/products/arne/de.md --
        ---
        title: Lampe Arne
        summary: Eine Lampe für Tische.
        ---
        Eine Lampe, die hält.
        """

    static let arne = "Content/sellers/nord/products/arne/product.yaml"
}
