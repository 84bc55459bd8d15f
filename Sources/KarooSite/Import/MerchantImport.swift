// KarooExpress – Apache-2.0

import KarooCommerce

/// Reads the product feed that shops give to Google Merchant Center (RSS 2.0 or Atom with elements of the `g:`
/// namespace). Items of one group become the variants of one product.
enum MerchantImport {
    /// The products of a feed. Faults of items are issues; a file that is no feed gives an issue and no product.
    static func read(_ bytes: UnsafeRawBufferPointer, file: String, _ terms: ImportTerms, existing: ProductLines) -> ImportResult {
        do throws(BuildIssue) {
            var reading = MerchantReading(try MerchantItemReader.read(bytes, file: file), file: file, terms, existing)
            return reading.result()
        } catch {
            var result = ImportResult()
            result.issues.add(error)
            return result
        }
    }
}

private struct MerchantReading {
    /// In which the items of a group may differ, in the order in which a buyer chooses.
    private static let axes = ["color", "size", "material", "pattern", "gender", "age_group", "size_type", "size_system"]
    /// What buyers are told of a product besides.
    private static let details = ["color", "size", "material", "pattern"]

    private struct Group {
        let id: String?
        var items: [MerchantItem]
    }

    private let terms: ImportTerms
    private let existing: ProductLines
    private let file: String
    private var assembly: ImportAssembly
    private var groups: [Group] = []
    private var names: Set<Slug> = []

    init(_ items: [MerchantItem], file: String, _ terms: ImportTerms, _ existing: ProductLines) {
        self.file = file
        self.terms = terms
        self.existing = existing
        assembly = ImportAssembly(file: file, terms, existing: existing)
        var places: [String: Int] = [:]
        var ids: [String: Int] = [:]
        for item in items {
            if let fault = item.fault {
                assembly.report(.error, line: item.line, "\(fault); it is left out")
                assembly.countSkippedProduct()
                continue
            }
            guard let id = item.text("id") else {
                assembly.countSkippedProduct()
                assembly.report(.error, line: item.line, "the item has no id and is left out", remedy: "give it <g:id>")
                continue
            }
            if let first = ids.updateValue(item.line, forKey: id) {
                ids[id] = first
                assembly.countSkippedProduct()
                assembly.report(
                    .error, line: item.line, "id \"\(id)\" stands already in line \(first); this item is left out", remedy: "give every item an id of its own")
                continue
            }
            let group = item.text("item_group_id")
            if let group, let place = places[group] {
                groups[place].items.append(item)
            } else {
                if let group { places[group] = groups.count }
                groups.append(Group(id: group, items: [item]))
            }
        }
        if items.isEmpty { assembly.report(.error, line: nil, "the feed has no item", remedy: "export it as RSS 2.0 with <item>, or as Atom with <entry>") }
    }

    mutating func result() -> ImportResult {
        for group in groups {
            if let draft = draft(group) { assembly.add(draft) } else { assembly.countSkippedProduct() }
        }
        return assembly.result
    }

    // MARK: Products

    private mutating func draft(_ group: Group) -> ImportDraft? {
        let first = group.items[0]
        guard let title = first.text("title").map(HTMLToMarkdown.plainText), !title.isEmpty else {
            assembly.report(.error, line: first.line, "item \"\(first.text("id") ?? "")\" has no title and is left out", remedy: "give it <g:title>")
            return nil
        }
        var draft = ImportDraft(line: first.line, name: name(group, title))
        let axes = axes(group)
        draft.title = title
        draft.body = body(first)
        draft.brand = first.text("brand").map(HTMLToMarkdown.plainText)
        draft.mpn = Set(group.items.map { $0.text("mpn") }).count == 1 ? first.text("mpn") : nil
        draft.condition = condition(first)
        draft.types = first.texts("product_type") + first.texts("google_product_category")
        draft.optionNames = axes.map { $0.replacing("_", with: " ") }
        draft.attributes = details(first, besides: axes)
        draft.pictures = pictures(group)
        for item in group.items {
            if let variant = variant(item, axes) { draft.variants.append(variant) } else { draft.skippedVariants += 1 }
        }
        return draft
    }

    /// A product that was imported before keeps its address, even under a new title. A title that was taken is told apart
    /// by the id.
    private mutating func name(_ group: Group, _ title: String) -> String {
        for item in group.items {
            if let slug = item.text("id").flatMap(existing.slug(ofSKU:)), !names.contains(slug) {
                names.insert(slug)
                return slug.text
            }
        }
        let id = group.id ?? group.items[0].text("id") ?? ""
        let candidates = [title, "\(title.prefix(Slug.maximumLength / 2)) \(id)", id]
        let slugs = candidates.compactMap(ImportNames.slug)
        let slug = slugs.first { !names.contains($0) && existing.category(of: $0) == nil } ?? slugs.first { !names.contains($0) } ?? slugs.first
        guard let slug else { return title }
        names.insert(slug)
        return slug.text
    }

    private mutating func body(_ item: MerchantItem) -> String {
        let text = item.text("description") ?? item.text("content") ?? item.text("summary") ?? ""
        let highlights = item.texts("product_highlight").map { "- " + InlineWords.plain(HTMLToMarkdown.plainText($0)) }
        return ([HTMLToMarkdown.markdown(of: text), highlights.joined(separator: "\n")]).filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func condition(_ item: MerchantItem) -> Product.Condition {
        item.text("condition").flatMap { Product.Condition(rawValue: $0.lowercased()) } ?? .new
    }

    /// What tells the items of the group apart: what all of them say, where that is enough.
    private func axes(_ group: Group) -> [String] {
        guard group.items.count > 1 else { return [] }
        let differing = MerchantReading.axes.filter { axis in Set(group.items.map { $0.text(axis) }).count > 1 }
        let complete = differing.filter { axis in group.items.allSatisfy { $0.text(axis) != nil } }
        let combinations = Set(group.items.map { item in complete.map { item.text($0) } })
        return combinations.count == group.items.count ? complete : differing
    }

    private func details(_ item: MerchantItem, besides axes: [String]) -> [(name: String, value: ImportDraft.Value)] {
        MerchantReading.details.filter { !axes.contains($0) }.compactMap { name in
            item.text(name).map { (name: name, value: .text(HTMLToMarkdown.plainText($0))) }
        }
    }

    // MARK: Pictures

    private mutating func pictures(_ group: Group) -> [ImportedProduct.Picture] {
        var pictures: [ImportedProduct.Picture] = []
        for item in group.items {
            for text in item.texts("image_link").prefix(1) + item.texts("additional_image_link") {
                guard let address = PictureAddress.clean(text) else {
                    assembly.report(.warning, line: item.line, "\"\(text)\" is no address of a picture and is left out", remedy: "write it as https://…")
                    continue
                }
                pictures.append(ImportedProduct.Picture(name: address))
            }
        }
        return pictures
    }

    // MARK: Variants

    private mutating func variant(_ item: MerchantItem, _ axes: [String]) -> ImportDraft.Variant? {
        guard let price = price(item), let options = options(item, axes) else { return nil }
        let reduction = reduction(item, price)
        var variant = ImportDraft.Variant(line: item.line, options: options, price: reduction.now ?? price)
        variant.sku = item.text("id")
        variant.gtin = item.text("gtin")
        variant.compareAt = reduction.now == nil ? nil : price
        variant.sale = reduction.later
        (variant.stock, variant.availability) = availability(item)
        variant.weight = weight(item)
        variant.measure = measure(item)
        if !axes.isEmpty { variant.picture = item.text("image_link").flatMap(PictureAddress.clean) }
        return variant
    }

    private mutating func price(_ item: MerchantItem) -> Money? {
        guard let text = item.text("price") else {
            assembly.report(.error, line: item.line, "the item has no price and is left out", remedy: "give it <g:price>18.90 EUR</g:price>")
            return nil
        }
        return amount(text, item, "the item is left out", .error)
    }

    /// `18.90 EUR`, also `EUR 18.90` and `18.90`.
    private mutating func amount(_ text: String, _ item: MerchantItem, _ consequence: String, _ severity: BuildIssue.Severity) -> Money? {
        let letters = text.filter { $0.isASCII && $0.isLetter }
        let digits = String(text.filter { !($0.isASCII && $0.isLetter) }).trimmingSpaces()
        guard let currency = letters.isEmpty ? terms.currency : Currency(letters.uppercased()) else {
            assembly.report(
                severity, line: item.line,
                letters.isEmpty ? "\"\(text)\" names no currency; \(consequence)" : "\"\(text)\" is in no known currency; \(consequence)",
                remedy: letters.isEmpty ? "write it as 18.90 EUR, or name the currency with --currency" : "write it as 18.90 EUR")
            return nil
        }
        do throws(MoneyParseError) {
            let amount = try ImportTerms.amount(digits, in: currency)
            if !amount.isNegative { return amount }
            assembly.report(severity, line: item.line, "\"\(text)\" is below zero; \(consequence)")
        } catch {
            assembly.report(severity, line: item.line, "\"\(text)\" is no price in \(currency): \(error); \(consequence)")
        }
        return nil
    }

    /// A sale price holds now, or for the time that the item gives for it.
    private mutating func reduction(_ item: MerchantItem, _ price: Money) -> (now: Money?, later: ImportedProduct.Sale?) {
        guard let text = item.text("sale_price"), let amount = amount(text, item, "the sale price is left out", .warning) else { return (nil, nil) }
        guard amount.currency == price.currency, amount < price else {
            if amount != price {
                assembly.report(.warning, line: item.line, "the sale price \(amount) is not below the price \(price) and is left out")
            }
            return (nil, nil)
        }
        guard let dates = item.text("sale_price_effective_date") else { return (amount, nil) }
        guard let (from, until) = MerchantReading.window(dates) else {
            assembly.report(
                .warning, line: item.line, "\"\(dates)\" is no time of a sale; the sale price is left out",
                remedy: "write it as 2026-11-27T00:00+0100/2026-12-01T00:00+0100")
            return (nil, nil)
        }
        return (nil, ImportedProduct.Sale(from: from, until: until, amount: amount))
    }

    /// Two moments of ISO 8601 with a slash between them, the earlier first; nil for anything else.
    private static func window(_ text: String) -> (from: Instant, until: Instant)? {
        let moments = text.split(separator: "/").map { String($0).trimmingSpaces() }
        guard moments.count == 2, let from = moment(moments[0]), let until = moment(moments[1]), from < until else { return nil }
        return (from, until)
    }

    /// `2026-11-27T00:00+0100`: seconds and the colon of the offset may be missing; without an offset, UTC is meant; a day
    /// alone begins at midnight.
    private static func moment(_ text: String) -> Instant? {
        let text = text.replacing(" ", with: "T")
        guard let mark = text.firstIndex(of: "T") else { return Instant(text + "T00:00:00Z") }
        let clock = text[text.index(after: mark)...]
        let time = clock.prefix { $0.isNumber || $0 == ":" || $0 == "." }
        var offset = String(clock.dropFirst(time.count))
        if offset.isEmpty { offset = "Z" }
        if offset.count == 5, !offset.contains(":") { offset.insert(":", at: offset.index(offset.startIndex, offsetBy: 3)) }
        if offset.count == 3 { offset += ":00" }
        let seconds = time.count(where: { $0 == ":" }) == 1 ? ":00" : ""
        return Instant(text[...mark] + time + seconds + offset)
    }

    private mutating func options(_ item: MerchantItem, _ axes: [String]) -> [String]? {
        var values: [String] = []
        for axis in axes {
            guard let value = item.text(axis) else {
                assembly.report(
                    .error, line: item.line, "the item does not say its \(axis), in which its group differs, and is left out", remedy: "give it <g:\(axis)>")
                return nil
            }
            values.append(HTMLToMarkdown.plainText(value))
        }
        return values
    }

    /// Feeds do not count: what is in stock is sold without counting, unless the item gives a quantity.
    private mutating func availability(_ item: MerchantItem) -> (Int?, Variant.Availability) {
        let quantity = (item.text("quantity") ?? item.text("sell_on_google_quantity")).flatMap { Int($0) }.map { max(0, $0) }
        let text = item.text("availability") ?? ""
        switch text.lowercased().replacing(" ", with: "_") {
        case "in_stock", "limited_availability", "available_for_order", "": return quantity == nil ? (nil, .untracked) : (quantity, .tracked)
        case "preorder", "pre-order", "pre_order", "backorder", "back_order": return (quantity, .backorder)
        case "out_of_stock", "sold_out", "discontinued": return (0, .tracked)
        default:
            assembly.report(
                .warning, line: item.line, "unknown availability \"\(text)\"; the item counts as sold out",
                remedy: "use in_stock, out_of_stock, preorder or backorder")
            return (0, .tracked)
        }
    }

    private mutating func weight(_ item: MerchantItem) -> Int? {
        guard let text = item.text("shipping_weight") else { return nil }
        guard let grams = ImportMeasure.grams(text) else {
            assembly.report(.warning, line: item.line, "\"\(text)\" is no weight and is left out", remedy: "write it as 1.2 kg")
            return nil
        }
        return grams == 0 ? nil : grams
    }

    private mutating func measure(_ item: MerchantItem) -> Measure? {
        guard let content = item.text("unit_pricing_measure") else { return nil }
        do throws(BuildIssue) {
            return try ImportMeasure.measure(content: content, per: item.text("unit_pricing_base_measure"), file: file, line: item.line)
        } catch {
            assembly.report(error.severity, line: error.line, error.message, remedy: error.remedy)
            return nil
        }
    }
}
