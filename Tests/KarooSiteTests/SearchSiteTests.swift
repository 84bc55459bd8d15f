// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import KarooSearch
import Testing

@testable import KarooSite

/// The search index of a shop: what is in it, what a change rewrites, what stays and what goes.
@Suite struct SearchSiteTests {
    private static let file = "Content/search.yaml"

    /// The small shop with a second product, an option, and what the operator decides.
    private static let searched =
        Shop.small + """

            -- Content/sellers/nord/products.jsonl --
            {"slug":"berta","category":"mugs","brand":"Töpfer","published":"2026-05-01","options":["colour"],"variants":[{"sku":"B-1","gtin":"4006381333931","options":{"colour":"sage"},"prices":{"EUR":"9.00","USD":"10.00"},"stock":3},{"sku":"B-2","options":{"colour":"ink"},"prices":{"EUR":"12.00"},"stock":0}],"text":{"en":{"title":"Berta mug","body":"For **tea** and cocoa."},"de":{"title":"Becher Berta","body":"Für Tee."}}}
            {"slug":"carla","category":"mugs","sku":"C-1","prices":{"EUR":"20.00"},"stock":0,"text":{"en":{"title":"Carla mug, large"}}}
            -- Content/search.yaml --
            synonyms:
              en:
                - [mug, beaker]
                - {from: torch, to: [lamp]}
            markets:
              all:
                pins:
                  - {query: mug, products: [nord/carla]}
                boosts:
                  - {brand: Töpfer, percent: 50}
                redirects:
                  - {query: who are you, page: about}
                  - {query: cups, category: mugs}
              de:
                redirects:
                  - {query: Who are you?, address: "https://de.example/"}
            """

    // MARK: Reading an index

    private func reader(_ shop: Shop, _ edition: String, in output: String = "Public") throws -> KarooSearch.SearchReader {
        let head = try #require(FileManager.default.contents(atPath: "\(shop.folder)/\(output)/\(edition)/search/root.json"))
        return try KarooSearch.SearchReader(head: Array(head)) { path in
            Array(try Data(contentsOf: URL(fileURLWithPath: "\(shop.folder)/\(output)/search/\(path)")))
        }
    }

    private func titles(_ query: String, _ shop: Shop, _ edition: String = "en-de") throws -> [String] {
        try reader(shop, edition).search(SearchRequest(query)).hits.map { $0.card["title"] ?? "" }
    }

    private func index(_ shop: Shop, in output: String = "Public") -> [String: [UInt8]] {
        shop.files(output).filter { $0.key.hasPrefix("search/") }
    }

    private func heads(_ shop: Shop) -> [String: [UInt8]] { shop.files().filter { $0.key.hasSuffix("/search/root.json") } }

    // MARK: What is in it

    @Test func productsAreFoundByWhatTheySayInTheLanguageOfTheEdition() throws {
        let shop = try Shop(Self.searched)
        try shop.built()
        #expect(Set(heads(shop).keys) == ["en-us/search/root.json", "fr-us/search/root.json", "de-de/search/root.json", "en-de/search/root.json"])
        #expect(try titles("arne", shop) == ["Arne lamp"])
        #expect(try titles("lampe", shop, "de-de") == ["Lampe Arne"])
        // Oak, and a variant's colour; SKU, GTIN, brand, category, description.
        for query in ["oak", "NL-1"] { #expect(try titles(query, shop) == ["Arne lamp"], "\(query)") }
        for query in ["sage", "B-1", "4006381333931", "topfer", "cocoa"] { #expect(try titles(query, shop) == ["Berta mug"], "\(query)") }
        #expect(Set(try titles("home", shop)) == ["Arne lamp", "Berta mug", "Carla mug, large"])
        // In the United States one variant of Berta is sold, and Carla is not.
        #expect(try !titles("mug", shop, "en-us").contains("Carla mug, large"))
    }

    @Test func hitsCarryWhatCardsShow() throws {
        let shop = try Shop(Self.searched)
        try shop.write("facts/ratings.jsonl", "{\"product\":\"nord/berta\",\"counts\":[0,0,1,1,2]}\n")
        try shop.built()
        let result = try reader(shop, "en-de").search(SearchRequest("berta"))
        let hit = try #require(result.hits.first)
        let page = try shop.page("en-de/c/home/mugs.html")
        #expect(hit.card["url"] == "/en-de/p/berta.html" && hit.card["seller"] == "Nord" && hit.card["title"] == "Berta mug")
        // The drawing that stands for a picture, as the list shows it.
        #expect(try page.contains("src=\"\(#require(hit.card["image"]))\""))
        // 9.00 and 12.00 EUR; 4.3 stars by four; three pieces are few.
        #expect(hit.numbers["price"] == 900 && hit.numbers["from"] == 1 && hit.numbers["was"] == nil)
        #expect(hit.numbers["rating"] == 43 && hit.numbers["reviews"] == 4 && hit.numbers["stock"] == 1)
        // Newest first: of those that have a day, the later one.
        #expect(
            try reader(shop, "en-de").search(SearchRequest("home", sort: .newest)).hits.map { $0.card["title"] ?? "" }.prefix(2) == ["Berta mug", "Arne lamp"])
        let money = try #require(reader(shop, "de-de").money)
        #expect(money.currency == "EUR" && money.decimals == 2 && money.decimal == "," && money.suffix == "\u{A0}€")
    }

    @Test func facetsSpeakTheLanguageOfTheEdition() throws {
        let shop = try Shop(Self.searched)
        try shop.change("Content/sellers/nord/seller.yaml", "country: DE", "country: DE\nregion: Hamburg")
        try shop.built()
        let result = try reader(shop, "de-de").search(
            SearchRequest("", scope: "category:home", facets: ["category", "brand", "seller", "location", "material"]))
        #expect(result.total == 3)
        func values(_ id: String) -> [String: Int] {
            result.facets.first { $0.id == id }?.values.reduce(into: [:]) { $0["\($1.token)=\($1.label)"] = $1.count } ?? [:]
        }
        #expect(values("category") == ["home=Wohnen": 3, "home/lamps=Lampen": 1, "home/mugs=Becher": 2])
        #expect(values("seller") == ["nord=Nord": 3] && values("location") == ["DE=Deutschland": 3, "DE/Hamburg=Deutschland – Hamburg": 3])
        #expect(values("brand") == ["Nord=Nord": 1, "Töpfer=Töpfer": 1] && values("material") == ["oak=Eiche": 1])
        let scope = try reader(shop, "de-de").search(SearchRequest("", scope: "seller:nord"))
        #expect(scope.total == 3)
        #expect(try shop.page("de-de/c/home/mugs.html").contains("data-scope=\"category:home/mugs\""))
        #expect(try shop.page("de-de/s/nord.html").contains("data-scope=\"seller:nord\""))
        #expect(try shop.page("de-de/search.html").contains("<body data-search=\"/de-de/search/root.json\""))
    }

    @Test func whatTheOperatorDecidesHolds() throws {
        let shop = try Shop(Self.searched)
        try shop.built()
        #expect(try titles("mug", shop).first == "Carla mug, large")
        #expect(try titles("beaker", shop).contains("Berta mug") && titles("torch", shop) == ["Arne lamp"])
        #expect(try reader(shop, "en-us").search(SearchRequest("WHO are you")).redirect == "/en-us/about.html")
        #expect(try reader(shop, "en-de").search(SearchRequest("who are you")).redirect == "https://de.example/")
        #expect(try reader(shop, "de-de").search(SearchRequest("cups")).redirect == "/de-de/c/home/mugs.html")
        // In stock and unrated: (96 + 0 + 32) · 150 %; out of stock: 96.
        #expect(try reader(shop, "en-de").search(SearchRequest("berta")).hits.first?.numbers["prior"] == 192)
        #expect(try reader(shop, "en-de").search(SearchRequest("carla")).hits.first?.numbers["prior"] == 96)
    }

    @Test func aPriorIsMadeOfStarsVoicesStockAndBoosts() {
        #expect(SearchNumbers.prior(rank: 4_000, reviews: 0, stock: 2, boost: 0) == 128)
        #expect(SearchNumbers.prior(rank: 5_000, reviews: 1_000_000, stock: 2, boost: 0) == 192)
        #expect(SearchNumbers.prior(rank: 5_000, reviews: 1_000_000, stock: 2, boost: 100) == 255)
        #expect(SearchNumbers.prior(rank: 4_000, reviews: 0, stock: 0, boost: 0) == 96)
        #expect(SearchNumbers.prior(rank: 4_000, reviews: 1, stock: 1, boost: -100) == 0)
    }

    // MARK: What a change rewrites

    /// The files of an index that came with a change, and the pages that were written.
    private func changed(_ shop: Shop, _ change: () throws -> Void) throws -> (index: Set<String>, pages: Set<String>, heads: Set<String>) {
        let before = shop.marks()
        try change()
        try shop.built()
        let touched = shop.marks().filter { before[$0.key] != $0.value }.keys
        return (
            Set(touched.filter { $0.hasSuffix(".bin") }), Set(touched.filter { $0.hasSuffix(".html") }), Set(touched.filter { $0.hasSuffix("/root.json") })
        )
    }

    @Test func aPriceChangesNumbersAndRootsOnly() throws {
        let shop = try Shop(Self.searched)
        try shop.built()
        let found = try changed(shop) { try shop.change(Shop.arne, "EUR: \"54.90\"", "EUR: \"49.90\"") }
        // Two editions sell for euros: for each the chunk, which names the edition's cards beside the numbers, and a root.
        #expect(found.heads == ["de-de/search/root.json", "en-de/search/root.json"])
        #expect(found.index.count == 4, "\(found.index)")
        for edition in ["de-de", "en-de"] {
            #expect(try reader(shop, edition).search(SearchRequest("arne")).hits.first?.numbers["price"] == 4_990)
        }
        let sold = try changed(shop) { try shop.change(Shop.arne, "stock: 12", "stock: 0") }
        #expect(sold.heads.count == 4 && sold.index.count <= 8, "\(sold.index)")
    }

    @Test func anIndexAloneChangesNoPage() throws {
        let shop = try Shop(Self.searched)
        try shop.built()
        let found = try changed(shop) { try shop.change(Self.file, "[mug, beaker]", "[mug, beaker, tankard]") }
        #expect(found.pages.isEmpty && found.heads == ["en-us/search/root.json", "en-de/search/root.json"])
        #expect(try titles("tankard", shop).contains("Berta mug"))
        let boosted = try changed(shop) { try shop.change(Self.file, "percent: 50", "percent: -50") }
        #expect(boosted.pages.isEmpty && boosted.heads.count == 4)
        let same = try changed(shop) { try shop.change(Self.file, "synonyms:", "# a comment\nsynonyms:") }
        #expect(same.pages.isEmpty && same.heads.isEmpty && same.index.isEmpty)
    }

    @Test func whatIsTakenOverIsWhatACleanBuildMakes() throws {
        let shop = try Shop(Self.searched)
        try shop.built()
        let changes: [() throws -> Void] = [
            { try shop.change(Shop.arne, "54.90", "44.90") },
            { try shop.change(Shop.arne, "stock: 12", "stock: 1") },
            { try shop.change("Content/sellers/nord/products/arne/en.md", "Arne lamp", "Arne reading lamp") },
            { try shop.change(Self.file, "{query: mug, products: [nord/carla]}", "{query: mug, products: [nord/berta, nord/carla]}") },
            { try shop.change("Content/attributes.yaml", "de: Eiche", "de: Eichenholz") },
            { try shop.change("Content/sellers/nord/seller.yaml", "country: DE", "country: AT") },
            { try shop.change("Content/sellers/nord/seller.yaml", "name: Nord", "name: Norden") },
            { try shop.write("facts/ratings.jsonl", "{\"product\":\"nord/berta\",\"counts\":[0,0,0,0,9]}\n") },
        ]
        for (number, change) in changes.enumerated() {
            try change()
            try shop.built(jobs: 1 + number % 3)
            try? shop.remove("Clean")
            try? shop.remove("clean-state")
            try shop.built("Clean", state: "clean-state")
            #expect(expectSame(shop.files(), shop.files("Clean"), "change \(number)"))
        }
    }

    @Test func damagedAndMissingFilesAreMadeAnew() throws {
        let shop = try Shop(Self.searched)
        try shop.built()
        let files = shop.files()
        for name in index(shop).keys.sorted() {
            try shop.remove("Public/\(name)")
            try shop.built()
            expectSame(shop.files(), files, name)
        }
        for name in index(shop).keys.sorted() { try shop.write("Public/\(name)", "damaged") }
        try shop.built()
        expectSame(shop.files(), files)
    }

    // MARK: What stays and what goes

    @Test func filesThatOlderHeadsNamedStayForThreeChanges() throws {
        let shop = try Shop(Self.searched)
        try shop.built()
        let first = Set(index(shop).keys)
        let price = { (number: Int) in try shop.change(Shop.arne, "EUR: \"\(54 - number).90\"", "EUR: \"\(53 - number).90\"") }
        for number in 0..<SearchFiles.retention {
            try price(number)
            try shop.built()
            // Builds that change nothing count for nothing.
            try shop.built()
            #expect(first.isSubset(of: index(shop).keys), "after \(number + 1)")
        }
        try price(SearchFiles.retention)
        let summary = try shop.built()
        #expect(!first.isSubset(of: index(shop).keys) && summary.removed > 0)
        #expect(summary.files == shop.files().count)
        try shop.built("Clean", state: "clean-state")
        let clean = index(shop, in: "Clean")
        // Of each of the last three heads only numbers and roots are left.
        #expect(index(shop).count <= clean.count + SearchFiles.retention * 4)
        expectSame(shop.files(), shop.files("Clean"))
        #expect(shop.emptyFolders().isEmpty)
    }

    @Test func withoutAnIndexThePageOfSearchSaysWhereToBrowse() throws {
        let shop = try Shop(Self.searched)
        try shop.built()
        try shop.change(Self.file, "synonyms:", "enabled: false\nsynonyms:")
        try shop.built()
        #expect(index(shop).isEmpty && heads(shop).isEmpty && shop.emptyFolders().isEmpty)
        let page = try shop.page("en-us/search.html")
        #expect(!page.contains("data-search") && page.contains("This shop has no search.") && page.contains("/en-us/c/home.html"))
        #expect(try !shop.page("en-us/c/home.html").contains("data-scope"))
        try shop.built("Clean", state: "clean-state")
        expectSame(shop.files(), shop.files("Clean"))
        try shop.change(Self.file, "enabled: false", "enabled: true")
        try shop.built()
        #expect(try !shop.page("en-us/search.html").contains("This shop has no search.") && titles("arne", shop) == ["Arne lamp"])
    }

    @Test func filesOfTheIndexHaveNoCompressedCopies() throws {
        let shop = try Shop(Self.searched)
        try shop.built(precompress: true)
        #expect(!index(shop).isEmpty && index(shop).keys.allSatisfy { $0.hasSuffix(".bin") })
        #expect(shop.has("Public/en-us/search/root.json.gz"))
        var options = shop.options()
        options.fileLimit = shop.files().count - 20
        options.precompress = true
        #expect(shop.errors(SiteBuild(options).run()).contains { $0.contains("generic takes at most") })
    }

    // MARK: Faults

    static let faults: [(text: String, message: [String])] = [
        ("- a list", ["\(file):1:1: error: expected enabled, synonyms and markets"]),
        ("enabled: perhaps", ["\(file):1:", "error: \"enabled\" must be true or false"]),
        ("synonyms: {it: [[a1, b1]]}", ["\(file):1:", "\"it\" is not a language of this marketplace"]),
        ("synonyms: {en: [[sofa]]}", ["\(file):1:", "a group needs two words or more"]),
        ("synonyms:\n  en:\n    - [sofa, Sofa!]", ["\(file):3:", "\"Sofa!\" stands twice in this group"]),
        ("synonyms: {en: [{from: laptop}]}", ["\(file):1:", "\"to\" is missing", "{from: laptop, to: [notebook]}"]),
        ("synonyms: {en: [[sofa, \"…\"]]}", ["\(file):1:", "no letter and no digit"]),
        ("markets: {uk: {}}", ["\(file):1:", "unknown market \"uk\"", "did you mean \"us\"?"]),
        (
            "markets:\n  us:\n    pins:\n      - {query: lamp, products: [nord/anre]}",
            ["\(file):4:", "unknown product \"nord/anre\"", "did you mean \"nord/arne\"?"]
        ),
        (
            "markets:\n  us:\n    pins:\n      - {query: lamp, products: [nord/arne]}\n      - {query: LAMP, products: [nord/arne]}",
            ["\(file):5:", "\"LAMP\" stands also in line 4"]
        ),
        ("markets: {all: {pins: [{query: lamp, products: []}]}}", ["\(file):1:", "0 products for \"lamp\"; 1 to 50"]),
        ("markets: {all: {boosts: [{seller: nrod, percent: 5}]}}", ["\(file):1:", "unknown seller \"nrod\"", "did you mean \"nord\"?"]),
        ("markets: {all: {boosts: [{category: lamp, percent: 5}]}}", ["\(file):1:", "unknown category \"lamp\"", "did you mean \"lamps\"?"]),
        ("markets: {all: {boosts: [{brand: Nrod, percent: 5}]}}", ["\(file):1:", "no product is of the brand \"Nrod\"", "did you mean \"Nord\"?"]),
        ("markets: {all: {boosts: [{brand: Nord, percent: 101}]}}", ["\(file):1:", "\"percent\" must be a whole number, between -100 and 100"]),
        ("markets: {all: {boosts: [{brand: Nord}]}}", ["\(file):1:", "\"percent\" is missing"]),
        ("markets: {all: {boosts: [{brand: Nord, seller: nord, percent: 1}]}}", ["\(file):1:", "a boost is of one thing"]),
        ("markets: {all: {redirects: [{query: us, page: abuot}]}}", ["\(file):1:", "there is no page \"abuot\"", "did you mean \"about\"?"]),
        ("markets: {all: {redirects: [{query: us, address: \"http://a.example\"}]}}", ["\(file):1:", "is no address that a query may lead to", "https://"]),
        ("markets: {all: {redirects: [{query: us, address: \"javascript:alert(1)\"}]}}", ["\(file):1:", "is no address that a query may lead to"]),
        ("markets: {all: {redirects: [{query: us, page: about, category: tea}]}}", ["\(file):1:", "\"us\" leads to one place"]),
    ]

    @Test(arguments: faults.indices) func aFaultIsToldWithItsPlaceAndRemedy(number: Int) throws {
        let fault = Self.faults[number]
        let shop = try Shop(Shop.small)
        try shop.write(Self.file, fault.text + "\n")
        let errors = shop.errors(SiteBuild(shop.options()).check())
        #expect(errors.contains { error in fault.message.allSatisfy { error.contains($0) } }, "\(errors)")
        #expect(shop.errors(shop.build()) == errors)
        #expect(!shop.has("Public/index.html"))
    }

    @Test func doubtsAreWarnings() throws {
        let shop = try Shop(Self.searched)
        try shop.write(
            Self.file,
            """
            colour: red
            markets:
              us:
                pins:
                  - {query: mug, products: [nord/carla]}
                  - {query: tea, products: [nord/berta]}
                redirects: [{query: Tea, category: tea}]
            """)
        let summary = try shop.built()
        let warnings = summary.issues.sorted.filter { $0.file.hasSuffix("search.yaml") }.map { "\($0.line ?? 0) \($0.severity.rawValue) \($0.message)" }
        #expect(
            warnings == [
                "1 warning \"colour\" is not known here and is ignored",
                "5 warning \"nord/carla\" is not sold in market \"us\", and is not pinned there",
                "6 warning \"tea\" is led elsewhere in line 7, and these products are never seen",
            ])
    }

    // MARK: Documents of other programs

    @Test func documentsOfOtherProgramsAreIndexed() throws {
        let shop = try Shop("")
        var lines = [
            """
            {"language":"en","columns":["title","url"],"numbers":["price","stock"],"facets":[{"id":"category","label":"Category","kind":"tree","scope":true,"attribute":false,"unit":null}],"money":{"currency":"EUR","decimals":2,"prefix":"€","suffix":"","group":",","decimal":".","primary":3,"secondary":3,"minimum":1,"zero":"0"}}
            """
        ]
        for number in 0..<3_000 {
            lines.append(
                """
                {"id":"d\(number)","group":"a/b","popularity":\(number % 7),"texts":{"title":"Thing \\u0023\(number) blue","description":"Made for \(number % 10) people."},"card":{"title":"Thing \(number)","url":"/p/\(number).html"},"facets":{"category":[["a","A"],["a/b","B"]]},"numbers":{"price":\(number),"stock":null}}
                """)
        }
        try shop.write("documents.jsonl", lines.joined(separator: "\n"))
        let one = try SearchLines.index("\(shop.folder)/documents.jsonl", output: "\(shop.folder)/One", jobs: 1)
        _ = try SearchLines.index("\(shop.folder)/documents.jsonl", output: "\(shop.folder)/Three", jobs: 3)
        #expect(shop.files("One") == shop.files("Three"))
        #expect(one.documents == 3_000 && one.files == shop.files("One").count)
        let head = try #require(FileManager.default.contents(atPath: "\(shop.folder)/One/search/root.json"))
        let reader = try KarooSearch.SearchReader(head: Array(head)) { path in
            Array(try Data(contentsOf: URL(fileURLWithPath: "\(shop.folder)/One/search/\(path)")))
        }
        let result = try reader.search(SearchRequest("thing 1234"))
        #expect(result.hits.first?.card == ["title": "Thing 1234", "url": "/p/1234.html"] && result.hits.first?.numbers == ["price": 1_234])
        #expect(try reader.search(SearchRequest("", scope: "category:a/b")).total == 3_000)
    }

    @Test(arguments: [
        ("", "the file is empty"), ("{}\n", ":1:1: error: \"language\" is missing"), ("{\"language\":\"en\"}\n{\"id\":\"a\"}\n{\"id\":", ":3:"),
        ("{\"language\":\"en\"}\n\n{\"id\":\"a\"}\n{\"x\":1}\n", ":4:1: error: \"id\" is missing"),
        ("{\"language\":\"en\"}\n{\"id\":\"a\"}\n{\"id\":\"a\"}\n", "two documents are called \"a\""),
        ("{\"language\":\"en\",\"facets\":[{\"id\":\"a\"},{\"id\":\"a\"}]}\n", ":1:1: error: \"facets\" has \"a\" twice"),
        ("{\"language\":\"en\",\"numbers\":[\"price\",\"price\"]}\n", "\"numbers\" has \"price\" twice"),
        ("{\"language\":\"en\",\"numbers\":[\"prior\"]}\n{\"id\":\"a\",\"numbers\":{\"prior\":256}}\n", ": error: \"prior\" must be a whole number, at most 255"),
    ])
    func documentsThatCannotBeUsedAreNamed(text: String, message: String) throws {
        let shop = try Shop("")
        try shop.write("documents.jsonl", text)
        do throws(BuildIssue) {
            _ = try SearchLines.index("\(shop.folder)/documents.jsonl", output: "\(shop.folder)/Out", jobs: 2)
            Issue.record("nothing was said")
        } catch {
            #expect(error.text.contains(message), "\(error.text)")
        }
    }
}
