// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import Testing

@testable import KarooSite

/// A small marketplace for imports, and what every import must hold to.
enum ImportSample {
    private static let en = Language("en")!
    private static let de = Language("de")!
    private static let languages = Languages(all: [en, de], standard: en)

    static let markets: [Market] = [
        market("us", "USD"), market("de", "EUR", lowestPriceLaw: true), market("ie", "EUR"), market("jp", "JPY"), market("kw", "KWD"),
    ]

    private static func market(_ id: String, _ currency: String, lowestPriceLaw: Bool = false) -> Market {
        Market(
            id: Market.ID(id), name: LocalizedText([(en, id)]), countries: [id.uppercased()], currency: Currency(currency)!, languages: [en, de],
            taxInclusive: true, lowestPriceLaw: lowestPriceLaw)
    }

    static let categories: CategoryTree = {
        var tree = CategoryTree()
        func add(_ id: String, _ english: String, _ german: String, google: Int? = nil, below parent: Int? = nil) -> Int {
            tree.add(
                Category(
                    id: Category.ID(id), name: LocalizedText([(en, english), (de, german)]), googleCategory: google, parent: parent,
                    depth: parent.map { tree[$0].depth + 1 } ?? 0))!
        }
        let home = add("home", "Home & living", "Wohnen")
        let lighting = add("lighting", "Lighting", "Leuchten", google: 594, below: home)
        _ = add("desk-lamps", "Desk lamps", "Schreibtischlampen", google: 4636, below: lighting)
        _ = add("blankets", "Blankets", "Decken", below: home)
        _ = add("mugs", "Mugs", "Becher", below: home)
        _ = add("tea", "Tea", "Tee")
        return tree
    }()

    static let attributes: [Attribute.Key: Attribute] = {
        let all = [
            Attribute(
                key: "colour", kind: .swatch, name: LocalizedText([(en, "Colour"), (de, "Farbe")]),
                choices: [.init(key: "sage", name: LocalizedText([(en, "Sage"), (de, "Salbei")]), hex: "#9CAF88")]),
            Attribute(
                key: "material", kind: .text, name: LocalizedText([(en, "Material")]),
                choices: [.init(key: "oak", name: LocalizedText([(en, "Oak"), (de, "Eiche")]))]),
            Attribute(key: "height", kind: .number, name: LocalizedText([(en, "Height")]), unit: "centimeter"),
            Attribute(key: "dishwasherSafe", kind: .boolean, name: LocalizedText([(en, "Dishwasher safe")])),
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })
    }()

    static func terms(currency: String? = "USD", category: String? = nil, language: String = "en") -> ImportTerms {
        ImportTerms(
            seller: "nordlicht", language: Language(language)!, currency: currency.map { Currency($0)! }, category: category.map { Category.ID($0) },
            categories: categories, attributes: attributes, markets: markets)
    }

    static func existing(_ text: String = "", byHand: Set<String> = []) -> ProductLines {
        var issues = Issues()
        return ProductLines(Array(text.utf8), file: "products.jsonl", writtenByHand: byHand, &issues)
    }

    static func shopify(_ text: String, currency: String? = "USD", category: String? = nil, existing: ProductLines = existing()) -> ImportResult {
        shopify(Array(text.utf8), currency: currency, category: category, existing: existing)
    }

    static func shopify(_ bytes: [UInt8], currency: String? = "USD", category: String? = nil, existing: ProductLines = existing()) -> ImportResult {
        bytes.withUnsafeBytes { ShopifyImport.read($0, file: "file.csv", terms(currency: currency, category: category), existing: existing) }
    }

    static func merchant(_ text: String, currency: String? = nil, category: String? = nil, existing: ProductLines = existing()) -> ImportResult {
        merchant(Array(text.utf8), currency: currency, category: category, existing: existing)
    }

    static func merchant(_ bytes: [UInt8], currency: String? = nil, category: String? = nil, existing: ProductLines = existing()) -> ImportResult {
        bytes.withUnsafeBytes { MerchantImport.read($0, file: "feed.xml", terms(currency: currency, category: category), existing: existing) }
    }

    /// What `products.jsonl` holds after the import.
    static func lines(_ result: ImportResult, over text: String = "", language: String = "en") -> String {
        var result = result
        return String(decoding: existing(text).merged(with: &result, importedFrom: "file", terms(language: language)), as: UTF8.self)
    }

    /// The build reads every line that an import writes, and finds no fault in it.
    static func expectReadable(_ result: ImportResult, sourceLocation: SourceLocation = #_sourceLocation) {
        let reader = ProductReader(
            seller: "nordlicht", languages: languages, markets: Markets(markets), categories: categories, attributes: attributes)
        var skus: Set<String> = []
        for line in lines(result).split(separator: "\n") {
            var issues = Issues()
            let bytes = Array(line.utf8)
            let product = bytes.withUnsafeBytes { bytes -> Product? in
                guard let document = try? JSONParser.parse(bytes, file: "line", firstLine: 1, owner: nil) else { return nil }
                return reader.product(document.root, folderName: nil, words: [], &issues)
            }
            #expect(product != nil, "\(line)", sourceLocation: sourceLocation)
            #expect(issues.all.filter { $0.severity != .note }.map(\.text) == [], "\(line)", sourceLocation: sourceLocation)
            for variant in product?.variants ?? [] { #expect(skus.insert(variant.sku).inserted, "\(variant.sku)", sourceLocation: sourceLocation) }
        }
    }
}

extension ImportReport {
    static func of(products: Int, variants: Int, pictures: Int = 0, unpublished: Int = 0, skippedProducts: Int = 0, skippedVariants: Int = 0) -> ImportReport {
        var report = ImportReport()
        (report.products, report.variants, report.pictures, report.unpublished) = (products, variants, pictures, unpublished)
        (report.skippedProducts, report.skippedVariants) = (skippedProducts, skippedVariants)
        return report
    }
}

/// Lines are replaced one by one; what an import knows nothing of stays.
@Suite struct ImportLinesTests {
    private static let csv =
        ImportShopifyTests.header + """
            mug,Mug,,,,Mugs,,,Colour,Sage,,,,,M-1,,,,,9.90,12.00,,https://cdn.example/m.jpg,1,A mug,,,,,,,
            mug,,,,,,,,,Blue,,,,,M-2,,,,,9.90,,,,,,,,,,,,
            tea,Tea,,,,Tea,,,,,,,,,T-1,,,,,4,,,,,,,,,,,,

            """

    @Test func theSameImportTwiceChangesNothing() {
        let once = ImportSample.lines(ImportSample.shopify(Self.csv))
        let existing = ImportSample.existing(once)
        #expect(ImportSample.lines(ImportSample.shopify(Self.csv, existing: existing), over: once) == once)
    }

    @Test func replacesInPlaceAndKeepsTheRest() {
        let before = """
            {"slug":"first","sku":"F-1"}
            not JSON

            {"slug":"tea","category":"tea","sku":"T-1","text":{"en":{"title":"Old tea"}}}\r
            {"slug":"last","sku":"L-1"}
            """
        let after = ImportSample.lines(ImportSample.shopify(Self.csv), over: before).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(after.count == 7)
        #expect(after[0] == #"{"slug":"first","sku":"F-1"}"# && after[1] == "not JSON" && after[2] == "")
        #expect(after[3].hasPrefix(#"{"slug":"tea","category":"tea","sku":"T-1","prices":{"USD":"4.00"}"#) && !after[3].contains("Old"))
        #expect(after[4] == #"{"slug":"last","sku":"L-1"}"#)
        #expect(after[5].hasPrefix(#"{"slug":"mug","#) && after[6] == "")
    }

    @Test func keepsOtherLanguagesAndCurrenciesAndWhatNoImportKnows() {
        let before = #"""
            {"slug":"mug","category":"tea","categories":["home"],"published":"2026-01-02","modified":"2026-02-03","taxCategory":"reduced","slugs":{"de":"becher"},"attributes":{"gone":"x"},"images":[{"file":"https://cdn.example/m.jpg","alt":{"de":"Ein Becher","en":"Old"}}],"options":["colour"],"variants":[{"sku":"M-1","options":{"colour":"old"},"prices":{"EUR":"8.90","USD":"1.00","us":"9.50","de":"8.50"},"compareAt":{"USD":"2.00","us":"3.00","EUR":"10.90"},"lowest30Days":{"EUR":"9.90","USD":"1.50"},"sales":[{"from":"2026-11-27T00:00:00Z","until":"2026-12-01T00:00:00Z","prices":{"EUR":"7.90","USD":"0.50"},"lowest30Days":{"EUR":"8.00"}},{"from":"2026-11-27T00:00:00Z","until":"2026-12-01T00:00:00Z","prices":{"USD":"0.50"}}]}],"models":{"gltf":"m.glb"},"note":"mine","text":{"de":{"title":"Becher"},"en":{"title":"Old","summary":"By hand"}}}
            """#
        let line = ImportSample.lines(ImportSample.shopify(Self.csv), over: before).split(separator: "\n")[0]
        #expect(
            line == #"""
                {"slug":"mug","category":"mugs","categories":["home"],"published":"2026-01-02","modified":"2026-02-03","taxCategory":"reduced","slugs":{"de":"becher"},"images":[{"file":"https://cdn.example/m.jpg","alt":{"de":"Ein Becher","en":"A mug"}}],"options":["colour"],"variants":[{"sku":"M-1","options":{"colour":"sage"},"prices":{"EUR":"8.90","USD":"9.90","de":"8.50","us":"9.50"},"compareAt":{"EUR":"10.90","USD":"12.00"},"lowest30Days":{"EUR":"9.90"},"sales":[{"from":"2026-11-27T00:00:00Z","until":"2026-12-01T00:00:00Z","prices":{"EUR":"7.90"},"lowest30Days":{"EUR":"8.00"}}],"availability":"untracked"},{"sku":"M-2","options":{"colour":"Blue"},"prices":{"USD":"9.90"},"availability":"untracked"}],"models":{"gltf":"m.glb"},"note":"mine","text":{"de":{"title":"Becher"},"en":{"title":"Mug","summary":"By hand"}}}
                """#)
    }

    @Test func keepsTheCategoryThatWasChosenByHand() {
        let before = #"{"slug":"thing","category":"lighting","sku":"X-1"}"#
        let csv = ImportShopifyTests.header + "thing,Thing,,,,Gizmo,,,,,,,,,X-1,,,,,1,,,,,,,,,,,,\n"
        let result = ImportSample.shopify(csv, category: "mugs", existing: ImportSample.existing(before))
        #expect(result.products.map { $0.category?.text } == ["lighting"])
    }

    @Test func leavesProductsAloneThatHaveAFolder() {
        let result = ImportSample.shopify(Self.csv, existing: ImportSample.existing(byHand: ["mug"]))
        #expect(result.products.map(\.slug.text) == ["tea"])
        #expect(
            result.issues.all.map(\.text) == [
                "file.csv:2: warning: \"mug\" is left out: products/mug/ describes it already; remove that folder to take the product from this file"
            ])
    }

    @Test func doesNotTakeASKUFromALineThatStays() {
        var result = ImportSample.shopify(Self.csv)
        let lines = ImportSample.existing("{\"slug\":\"old-mug\",\"variants\":[{\"sku\":\"M-2\"}]}\n").merged(
            with: &result, importedFrom: "file.csv", ImportSample.terms())
        #expect(String(decoding: lines, as: UTF8.self).split(separator: "\n").count == 2)
        #expect(result.report.skippedProducts == 1 && result.report.products == 1 && result.report.variants == 1)
        #expect(
            result.issues.all.map(\.text) == [
                "file.csv:3: error: \"mug\" is left out: its SKU \"M-2\" belongs to \"old-mug\" in products.jsonl:1; remove that line if the product was renamed, or give one of the two another SKU"
            ])
    }

    @Test func removesASecondLineOfTheSameProduct() {
        var result = ImportSample.shopify(Self.csv)
        let lines = ImportSample.existing("{\"slug\":\"tea\"}\n{\"slug\":\"tea\"}\n").merged(with: &result, importedFrom: "file.csv", ImportSample.terms())
        #expect(String(decoding: lines, as: UTF8.self).split(separator: "\n").count == 2)
        #expect(result.issues.all.map(\.text) == ["products.jsonl:2: warning: \"tea\" stood twice; this line was removed"])
    }

    @Test func writesStringsThatAnyReaderTakes() {
        let csv = ImportShopifyTests.header + "x,\"Quote \"\" back \\ tab\tend\u{1} \u{2028}😀\",,,,Tea,,,,,,,,,,,,,,1,,,,,,,,,,,,\n"
        let line = ImportSample.lines(ImportSample.shopify(csv))
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let text = (object?["text"] as? [String: [String: String]])?["en"]?["title"]
        #expect(text == "Quote \" back \\ tab end 😀")
    }

    // MARK: The whole of it, with files

    @Test func importsIntoAFolder() async throws {
        let folder = try ImportFolder()
        defer { folder.remove() }
        try folder.write("shop.csv", Self.csv)
        let plan = folder.plan(.shopify, "shop.csv")
        let first = await plan.run()
        #expect(first.issues.all.map(\.text) == [] && first.report.added == 2 && first.report.replaced == 0)
        #expect(first.written == ["seller.yaml", "\(folder.path)/Content/sellers/nordlicht/products.jsonl"])
        let lines = try folder.read("Content/sellers/nordlicht/products.jsonl")
        let seller = try folder.read("Content/sellers/nordlicht/seller.yaml")
        #expect(seller.contains("name: \"nordlicht\"") && seller.contains("country: \"DE\""))
        try folder.write("Content/sellers/nordlicht/seller.yaml", "name: Mine\ncountry: DE\n")

        let second = await plan.run()
        #expect(second.report.added == 0 && second.report.replaced == 2 && second.written.count == 1)
        #expect(try folder.read("Content/sellers/nordlicht/products.jsonl") == lines)
        #expect(try folder.read("Content/sellers/nordlicht/seller.yaml") == "name: Mine\ncountry: DE\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/Content/sellers/nordlicht").sorted() == ["products.jsonl", "seller.yaml"])
    }

    @Test func theNewSellerFileIsOneThatTheBuildReads() async throws {
        let folder = try ImportFolder()
        defer { folder.remove() }
        try folder.write("shop.csv", Self.csv)
        _ = await folder.plan(.shopify, "shop.csv").run()
        let content = SourceFolder(path: "\(folder.path)/Content", shown: "Content")
        var issues = Issues()
        let marketplace = try #require(Marketplace.read(content, &issues))
        let seller = SellerReader.read(content.folder("sellers").folder("nordlicht"), id: "nordlicht", marketplace, AddressReader(marketplace.languages), &issues)
        #expect(issues.all.filter { $0.severity == .error }.map(\.text) == [])
        #expect(seller?.name == "nordlicht" && seller?.country == "DE")
    }

    @Test func writesNothingWhenTheFileIsBroken() async throws {
        let folder = try ImportFolder()
        defer { folder.remove() }
        try folder.write("shop.csv", Self.csv + "broken,\"row")
        let outcome = await folder.plan(.shopify, "shop.csv").run()
        #expect(outcome.issues.errors == 1 && outcome.written.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/Content/sellers"))
        let missing = await folder.plan(.merchant, "missing.xml").run()
        #expect(missing.issues.all.map(\.message) == ["cannot be read: No such file or directory"])
    }

    @Test func saysWhichOptionIsWrong() async throws {
        let folder = try ImportFolder()
        defer { folder.remove() }
        try folder.write("shop.csv", Self.csv)
        func issues(_ change: (inout ProductImport) -> Void) async -> [String] {
            var plan = folder.plan(.shopify, "shop.csv")
            change(&plan)
            let outcome = await plan.run()
            #expect(outcome.written.isEmpty)
            return outcome.issues.all.map(\.text)
        }
        #expect(await issues { $0.seller = "../x" } == ["--seller: error: \"../x\" cannot name a seller; use lower-case letters, digits and hyphens"])
        #expect(await issues { $0.language = "it" } == ["--language: error: \"it\" is not a language of this marketplace; known are: de, en"])
        #expect(await issues { $0.currency = "EURO" } == ["--currency: error: unknown currency \"EURO\"; use an ISO 4217 code such as EUR"])
        #expect(await issues { $0.category = "mug" } == ["--category: error: unknown category \"mug\"; did you mean \"mugs\"?"])
        #expect(await issues { $0.country = "Germany" } == ["--country: error: \"Germany\" is no country; use two capitals of ISO 3166 such as DE"])
        #expect(await issues { $0.content = "/nowhere" } == ["/nowhere/marketplace.yaml: error: cannot be read: No such file or directory"])
    }

    @Test func fetchesPicturesOnceAndFindsThemAgain() async throws {
        let folder = try ImportFolder()
        defer { folder.remove() }
        let csv =
            ImportShopifyTests.header + """
                mug,Mug,,,,Mugs,,,Colour,Sage,,,,,M-1,,,,,9,,,https://cdn.example/a.jpg,1,A mug,,,,https://cdn.example/b.png,,,
                mug,,,,,,,,,Blue,,,,,M-2,,,,,9,,,https://cdn.example/broken.gif,2,,,,,https://cdn.example/a.jpg,,,

                """
        try folder.write("shop.csv", csv)
        let asked = Asked()
        let fetch: ProductImport.Fetch = { address throws(ProductImport.FetchFailure) in
            await asked.add(address)
            if address.hasSuffix("broken.gif") { throw ProductImport.FetchFailure("the host answers with status 404") }
            return ImportPicturesTests.png
        }
        let first = await folder.plan(.shopify, "shop.csv").run(fetch: fetch)
        #expect(first.report.fetched == 2 && first.report.unfetched == 1)
        #expect(first.issues.all.map(\.message) == ["picture https://cdn.example/broken.gif was not fetched: the host answers with status 404"])
        let lines = try folder.read("Content/sellers/nordlicht/products.jsonl")
        #expect(lines.contains(#""images":[{"file":"images/mug-1.png","alt":{"en":"A mug"}},"https://cdn.example/broken.gif","images/mug-3.png"]"#))
        #expect(lines.contains(#""images":["images/mug-3.png"]"#) && lines.contains(#""images":["images/mug-1.png"]"#))
        #expect(
            try folder.read("Content/sellers/nordlicht/images/fetched.jsonl") == """
                {"address":"https://cdn.example/a.jpg","file":"images/mug-1.png"}
                {"address":"https://cdn.example/b.png","file":"images/mug-3.png"}

                """)

        // Without fetching, the files stay in their places; with it, only what is missing is asked for.
        _ = await folder.plan(.shopify, "shop.csv").run()
        #expect(try folder.read("Content/sellers/nordlicht/products.jsonl") == lines)
        _ = await folder.plan(.shopify, "shop.csv").run(fetch: fetch)
        #expect(try folder.read("Content/sellers/nordlicht/products.jsonl") == lines)
        #expect(await asked.addresses.filter { $0.hasSuffix("a.jpg") }.count == 1)
        #expect(await asked.addresses.filter { $0.hasSuffix("broken.gif") }.count == 2)
    }

    private actor Asked {
        private(set) var addresses: [String] = []

        func add(_ address: String) { addresses.append(address) }
    }
}

/// A folder of its own for one test, with a small Content in it.
private struct ImportFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("karoo-import-\(UUID().uuidString)").path
        try write(
            "Content/marketplace.yaml",
            """
            name: Test
            baseURL: https://test.example
            defaultLanguage: en
            languages: [en, de]
            markets:
              us: {name: {en: United States}, countries: [US], currency: USD, languages: [en], taxInclusive: false}
              de: {name: {en: Germany}, countries: [DE], currency: EUR, languages: [de, en], lowestPriceLaw: true}

            """)
        try write(
            "Content/categories.yaml",
            """
            - {id: mugs, name: {en: Mugs, de: Becher}}
            - {id: tea, name: {en: Tea, de: Tee}}

            """)
        try write("Content/attributes.yaml", "colour: {kind: swatch, name: {en: Colour}, values: {sage: {hex: \"#9CAF88\", en: Sage}}}\n")
    }

    func plan(_ source: ProductImport.Source, _ file: String) -> ProductImport {
        ProductImport(
            source: source, file: "\(path)/\(file)", content: "\(path)/Content/", seller: "nordlicht", language: "en", currency: "USD", country: "DE")
    }

    func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ name: String) throws -> String { String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")), as: UTF8.self) }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
