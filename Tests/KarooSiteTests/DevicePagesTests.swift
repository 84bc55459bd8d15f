// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import Testing

@testable import KarooSite

/// Pages whose content lies on the visitor's device, and what browsers need to keep and install the site.
@Suite struct DevicePagesTests {
    private static let shells = ["wishlist", "compare", "offline", "styleguide"]

    @Test func everyEditionHasTheShellsAndSearchEnginesAreToldOfNone() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let sitemaps = try shop.files().filter { $0.key.hasPrefix("sitemaps/") && $0.key.hasSuffix(".xml") }.map { try shop.page($0.key) }.joined()
        #expect(sitemaps.contains("about.html"))
        for edition in ["en-us", "fr-us", "de-de", "en-de"] {
            for name in DevicePagesTests.shells {
                #expect(try shop.page("\(edition)/\(name).html").contains("<meta name=\"robots\" content=\"noindex,follow\">"), "\(edition)/\(name)")
            }
        }
        for name in DevicePagesTests.shells { #expect(!sitemaps.contains(name), "\(name)") }
    }

    @Test func theStyleGuideLiesAboveTheEditionsInTheLanguageOfTheDefaultOne() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let page = try shop.page("styleguide/index.html")
        #expect(page.contains("<html lang=\"en-US\""))
        #expect(!page.contains("aria-current=\"true\">United States"))
    }

    @Test func aSampleOfTheStyleGuideFollowsItsProduct() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        #expect(try shop.page("en-us/styleguide.html").contains(">Arne lamp</a></h3>"))
        try shop.change("Content/sellers/nord/products/arne/en.md", "title: Arne lamp", "title: Other lamp")
        try shop.built()
        #expect(try shop.page("en-us/styleguide.html").contains(">Other lamp</a></h3>"))
    }

    @Test func theStyleGuideShowsThePartsOfAProductsPageAndNoIdTwice() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let page = try shop.page("en-us/styleguide.html")
        for part in ["slides", "thumbs", "grid", "reviews", "front", "icons", "prices", "facets still", "suggestions still", "versus", "consent still"] {
            #expect(page.contains("class=\"\(part)"), "\(part)")
        }
        let ids = page.matches(of: #/ id="([^"]+)"/#).map { String($0.1) }
        #expect(ids.count == Set(ids).count, "\(ids)")
        // The page's own banner can be told from the sample.
        #expect(page.matches(of: #/class="banner[^>]*data-away/#).count == 1)
        #expect(page.matches(of: #/class="banner/#).count == 2)
    }

    @Test func aPartOfTheStyleGuideFollowsTheProductThatItShows() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        #expect(try shop.page("en-us/styleguide.html").contains("class=\"front"))
        try shop.change("Content/sellers/nord/seller.yaml", "name: ", "name: New ")
        try shop.built()
        #expect(try shop.page("en-us/styleguide.html").contains("<p class=\"as-h1\">New "))
    }

    @Test func everyEditionIsInstalledUnderItsOwnNameAndDirection() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        for (edition, language) in [("en-us", "en-US"), ("de-de", "de-DE")] {
            let text = try shop.page("\(edition)/manifest.webmanifest")
            let manifest = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(manifest["lang"] as? String == language)
            #expect(manifest["dir"] as? String == "ltr")
            #expect(manifest["start_url"] as? String == "/\(edition)/")
            #expect(manifest["scope"] as? String == "/")
            let icons = try #require(manifest["icons"] as? [[String: String]])
            #expect(Set(icons.map { $0["purpose"] }) == ["any", "maskable"])
            for icon in icons { #expect(try shop.has("Public\(#require(icon["src"]))")) }
            #expect(try shop.page("\(edition)/index.html").contains("<link rel=\"manifest\" href=\"/\(edition)/manifest.webmanifest\">"))
        }
    }

    @Test func theWorkerLiesAtTheRootAndKeepsFilesThatArePublished() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let worker = try shop.page("worker.js")
        #expect(!shop.files().keys.contains { $0.hasPrefix("assets/worker.") })
        let names = worker.matches(of: #/"\./([^"]+)"/#).map { String($0.1) }
        #expect(names.count >= 6)
        for name in names { #expect(shop.has("Public/assets/\(name)"), "\(name)") }
        #expect(try shop.page("en-us/index.html").contains("data-worker=\"/worker.js\" data-offline=\"/en-us/offline.html\""))
    }

    @Test func aThemeWithoutAWorkerNamesNone() throws {
        let shop = try Shop(Shop.small)
        try shop.adopt("Templates")
        try shop.remove("Templates/assets/worker.js")
        try shop.built()
        #expect(!shop.has("Public/worker.js"))
        #expect(try !shop.page("en-us/index.html").contains("data-worker"))
    }

    @Test func promisesLeadToTheirPagesAndUnknownOnesAreWarnedOf() throws {
        let shop = try Shop(Shop.small)
        try shop.change("Content/marketplace.yaml", "defaultEdition: en-us\n", "defaultEdition: en-us\npromises: [about, abuot]\n")
        try shop.change("Content/pages/about.en.md", "title: About us\n", "title: About us\ndescription: Who we are.\n")
        let summary = try shop.built()
        #expect(try shop.page("en-us/index.html").contains("<li class=\"about\"><a href=\"/en-us/about.html\">About us</a><p>Who we are.</p></li>"))
        let warnings = summary.issues.sorted.filter { $0.severity == .warning }.map(\.text)
        #expect(warnings.contains { $0.contains("the page \"abuot\" of the promises does not exist") }, "\(warnings)")
    }

    @Test func aReportNamesTheProductAndNeedsAnAddress() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        #expect(try !shop.page("en-us/p/arne.html").contains("mailto:"))
        try shop.change("Content/marketplace.yaml", "defaultEdition: en-us\n", "defaultEdition: en-us\norganization: {email: help@shop.example}\n")
        try shop.built()
        let link = try #require(shop.page("en-us/p/arne.html").firstMatch(of: #/href="(mailto:[^"]+)"/#)).1
        #expect(link.hasPrefix("mailto:help@shop.example?subject=Report%3A%20"), "\(link)")
        #expect(!link.contains(" "))
    }

    @Test func groupsOfDetailsAreNamedOnlyWhenThereAreSeveral() throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let headings = try shop.page("en-us/p/arne.html").matches(of: #/<th scope="rowgroup" colspan="2">([^<]+)</#).map { String($0.1) }
        #expect(headings == ["Make", "Measures"])
        try shop.change(Shop.arne, "{material: oak, height: 42}", "{material: oak}")
        try shop.built()
        #expect(try !shop.page("en-us/p/arne.html").contains("rowgroup"))
    }
}
