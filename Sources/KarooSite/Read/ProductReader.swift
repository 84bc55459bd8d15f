// KarooExpress – Apache-2.0

import KarooCommerce

/// Turns the tree of one product, from whichever file it came, into a Product.
///
/// The same tree comes from `product.yaml`, from a line of `products.jsonl` and from a row of
/// `products.csv`; only the words stand elsewhere for the first, in `<lang>.md` beside it.
struct ProductReader: Sendable {
    /// Why so few: a picker with more choices cannot be used, and every variant has a row on the page.
    static let maximumVariants = 500
    static let maximumPictures = 50
    /// In bytes of UTF-8.
    static let maximumSKULength = 250
    /// Longer texts are refused: they are not read by people, and Markdown of any length costs time.
    static let maximumBody = 64 << 10

    private static let productMembers: [StaticString] = [
        "category", "categories", "status", "brand", "gtin", "mpn", "condition", "published", "modified", "taxCategory", "weight",
        "measure", "slug", "slugs", "attributes", "images", "options", "variants", "sku", "prices", "compareAt", "lowest30Days",
        "stock", "availability", "sales", "models", "text",
    ]
    private static let variantMembers: [StaticString] = [
        "sku", "gtin", "options", "prices", "compareAt", "lowest30Days", "sales", "stock", "availability", "weight", "images",
    ]

    let seller: Seller.ID
    let languages: Languages
    let markets: Markets
    let categories: CategoryTree
    let attributes: AttributeTable

    /// Nil when the product cannot be used. `folderName` is nil for bulk files, whose lines name their slug.
    func product(_ node: Node, folderName: String?, words: [Product.Text], _ issues: inout Issues) -> Product? {
        guard node.kind == .object else {
            issues.add(node.issue(.error, "a product is a set of names and values"))
            return nil
        }
        let errors = issues.errors
        var members = Members(node)
        guard let slug = slug(folderName, &members, &issues) else { return nil }
        let slugs = slugs(folderName, &members, &issues)
        let category = category(&members, &issues)
        let texts = folderName == nil ? inlineTexts(&members, &issues) : words
        let options = members.texts("options", &issues).map { Attribute.Key($0) }
        let pictures = pictures(&members, &issues)
        let variants = variants(&members, slug: slug, options: options, pictures: pictures, &issues)
        let product = Product(
            id: Product.ID("\(seller)/\(slug)"), seller: seller, slug: slug, slugs: slugs, category: category ?? "",
            otherCategories: otherCategories(&members, &issues),
            status: members.choice("status", Product.Status.self, &issues) ?? .active,
            brand: members.text("brand", &issues),
            mpn: members.text("mpn", &issues),
            condition: members.choice("condition", Product.Condition.self, &issues) ?? .new,
            published: members.day("published", &issues),
            modified: members.day("modified", &issues),
            taxCategory: members.text("taxCategory", &issues),
            measure: measure(&members, &issues),
            texts: texts,
            attributes: attributeValues(&members, &issues),
            options: options, variants: variants, pictures: pictures,
            models: models(&members, &issues))
        members.reportUnknown(ProductReader.productMembers, &issues)
        if texts.isEmpty {
            issues.add(node.issue(
                .error, "no title in any language",
                remedy: folderName == nil ? "add \"text\": {\"en\": {\"title\": …}}" : "add \(languages.standard).md with a title"))
        }
        return issues.errors == errors && !variants.isEmpty ? product : nil
    }

    private func slug(_ folderName: String?, _ members: inout Members, _ issues: inout Issues) -> Slug? {
        let name = folderName ?? members.requiredText("slug", &issues)
        guard let name else { return nil }
        guard let slug = Slug(name) else {
            issues.add(members.node.issue(
                .error, "\"\(name)\" cannot be an address", remedy: "use lower-case letters, digits and single hyphens between them"))
            return nil
        }
        return slug
    }

    private func slugs(_ folderName: String?, _ members: inout Members, _ issues: inout Issues) -> LocalizedText {
        var node = members.member("slugs")
        if folderName != nil, let synonym = members.member("slug") { node = node ?? synonym }
        guard let node else { return LocalizedText() }
        return readSlugs(node, languages, &issues)
    }

    private func category(_ members: inout Members, _ issues: inout Issues) -> Category.ID? {
        guard let name = members.requiredText("category", &issues) else { return nil }
        return category(name, members.node, &issues)
    }

    private func category(_ name: String, _ node: Node, _ issues: inout Issues) -> Category.ID? {
        let id = Category.ID(name)
        if categories.place(of: id) != nil { return id }
        issues.add((node.member("category") ?? node).issue(
            .error, "unknown category \"\(name)\"", remedy: suggestion(for: name, among: categories.nodes.map(\.id.text)) ?? "add it to categories.yaml"))
        return nil
    }

    private func otherCategories(_ members: inout Members, _ issues: inout Issues) -> [Category.ID] {
        let node = members.node
        return members.texts("categories", &issues).compactMap { category($0, node, &issues) }
    }

    private func inlineTexts(_ members: inout Members, _ issues: inout Issues) -> [Product.Text] {
        guard let node = members.member("text") else { return [] }
        return node.members.compactMap { key, value in
            let tag = key.scalar ?? ""
            guard let language = languages.all.first(where: { $0.tag == tag }) else {
                issues.add(key.issue(.warning, "\"\(tag)\" is not a language of this marketplace", remedy: suggestion(for: tag, among: languages.all.map(\.tag))))
                return nil
            }
            var words = Members(value)
            guard let title = words.requiredText("title", &issues) else { return nil }
            let text = Product.Text(
                language: language, title: title,
                summary: words.text("summary", &issues), description: words.text("description", &issues),
                body: words.text("body", &issues) ?? "")
            words.reportUnknown(["title", "summary", "description", "body"], &issues)
            if text.body.utf8.count > ProductReader.maximumBody { issues.add(value.issue(.error, bodyTooLong(text.body))) }
            return text
        }
    }

    /// The words of `<lang>.md`; nil when they cannot be used.
    func words(_ matter: FrontMatter, _ language: Language, _ issues: inout Issues) -> Product.Text? {
        var members = Members(matter.header.root)
        guard let title = members.requiredText("title", &issues) else { return nil }
        let text = Product.Text(
            language: language, title: title,
            summary: members.text("summary", &issues), description: members.text("description", &issues), body: matter.body)
        members.reportUnknown(["title", "summary", "description"], &issues)
        if text.body.utf8.count > ProductReader.maximumBody {
            issues.add(matter.header.root.issue(.error, bodyTooLong(text.body)))
            return nil
        }
        return text
    }

    private func bodyTooLong(_ body: String) -> String {
        "description of \(body.utf8.count) bytes; at most \(ProductReader.maximumBody) are published"
    }

    private func pictures(_ members: inout Members, _ issues: inout Issues) -> [Picture] {
        guard let node = members.member("images") else { return [] }
        var pictures: [Picture] = []
        for element in node.elements {
            if let name = element.scalar {
                pictures.append(Picture(name: name))
            } else {
                var picture = Members(element)
                guard let name = picture.requiredText("file", &issues) else { continue }
                pictures.append(Picture(name: name, alternative: picture.localized("alt", languages, &issues)))
                picture.reportUnknown(["file", "alt"], &issues)
            }
        }
        for picture in pictures where !picture.isRemote && !isInside(picture.name) {
            issues.add(node.issue(.error, "picture \"\(picture.name)\" lies outside the seller's folder"))
        }
        if pictures.count > ProductReader.maximumPictures {
            issues.add(node.issue(.error, "\(pictures.count) pictures; at most \(ProductReader.maximumPictures) are shown"))
        }
        return pictures
    }

    // MARK: Variants

    /// What stands at the product itself and holds for the variants that say nothing else.
    private struct Defaults {
        var prices = PriceTable()
        var compareAt = PriceTable()
        var lowest30Days = PriceTable()
        var sales: [Variant.Sale] = []
        var stock: Int?
        var availability = Variant.Availability.tracked
        var weight: Int?
        var gtin: String?
    }

    private func variants(
        _ members: inout Members, slug: Slug, options: [Attribute.Key], pictures: [Picture], _ issues: inout Issues
    ) -> [Variant] {
        let defaults = Defaults(
            prices: members.prices("prices", markets, &issues),
            compareAt: members.prices("compareAt", markets, &issues),
            lowest30Days: members.prices("lowest30Days", markets, &issues),
            sales: sales(&members, &issues),
            stock: members.integer("stock", &issues),
            availability: members.choice("availability", Variant.Availability.self, &issues) ?? .tracked,
            weight: weight(&members, &issues),
            gtin: gtin(&members, &issues))
        let sku = members.text("sku", &issues)
        guard let node = members.member("variants") else {
            let all = Array(pictures.indices)
            let variant = variant(sku: sku ?? slug.text, options: [], defaults, pictures: all)
            check(variant, members.node, &issues)
            return [variant]
        }
        let elements = node.elements
        guard !elements.isEmpty, elements.count <= ProductReader.maximumVariants else {
            issues.add(node.issue(.error, "\(elements.count) variants; a product has 1 to \(ProductReader.maximumVariants)"))
            return []
        }
        let variants = elements.compactMap { self.variant($0, defaults, options, pictures, &issues) }
        checkCombinations(variants, options, node, &issues)
        return variants
    }

    private func variant(sku: String, options: [String], _ defaults: Defaults, pictures: [Int]) -> Variant {
        Variant(
            sku: sku, gtin: defaults.gtin, options: options, prices: defaults.prices, compareAt: defaults.compareAt,
            lowest30Days: defaults.lowest30Days, sales: defaults.sales, stock: defaults.stock,
            availability: defaults.availability, weight: defaults.weight, pictures: pictures)
    }

    private func variant(
        _ node: Node, _ defaults: Defaults, _ options: [Attribute.Key], _ pictures: [Picture], _ issues: inout Issues
    ) -> Variant? {
        var members = Members(node)
        guard let sku = members.requiredText("sku", &issues) else { return nil }
        let prices = members.prices("prices", markets, &issues)
        let compareAt = members.prices("compareAt", markets, &issues)
        let lowest30Days = members.prices("lowest30Days", markets, &issues)
        let sales = sales(&members, &issues)
        let variant = Variant(
            sku: sku,
            gtin: gtin(&members, &issues),
            options: optionValues(&members, options, &issues),
            prices: prices.isEmpty ? defaults.prices : prices,
            // A was-price of the product belongs to the product's price, not to a variant's own.
            compareAt: compareAt.isEmpty && prices.isEmpty ? defaults.compareAt : compareAt,
            lowest30Days: lowest30Days.isEmpty && prices.isEmpty ? defaults.lowest30Days : lowest30Days,
            sales: sales.isEmpty && prices.isEmpty ? defaults.sales : sales,
            stock: members.integer("stock", &issues) ?? defaults.stock,
            availability: members.choice("availability", Variant.Availability.self, &issues) ?? defaults.availability,
            weight: weight(&members, &issues) ?? defaults.weight,
            pictures: pictureNumbers(&members, pictures, &issues))
        members.reportUnknown(ProductReader.variantMembers, &issues)
        check(variant, node, &issues)
        return variant
    }

    private func optionValues(_ members: inout Members, _ options: [Attribute.Key], _ issues: inout Issues) -> [String] {
        guard let node = members.member("options") else {
            if !options.isEmpty { issues.add(members.node.issue(.error, "the variant does not say its \(options.map(\.text).joined(separator: " and "))")) }
            return []
        }
        for (key, _) in node.members where !options.contains(Attribute.Key(key.scalar ?? "")) {
            issues.add(key.issue(.error, "\"\(key.scalar ?? "")\" is not among the product's options", remedy: suggestion(for: key.scalar ?? "", among: options.map(\.text))))
        }
        return options.compactMap { option in
            guard let value = node.members.first(where: { $0.key.scalar == option.text })?.value.scalar else {
                issues.add(node.issue(.error, "the variant does not say its \(option)"))
                return nil
            }
            return value
        }
    }

    private func pictureNumbers(_ members: inout Members, _ pictures: [Picture], _ issues: inout Issues) -> [Int] {
        guard let node = members.member("images") else { return [] }
        return node.elements.compactMap { element in
            let name = element.scalar ?? ""
            if let number = pictures.firstIndex(where: { $0.name == name }) { return number }
            issues.add(element.issue(.error, "picture \"\(name)\" is not among the product's images", remedy: suggestion(for: name, among: pictures.map(\.name))))
            return nil
        }
    }

    private func checkCombinations(_ variants: [Variant], _ options: [Attribute.Key], _ node: Node, _ issues: inout Issues) {
        guard variants.count > 1 else { return }
        if options.isEmpty {
            issues.add(node.issue(.error, "several variants, but no \"options\" in which they differ", remedy: "add options: [colour]"))
            return
        }
        var seen: Set<[String]> = []
        for variant in variants where !seen.insert(variant.options).inserted {
            issues.add(node.issue(.error, "two variants are both \(variant.options.joined(separator: ", "))"))
        }
    }

    /// True for one line that is short enough to be a label.
    static func canBeSKU(_ text: String) -> Bool {
        text.utf8.count <= maximumSKULength && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    private func check(_ variant: Variant, _ node: Node, _ issues: inout Issues) {
        let place = node.member("compareAt") ?? node.member("prices") ?? node
        if !ProductReader.canBeSKU(variant.sku) {
            issues.add((node.member("sku") ?? node).issue(
                .error, "the sku \"\(variant.sku)\" is no line of at most \(ProductReader.maximumSKULength) bytes", remedy: "write it as on the label of the goods"))
        }
        if variant.prices.isEmpty {
            issues.add(node.issue(.warning, "\"\(variant.sku)\" has no price and is sold nowhere", remedy: "add prices: {\(markets.currencies.first?.code ?? "EUR"): \"18.90\"}"))
        }
        for market in markets.all {
            guard let schedule = variant.schedule(in: market) else { continue }
            let prices = [schedule.base] + schedule.windows.map(\.price)
            for price in prices {
                guard let compareAt = price.compareAt, compareAt <= price.amount else { continue }
                issues.add(place.issue(
                    .error, "\"\(variant.sku)\": the was-price \(compareAt.decimal) \(market.currency.code) is not above the price \(price.amount.decimal)"))
            }
            if let odd = prices.first(where: { !$0.amount.isChargeable }) {
                let step = Money(minorUnits: market.currency.chargeStep, currency: market.currency)
                issues.add(place.issue(
                    .warning, "\"\(variant.sku)\": no card can be charged \(odd.amount.decimal) \(market.currency.code)", remedy: "end it in a multiple of \(step.decimal)"))
            }
            let reductions = prices.filter { $0.compareAt != nil }
            if market.lowestPriceLaw, reductions.contains(where: { $0.lowest30Days == nil }) {
                issues.add(place.issue(
                    .error, "\"\(variant.sku)\" is reduced in market \"\(market.id)\" without its lowest price of the last 30 days",
                    remedy: "add lowest30Days: {\(market.currency.code): \"…\"}"))
            }
        }
    }

    private func sales(_ members: inout Members, _ issues: inout Issues) -> [Variant.Sale] {
        guard let node = members.member("sales") else { return [] }
        return node.elements.compactMap { element in
            var sale = Members(element)
            let from = sale.instant("from", &issues)
            let until = sale.instant("until", &issues)
            let prices = sale.prices("prices", markets, &issues)
            let lowest = sale.prices("lowest30Days", markets, &issues)
            sale.reportUnknown(["from", "until", "prices", "lowest30Days"], &issues)
            guard let from, let until, from < until else {
                issues.add(element.issue(.error, "a sale needs an instant \"from\" and a later one \"until\""))
                return nil
            }
            return Variant.Sale(from: from, until: until, prices: prices, lowest30Days: lowest)
        }
    }

    // MARK: Facts about the thing

    private func gtin(_ members: inout Members, _ issues: inout Issues) -> String? {
        guard let text = members.text("gtin", &issues) else { return nil }
        do throws(GTINError) {
            return try GTIN(text).digits
        } catch {
            issues.add(members.node.issue(.error, "\"\(text)\" is no GTIN: \(error)"))
            return nil
        }
    }

    /// Grams, from `1.2 kg` or `850 g`.
    private func weight(_ members: inout Members, _ issues: inout Issues) -> Int? {
        guard let text = members.text("weight", &issues) else { return nil }
        if let grams = (try? MeasuredAmount(parsing: text))?.whole(in: .gram) { return Int(grams) }
        issues.add(members.node.issue(.error, "\"\(text)\" is no weight", remedy: "write it as 850 g or 1.2 kg"))
        return nil
    }

    private func measure(_ members: inout Members, _ issues: inout Issues) -> Measure? {
        guard let node = members.member("measure") else { return nil }
        var measure = Members(node)
        guard let content = measure.requiredText("content", &issues), let per = measure.requiredText("per", &issues) else { return nil }
        measure.reportUnknown(["content", "per"], &issues)
        do {
            return try Measure(content: content, per: per)
        } catch {
            issues.add(node.issue(.error, "no unit price for \(content) per \(per): \(error)", remedy: "write {content: 250 g, per: 100 g}"))
            return nil
        }
    }

    private func attributeValues(_ members: inout Members, _ issues: inout Issues) -> [Product.Named<AttributeValue>] {
        guard let node = members.member("attributes") else { return [] }
        return node.members.compactMap { key, value in
            guard !value.isNull, let name = key.scalar else { return nil }
            let key = Attribute.Key(name)
            guard let attributeValue = attributeValue(value, attributes[key], key, &issues) else { return nil }
            return Product.Named(key: key, value: attributeValue)
        }
    }

    private func attributeValue(_ node: Node, _ attribute: Attribute?, _ key: Attribute.Key, _ issues: inout Issues) -> AttributeValue? {
        switch (attribute?.kind, node.kind) {
        case (.number, .number), (nil, .number): return .number(node.scalar!)
        case (.boolean, .boolean), (nil, .boolean): return .boolean(node.boolean!)
        case (.list, .array), (nil, .array): return .list(node.elements.compactMap(\.scalar))
        case (.list, .string): return .list([node.scalar!])
        case (.text, .string), (.swatch, .string), (nil, .string): return .text(node.scalar!)
        case (.text, .number), (.text, .boolean), (.swatch, .number): return .text(node.scalar!)
        case (.text, .object), (nil, .object): return .localized(localizedText(node, languages, &issues))
        default:
            let kind = attribute?.kind.rawValue ?? "text"
            issues.add(node.issue(.error, "attribute \"\(key)\" must be of kind \(kind)", remedy: "see attributes.yaml"))
            return nil
        }
    }

    private func models(_ members: inout Members, _ issues: inout Issues) -> Product.Models {
        var models = Product.Models()
        guard let node = members.member("models") else { return models }
        var files = Members(node)
        models.gltf = model("gltf", ["glb", "gltf"], &files, &issues)
        models.usdz = model("usdz", ["usdz"], &files, &issues)
        files.reportUnknown(["gltf", "usdz"], &issues)
        return models
    }

    private func model(_ name: StaticString, _ kinds: [String], _ files: inout Members, _ issues: inout Issues) -> String? {
        guard let file = files.text(name, &issues) else { return nil }
        if isInside(file), kinds.contains(PictureFile.kind(of: file)) { return file }
        issues.add(files.node.issue(
            .error, "\"\(file)\" is no model of the seller's", remedy: "name a file in the folder that ends with .\(kinds.joined(separator: " or ."))"))
        return nil
    }
}
