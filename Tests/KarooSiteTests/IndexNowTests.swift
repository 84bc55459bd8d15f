// KarooExpress – Apache-2.0

import Foundation
import Testing

@testable import KarooSite

/// Search engines are told of the pages that changed, and of no others.
@Suite struct IndexNowTests {
    private static let key = "0123abcd-KEY"

    private func shop() throws -> Shop {
        let shop = try Shop(Shop.small)
        try shop.change("Content/marketplace.yaml", "markets:", "indexNow: \(IndexNowTests.key)\nmarkets:")
        return shop
    }

    private func told(_ shop: Shop, _ style: AddressStyle = .html) throws -> [String] {
        var options = shop.options()
        options.wantsIndexNow = true
        options.style = style
        let summary = SiteBuild(options).run()
        try #require(summary.isDone, "\(shop.errors(summary))")
        return try #require(summary.indexNow).split(separator: "\n").flatMap { line in
            let body = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(body["host"] as? String == "shop.example")
            #expect(body["key"] as? String == IndexNowTests.key)
            #expect(body["keyLocation"] as? String == "https://shop.example/\(IndexNowTests.key).txt")
            return try #require(body["urlList"] as? [String])
        }
    }

    @Test func theKeyIsPublished() throws {
        let shop = try shop()
        try shop.built()
        #expect(try shop.page("\(IndexNowTests.key).txt") == IndexNowTests.key)
    }

    @Test func theFirstBuildTellsOfEveryPageThatMayBeKnown() throws {
        let shop = try shop()
        let all = try told(shop)
        let sitemaps = try shop.files().keys.filter { $0.hasPrefix("sitemaps/") && $0.hasSuffix(".xml") }.map { try shop.page($0) }.joined()
        let listed = sitemaps.matches(of: /<loc>([^<]+)<\/loc>/).map { String($0.1) }
        #expect(all.count > 10 && Set(all) == Set(listed))
        #expect(try told(shop) == [])
    }

    @Test func laterOnesTellOfWhatChangedAndWhatIsGone() throws {
        let shop = try shop()
        try shop.built()
        try shop.change("Content/pages/about.de.md", "Dinge", "Sachen")
        #expect(try told(shop) == ["https://shop.example/de-de/about.html"])
        try shop.remove("Content/pages/about.de.md")
        let gone = try told(shop)
        // It stands there in English now, and is no longer its own text.
        #expect(gone.contains("https://shop.example/de-de/about.html"))
        try shop.remove("Content/pages/about.en.md")
        #expect(try told(shop).contains("https://shop.example/en-us/about.html"))
        #expect(!shop.has("Public/en-us/about.html"))
    }

    @Test func addressesAreThoseOfTheHost() throws {
        #expect(try told(try shop(), .clean).contains("https://shop.example/en-us/p/arne"))
    }

    @Test func withoutAKeyNothingIsTold() throws {
        let shop = try Shop(Shop.small)
        var options = shop.options()
        options.wantsIndexNow = true
        #expect(shop.errors(SiteBuild(options).run()).contains { $0.contains("name one as \"indexNow\"") })
        #expect(shop.build().indexNow == nil)
        try shop.change("Content/marketplace.yaml", "markets:", "indexNow: short\nmarkets:")
        #expect(shop.errors(shop.build()).contains { $0.contains("\"short\" is no key of IndexNow") })
    }
}
