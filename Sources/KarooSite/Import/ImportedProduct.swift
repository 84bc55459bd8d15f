// KarooExpress – Apache-2.0

import KarooCommerce

/// What an import took in and left out.
package struct ImportReport: Sendable, Equatable {
    package var products = 0
    package var variants = 0
    /// Pictures that products name, wherever they lie.
    package var pictures = 0
    /// Products that are taken, but are drafts or archived where they come from, and not published here either.
    package var unpublished = 0
    /// Products that could not be used.
    package var skippedProducts = 0
    /// Variants of used products that could not be used.
    package var skippedVariants = 0
    /// Lines of `products.jsonl` that the import replaced, and lines that it added.
    package var replaced = 0
    package var added = 0
    /// Pictures that were fetched, and those that could not be.
    package var fetched = 0
    package var unfetched = 0

    package init() {}
}

/// What a foreign file held, as products of this marketplace.
struct ImportResult: Sendable {
    var products: [ImportedProduct] = []
    var report = ImportReport()
    var issues = Issues()
}

/// A product that passed every check and can be written as one line of `products.jsonl`.
struct ImportedProduct: Sendable {
    /// A picture: its address elsewhere, or its file below the seller's folder.
    struct Picture: Sendable, Equatable {
        var name: String
        /// Nil when the file did not say.
        var alternative: String?
    }

    struct Sale: Sendable {
        let from: Instant
        let until: Instant
        let amount: Money
    }

    struct Variant: Sendable {
        /// The line of the foreign file.
        let line: Int
        var sku: String
        var gtin: String?
        /// One for each of the product's options.
        var options: [String]
        let price: Money
        /// Above the price, and only where it may be told.
        var compareAt: Money?
        var sale: Sale?
        var stock: Int?
        var availability = KarooCommerce.Variant.Availability.tracked
        /// Grams.
        var weight: Int?
        /// Among the product's pictures.
        var picture: String?
    }

    let slug: Slug
    /// The line of the foreign file on which the product begins.
    let line: Int
    var category: Category.ID?
    var status = Product.Status.active
    var brand: String?
    var mpn: String?
    var condition = Product.Condition.new
    var measure: Measure?
    var title: String
    var description: String?
    var body: String
    var attributes: [(key: Attribute.Key, value: JSON)] = []
    var options: [Attribute.Key] = []
    var pictures: [Picture] = []
    var variants: [Variant]
}

// MARK: - Writing

extension ImportedProduct {
    /// The product as the object of its line. What the import knows nothing of is taken over from the line that stood
    /// there: words in other languages, prices in other currencies, addresses, dates, further categories, models.
    func object(over old: JSON?, _ terms: ImportTerms) -> JSON {
        let former = FormerPrices(old)
        var object = JSONMembers()
        object.add("slug", slug.text)
        object.add("category", category?.text ?? old?["category"]?.text)
        object.add("categories", old?["categories"])
        object.add("status", status == .active ? nil : status.rawValue)
        object.add("brand", brand)
        object.add("gtin", options.isEmpty ? variants[0].gtin : nil)
        object.add("mpn", mpn)
        object.add("condition", condition == .new ? nil : condition.rawValue)
        for name in ["published", "modified", "taxCategory"] { object.add(name, old?[name]) }
        object.add("weight", options.isEmpty ? variants[0].weight.map { "\($0) g" } : nil)
        object.add(
            "measure",
            measure.map { .object([.init(name: "content", value: .string($0.content.description)), .init(name: "per", value: .string($0.per.description))]) })
        object.add("slugs", old?["slugs"])
        object.add("attributes", .object(attributes.map { .init(name: $0.key.text, value: $0.value) }))
        object.add("images", .array(pictures.map { picture($0, over: old, terms.language) }))
        object.add("options", .array(options.map { .string($0.text) }))
        if options.isEmpty {
            object.add("sku", variants[0].sku)
            addOffer(of: variants[0], former, terms, to: &object)
        } else {
            object.add("variants", .array(variants.map { self.variant($0, former, terms) }))
        }
        object.add("models", old?["models"])
        for member in old?.members ?? [] where !ImportedProduct.names.contains(member.name) { object.add(member.name, member.value) }
        object.add("text", texts(over: old, terms.language))
        return object.object
    }

    /// Every name that an import writes or takes over in its place.
    private static let names: Set<String> = [
        "slug", "category", "categories", "status", "brand", "gtin", "mpn", "condition", "published", "modified", "taxCategory", "weight",
        "measure", "slugs", "attributes", "images", "options", "sku", "prices", "compareAt", "lowest30Days", "sales", "stock",
        "availability", "variants", "models", "text",
    ]

    private func variant(_ variant: Variant, _ former: FormerPrices, _ terms: ImportTerms) -> JSON {
        var object = JSONMembers()
        object.add("sku", variant.sku)
        object.add("gtin", variant.gtin)
        object.add("options", .object(zip(options, variant.options).map { .init(name: $0.text, value: .string($1)) }))
        addOffer(of: variant, former, terms, to: &object)
        object.add("weight", variant.weight.map { "\($0) g" })
        object.add("images", variant.picture.map { .array([.string($0)]) })
        return object.object
    }

    private func addOffer(of variant: Variant, _ former: FormerPrices, _ terms: ImportTerms, to object: inout JSONMembers) {
        let currency = variant.price.currency
        let old = former[variant.sku]
        let isPriced = { (name: String) in terms.isPriced(name, in: currency) }
        object.add("prices", table([(currency.code, variant.price)], over: old.prices) { $0 == currency.code })
        object.add("compareAt", table(reductions(variant.compareAt, terms), over: old.compareAt, isReplaced: isPriced))
        object.add("lowest30Days", table([], over: old.lowest30Days, isReplaced: isPriced))
        object.add("sales", sales(of: variant, over: old.sales, terms))
        object.add("stock", variant.stock.map { .number(String($0)) })
        object.add("availability", variant.availability == .tracked ? nil : variant.availability.rawValue)
    }

    private func reductions(_ amount: Money?, _ terms: ImportTerms) -> [(String, Money)] {
        amount.map { amount in terms.reductionNames(in: amount.currency).map { ($0, amount) } } ?? []
    }

    /// The new amounts and those of the old table that they do not replace, by name: currencies, in capitals, come first.
    private func table(_ amounts: [(String, Money)], over old: JSON?, isReplaced: (String) -> Bool) -> JSON {
        var members = (old?.members ?? []).filter { !isReplaced($0.name) }
        members += amounts.map { JSON.Member(name: $0.0, value: .string($0.1.decimal)) }
        return .object(members.sorted { $0.name < $1.name })
    }

    private func sales(of variant: Variant, over old: JSON?, _ terms: ImportTerms) -> JSON {
        let currency = variant.price.currency
        var sales: [JSON] = []
        for sale in old?.elements ?? [] {
            let prices = (sale["prices"]?.members ?? []).filter { !terms.isPriced($0.name, in: currency) }
            guard !prices.isEmpty else { continue }
            let lowest = (sale["lowest30Days"]?.members ?? []).filter { !terms.isPriced($0.name, in: currency) }
            sales.append(self.sale(from: sale["from"], until: sale["until"], .object(prices), .object(lowest)))
        }
        if let sale = variant.sale {
            let prices = table(reductions(sale.amount, terms), over: nil) { _ in false }
            if !prices.members.isEmpty {
                sales.append(self.sale(from: .string(sale.from.description), until: .string(sale.until.description), prices, .object([])))
            }
        }
        return .array(sales.sorted { ImportedProduct.order($0) < ImportedProduct.order($1) })
    }

    private func sale(from: JSON?, until: JSON?, _ prices: JSON, _ lowest: JSON) -> JSON {
        var object = JSONMembers()
        object.add("from", from)
        object.add("until", until)
        object.add("prices", prices)
        object.add("lowest30Days", lowest)
        return object.object
    }

    private static func order(_ sale: JSON) -> (String, String, String) {
        (sale["from"]?.text ?? "", sale["until"]?.text ?? "", sale["prices"]?.members.first?.name ?? "")
    }

    private func picture(_ picture: Picture, over old: JSON?, _ language: Language) -> JSON {
        let former = old?["images"]?.elements.first { $0["file"]?.text == picture.name }
        let words = localized(picture.alternative.map { .string($0) }, over: former?["alt"], language)
        guard !words.members.isEmpty else { return .string(picture.name) }
        return .object([.init(name: "file", value: .string(picture.name)), .init(name: "alt", value: words)])
    }

    private func texts(over old: JSON?, _ language: Language) -> JSON {
        var words = JSONMembers()
        words.add("title", title)
        words.add("summary", old?["text"]?[language.tag]?["summary"])
        words.add("description", description)
        words.add("body", body.isEmpty ? nil : body)
        return localized(words.object, over: old?["text"], language)
    }

    private func localized(_ value: JSON?, over old: JSON?, _ language: Language) -> JSON {
        var members = (old?.members ?? []).filter { $0.name != language.tag }
        if let value { members.append(JSON.Member(name: language.tag, value: value)) }
        return .object(members.sorted { $0.name < $1.name })
    }
}

/// The prices that a line held before, by SKU.
private struct FormerPrices {
    struct Tables {
        var prices: JSON?
        var compareAt: JSON?
        var lowest30Days: JSON?
        var sales: JSON?
    }

    private var tables: [String: Tables] = [:]

    init(_ old: JSON?) {
        guard let old else { return }
        let common = Tables(prices: old["prices"], compareAt: old["compareAt"], lowest30Days: old["lowest30Days"], sales: old["sales"])
        guard let variants = old["variants"] else {
            if let sku = old["sku"]?.text ?? old["slug"]?.text { tables[sku] = common }
            return
        }
        for variant in variants.elements {
            guard let sku = variant["sku"]?.text else { continue }
            let own = Tables(
                prices: variant["prices"], compareAt: variant["compareAt"], lowest30Days: variant["lowest30Days"], sales: variant["sales"])
            // What stands at the product holds for variants without prices of their own.
            tables[sku] =
                own.prices == nil
                ? Tables(
                    prices: common.prices, compareAt: own.compareAt ?? common.compareAt, lowest30Days: own.lowest30Days ?? common.lowest30Days,
                    sales: own.sales ?? common.sales) : own
        }
    }

    subscript(_ sku: String) -> Tables { tables[sku] ?? Tables() }
}
