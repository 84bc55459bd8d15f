// KarooExpress – Apache-2.0

import Testing

@testable import KarooSite

/// What shopping networks are told, in each of its forms.
@Suite struct ProductFeedTests {
    private func shop(_ feeds: String?) throws -> Shop {
        let shop = try Shop(Shop.small)
        if let feeds { try shop.change("Content/marketplace.yaml", "markets:", "feeds: \(feeds)\nmarkets:") }
        try shop.change("Content/sellers/nord/products/arne/en.md", "title: Arne lamp", "title: The \"Arne\", a lamp")
        try shop.built()
        return shop
    }

    private func feeds(_ shop: Shop) -> [String] { shop.files().keys.filter { $0.hasPrefix("feeds/") && $0.contains("en-us") }.sorted() }

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

    @Test func unknownFeedsAreRefused() throws {
        let shop = try Shop(Shop.small)
        try shop.change("Content/marketplace.yaml", "markets:", "feeds: [google]\nmarkets:")
        #expect(shop.errors(shop.build()).contains { $0.contains("unknown feed \"google\"") && $0.contains("google-xml, google-tsv, meta-csv") })
    }
}
