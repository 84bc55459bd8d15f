// KarooExpress – Apache-2.0

import KarooCommerce

/// A product as a foreign file describes it, before it is known whether it can be used.
struct ImportDraft {
    struct Variant {
        let line: Int
        /// Nil when the file gives none.
        var sku: String?
        /// As it was written; nil when the file gives none.
        var gtin: String?
        /// One for each of the draft's option names.
        var options: [String] = []
        let price: Money
        /// Above the price; nil when nothing is reduced.
        var compareAt: Money?
        var sale: ImportedProduct.Sale?
        /// Nil when the file does not count.
        var stock: Int?
        var availability = KarooCommerce.Variant.Availability.tracked
        /// Grams; nil when not stated.
        var weight: Int?
        var measure: Measure?
        /// The address of its picture.
        var picture: String?
    }

    enum Value {
        case text(String)
        case list([String])
    }

    let line: Int
    /// What the address is made of: a handle or a title.
    let name: String
    var title = ""
    /// Markdown.
    var body = ""
    /// For search engines, as it was written; nil when the file gives none.
    var description: String?
    var status = Product.Status.active
    var brand: String?
    var mpn: String?
    var condition = Product.Condition.new
    /// What the file calls the kind of product, best first; parts of a path are separated by `>`.
    var types: [String] = []
    var attributes: [(name: String, value: Value)] = []
    var optionNames: [String] = []
    var pictures: [ImportedProduct.Picture] = []
    var variants: [Variant] = []
    /// Variants that were left out already.
    var skippedVariants = 0
}

/// Checks drafts one after the other and makes products of those that can be used. What it lets pass, the build reads
/// without an error.
struct ImportAssembly {
    private let file: String
    private let terms: ImportTerms
    private let existing: ProductLines
    private(set) var result = ImportResult()
    /// The lines of the products and variants that were taken.
    private var slugs: [Slug: Int] = [:]
    private var skus: [String: Int] = [:]
    private var reportedCurrencies: Set<Currency> = []

    /// `existing` is what `products.jsonl` holds already.
    init(file: String, _ terms: ImportTerms, existing: ProductLines) {
        self.file = file
        self.terms = terms
        self.existing = existing
    }

    mutating func report(_ severity: BuildIssue.Severity, line: Int?, _ message: String, remedy: String? = nil) {
        result.issues.add(BuildIssue(severity, file: file, line: line, message, remedy: remedy))
    }

    /// Counts a product that its reader could not make a draft of.
    mutating func countSkippedProduct() { result.report.skippedProducts += 1 }

    mutating func add(_ draft: ImportDraft) {
        guard let product = product(draft) else { return countSkippedProduct() }
        slugs[product.slug] = product.line
        for variant in product.variants { skus[variant.sku] = variant.line }
        result.report.products += 1
        result.report.variants += product.variants.count
        result.report.pictures += product.pictures.count
        if product.status != .active { result.report.unpublished += 1 }
        result.report.skippedVariants += draft.skippedVariants + draft.variants.count - product.variants.count
        result.products.append(product)
    }

    private mutating func product(_ draft: ImportDraft) -> ImportedProduct? {
        guard let slug = slug(draft), let category = category(draft, slug) else { return nil }
        guard !draft.title.isEmpty else {
            report(.error, line: draft.line, "the product has no title and is left out", remedy: "give it one in the file it comes from")
            return nil
        }
        let options = optionKeys(draft)
        let variants = variants(draft, options, slug)
        guard !variants.isEmpty else {
            report(.error, line: draft.line, "\"\(draft.title)\" has no variant that can be sold and is left out")
            return nil
        }
        guard variants.count <= ProductReader.maximumVariants else {
            report(
                .error, line: draft.line,
                "\"\(draft.title)\" has \(variants.count) variants and is left out; at most \(ProductReader.maximumVariants) are shown")
            return nil
        }
        var product = ImportedProduct(
            slug: slug, line: draft.line, category: category, status: draft.status, brand: draft.brand, mpn: draft.mpn,
            condition: draft.condition, measure: measure(draft), title: draft.title, description: description(draft), body: body(draft),
            options: options, pictures: pictures(draft), variants: variants)
        product.attributes = attributes(draft, besides: options)
        if variants.count == 1 { spread(&product) }
        let names = Set(product.pictures.map(\.name))
        for place in product.variants.indices where !(product.variants[place].picture.map(names.contains) ?? true) {
            product.variants[place].picture = nil
        }
        reportReductions(product)
        reportCurrencies(product)
        return product
    }

    // MARK: Address and category

    private mutating func slug(_ draft: ImportDraft) -> Slug? {
        guard let slug = ImportNames.slug(draft.name) else {
            report(.error, line: draft.line, "no address can be made of \"\(draft.name)\", and the product is left out", remedy: "use letters or digits")
            return nil
        }
        if let first = slugs[slug] {
            report(
                .error, line: draft.line, "the product would have the address \"\(slug)\", as the one of line \(first), and is left out",
                remedy: "give one of the two another handle or title")
            return nil
        }
        if existing.isWrittenByHand(slug) {
            report(
                .warning, line: draft.line, "\"\(slug)\" is left out: products/\(slug)/ describes it already",
                remedy: "remove that folder to take the product from this file")
            return nil
        }
        return slug
    }

    /// What the file says comes first, then what the line said before, then the category for all others.
    private mutating func category(_ draft: ImportDraft, _ slug: Slug) -> Category.ID? {
        if let known = terms.category(ofTypes: draft.types) { return known }
        if let former = existing.category(of: slug), terms.isKnown(former) { return former }
        if let standard = terms.category { return standard }
        guard let type = draft.types.first else {
            report(.error, line: draft.line, "\"\(draft.name)\" says no type and is left out", remedy: "name a category for such products with --category")
            return nil
        }
        report(
            .error, line: draft.line, "\"\(draft.name)\" is left out: its type \"\(type)\" is no category here",
            remedy: suggestion(for: ImportNames.hyphenated(type), among: terms.categoryIDs)
                ?? "name a category for such products with --category, or add it to categories.yaml")
        return nil
    }

    // MARK: Variants

    private mutating func optionKeys(_ draft: ImportDraft) -> [Attribute.Key] {
        var keys: [Attribute.Key] = []
        for (place, name) in draft.optionNames.enumerated() {
            let key = terms.attributeKey(name) ?? Attribute.Key("option\(place + 1)")
            keys.append(keys.contains(key) ? Attribute.Key("\(key)\(place + 1)") : key)
        }
        return keys
    }

    private mutating func variants(_ draft: ImportDraft, _ options: [Attribute.Key], _ slug: Slug) -> [ImportedProduct.Variant] {
        var variants: [ImportedProduct.Variant] = []
        var combinations: [[String]: Int] = [:]
        var own: [String: Int] = [:]
        for variant in draft.variants {
            let values = zip(options, variant.options).map { terms.choice($1, of: $0) }
            if let first = combinations.updateValue(variant.line, forKey: values) {
                combinations[values] = first
                report(
                    .error, line: variant.line,
                    values.isEmpty
                        ? "the product has several variants, but nothing says in what they differ; only that of line \(first) is taken"
                        : "two variants are both \(values.joined(separator: ", ")); only that of line \(first) is taken",
                    remedy: "give every variant its own combination of options")
                continue
            }
            let sku = sku(variant, values, slug, own)
            own[sku] = variant.line
            variants.append(
                ImportedProduct.Variant(
                    line: variant.line, sku: sku, gtin: gtin(variant), options: values, price: variant.price, compareAt: variant.compareAt,
                    sale: variant.sale, stock: variant.stock, availability: variant.availability, weight: variant.weight, picture: variant.picture))
        }
        return variants
    }

    /// The variant's own SKU, or one made of its address and options where it has none or shares it with another.
    private mutating func sku(_ variant: ImportDraft.Variant, _ values: [String], _ slug: Slug, _ own: [String: Int]) -> String {
        if let sku = variant.sku, own[sku] == nil, skus[sku] == nil, ProductReader.canBeSKU(sku) { return sku }
        let whole = ([slug.text] + values.map(ImportNames.hyphenated)).filter { !$0.isEmpty }.joined(separator: "-")
        // Cut where it is too long, so that a number has room behind it.
        let made = String(whole.prefix(whole.utf8.count > 200 ? 50 : whole.count))
        var unique = made
        var number = 2
        while own[unique] != nil || skus[unique] != nil {
            unique = "\(made)-\(number)"
            number += 1
        }
        if let sku = variant.sku, !ProductReader.canBeSKU(sku) {
            report(.warning, line: variant.line, "a SKU of several lines or of more than \(ProductReader.maximumSKULength) bytes; this variant is called \"\(unique)\"")
        }
        if let sku = variant.sku, let first = own[sku] ?? skus[sku] {
            report(
                .warning, line: variant.line, "SKU \"\(sku)\" stands already in line \(first); this variant is called \"\(unique)\"",
                remedy: "give every variant a SKU of its own")
        }
        return unique
    }

    private mutating func gtin(_ variant: ImportDraft.Variant) -> String? {
        guard let text = variant.gtin else { return nil }
        let digits = String(text.unicodeScalars.filter { $0 != " " && $0 != "-" && $0 != "'" })
        do throws(GTINError) {
            return try GTIN(digits).digits
        } catch {
            report(.warning, line: variant.line, "\"\(text)\" is no GTIN and is left out: \(error)")
            return nil
        }
    }

    /// A lone variant is no choice: what it would be chosen by becomes what is said of the product.
    private func spread(_ product: inout ImportedProduct) {
        let values = product.variants[0].options
        var attributes: [(key: Attribute.Key, value: JSON)] = []
        for (key, value) in zip(product.options, values) {
            switch terms.attributes[key]?.kind {
            case .number, .boolean: continue
            case .list: attributes.append((key, .array([.string(value)])))
            case .text, .swatch, nil: attributes.append((key, .string(value)))
            }
        }
        product.attributes.removeAll { one in attributes.contains { $0.key == one.key } }
        product.attributes = attributes + product.attributes
        product.options = []
        product.variants[0].options = []
    }

    // MARK: What is said of the product

    private mutating func attributes(_ draft: ImportDraft, besides options: [Attribute.Key]) -> [(key: Attribute.Key, value: JSON)] {
        var attributes: [(key: Attribute.Key, value: JSON)] = []
        for (name, value) in draft.attributes {
            guard let key = terms.attributeKey(name), !options.contains(key), !attributes.contains(where: { $0.key == key }) else { continue }
            guard let value = json(value, key) else {
                report(
                    .warning, line: draft.line,
                    "\"\(name)\" is left out: attributes.yaml declares \"\(key)\" as \(terms.attributes[key]?.kind.rawValue ?? "text")")
                continue
            }
            attributes.append((key, value))
        }
        return attributes
    }

    /// The value in the kind that is declared; nil when it cannot be one.
    private func json(_ value: ImportDraft.Value, _ key: Attribute.Key) -> JSON? {
        switch (terms.attributes[key]?.kind, value) {
        case (.list, .list(let texts)), (nil, .list(let texts)): .array(texts.map { .string(terms.choice($0, of: key)) })
        case (.list, .text(let text)): .array([.string(terms.choice(text, of: key))])
        case (.text, .text(let text)), (.swatch, .text(let text)), (nil, .text(let text)): .string(terms.choice(text, of: key))
        case (.number, .text(let text)): ExactDecimal(text).map { .number($0.description) }
        case (.boolean, .text(let text)):
            switch text.lowercased() {
            case "true", "yes", "1": .bool(true)
            case "false", "no", "0": .bool(false)
            default: nil
            }
        case (.text, .list), (.swatch, .list), (.number, .list), (.boolean, .list): nil
        }
    }

    private mutating func pictures(_ draft: ImportDraft) -> [ImportedProduct.Picture] {
        var pictures: [ImportedProduct.Picture] = []
        let ofVariants = draft.variants.compactMap(\.picture).map { ImportedProduct.Picture(name: $0) }
        for picture in draft.pictures + ofVariants where !pictures.contains(where: { $0.name == picture.name }) { pictures.append(picture) }
        if pictures.count > ProductReader.maximumPictures {
            report(.warning, line: draft.line, "\"\(draft.title)\" has \(pictures.count) pictures; only the first \(ProductReader.maximumPictures) are taken")
        }
        return Array(pictures.prefix(ProductReader.maximumPictures))
    }

    /// The content that all variants have in common; where they differ, no unit price can be told for the product.
    private mutating func measure(_ draft: ImportDraft) -> Measure? {
        let measures = Set(draft.variants.map(\.measure))
        if measures.count > 1 {
            report(
                .warning, line: draft.line, "the variants of \"\(draft.title)\" differ in content: no unit price is shown",
                remedy: "offer each content as a product of its own")
        }
        return measures.count == 1 ? measures.first ?? nil : nil
    }

    /// At most 160 characters, cut between two words.
    private func description(_ draft: ImportDraft) -> String? {
        guard let text = draft.description.map(HTMLToMarkdown.plainText), !text.isEmpty else { return nil }
        guard text.count > 160 else { return text }
        let start = text.prefix(159)
        let cut = start.lastIndex(of: " ").map { start[..<$0] } ?? start
        return cut + "…"
    }

    private mutating func body(_ draft: ImportDraft) -> String {
        guard draft.body.utf8.count > ProductReader.maximumBody else { return draft.body }
        var bytes = Array(draft.body.utf8.prefix(ProductReader.maximumBody))
        // Between two paragraphs, if there are any; never within a character.
        let paragraph = zip(bytes.indices, zip(bytes, bytes.dropFirst())).reversed().first { $1.0 == 0x0A && $1.1 == 0x0A }?.0
        bytes = Array(bytes.prefix(paragraph ?? bytes.count))
        while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
        report(
            .warning, line: draft.line,
            "the description of \"\(draft.title)\" has \(draft.body.utf8.count) bytes and is cut; at most \(ProductReader.maximumBody) are published")
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Markets

    private mutating func reportReductions(_ product: ImportedProduct) {
        for variant in product.variants where variant.compareAt != nil || variant.sale != nil {
            let strict = terms.strictMarkets(in: variant.price.currency)
            guard !strict.isEmpty else { continue }
            report(
                .warning, line: variant.line,
                "the reduction of \"\(product.title)\" is not told in \(strict.joined(separator: ", ")): the law there asks for the lowest price of the last 30 days beside it",
                remedy: "add compareAt and lowest30Days by hand")
            return
        }
    }

    private mutating func reportCurrencies(_ product: ImportedProduct) {
        for variant in product.variants {
            let currency = variant.price.currency
            guard !terms.markets.contains(where: { $0.currency == currency }), reportedCurrencies.insert(currency).inserted else { continue }
            report(.warning, line: variant.line, "no market of this marketplace sells in \(currency): products priced in it alone are sold nowhere")
        }
    }
}
