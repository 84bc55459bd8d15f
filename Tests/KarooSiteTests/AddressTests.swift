// KarooExpress – Apache-2.0

import Testing

@testable import KarooSite

/// Where sellers and the marketplace are, as pages and machines are told.
@Suite struct AddressTests {
    private func shop(_ address: String, country: String = "DE") throws -> Shop {
        let shop = try Shop(Shop.small)
        try shop.change("Content/sellers/nord/seller.yaml", "country: DE\n", "country: \(country)\nlegal: {name: Nord Ltd, address: \(address)}\n")
        try shop.built()
        return shop
    }

    private func lines(_ page: String) -> [String] { page.matches(of: /<bdi class="line">([^<]*)<\/bdi>/).map { String($0.1) } }

    @Test func partsAreToldApart() throws {
        let shop = try shop("{street: Street 4, postalCode: \"20457\", city: Hamburg}")
        let page = try shop.page("en-us/s/nord.html")
        #expect(lines(page) == ["Street 4", "20457 Hamburg", "Germany"])
        #expect(page.contains("\"address\":{\"@type\":\"PostalAddress\",\"streetAddress\":\"Street 4\",\"postalCode\":\"20457\",\"addressLocality\":\"Hamburg\",\"addressCountry\":\"DE\"}"))
        #expect(lines(try shop.page("de-de/s/nord.html")).last == "Deutschland")
    }

    @Test func theTownStandsWhereTheCountrysPostWantsIt() throws {
        let page = try shop("{street: [Lane 2, Unit 6], postalCode: \"97210\", city: Portland, region: OR}", country: "US").page("en-us/s/nord.html")
        #expect(lines(page) == ["Lane 2", "Unit 6", "Portland, OR 97210", "United States"])
        #expect(page.contains("\"streetAddress\":\"Lane 2, Unit 6\",\"postalCode\":\"97210\",\"addressLocality\":\"Portland\",\"addressRegion\":\"OR\",\"addressCountry\":\"US\""))
    }

    /// Lines are taken as they are, but for a country that pages name by themselves, in whichever language it is written.
    @Test func theCountryStandsOnce() throws {
        for country in ["Germany", "Deutschland", "Allemagne"] {
            let shop = try shop("[Street 4, 20457 Hamburg, \(country)]")
            #expect(lines(try shop.page("de-de/s/nord.html")) == ["Street 4", "20457 Hamburg", "Deutschland"])
            // Letters have it in the address.
            #expect(try shop.files().filter { $0.key.hasPrefix("offers/terms") }.allSatisfy { try shop.page($0.key).contains("\"20457 Hamburg\",\"\(country)\"") })
        }
        #expect(lines(try shop("[Street 4, Hamburg]").page("en-us/s/nord.html")) == ["Street 4", "Hamburg", "Germany"])
    }

    @Test func aTownIsWanted() throws {
        let shop = try Shop(Shop.small)
        try shop.change("Content/sellers/nord/seller.yaml", "country: DE\n", "country: DE\nlegal: {name: Nord Ltd, address: {street: Street 4}}\n")
        #expect(shop.errors(shop.build()).contains { $0.contains("\"city\" is missing") })
    }

    @Test func theMarketplaceSaysWhoItIs() throws {
        let shop = try Shop(Shop.small)
        try shop.change(
            "Content/marketplace.yaml", "markets:",
            "organization: {legalName: Corner Ltd, country: GB, email: a@shop.example, address: {street: High Street 1, postalCode: IV1 1NF, city: Inverness}}\nmarkets:")
        try shop.write("Content/pages/returns.en.md", "---\ntitle: Returns\n---\nAs you like.\n")
        try shop.built()
        let page = try shop.page("en-us/index.html")
        for part in [
            "{\"@type\":\"Organization\",\"@id\":\"https://shop.example/#organization\"", "\"logo\":\"https://shop.example/assets/icon-512.",
            "\"addressLocality\":\"Inverness\",\"addressCountry\":\"GB\"", "{\"@type\":\"ContactPoint\",\"contactType\":\"customer service\",\"email\":\"a@shop.example\"",
            "{\"@type\":\"MerchantReturnPolicy\",\"applicableCountry\":[\"US\"],\"merchantReturnLink\":\"https://shop.example/en-us/returns.html\"}",
            "\"publisher\":{\"@id\":\"https://shop.example/#organization\"}",
        ] { #expect(page.contains(part), "\(part)") }
    }
}
