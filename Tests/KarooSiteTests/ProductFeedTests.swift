// KarooExpress – Apache-2.0

import Testing

@testable import KarooSite

/// What shopping networks are told, in each of its forms.
@Suite struct ProductFeedTests {
    private func shop(_ feeds: String?) throws -> Shop {
        let shop = try Shop(Shop.small)
        if let feeds { try shop.change("Content/marketplace.yaml", "markets:", "feeds: \(feeds)\nmarkets:") }
        try shop.change("Content/sellers/nord/products/arne/en.md", "title: Arne lamp", "title: The \"Arne\", a lamp")
        try shop.change(Shop.arne, "images: [", "images: [one.jpg, ")
        try shop.write("Content/sellers/nord/products/arne/one.jpg", bytes: PictureTests.jpeg(width: 1_000, height: 800))
        try shop.built()
        return shop
    }

    private func feeds(_ shop: Shop) -> [String] {
        shop.files().keys.filter { $0.hasPrefix("feeds/") && $0.contains("en-us") && !$0.hasSuffix(".gz") }.sorted()
    }

    @Test func onlyGooglesFeedIsWrittenUnlessOthersAreAskedFor() throws {
        #expect(feeds(try shop(nil)) == ["feeds/merchant/en-us.xml"])
        #expect(feeds(try shop("[]")) == [])
        #expect(feeds(try shop("[google-tsv, meta-csv]")) == ["feeds/merchant/en-us.tsv", "feeds/meta/en-us.csv"])
    }

    @Test func tablesSayWhatTheFeedSays() throws {
        let shop = try shop("[google-xml, google-tsv, meta-csv]")
        let xml = try shop.page("feeds/merchant/en-us.xml")
        let lines = try shop.page("feeds/merchant/en-us.tsv").split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        #expect(lines.count == 2)
        let row = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[1]))
        #expect(row["title"] == "\"The \"\"Arne\"\", a lamp\"")
        #expect(row["price"] == "59.00 USD")
        #expect(row["availability"] == "in_stock")
        #expect(row["shipping"] == "US:::9.90 USD")
        #expect(row["additional_image_link"] == "")
        for column in ["id", "description", "link", "image_link", "price", "condition", "brand", "product_type", "shipping_weight"] {
            let value = try #require(row[column])
            #expect(xml.contains("<g:\(column)>\(value.replacing(">", with: "&gt;"))</g:\(column)>"), "\(column)")
        }
    }

    @Test func metaReadsATableWithItsOwnWords() throws {
        let table = try shop("[meta-csv]").page("feeds/meta/en-us.csv")
        let lines = table.split(separator: "\r\n")
        #expect(lines.count == 2 && table.hasSuffix("\r\n"))
        #expect(lines[0].hasPrefix("id,title,description,availability,condition,price,sale_price,link,"))
        #expect(lines[1].hasPrefix("nord/NL-1,\"The \"\"Arne\"\", a lamp\",A lamp for desks.,in stock,new,59.00 USD,,https://shop.example/en-us/p/arne.html,"))
    }

    /// Networks refuse an item whose picture is a drawing, and one that has none.
    @Test func whatHasOnlyDrawingsIsLeftOut() throws {
        let shop = try shop("[google-xml, products-jsonl]")
        #expect(try shop.page("feeds/merchant/en-us.xml").contains("/one."))
        #expect(try !shop.page("feeds/merchant/en-us.xml").contains(".svg"))
        try shop.change(Shop.arne, "images: [one.jpg, ", "images: [")
        let summary = try shop.built()
        #expect(try !shop.page("feeds/merchant/en-us.xml").contains("<item>"))
        #expect(summary.withoutRaster == 1)
        // Partners' programs know drawings.
        #expect(try shop.page("feeds/products/en-us.jsonl").contains(".svg"))
    }

    @Test func productsAreWrittenAsLines() throws {
        let shop = try shop("[products-jsonl]")
        let text = try shop.page("feeds/products/de-de.jsonl")
        #expect(text.hasSuffix("}\n") && text.split(separator: "\n").count == 1)
        #expect(text.hasPrefix("{\"id\":\"nord/arne\",\"url\":\"https://shop.example/de-de/p/arne.html\",\"language\":\"de-DE\",\"market\":\"de\",\"currency\":\"EUR\",\"title\":\"Lampe Arne\""))
        #expect(text.contains("\"description\":\"Eine Lampe, die hält.\""))
        #expect(text.contains("\"variants\":[{\"sku\":\"NL-1\",\"price\":\"54.90\",\"availability\":\"in_stock\",\"grams\":1200,\"image\":\"https://shop.example/media/"))
        #expect(text.contains("\"delivery\":{\"price\":\"4.90\",\"freeFrom\":\"60.00\",\"days\":[3,6]},\"returnDays\":30}"))
    }

    @Test func feedsAndSitemapsAlwaysHaveCompressedCopies() throws {
        let shop = try shop("[google-xml, products-jsonl]")
        let files = shop.files()
        let expected = files.keys.filter { ($0.hasPrefix("feeds/") || $0.hasPrefix("sitemaps/")) && !$0.hasSuffix(".gz") }
        #expect(expected.count > 8)
        for name in expected { #expect(files["\(name).gz"]?.starts(with: [0x1F, 0x8B]) == true, "\(name)") }
        #expect(!files.keys.contains { $0.hasSuffix(".gz") && !expected.contains(String($0.dropLast(3))) })
        #expect(try shop.page("sitemap.xml").contains("<loc>https://shop.example/sitemaps/en-us-pages.xml.gz</loc>"))
    }

    @Test func unknownFeedsAreRefused() throws {
        let shop = try Shop(Shop.small)
        try shop.change("Content/marketplace.yaml", "markets:", "feeds: [google]\nmarkets:")
        #expect(shop.errors(shop.build()).contains { $0.contains("unknown feed \"google\"") && $0.contains("google-xml, google-tsv, meta-csv, products-jsonl") })
    }
}
