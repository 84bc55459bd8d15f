// KarooExpress – Apache-2.0

import Foundation
import KarooCommerce
import Support

@testable import KarooSite

/// A shop that changes at random, step by step, and says what it changed.
struct RandomShop {
    struct Item {
        var seller: String
        var slug: String
        var germanSlug: String?
        var category: String
        var otherCategory: String?
        var titles: [String: String]
        var body: String
        var euros: Int?
        var dollars: Int?
        var isReduced = false
        var stock: Int
        var published: Int
        var colours: [String] = []
        var picture: Int?
        var sale: Range<Int>?
        var isFolder = false
        var isDraft = false
        var brand: String?
        var isMeasured = false
    }

    private static let languages = ["en", "de", "fr"]
    private static let words = [
        "quiet", "oak", "wide", "Lampe", "thé", "river", "<b>", "“north”", "&", "small", "light", "salt", "*soft*", "grau", "hand", "made",
    ]

    private var random: Seeded
    var items: [Item] = []
    private var serial = 0
    private var sellers = ["nord", "oasis", "verveine"]
    private var taglines = ["nord": "From the north", "oasis": "Sun and salt", "verveine": "Soap"]
    private var accents = ["nord": "#0B63CE", "oasis": "#A04000", "verveine": "#1E6B3A"]
    private var shipping = 490
    private var logos: [String: Int] = [:]
    private var categories = ["lamps", "mugs", "tea", "soap"]
    private var categoryNames: [String: String] = ["lamps": "Lamps", "mugs": "Mugs", "tea": "Tea", "soap": "Soap"]
    private var tagline = "Good things"
    private var pages = ["about": "We sell *things*.", "help": "Ask us."]
    private var marketPages: [String: String] = [:]
    private var featured: [String] = []
    private var ratings: [String: [Int]] = [:]
    private var sellerRatings: [String: [Int]] = [:]
    private var reviews: [(product: String, body: String)] = []
    private var bands: [String: String] = [:]
    private var takedowns: Set<String> = []
    private var ink = "#101820"
    private var reducedTax = "7"
    private var rate = "1.0850"
    /// A group in English.
    private var synonyms: String?
    /// Of tea, in percent.
    private var boost: Int?
    /// Hours since noon.
    var hours = 0

    init(_ random: Seeded, products: Int) {
        self.random = random
        for _ in 0..<products { addProduct() }
    }

    var instant: Instant { Shop.noon.adding(milliseconds: Int64(hours) * 3_600_000) }

    private mutating func phrase(_ count: Int) -> String { (0..<count).map { _ in random.one(of: RandomShop.words) }.joined(separator: " ") }

    private mutating func addProduct() {
        serial += 1
        var item = Item(
            seller: random.one(of: sellers), slug: "thing-\(serial)", category: random.one(of: categories),
            titles: ["en": "\(phrase(2)) \(serial)"], body: phrase(8), euros: 100 + random.below(9_000), dollars: 100 + random.below(9_000),
            stock: random.below(8), published: random.below(300))
        if random.happens(60) { item.titles["de"] = phrase(2) }
        if random.happens(40) { item.titles["fr"] = phrase(2) }
        if random.happens(40) { item.germanSlug = "ding-\(serial)" }
        if random.happens(20) { item.otherCategory = random.one(of: categories) }
        if random.happens(15) { item.dollars = nil }
        if random.happens(10) { item.euros = nil }
        if random.happens(30) { item.colours = ["sage", "ink"] }
        if random.happens(60) { item.picture = random.below(5) }
        if random.happens(30) { item.isReduced = true }
        if random.happens(40) {
            let start = random.below(80)
            item.sale = start..<start + 1 + random.below(60)
        }
        item.isFolder = random.happens(15)
        item.isMeasured = random.happens(25)
        items.append(item)
    }

    // MARK: Steps

    /// Changes something, and tells what. What does not lie in Content alone is changed in the shop's own copies.
    mutating func step(in shop: Shop) throws -> String {
        let place = random.below(items.count)
        func id() -> String { "\(items[place].seller)/\(items[place].slug)" }
        switch random.below(40) {
        case 0, 1:
            items[place].euros = 100 + random.below(9_000)
            return "euros of \(id())"
        case 2:
            items[place].dollars = items[place].dollars == nil ? 100 + random.below(9_000) : nil
            return "dollars of \(id())"
        case 3:
            items[place].titles["en"] = "\(phrase(2)) \(place)"
            return "title of \(id())"
        case 4:
            items[place].body = phrase(9)
            return "body of \(id())"
        case 5:
            let language = random.one(of: ["de", "fr"])
            items[place].titles[language] = items[place].titles[language] == nil ? phrase(2) : nil
            return "\(language) of \(id())"
        case 6, 7:
            items[place].stock = random.one(of: [0, 1, 2, 3, 20])
            return "stock of \(id())"
        case 8:
            items[place].category = random.one(of: categories)
            return "category of \(id())"
        case 9:
            items[place].otherCategory = items[place].otherCategory == nil ? random.one(of: categories) : nil
            return "other category of \(id())"
        case 10:
            items[place].germanSlug = items[place].germanSlug == nil ? "ding-\(items[place].slug)" : nil
            return "German address of \(id())"
        case 11:
            let old = id()
            serial += 1
            items[place].slug = "renamed-\(serial)"
            return "address of \(old), now \(id())"
        case 12, 13:
            let gone = items.remove(at: place)
            return "\(gone.seller)/\(gone.slug) removed"
        case 14, 15:
            addProduct()
            return "\(items.last!.seller)/\(items.last!.slug) added"
        case 16:
            let seller = random.one(of: sellers)
            taglines[seller] = phrase(3)
            return "tagline of \(seller)"
        case 17:
            let seller = random.one(of: sellers)
            accents[seller] = random.one(of: ["#0B63CE", "#7A1FA2", "#00695C"])
            return "colour of \(seller)"
        case 18:
            let seller = random.one(of: sellers)
            logos[seller] = logos[seller] == nil ? random.below(5) : nil
            return "logo of \(seller)"
        case 19:
            shipping = 100 + random.below(900)
            return "shipping"
        case 20:
            let slug = random.one(of: ["about", "help", "terms"])
            pages[slug] = pages[slug] == nil ? phrase(6) : random.happens(50) ? nil : phrase(6)
            return "page \(slug)"
        case 21:
            marketPages["imprint"] = marketPages["imprint"] == nil ? phrase(5) : nil
            return "page imprint of de"
        case 22:
            let language = random.one(of: RandomShop.languages)
            let text = try shop.text("Locales/\(language).yaml")
            // A plain text of one line within a group, made longer by a letter.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let plain = lines.indices.filter { place in
                lines[place].hasPrefix("  ") && !lines[place].hasPrefix("   ") && lines[place].contains(": ") && lines[place].last!.isLetter
            }
            let line = random.one(of: plain)
            var changed = lines
            changed[line] = lines[line] + "x"
            try shop.write("Locales/\(language).yaml", changed.joined(separator: "\n"))
            return "word in \(language):\(line + 1)"
        case 23:
            let name = random.one(of: ["partials/card", "pages/product", "layouts/page", "pages/home", "pages/sitemap"])
            let text = try shop.text("Templates/\(name).mustache")
            let isChanged = text.contains("class=\"x ")
            try shop.write(
                "Templates/\(name).mustache", isChanged ? text.replacing("class=\"x ", with: "class=\"") : text.replacing("class=\"", with: "class=\"x "))
            return "template \(name)"
        case 24:
            let text = try shop.text("Templates/assets/app.css")
            try shop.write("Templates/assets/app.css", text + "\n.x\(random.below(99)){order:1}\n")
            return "style sheet"
        case 25:
            tagline = phrase(4)
            return "tagline of the marketplace"
        case 26:
            let picture = random.below(5)
            return "bytes of picture \(picture)" + (try writePicture(picture, in: shop))
        case 27:
            ratings[id()] = random.happens(20) ? nil : (0..<5).map { _ in random.below(9) }
            return "rating of \(id())"
        case 28:
            let seller = random.one(of: sellers)
            sellerRatings[seller] = sellerRatings[seller] == nil ? (0..<5).map { _ in 1 + random.below(9) } : nil
            return "rating of \(seller)"
        case 29:
            if reviews.isEmpty || random.happens(70) { reviews.append((id(), phrase(5))) } else { reviews.remove(at: random.below(reviews.count)) }
            return "reviews"
        case 30:
            if takedowns.remove(id()) == nil { takedowns.insert(id()) }
            return "takedown of \(id())"
        case 31:
            bands[id()] = bands[id()] == nil ? random.one(of: ["in_stock", "low", "out"]) : nil
            return "band of \(id())"
        case 32:
            hours += 1 + random.below(40)
            return "\(hours) hours later"
        case 33:
            let category = random.one(of: categories)
            categoryNames[category] = phrase(1) + " \(category)"
            return "name of category \(category)"
        case 34:
            if random.happens(50) { featured = [id()] } else { ink = random.one(of: ["#101820", "#202830", "#000044"]) }
            return "featured or ink"
        case 35:
            items[place].published = random.below(340)
            return "day of \(id())"
        case 36:
            if random.happens(50) { reducedTax = random.one(of: ["7", "8", "9"]) } else { rate = random.one(of: ["1.0850", "1.1", "1.2"]) }
            return "taxes or rates"
        case 37, 38:
            if random.happens(60) {
                synonyms = random.happens(30) ? nil : "\(phrase(1)), \(phrase(1)) \(serial)"
                return "synonyms"
            }
            boost = random.happens(30) ? nil : random.below(201) - 100
            return "boost"
        default:
            switch random.below(5) {
            case 0: items[place].isDraft.toggle()
            case 1: items[place].isReduced.toggle()
            case 2: items[place].picture = items[place].picture == nil ? random.below(5) : nil
            case 3: items[place].colours = items[place].colours.isEmpty ? ["sage", "ink"] : []
            default: items[place].isFolder.toggle()
            }
            return "form of \(id())"
        }
    }

    // MARK: Writing

    /// A picture is shared by the products of a seller: new bytes of it change all of their pages.
    private mutating func writePicture(_ number: Int, in shop: Shop) throws -> String {
        let colour = String(random.below(900) + 100)
        for seller in sellers { try shop.write("Content/sellers/\(seller)/images/\(number).svg", RandomShop.drawing(number, colour)) }
        return " \(colour)"
    }

    private static func drawing(_ number: Int, _ colour: String) -> String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(40 + number)\" height=\"30\"><rect width=\"40\" height=\"30\" fill=\"#\(colour)\"/></svg>\n"
    }

    /// The first state of everything.
    func begin(in shop: Shop) throws {
        try shop.adopt("Locales")
        try shop.adopt("Templates")
        for seller in sellers {
            for number in 0..<5 { try shop.write("Content/sellers/\(seller)/images/\(number).svg", RandomShop.drawing(number, "123")) }
        }
        try write(in: shop)
    }

    /// Writes everything but pictures, words and templates.
    func write(in shop: Shop) throws {
        try writeMarketplace(in: shop)
        try? shop.remove("Content/pages")
        try? shop.remove("facts")
        for (slug, body) in pages {
            try shop.write("Content/pages/\(slug).en.md", "---\ntitle: Page \(slug)\n---\n\(body)\n")
            if slug == "help" { try shop.write("Content/pages/help.de.md", "---\ntitle: Hilfe\n---\nFragen Sie.\n") }
        }
        for (slug, body) in marketPages { try shop.write("Content/pages/de/\(slug).de.md", "---\ntitle: Impressum\ngroup: legal\n---\n\(body)\n") }
        for seller in sellers { try writeSeller(seller, in: shop) }
        try writeFacts(in: shop)
        try shop.write("Content/search.yaml", searchText)
    }

    private var searchText: String {
        var text = "# Nothing else.\n"
        if let synonyms { text += "synonyms:\n  en:\n    - [\"lamp\", \"\(synonyms.filter { $0.isLetter || $0.isNumber || $0 == " " })1\"]\n" }
        if let boost { text += "markets:\n  all:\n    boosts:\n      - {category: tea, percent: \(boost)}\n" }
        return text
    }

    private func writeMarketplace(in shop: Shop) throws {
        try shop.write("Content/marketplace.yaml", """
            name: Random
            baseURL: https://shop.example/base
            languages: [en, de, fr]
            defaultEdition: en-us
            tagline: {en: "\(tagline)", de: Gute Dinge}
            hero: {title: {en: Hello}, category: lamps}
            featured: [\(featured.joined(separator: ", "))]
            markets:
              us: {name: {en: United States}, countries: [US], currency: USD, languages: [en, fr]}
              de: {name: {en: Germany, de: Deutschland}, countries: [DE], currency: EUR, languages: [de, en], taxInclusive: true, lowestPriceLaw: true}
            exchangeRates: {date: 2026-11-20, base: EUR, rates: {USD: "\(rate)"}}

            """)
        func node(_ id: String) -> String { "{id: \(id), name: {en: \"\(categoryNames[id]!)\", de: Kategorie \(id)}, attributes: [colour]}" }
        try shop.write("Content/categories.yaml", """
            - id: home
              name: {en: Home, de: Wohnen}
              children:
                - \(node("lamps"))
                - \(node("mugs"))
            - \(node("tea"))
            - \(node("soap"))

            """)
        try shop.write("Content/attributes.yaml", """
            colour: {kind: swatch, name: {en: Colour, de: Farbe}, values: {sage: {hex: "#9CAF88", en: Sage, de: Salbei}, ink: {hex: "\(ink)", en: Ink, de: Tinte}}}
            note: {kind: text, name: {en: Note}}

            """)
        try shop.write("Content/taxes.yaml", "us: {standard: \"0\", reduced: \"0\"}\nde: {standard: \"19\", reduced: \"\(reducedTax)\"}\n")
    }

    private func writeSeller(_ seller: String, in shop: Shop) throws {
        let folder = "Content/sellers/\(seller)"
        if let logo = logos[seller] { try shop.write("\(folder)/logo.svg", RandomShop.drawing(logo, "456")) }
        try shop.write("\(folder)/seller.yaml", """
            name: Seller \(seller)
            country: DE
            accent: "\(accents[seller]!)"
            \(logos[seller] == nil ? "region: Nowhere" : "logo: logo.svg")
            shipping: {handlingDays: [1, 2], rates: [{markets: [de], prices: {EUR: "\(RandomShop.decimal(shipping))"}, days: [2, 4]}]}

            """)
        try shop.write("\(folder)/en.md", "---\ntagline: \"\(taglines[seller]!)\"\n---\nAbout \(seller).\n")
        try? shop.remove("\(folder)/products")
        var lines: [UInt8] = []
        for item in items where item.seller == seller {
            if item.isFolder {
                try writeFolder(item, in: shop)
            } else {
                lines += try RandomShop.json(line(item)) + [0x0A]
            }
        }
        try shop.write("\(folder)/products.jsonl", bytes: lines)
    }

    private static func decimal(_ cents: Int) -> String { "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)" }

    private static func json(_ object: [String: Any]) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]))
    }

    private func members(_ item: Item) -> [String: Any] {
        var prices: [String: String] = [:]
        prices["EUR"] = item.euros.map(RandomShop.decimal)
        prices["USD"] = item.dollars.map(RandomShop.decimal)
        var object: [String: Any] = ["category": item.category, "prices": prices, "attributes": ["note": item.brand ?? "none"]]
        object["categories"] = item.otherCategory.map { [$0] }
        object["published"] = "\(Day("2026-01-01")!.adding(days: item.published)!)"
        object["status"] = item.isDraft ? "draft" : nil
        object["slugs"] = item.germanSlug.map { ["de": $0] }
        if item.isMeasured { object["measure"] = ["content": "250 g", "per": "100 g"] }
        if item.isReduced {
            object["compareAt"] = prices.mapValues { "1\($0.count > 5 ? $0 : "00" + $0)" }
            object["lowest30Days"] = prices
        }
        if let sale = item.sale {
            func instant(_ hours: Int) -> String { "\(Shop.noon.adding(milliseconds: Int64(hours) * 3_600_000))" }
            object["sales"] = [["from": instant(sale.lowerBound), "until": instant(sale.upperBound), "prices": prices.mapValues { _ in "0.99" }, "lowest30Days": prices] as [String: Any]]
        }
        if item.colours.isEmpty {
            object["sku"] = item.slug
            object["stock"] = item.stock
        } else {
            object["options"] = ["colour"]
            object["variants"] = item.colours.enumerated().map { number, colour in
                ["sku": number == 0 ? item.slug : "\(item.slug)-\(number)", "options": ["colour": colour], "stock": number == 0 ? item.stock : 5] as [String: Any]
            }
        }
        return object
    }

    private func line(_ item: Item) -> [String: Any] {
        var object = members(item)
        object["slug"] = item.slug
        object["images"] = item.picture.map { ["images/\($0).svg"] }
        object["text"] = item.titles.mapValues { ["title": $0, "body": item.body] }
        return object
    }

    private func writeFolder(_ item: Item, in shop: Shop) throws {
        let folder = "Content/sellers/\(item.seller)/products/\(item.slug)"
        var object = members(item)
        if let picture = item.picture {
            object["images"] = ["\(picture).svg"]
            try shop.write("\(folder)/\(picture).svg", RandomShop.drawing(picture, "789"))
        }
        try shop.write("\(folder)/product.yaml", bytes: RandomShop.json(object))
        for (language, title) in item.titles {
            try shop.write("\(folder)/\(language).md", "---\ntitle: '\(title)'\n---\n\(item.body)\n")
        }
    }

    private func writeFacts(in shop: Shop) throws {
        let known = Set(items.map { "\($0.seller)/\($0.slug)" })
        var lines = ""
        for (product, counts) in ratings.sorted(by: { $0.key < $1.key }) where known.contains(product) {
            lines += "{\"product\": \"\(product)\", \"counts\": \(counts)}\n"
        }
        for (seller, counts) in sellerRatings.sorted(by: { $0.key < $1.key }) { lines += "{\"seller\": \"\(seller)\", \"counts\": \(counts)}\n" }
        try shop.write("facts/ratings.jsonl", lines)
        lines = ""
        for (number, review) in reviews.enumerated() where known.contains(review.product) {
            lines += "{\"id\": \"rev_\(number)\", \"product\": \"\(review.product)\", \"rating\": \(1 + number % 5), \"author\": \"A. B.\", \"language\": \"en\", \"body\": \"\(review.body)\", \"date\": \"2026-09-14\", \"verified\": true}\n"
        }
        try shop.write("facts/reviews.jsonl", lines)
        try shop.write("facts/takedowns.jsonl", takedowns.intersection(known).sorted().map { "{\"product\": \"\($0)\", \"reason\": \"r\"}\n" }.joined())
        lines = ""
        for item in items {
            guard let band = bands["\(item.seller)/\(item.slug)"] else { continue }
            lines += "{\"sku\": \"\(item.slug)\", \"seller\": \"\(item.seller)\", \"band\": \"\(band)\"}\n"
        }
        try shop.write("facts/availability.jsonl", lines)
    }
}
