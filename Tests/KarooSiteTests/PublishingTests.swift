// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import KarooCrypto
import Support
import Testing

@testable import KarooSite

/// What a build publishes, and how it meets the world outside.
@Suite struct PublishingTests {
    // MARK: The same whatever the way

    @Test func folderLineAndRowGiveTheSamePages() throws {
        let folder = try Shop(Shop.small)
        try folder.write("Content/sellers/nord/products/arne/en.md", "---\ntitle: Arne lamp\nsummary: A lamp, for desks.\n---\nA lamp that *lasts*.\n")
        try folder.built()
        let product = """
            {"slug": "arne", "category": "lamps", "brand": "Nord", "published": "2026-03-01", "weight": "1.2 kg", \
            "attributes": {"material": "oak", "height": 42}, "images": [{"file": "images/front.svg", "alt": {"en": "The lamp", "de": "Die Lampe"}}], \
            "sku": "NL-1", "prices": {"USD": "59.00", "EUR": "54.90"}, "stock": 12, \
            "text": {"en": {"title": "Arne lamp", "summary": "A lamp, for desks.", "body": "A lamp that *lasts*.\\n"}, \
            "de": {"title": "Lampe Arne", "summary": "Eine Lampe für Tische.", "body": "Eine Lampe, die hält.\\n"}}}

            """
        let table = """
            slug,category,brand,published,weight,attributes.material,attributes.height,images,sku,prices.USD,prices.EUR,stock,text.en.title,text.en.summary,text.en.body,text.de.title,text.de.summary,text.de.body
            arne,lamps,Nord,2026-03-01,1.2 kg,oak,42,"[{""file"": ""images/front.svg"", ""alt"": {""en"": ""The lamp"", ""de"": ""Die Lampe""}}]",NL-1,59.00,54.90,12,Arne lamp,"A lamp, for desks.","A lamp that *lasts*.
            ",Lampe Arne,Eine Lampe für Tische.,"Eine Lampe, die hält.
            "

            """
        for (name, text) in [("products.jsonl", product), ("products.csv", table)] {
            let bulk = try Shop(Shop.small)
            try FileManager.default.createDirectory(atPath: "\(bulk.folder)/Content/sellers/nord/images", withIntermediateDirectories: true)
            try FileManager.default.moveItem(
                atPath: "\(bulk.folder)/Content/sellers/nord/products/arne/front.svg", toPath: "\(bulk.folder)/Content/sellers/nord/images/front.svg")
            try bulk.remove("Content/sellers/nord/products")
            try bulk.write("Content/sellers/nord/\(name)", text)
            try bulk.built()
            expectSame(bulk.files(), folder.files(), name)
        }
    }

    @Test func twoBuildsAndAnyNumberOfJobsGiveTheSameBytes() throws {
        let shop = try Shop("")
        var content = RandomShop(Seeded("determinism"), products: 30)
        content.hours = 5
        try content.begin(in: shop)
        try shop.built("One", state: "1", jobs: 1, at: content.instant, precompress: true)
        try shop.built("Four", state: "4", jobs: 4, at: content.instant, precompress: true)
        try shop.built("Again", state: "5", jobs: 4, at: content.instant, precompress: true)
        expectSame(shop.files("One"), shop.files("Four"))
        expectSame(shop.files("Again"), shop.files("Four"))
        #expect(shop.files("One").keys.contains { $0.hasSuffix(".html.gz") })
    }

    @Test func aCheckWritesNothing() throws {
        let shop = try Shop(Shop.small)
        let summary = SiteBuild(shop.options()).check()
        #expect(summary.isDone && summary.pages > 0 && summary.products == 1)
        #expect(!shop.has("Public") && !shop.has("state"))
        #expect(try shop.built().pages == summary.pages)
    }

    // MARK: The world outside

    @Test func aLinkInPlaceOfTheStageLeadsNowhere() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        try shop.write("elsewhere/0/file", "mine")
        let stage = "\(shop.folder)/Public/\(FolderOutput.stageName)"
        try FileManager.default.createSymbolicLink(atPath: stage, withDestinationPath: "\(shop.folder)/elsewhere")
        #expect(!shop.build().isDone)
        try FileManager.default.removeItem(atPath: stage)
        try FileManager.default.createDirectory(atPath: stage, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(stage)/0", withDestinationPath: "\(shop.folder)/elsewhere/0")
        #expect(!shop.build().isDone)
        #expect(try shop.text("elsewhere/0/file") == "mine")
    }

    @Test func aSequenceThatFallsIsTold() throws {
        let shop = try Shop(Shop.small)
        try shop.built(sequence: 5)
        try shop.change(Shop.arne, "54.90", "55.90")
        let summary = shop.build(sequence: 4)
        #expect(summary.isDone && summary.issues.all.contains { $0.severity == .warning && $0.message.contains("the sequence 4 is below 5") })
        #expect(try !shop.built(sequence: 6).issues.all.contains { $0.message.contains("sequence") })
    }

    @Test func aSecondBuildAtTheSameTimeIsRefused() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let marks = shop.marks()
        try shop.change(Shop.arne, "54.90", "55.90")
        let first = try FolderOutput(root: "\(shop.folder)/Public", workers: 2)
        let summary = shop.build()
        #expect(shop.errors(summary) == ["Public: error: another build is writing here; wait until it has ended"])
        #expect(!summary.isInputAtFault)
        #expect(shop.marks() == marks)
        first.close()
        #expect(try shop.built().changed > 0)
        #expect(!shop.has("Public/\(FolderOutput.stageName)"))
    }

    /// A folder where a file shall be: nothing else is harmed, and the next build goes on.
    @Test func aFolderInTheWayIsNamed() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let clean = shop.files()
        try shop.remove("Public/en-us/p/arne.html")
        try shop.write("Public/en-us/p/arne.html/foreign", "x")
        let summary = shop.build()
        #expect(!summary.isDone && !summary.isInputAtFault)
        #expect(shop.errors(summary).contains { $0.hasPrefix("Public/en-us/p/arne.html: error: cannot be written: a folder is in the way") })
        var rest = shop.files()
        rest["en-us/p/arne.html/foreign"] = nil
        rest["en-us/p/arne.html"] = clean["en-us/p/arne.html"]
        expectSame(rest, clean)
        try shop.remove("Public/en-us/p/arne.html")
        try shop.built()
        expectSame(shop.files(), clean)
    }

    @Test func aFileInTheWayOfAFolderIsNamed() throws {
        let shop = try Shop(Shop.small)
        try shop.write("Public/en-us", "a file")
        let summary = shop.build()
        #expect(!summary.isDone && !summary.isInputAtFault)
        #expect(shop.errors(summary).contains { $0.hasPrefix("Public/en-us/") && $0.contains("cannot be") }, "\(shop.errors(summary))")
        #expect(try shop.page("en-us") == "a file")
        try shop.remove("Public/en-us")
        try shop.built()
        try shop.built("Clean", state: "other")
        expectSame(shop.files(), shop.files("Clean"))
    }

    @Test func anOutputThatCannotBeMadeIsNamed() throws {
        let shop = try Shop(Shop.small)
        try shop.write("file", "x")
        let summary = shop.build("file/Public")
        #expect(shop.errors(summary).contains { $0.hasPrefix("file/Public: error: cannot be") }, "\(shop.errors(summary))")
        #expect(!summary.isInputAtFault)
    }

    // MARK: Prices in time

    @Test func aSaleIsPublishedWhileItRuns() throws {
        let shop = try Shop(Shop.small)
        let from = Instant("2026-11-27T00:00:00Z")!
        let until = Instant("2026-12-01T00:00:00Z")!
        try shop.change(Shop.arne, "stock: 12", "stock: 12\nsales: [{from: 2026-11-27T00:00:00Z, until: 2026-12-01T00:00:00Z, prices: {EUR: \"44.90\"}, lowest30Days: {EUR: \"49.90\"}}]")
        func page(_ instant: Instant) throws -> (text: String, next: Instant?) {
            let summary = try shop.built(at: instant)
            return (try shop.page("de-de/p/arne.html"), summary.nextPriceChange)
        }
        for (instant, isRunning, next) in [
            (Shop.noon, false, from), (from.adding(milliseconds: -1), false, from), (from, true, until),
            (until.adding(milliseconds: -1), true, until), (until, false, nil), (until.adding(milliseconds: 1_000), false, nil), (Shop.noon, false, from),
        ] as [(Instant, Bool, Instant?)] {
            let page = try page(instant)
            #expect(page.text.contains("44,90") == isRunning, "\(instant)")
            #expect(page.text.contains("54,90"), "\(instant)")
            #expect(page.text.contains("49,90") == isRunning, "\(instant)")
            #expect(page.next == next, "\(instant)")
            #expect(!(try shop.page("en-us/p/arne.html").contains("44.90")))
        }
    }

    // MARK: The offer book

    private func open(_ shop: Shop, key: VerifyingKey = Shop.key.verifyingKey) throws -> (head: OfferHead, book: OfferBook) {
        let files = shop.files()
        return try OfferBook.open(
            head: try #require(files[OfferBook.headPath]), known: nil, digest: { SHA256.digest(of: $0).hex },
            isSigned: { bytes, signature, id in
                guard id == key.id, let signature = Base64URL.decode(signature) else { return false }
                return key.isValid(signature, for: bytes)
            },
            read: { files[$0] })
    }

    @Test func theOfferBookSaysWhatThePagesSay() throws {
        let shop = try Shop(Shop.small)
        try shop.write("Content/taxes.yaml", "de: {standard: \"19\", reduced: \"7\", AT: {standard: \"20\"}}\n")
        #expect(try shop.built(sequence: 7).isSigned)
        let (head, book) = try open(shop)
        #expect(head.sequence == 7 && head.builtAt == Shop.noon && book.offers.count == 1)
        let offer = try #require(book.offer("nord/NL-1"))
        #expect(offer.product == "nord/arne" && offer.weightGrams == 1_200)
        #expect(offer.markets.map(\.market) == ["de", "us"])
        #expect(offer.markets.map { $0.schedule.base.amount.decimal } == ["54.90", "59.00"])
        #expect(book.terms.taxes.count == 3 && book.terms.seller("nord") != nil)
        #expect(throws: OfferBookRefusal.self) { try open(shop, key: SigningKey(seed: Array(1...32)).verifyingKey) }
    }

    @Test func theHeadIsKeptWhileTheBookSaysTheSame() throws {
        let shop = try Shop(Shop.small)
        try shop.built(sequence: nil)
        let first = try open(shop).head
        #expect(first.sequence == Shop.noon.millisecondsSinceEpoch / 1_000)
        try shop.built(at: Shop.noon.adding(milliseconds: 60_000), sequence: nil)
        #expect(try open(shop).head == first)
        try shop.change("Content/sellers/nord/products/arne/en.md", "A lamp for desks.", "A light for desks.")
        try shop.built(at: Shop.noon.adding(milliseconds: 90_000), sequence: nil)
        #expect(try open(shop).head == first)
        try shop.change(Shop.arne, "54.90", "55.90")
        // The clock stood still or went back: the sequence grows all the same.
        try shop.built(at: Shop.noon.adding(milliseconds: -5_000), sequence: nil)
        let second = try open(shop).head
        #expect(second.sequence == first.sequence + 1 && second.digest != first.digest)
        try shop.built(sequence: second.sequence + 99)
        #expect(try open(shop).head.sequence == second.sequence + 99)
    }

    @Test func withoutAKeyThereIsNoHead() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let summary = shop.build(key: nil)
        #expect(summary.isDone && !summary.isSigned)
        #expect(shop.files()[OfferBook.headPath] == nil)
        #expect(shop.files().keys.contains { $0.hasPrefix("offers/index.") })
    }

    /// What the head names exists at every moment: a head that was read before a build still finds its files after it,
    /// or is replaced as the last.
    @Test func aTamperedBookIsRefused() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        for name in shop.files().keys where name.hasPrefix("offers/") && name != OfferBook.headPath {
            let bytes = shop.files()[name]!
            try shop.write("Public/\(name)", bytes: bytes.dropLast() + [0x20])
            #expect(throws: OfferBookRefusal.self) { try open(shop) }
            try shop.write("Public/\(name)", bytes: bytes)
        }
        _ = try open(shop)
    }

    // MARK: Languages

    @Test func missingTextsFallBackInOrder() throws {
        let shop = try Shop(Shop.small)
        let summary = try shop.built()
        // French has no text of the lamp: English, the default, is shown.
        #expect(try shop.page("fr-us/p/arne.html").contains("Arne lamp"))
        #expect(try shop.page("de-de/p/arne.html").contains("Lampe Arne"))
        #expect(summary.issues.all.contains { $0.severity == .warning && $0.message.contains("no text in fr: the text in en is shown") })
        try shop.change("Content/marketplace.yaml", "defaultEdition", "fallbacks: {fr: [de]}\ndefaultEdition")
        try shop.built()
        #expect(try shop.page("fr-us/p/arne.html").contains("Lampe Arne"))
        try shop.remove("Content/sellers/nord/products/arne/en.md")
        try shop.built()
        #expect(try shop.page("en-us/p/arne.html").contains("Lampe Arne"))
    }

    @Test func completenessIsCountedByLanguage() throws {
        let shop = try Shop(Shop.small)
        let before = try shop.built().issues.warnings
        try shop.write("Content/sellers/nord/products/arne/fr.md", "---\ntitle: Lampe Arne\n---\nUne lampe.\n")
        #expect(try shop.built().issues.warnings == before - 1)
    }

    @Test func everyEditionNamesAllOthersAndTheStandard() throws {
        let shop = try Shop(Shop.small)
        try shop.change(Shop.arne, "sku: NL-1", "slugs: {de: lampe-arne}\nsku: NL-1")
        try shop.built()
        let pages = ["en-us/p/arne", "fr-us/p/arne", "de-de/p/lampe-arne", "en-de/p/arne"]
        for page in pages {
            let html = try shop.page("\(page).html")
            #expect(html.contains("<link rel=\"canonical\" href=\"https://shop.example/\(page).html\""), "\(page)")
            for (hreflang, other) in zip(["en-US", "fr-US", "de-DE", "en-DE"], pages) {
                #expect(html.contains("hreflang=\"\(hreflang)\" href=\"https://shop.example/\(other).html\""), "\(page) → \(other)")
            }
            #expect(html.contains("hreflang=\"x-default\" href=\"https://shop.example/en-us/p/arne.html\""), "\(page)")
        }
    }

    /// With many editions the sitemaps say it, which readers need not fetch.
    @Test func manyEditionsNameEachOtherInSitemaps() throws {
        let shop = try Shop(Shop.small)
        try shop.change(
            "Content/marketplace.yaml", "\nexchangeRates",
            "\n  at: {name: {en: Austria}, countries: [CH], currency: EUR, languages: [de, fr], taxInclusive: true, lowestPriceLaw: true}\nexchangeRates")
        try shop.built()
        let page = try shop.page("en-us/p/arne.html")
        #expect(page.contains("<link rel=\"canonical\"") && !page.contains("rel=\"alternate\" hreflang"))
        #expect(try !shop.page("index.html").contains("rel=\"alternate\" hreflang"))
        let products = try shop.page("sitemaps/en-us-products-1.xml")
        #expect(products.contains(" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">"))
        for (hreflang, edition) in [("en-US", "en-us"), ("de-CH", "de-at"), ("fr-CH", "fr-at"), ("x-default", "en-us")] {
            #expect(products.contains("<xhtml:link rel=\"alternate\" hreflang=\"\(hreflang)\" href=\"https://shop.example/\(edition)/p/arne.html\"/>"))
        }
        #expect(try shop.page("sitemaps/root.xml").contains("hreflang=\"x-default\" href=\"https://shop.example/\"/>"))
        #expect(try shop.page("sitemaps/de-at-pages.xml").contains("hreflang=\"x-default\" href=\"https://shop.example/\"/>"))
        // One edition less, and the pages say it again.
        try shop.change("Content/marketplace.yaml", "languages: [de, fr], taxInclusive", "languages: [de], taxInclusive")
        try shop.built()
        #expect(try shop.page("en-us/p/arne.html").contains("hreflang=\"de-CH\""))
        #expect(try !shop.page("sitemaps/en-us-products-1.xml").contains("xhtml"))
    }

    @Test func selectionsAreNotFetched() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let lines = try shop.page("robots.txt").split(separator: "\n").map(String.init)
        for name in ["brand", "category", "location", "material", "page", "price", "q", "rating", "seller", "sort", "stock"] {
            #expect(lines.contains("Disallow: /*?*\(name)="), "\(name)")
        }
        // Height cannot be filtered by, and pages that say that they are not to be found must be read.
        #expect(!lines.contains { $0.contains("height") || $0.contains("wishlist") || $0.contains("*v=") })
    }

    @Test func notSoldInAMarketIsNotPublishedThere() throws {
        let shop = try Shop(Shop.small)
        try shop.change(Shop.arne, "USD: \"59.00\", ", "")
        try shop.built()
        let files = shop.files()
        #expect(files["en-us/p/arne.html"] == nil && files["fr-us/p/arne.html"] == nil)
        #expect(files["de-de/p/arne.html"] != nil)
        #expect(!(try shop.page("de-de/p/arne.html").contains("en-us/p/arne.html")))
    }

    @Test func takedownsAreNotPublished() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        #expect(shop.files()["en-us/p/arne.html"] != nil)
        try shop.write("facts/takedowns.jsonl", "{\"product\": \"nord/arne\", \"reason\": \"unsafe\"}\n")
        try shop.built()
        #expect(!shop.files().keys.contains { $0.hasSuffix("/p/arne.html") })
        #expect(try open(shop).book.offers.isEmpty)
    }
}
