// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import Support
import Testing

@testable import KarooSite

/// What the last build read is as good as reading it anew, and nothing is believed that is damaged or out of date.
@Suite struct KnownProductsTests {
    @Test func everyProductOfTheDemonstrationComesBackWhole() throws {
        let shop = try Shop("")
        let content = "\(Shop.project)/Content"
        let products = "\(shop.folder)/known"
        let read = try #require(self.read(content, products))
        let again = try #require(self.read(content, products))
        #expect(read.products.count > 100)
        #expect(again.products.count == read.products.count)
        for (one, other) in zip(read.products, again.products) {
            #expect(described(one.product) == described(other.product), "\(one.product.id)")
            #expect(one.fingerprint == other.fingerprint)
        }
        // All of them, but for those of which something is said each time.
        let known = KnownProducts(path: products, foundation: foundation(of: content))
        #expect(known.count > 100)
    }

    @Test func aRebuildFromKnownProductsGivesTheSameBytes() throws {
        let shop = try Shop("")
        var content = RandomShop(Seeded("known products"), products: 40)
        try content.begin(in: shop)
        try shop.built("One", at: content.instant)
        try shop.built("Two", state: "state", at: content.instant)
        // The second output has a state of its own; this one takes the products of the first.
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(shop.folder)/state").filter { $0.hasSuffix(".products") }
        #expect(names.count == 2)
        try shop.remove("One")
        try shop.built("One", at: content.instant)
        expectSame(shop.files("One"), shop.files("Two"), "seed \(Seeded.seed)")
    }

    @Test func warningsAreSaidEachTime() throws {
        let shop = try Shop(Shop.small)
        try shop.change("Content/sellers/nord/products/arne/product.yaml", "stock: 12", "stock: 12\nstok: 13")
        let first = try shop.built().issues.all.map(\.text).filter { $0.contains("stok") }
        #expect(first.count == 1)
        #expect(try shop.built().issues.all.map(\.text).filter { $0.contains("stok") } == first)
    }

    @Test func otherAttributesAreReadWithOtherEyes() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        try shop.change("Content/attributes.yaml", "height: {kind: number", "height: {kind: boolean")
        let summary = shop.build()
        #expect(shop.errors(summary).contains { $0.contains("height") && $0.contains("boolean") }, "\(shop.errors(summary))")
    }

    @Test func damagedFilesAreNone() throws {
        let shop = try Shop("")
        var content = RandomShop(Seeded("damaged products"), products: 12)
        try content.begin(in: shop)
        try shop.built(at: content.instant)
        let files = shop.files()
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: "\(shop.folder)/state").first { $0.hasSuffix(".products") })
        let bytes = Array(try #require(FileManager.default.contents(atPath: "\(shop.folder)/state/\(name)")))
        var random = Seeded("damaged products")
        for round in 0..<24 {
            var broken = bytes
            switch round {
            case 0: broken = []
            case 1: broken.removeLast(1 + random.below(broken.count - 1))
            case 2: broken += [1, 2, 3]
            default: for _ in 0...random.below(3) { broken[random.below(broken.count)] ^= UInt8(1 + random.below(255)) }
            }
            try shop.write("state/\(name)", bytes: broken)
            #expect(shop.build(at: content.instant).isDone)
            expectSame(shop.files(), files, "seed \(Seeded.seed), round \(round)")
        }
    }

    // MARK: Reading

    private func read(_ content: String, _ products: String) -> Catalog? {
        var issues = Issues()
        let sources = Sources(content: content, locales: "\(Shop.project)/Locales", templates: "\(Shop.project)/Templates", facts: nil)
        let read = ContentReader.read(sources, known: [:], products: products, jobs: 2, &issues)
        #expect(!issues.hasErrors)
        return read?.catalog
    }

    private func foundation(of content: String) -> Fingerprint {
        ContentReader.foundation(SourceFolder(path: content, shown: content))
    }

    /// Every stored part of a product; long texts by what they say, since they may lie elsewhere.
    private func described(_ product: Product) -> String {
        var text = ""
        dump(product, to: &text)
        var lines: [Substring] = []
        var depth: Int?
        for line in text.split(separator: "\n") {
            let indentation = line.prefix { $0 == " " }.count
            if let skipped = depth, indentation > skipped { continue }
            depth = line.contains("bodySource") ? indentation : nil
            if depth == nil { lines.append(line) }
        }
        return lines.joined(separator: "\n") + product.texts.map { "\($0.language) \($0.body)" }.joined()
    }
}
