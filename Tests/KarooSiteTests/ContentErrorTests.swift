// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import Testing

@testable import KarooSite

/// What is wrong in the input is told with its place and its remedy, and then nothing is published.
@Suite struct ContentErrorTests {
    /// A fault: what is put into the small shop, and how the message must read.
    struct Fault: CustomTestStringConvertible, Sendable {
        let name: String
        let change: @Sendable (Shop) throws -> Void
        /// Pieces that one error message must all have.
        let message: [String]

        var testDescription: String { name }

        init(_ name: String, _ message: [String], _ change: @escaping @Sendable (Shop) throws -> Void) {
            self.name = name
            self.message = message
            self.change = change
        }
    }

    private static let line = "{\"slug\": \"berta\", \"category\": \"mugs\", \"sku\": \"B-1\", \"prices\": {\"EUR\": \"9.00\"}, \"text\": {\"en\": {\"title\": \"Berta\"}}}"
    private static let lines = "Content/sellers/nord/products.jsonl"
    private static let folder = "Content/sellers/nord/products/arne"

    static let faults: [Fault] = [
        Fault("unknown currency", ["\(Shop.arne):8:", "unknown currency or market \"EUP\"", "did you mean \"EUR\"?"]) {
            try $0.change(Shop.arne, "EUR: \"54.90\"", "EUP: \"54.90\"")
        },
        Fault("language twice", ["Content/marketplace.yaml:", "market \"de\" names the language \"de\" twice"]) {
            try $0.change("Content/marketplace.yaml", "languages: [de, en], tax", "languages: [de, de, en], tax")
        },
        Fault("no country", ["Content/marketplace.yaml:", "\"UK\" is no country", "write GB"]) {
            try $0.change("Content/marketplace.yaml", "countries: [US]", "countries: [UK]")
        },
        Fault("shared country", ["Content/marketplace.yaml:", "markets \"us\" and \"de\" both sell in US"]) {
            try $0.change("Content/marketplace.yaml", "countries: [DE, AT]", "countries: [DE, US]")
        },
        Fault("unknown tax category", ["\(Shop.arne):1: error", "the tax category \"reducedd\"", "did you mean \"reduced\"?"]) {
            try $0.write("Content/taxes.yaml", "de: {standard: \"19\", reduced: \"7\"}\n")
            try $0.change(Shop.arne, "stock: 12", "stock: 12\ntaxCategory: reducedd")
        },
        Fault("market without rates", ["\(Shop.arne):1: error", "\"standard\", which has no rate in market \"de\"", "taxes.yaml"]) {
            try $0.write("Content/taxes.yaml", "us: {standard: \"0\"}\n")
        },
        Fault("below zero", ["\(Shop.arne):8:", "price \"-1.00\" is below zero"]) { try $0.change(Shop.arne, "\"54.90\"", "\"-1.00\"") },
        Fault("too many decimals", ["\(Shop.arne):8:", "\"54.905\" is no price in EUR"]) { try $0.change(Shop.arne, "54.90", "54.905") },
        Fault("no number", ["\(Shop.arne):8:", "\"cheap\" is no price in EUR"]) { try $0.change(Shop.arne, "54.90", "cheap") },
        Fault("duplicate address", ["\(lines):1: error", "product \"nord/arne\" stands also in \(Shop.arne):1", "another slug"]) {
            try $0.write(lines, line.replacing("berta", with: "arne") + "\n")
        },
        Fault("duplicate SKU", ["\(lines):2: error", "SKU \"B-1\" stands also in \(lines):1", "every variant"]) {
            try $0.write(lines, line + "\n" + line.replacing("berta", with: "clara") + "\n")
        },
        Fault("broken picture", ["\(Shop.arne):1: error", "front.svg\" is broken", "save it anew as svg"]) { try $0.write("\(folder)/front.svg", "<svg") },
        Fault("broken PNG", ["\(lines):1: error", "x.png\" is broken", "save it anew as png"]) {
            try $0.write("Content/sellers/nord/x.png", "not a png")
            try $0.write(lines, line.replacing("\"sku\"", with: "\"images\": [\"x.png\"], \"sku\"") + "\n")
        },
        Fault("model of another kind", ["\(Shop.arne):1: error", "lamp.glb\" is no binary glTF file", "export it anew as glb"]) {
            try $0.write("\(folder)/lamp.glb", "not a model, whatever it is called")
            try $0.change(Shop.arne, "stock: 12", "stock: 12\nmodels: {gltf: lamp.glb}")
        },
        Fault("model in several files", ["lamp.gltf\" names another file, \"lamp.bin\"", "glb, which is one file"]) {
            try $0.write("\(folder)/lamp.gltf", "{\"asset\": {\"version\": \"2.0\"}, \"buffers\": [{\"uri\": \"lamp.bin\", \"byteLength\": 4}]}")
            try $0.change(Shop.arne, "stock: 12", "stock: 12\nmodels: {gltf: lamp.gltf}")
        },
        Fault("endpoint elsewhere", ["Content/marketplace.yaml:", "\"endpoint\" cannot be \"http://count.example\"", "begins with https://"]) {
            try $0.change("Content/marketplace.yaml", "markets:", "analytics: {endpoint: \"http://count.example\"}\nmarkets:")
        },
        Fault("endpoint that ends the policy", ["\"endpoint\" cannot be \"https://count.example; script-src *\""]) {
            try $0.change("Content/marketplace.yaml", "markets:", "analytics: {endpoint: \"https://count.example; script-src *\"}\nmarkets:")
        },
        Fault("id of the old Google Analytics", ["Content/marketplace.yaml:", "\"UA-12345-1\" is no measurement id", "G-AB12CD34EF"]) {
            try $0.change("Content/marketplace.yaml", "markets:", "analytics: {google: UA-12345-1}\nmarkets:")
        },
        Fault("no token of Mixpanel", ["Content/marketplace.yaml:", "\"abc\" is no project token", "32 hexadecimal digits"]) {
            try $0.change("Content/marketplace.yaml", "markets:", "analytics: {mixpanel: {token: abc}}\nmarkets:")
        },
        Fault("no region of Mixpanel", ["unknown region \"mars\"", "us, eu, in"]) {
            try $0.change("Content/marketplace.yaml", "markets:", "analytics: {mixpanel: {token: 0123456789abcdef0123456789abcdef, region: mars}}\nmarkets:")
        },
        Fault("missing picture", ["\(Shop.arne):1: error", "front.svg\" does not exist"]) { try $0.remove("\(folder)/front.svg") },
        Fault("drawing with a script", ["\(Shop.arne):1: error", "contains a script", "plain drawing"]) {
            try $0.write("\(folder)/front.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\"><script>alert(1)</script></svg>")
        },
        Fault("drawing with a handler", ["contains an event handler"]) {
            try $0.write("\(folder)/front.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\" onload=\"alert(1)\"/>")
        },
        Fault("missing word", ["Locales/de.yaml: error", "the word \"notFound.title\" is missing", "add it"]) { shop in
            try shop.adopt("Locales")
            var group = ""
            let lines = try shop.text("Locales/de.yaml").split(separator: "\n", omittingEmptySubsequences: false).filter { line in
                if line.last == ":", !line.hasPrefix(" ") { group = String(line.dropLast()) }
                return !(group == "notFound" && line.hasPrefix("  title:"))
            }
            try shop.write("Locales/de.yaml", lines.joined(separator: "\n"))
        },
        Fault("missing language", ["Locales/de.yaml: error"]) { shop in
            try shop.adopt("Locales")
            try shop.remove("Locales/de.yaml")
        },
        Fault("unknown category", ["\(Shop.arne):1:", "unknown category \"lamsp\"", "did you mean \"lamps\"?"]) {
            try $0.change(Shop.arne, "category: lamps", "category: lamsp")
        },
        Fault("open header", ["\(folder)/en.md:1: error", "the header is not closed", "three hyphens"]) {
            try $0.write("\(folder)/en.md", "---\ntitle: x\n\nbody")
        },
        Fault("bad YAML in a header", ["\(folder)/en.md:4:", "not readable as YAML"]) {
            try $0.write("\(folder)/en.md", "---\ntitle: x\nsummary: [a\n---\nbody\n")
        },
        Fault("no title", ["\(folder)/en.md:", "\"title\" is missing"]) { try $0.write("\(folder)/en.md", "---\nsummary: x\n---\nbody\n") },
        Fault("bad JSON in a later line", ["\(lines):4:", "not readable as JSON", "one whole JSON object"]) {
            try $0.write(lines, line + "\n\n" + line.replacing("berta", with: "clara").replacing("B-1", with: "B-2") + "\n{\"slug\": \"x\",}\n")
        },
        Fault("reduced without the lowest price", ["\(Shop.arne):", "\"NL-1\" is reduced in market \"de\"", "add lowest30Days: {EUR:"]) {
            try $0.change(Shop.arne, "stock: 12", "compareAt: {EUR: \"69.90\"}\nstock: 12")
        },
        Fault("was-price that is none", ["\(Shop.arne):", "is not above the price"]) {
            try $0.change(Shop.arne, "stock: 12", "compareAt: {EUR: \"50.00\"}\nlowest30Days: {EUR: \"54.90\"}\nstock: 12")
        },
        Fault("alias", ["\(Shop.arne)", "anchors and aliases are not supported", "write the values out"]) {
            try $0.change(Shop.arne, "stock: 12", "one: &x [1]\ntwo: *x\nstock: 12")
        },
        Fault("the same key twice", ["\(Shop.arne):", "\"stock\" stands twice"]) { try $0.change(Shop.arne, "stock: 12", "stock: 12\nstock: 13") },
        Fault("picture outside", ["\(Shop.arne):", "picture \"../../seller.svg\" lies outside"]) { try $0.change(Shop.arne, "front.svg", "../../seller.svg") },
        Fault("picture from the root", ["\(Shop.arne):", "picture \"/etc/x.svg\" lies outside"]) { try $0.change(Shop.arne, "front.svg", "/etc/x.svg") },
        Fault("model outside", ["\(Shop.arne):", "\"../../../x.glb\" is no model"]) {
            try $0.write("Content/sellers/x.glb", "x")
            try $0.change(Shop.arne, "stock: 12", "models: {gltf: ../../../x.glb}\nstock: 12")
        },
        Fault("logo outside", ["Content/sellers/nord/seller.yaml:", "logo \"../../logo.svg\" does not exist"]) {
            try $0.write("Content/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\"/>")
            try $0.change("Content/sellers/nord/seller.yaml", "since: 2014", "logo: ../../logo.svg")
        },
        Fault("bad colour", ["Content/sellers/nord/seller.yaml:", "accent \"red;}\" is no colour", "#0B63CE"]) {
            try $0.change("Content/sellers/nord/seller.yaml", "#0B63CE", "red;}")
        },
        Fault("bad address", ["\(lines):2:", "\"Berta!\" cannot be an address", "lower-case"]) {
            try $0.write(lines, "\n" + line.replacing("berta", with: "Berta!") + "\n")
        },
        Fault("bad GTIN", ["\(Shop.arne):", "\"4006381333932\" is no GTIN"]) { try $0.change(Shop.arne, "stock: 12", "gtin: \"4006381333932\"\nstock: 12") },
        Fault("unknown market of a rate", ["Content/sellers/nord/seller.yaml:", "unknown market \"ed\"", "did you mean \"de\"?"]) {
            try $0.change("Content/sellers/nord/seller.yaml", "markets: [de]", "markets: [ed]")
        },
        Fault("two ways of one name", ["Content/sellers/nord/seller.yaml:", "there are two ways \"standard\" to market \"de\"", "id: express"]) {
            try $0.change("Content/sellers/nord/seller.yaml", "  rates:\n", "  rates:\n    - {markets: [de], prices: {EUR: \"9.90\"}}\n")
        },
        Fault("weight of a table", ["Content/sellers/nord/seller.yaml:", "\"heavy\" is no weight", "upTo: 2 kg"]) {
            try $0.change(
                "Content/sellers/nord/seller.yaml", "  rates:\n",
                "  rates:\n    - {id: x, markets: [de], prices: {EUR: \"1\"}, weights: [{upTo: heavy, prices: {EUR: \"1\"}}]}\n")
        },
        Fault("table that does not grow", ["Content/sellers/nord/seller.yaml:", "the steps of a table by weight grow"]) {
            try $0.change(
                "Content/sellers/nord/seller.yaml", "  rates:\n",
                "  rates:\n    - {id: x, markets: [de], weights: [{upTo: 2 kg, prices: {EUR: \"1\"}}, {upTo: 1 kg, prices: {EUR: \"2\"}}]}\n")
        },
        Fault("step without a price", ["Content/sellers/nord/seller.yaml:", "the step has no amount in EUR for market \"de\""]) {
            try $0.change(
                "Content/sellers/nord/seller.yaml", "  rates:\n",
                "  rates:\n    - {id: x, markets: [de], weights: [{upTo: 2 kg, prices: {USD: \"1\"}}]}\n")
        },
        Fault("country of no market", ["Content/sellers/nord/seller.yaml:", "\"XX\" is not a country of these markets"]) {
            try $0.change("Content/sellers/nord/seller.yaml", "  rates:\n", "  rates:\n    - {id: x, markets: [de], countries: [XX], prices: {EUR: \"1\"}}\n")
        },
        Fault("hour of a calendar", ["Content/sellers/nord/seller.yaml:", "\"25:00\" is no time of day", "14:00"]) {
            try $0.change("Content/sellers/nord/seller.yaml", "  rates:\n", "  calendar: {cutOff: \"25:00\"}\n  rates:\n")
        },
        Fault("offset of a calendar", ["Content/sellers/nord/seller.yaml:", "\"1\" is no offset", "+01:00"]) {
            try $0.change("Content/sellers/nord/seller.yaml", "  rates:\n", "  calendar: {utcOffset: \"1\"}\n  rates:\n")
        },
        Fault("rates of a region", ["Content/taxes.yaml:", "a region has rates", "New York"]) {
            try $0.write("Content/taxes.yaml", "de: {standard: \"19\", reduced: \"7\", DE: {regions: {BY: \"1\"}}}\nus: {standard: \"0\", reduced: \"0\"}\n")
        },
        Fault("several taxes above all", ["Content/taxes.yaml:", "these are no rates in percent"]) {
            try $0.write("Content/taxes.yaml", "de: {standard: {A: \"60\", B: \"50\"}, reduced: \"7\"}\nus: {standard: \"0\", reduced: \"0\"}\n")
        },
        Fault("undeclared attribute of a category", ["Content/categories.yaml: error", "which is not declared", "did you mean \"material\"?"]) {
            try $0.change("Content/categories.yaml", "[material, colour]", "[materail]")
        },
        Fault("table with an open quote", ["Content/sellers/nord/products.csv:2: error"]) {
            try $0.write("Content/sellers/nord/products.csv", "slug,category,text.en.title\nx,mugs,\"open\n")
        },
        Fault("rate of tax", ["Content/taxes.yaml:1:", "\"much\" is no rate in percent"]) { try $0.write("Content/taxes.yaml", "de: {standard: much}\n") },
        Fault("declared attributes in a drawing", ["front.svg\" contains declared attributes"]) {
            let drawing = try $0.text("\(folder)/front.svg")
            try $0.write("\(folder)/front.svg", "<!DOCTYPE svg [<!ATTLIST svg onload CDATA \"alert(1)\">]>" + drawing)
        },
        Fault("escapes of an encoding in a drawing", ["front.svg\" contains a control character"]) {
            let drawing = try $0.text("\(folder)/front.svg")
            try $0.write("\(folder)/front.svg", drawing.replacing("</svg>", with: "<scr\u{1B}(Bipt>1</scr\u{1B}(Bipt></svg>"))
        },
        Fault("link out of Content", ["Content/sellers/nord/en.md: error: a link that leads out of"]) {
            try $0.write("secret.md", "A secret")
            try? $0.remove("Content/sellers/nord/en.md")
            try FileManager.default.createSymbolicLink(atPath: "\($0.folder)/Content/sellers/nord/en.md", withDestinationPath: "../../../secret.md")
        },
        Fault("control character in a line", ["\(lines):1:", "a control character"]) { try $0.write(lines, line.replacing("Berta", with: "Ber\\u0000ta") + "\n") },
        Fault("control character in a text", ["Content/sellers/nord/products/arne/en.md:", "a control character"]) {
            try $0.write("\(folder)/en.md", try $0.text("\(folder)/en.md") + "\u{1}")
        },
        Fault("SKU of two lines", ["\(lines):1:", "is no line of at most"]) { try $0.write(lines, line.replacing("B-1", with: "B\\n1") + "\n") },
        Fault("sale above the price", ["\(Shop.arne):", "the was-price 54.90 EUR is not above the price 99.00"]) {
            try $0.change(
                Shop.arne, "stock: 12",
                "sales: [{from: 2026-12-01T00:00:00Z, until: 2026-12-05T00:00:00Z, prices: {EUR: \"99.00\"}, lowest30Days: {EUR: \"54.90\"}}]\nstock: 12")
        },
        Fault("endless delivery", ["Content/sellers/nord/seller.yaml:", "two whole numbers from 0 to"]) {
            try $0.change("Content/sellers/nord/seller.yaml", "days: [2, 4]", "days: [2, 9223372036854775807]")
        },
        Fault("long address", ["\(lines):1:", "cannot be an address"]) { try $0.write(lines, line.replacing("berta", with: String(repeating: "あ", count: 100)) + "\n") },
        Fault("languages twice", ["Content/marketplace.yaml:4", "the language \"en\" is named twice"]) {
            try $0.change("Content/marketplace.yaml", "languages: [en, de, fr]", "languages: [en, de, fr, en]")
        },
        Fault("country twice", ["Content/marketplace.yaml:", "market \"de\" names the country \"DE\" twice"]) {
            try $0.change("Content/marketplace.yaml", "countries: [DE, AT]", "countries: [DE, DE]")
        },
        Fault("API that is more than an address", ["Content/marketplace.yaml:", "\"api\" must be an address"]) {
            try $0.change("Content/marketplace.yaml", "defaultLanguage: en", "api: \"https://a.example; script-src *\"\ndefaultLanguage: en")
        },
        Fault("word of another shape", ["Locales/de.yaml: error", "\"nav.skip\" is not of the shape that it has in en.yaml"]) {
            try $0.adopt("Locales")
            let word = try #require(try $0.text("Locales/de.yaml").split(separator: "\n").first { $0.hasPrefix("  skip:") })
            try $0.change("Locales/de.yaml", String(word), "  skip: \"Zum {inhalt}\"")
        },
        Fault("rated twice", ["facts/ratings.jsonl:2: error", "nord/arne was rated before"]) {
            try $0.write("facts/ratings.jsonl", String(repeating: "{\"product\": \"nord/arne\", \"counts\": [1,2,3,4,5]}\n", count: 2))
        },
        Fault("facts", ["facts/ratings.jsonl:2: error", "not a fact"]) {
            try $0.write("facts/ratings.jsonl", "{\"product\": \"nord/arne\", \"counts\": [1,2,3,4,5]}\n{\"product\": 5}\n")
        },
        Fault("template that names nothing", ["Templates/pages/home.mustache:", "error"]) { shop in
            try shop.adopt("Templates")
            try shop.change("Templates/pages/home.mustache", "{{heading}}", "{{headign}}")
        },
    ]

    @Test(arguments: faults) func faultIsToldAndNothingIsPublished(fault: Fault) throws {
        let shop = try Shop(Shop.small)
        try shop.built()
        let marks = shop.marks()
        try fault.change(shop)
        let summary = shop.build()
        let errors = shop.errors(summary)
        #expect(!summary.isDone && summary.isInputAtFault)
        #expect(errors.contains { error in fault.message.allSatisfy { error.contains($0) } }, "\(errors.joined(separator: "\n"))")
        #expect(shop.marks() == marks)
        #expect(shop.errors(SiteBuild(shop.options()).check()) == errors)
        // Nor is a folder made for what is not published.
        #expect(!shop.build("Fresh", state: "other").isDone)
        #expect(!shop.has("Fresh"))
    }

    @Test func manyErrorsAreCountedAndFewAreKept() throws {
        let shop = try Shop(Shop.small)
        try shop.write(ContentErrorTests.lines, String(repeating: "{\n", count: 3_000))
        let summary = shop.build()
        #expect(summary.issues.errors == 3_000)
        #expect(summary.issues.all.count { $0.severity == .error } == Issues.limit)
    }
}
