// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import Support
import Testing

@testable import KarooSite

/// Building upon what the last build left gives what building anew gives.
@Suite struct IncrementalTests {
    @Test(arguments: [false, true]) func randomStepsEndWhereACleanBuildEnds(precompress: Bool) throws {
        var random = Seeded("incremental \(precompress)")
        let shop = try Shop("")
        var content = RandomShop(random, products: 25)
        try content.begin(in: shop)
        try shop.built(at: content.instant, precompress: precompress)
        var history: [String] = []
        for step in 1...(precompress ? 4 : 14) {
            let changes = try (0...random.below(3)).map { _ in try content.step(in: shop) }
            history.append(changes.joined(separator: ", "))
            try content.write(in: shop)
            let summary = shop.build(jobs: 1 + random.below(3), at: content.instant, precompress: precompress)
            #expect(summary.isDone, "seed \(Seeded.seed), step \(step): \(history.last!): \(shop.errors(summary))")
            try? shop.remove("Clean")
            try? shop.remove("state-clean")
            shop.build("Clean", state: "state-clean", at: content.instant, precompress: precompress)
            let files = shop.files()
            let isSame = expectSame(files, shop.files("Clean"), "seed \(Seeded.seed), step \(step): \(history.last!)")
            #expect(shop.emptyFolders().isEmpty, "step \(step): \(history.last!)")
            #expect(summary.files == files.count)
            guard isSame else { break }
        }
    }

    /// The files stay as they are, and yet say something else.
    @Test(arguments: [("nord/products/arne", "nord/products/arno"), ("nord", "nora")]) func foldersGetOtherNames(old: String, new: String) throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let sellers = "\(shop.folder)/Content/sellers"
        try FileManager.default.moveItem(atPath: "\(sellers)/\(old)", toPath: "\(sellers)/\(new)")
        try shop.built()
        try shop.built("Clean", state: "state-clean")
        expectSame(shop.files(), shop.files("Clean"))
    }

    @Test func anUnchangedShopIsNotWrittenAgain() throws {
        let shop = try Shop(Shop.small)
        let first = try shop.built(sequence: nil)
        let marks = shop.marks()
        #expect(first.new == marks.count && first.changed == 0)
        let second = try shop.built(sequence: nil)
        #expect((second.new, second.changed, second.removed, second.rendered) == (0, 0, 0, 0))
        #expect(second.unchanged == first.files && second.files == first.files && second.bytes == first.bytes)
        #expect(shop.marks() == marks)
    }

    @Test func onePriceChangesFewFiles() throws {
        let shop = try Shop("")
        var content = RandomShop(Seeded("few files"), products: 60)
        try content.begin(in: shop)
        let first = try shop.built(sequence: nil)
        let marks = shop.marks()
        let place = content.items.indices.last { !content.items[$0].isDraft && content.items[$0].euros != nil }!
        content.items[place].euros = 9_999
        try content.write(in: shop)
        let second = try shop.built(sequence: nil)
        let after = shop.marks()
        let touched = after.filter { marks[$0.key] != $0.value }
        #expect(second.new + second.changed == touched.count)
        #expect(touched.count < first.files / 4, "\(touched.count) of \(first.files)")
        #expect(touched.keys.contains { $0.hasSuffix("p/\(content.items[place].slug).html") })
    }

    @Test func aTextThatChangesItsLanguageIsFollowed() throws {
        let shop = try Shop(Shop.small)
        try shop.write("Content/sellers/nord/en.md", "We make lamps in the north.\n")
        try shop.built()
        try FileManager.default.moveItem(
            atPath: "\(shop.folder)/Content/sellers/nord/en.md", toPath: "\(shop.folder)/Content/sellers/nord/fr.md")
        try shop.built()
        try shop.built("Clean", state: "state-clean")
        expectSame(shop.files(), shop.files("Clean"))
    }

    @Test func aFileThatShrinksWhileItIsReadEndsNoProcess() throws {
        let shop = try Shop("")
        try shop.write("long.jsonl", String(repeating: "{\"a\": 1}\n", count: 100_000))
        let file = try OpenFile(path: "\(shop.folder)/long.jsonl", shown: "long.jsonl")
        let pieces = try file.pieces(of: 300_000)
        #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == file.count)
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound && $0.upperBound % 9 == 0 })
        #expect(truncate("\(shop.folder)/long.jsonl", 400_000) == 0)
        #expect(try pieces.map { try FileBytes(file, $0).count }.reduce(0, +) == 400_000)
    }

    // MARK: Repairs

    @Test func aCorruptStateIsNone() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let files = shop.files()
        let state = try #require(try FileManager.default.contentsOfDirectory(atPath: "\(shop.folder)/state").first { $0.hasSuffix(".state") })
        let bytes = try #require(FileManager.default.contents(atPath: "\(shop.folder)/state/\(state)"))
        var random = Seeded("corrupt state")
        for round in 0..<6 {
            var broken = Array(bytes)
            switch round {
            case 0: broken = []
            case 1: broken.removeLast(random.below(broken.count))
            case 2: broken += [1, 2, 3]
            default: broken[random.below(broken.count)] ^= UInt8(1 + random.below(255))
            }
            try shop.write("state/\(state)", bytes: broken)
            try shop.built()
            expectSame(shop.files(), files, "round \(round)")
        }
    }

    /// Whoever deletes the state deletes what is known of older files: those that the shop has no more stay where
    /// they are, as files of strangers do. Everything else is as a clean build makes it.
    @Test func withoutAStateOrphansStay() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let before = shop.files()
        try FileManager.default.moveItem(
            atPath: "\(shop.folder)/Content/sellers/nord/products/arne", toPath: "\(shop.folder)/Content/sellers/nord/products/berta")
        try shop.change("Content/sellers/nord/products/berta/product.yaml", "NL-1", "NL-2")
        try shop.remove("state")
        try shop.built()
        try shop.built("Clean", state: "other")
        let clean = shop.files("Clean")
        let after = shop.files()
        let orphans = Set(after.keys).subtracting(clean.keys)
        #expect(orphans.contains("en-us/p/arne.html"))
        #expect(orphans.isSubset(of: before.keys))
        expectSame(after.filter { clean[$0.key] != nil }, clean)
    }

    @Test func tamperedAndDeletedFilesAreMadeAnew() throws {
        let shop = try Shop(Shop.small)
        try shop.built(precompress: true)
        let clean = shop.files()
        var random = Seeded("tampered")
        for round in 0..<8 {
            let names = clean.keys.sorted()
            for _ in 0...random.below(4) {
                let name = random.one(of: names)
                switch random.below(4) {
                case 0: try? shop.remove("Public/\(name)")
                case 1: try shop.write("Public/\(name)", clean[name]!.isEmpty ? "x" : String(decoding: clean[name]!.dropLast(), as: UTF8.self) + "?")
                case 2:
                    try? shop.remove("Public/\(name)")
                    try FileManager.default.createSymbolicLink(atPath: "\(shop.folder)/Public/\(name)", withDestinationPath: "/dev/null")
                default: try shop.write("Public/\(name)", "")
                }
            }
            try shop.built(precompress: true)
            expectSame(shop.files(), clean, "seed \(Seeded.seed), round \(round)")
        }
        try shop.remove("Public")
        try shop.built(precompress: true)
        expectSame(shop.files(), clean)
    }

    @Test func filesOfOthersAreSpared() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let clean = shop.files()
        let foreign = [".well-known/security.txt", ".htaccess", "google123.html", "en-us/p/mine.html", "media/own.svg", "empty-of-ours/x"]
        for name in foreign { try shop.write("Public/\(name)", "foreign") }
        try shop.change(Shop.arne, "54.90", "55.90")
        try shop.built()
        try FileManager.default.removeItem(atPath: "\(shop.folder)/Content/sellers/nord/products/arne")
        try shop.built()
        let after = shop.files()
        for name in foreign { #expect(after[name] == Array("foreign".utf8), "\(name)") }
        #expect(after["en-us/p/arne.html"] == nil)
        #expect(clean["en-us/p/arne.html"] != nil)
    }

    @Test func twoOutputsOfOneShopDoNotDisturbEachOther() throws {
        let shop = try Shop(Shop.small)
        try shop.built("One")
        try shop.built("Two")
        try shop.change(Shop.arne, "54.90", "55.90")
        let one = try shop.built("One")
        let two = try shop.built("Two")
        #expect(one.changed == two.changed && one.changed > 0)
        expectSame(shop.files("One"), shop.files("Two"))
    }
}
