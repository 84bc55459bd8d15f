// KarooExpress – Apache-2.0

import KarooCommerce
import KarooSearch
import KarooTemplate
import Synchronization

/// The facets of an edition's index, and at which of them a product's values stand.
struct SearchFacets: Sendable {
    static let category = 0
    static let brand = 1
    static let seller = 2
    static let location = 3

    /// What addresses of the search page say besides; no attribute may be called so.
    private static let taken: Set<String> = ["category", "brand", "seller", "location", "price", "rating", "stock", "q", "sort", "page"]

    /// What the addresses of the search page and of narrowed lists may say, in the order of the alphabet.
    static func parameters(_ attributes: AttributeTable) -> [String] {
        taken.sorted() + attributes.values.filter(\.isFilterable).map { parameter($0.key) }.sorted()
    }

    private static func parameter(_ key: Attribute.Key) -> String { taken.contains(key.text) ? "attribute-\(key.text)" : key.text }

    let all: [SearchFacet]
    /// The positions of filterable attributes.
    let attributes: [Attribute.Key: Int]

    init(_ composer: Composer) {
        var all = [
            SearchFacet(id: "category", label: composer.words.text(.facetCategory), kind: .tree, isScope: true),
            SearchFacet(id: "brand", label: composer.words.text(.facetBrand), kind: .list, isScope: true),
            SearchFacet(id: "seller", label: composer.words.text(.facetSeller), kind: .list, isScope: true),
            SearchFacet(id: "location", label: composer.words.text(.facetLocation), kind: .list),
        ]
        var places: [Attribute.Key: Int] = [:]
        for attribute in composer.catalog.attributes.values.filter(\.isFilterable).sorted(by: { $0.key < $1.key }) {
            places[attribute.key] = all.count
            all.append(
                SearchFacet(
                    id: SearchFacets.parameter(attribute.key), label: composer.attributeName(attribute.key),
                    kind: SearchFacets.kind(attribute.kind), unit: attribute.unit.flatMap { SearchFacets.unit($0, composer.formats) },
                    isAttribute: true))
        }
        self.all = all
        attributes = places
    }

    private static func kind(_ kind: Attribute.Kind) -> SearchFacet.Kind {
        switch kind {
        case .number: .number
        case .boolean: .flag
        case .text, .list, .swatch: .list
        }
    }

    /// What the locale writes behind a number: `cm`.
    private static func unit(_ unit: String, _ formats: LocaleFormats) -> String? {
        guard let text = formats.unit("7", unit: unit) else { return nil }
        let number = formats.number(7)
        guard text.hasPrefix(number) else { return text.replacing(number, with: "").trimmed }
        return String(text.dropFirst(number.count)).trimmed
    }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

/// Products as the index sees them. Belongs to one worker.
struct SearchTexts {
    static let columns = ["title", "url", "image", "seller", "unit"]

    let composer: Composer
    let facets: SearchFacets

    func document(_ place: Int) -> SearchDocument {
        let entry = composer.catalog.products[place]
        let product = entry.product
        let text = product.text(in: composer.chain)
        let title = text?.title ?? ""
        let seller = composer.catalog.sellers[entry.seller].seller
        let sold = product.variants.filter { $0.prices.amount(in: composer.market.market) != nil }
        let categories = PlannedMarket.categories(of: entry, in: composer.catalog.categories)
        return SearchDocument(
            title: title, brand: product.brand ?? "", category: categories.map { composer.categoryName($0) }.joined(separator: ", "),
            attributes: attributes(product, sold, seller), description: description(text),
            card: [title, composer.path(composer.product(place)), picture(entry), seller.name, product.measure.map { composer.reference($0.per) } ?? ""],
            values: values(product, sold, seller, categories))
    }

    private func picture(_ entry: Catalog.ProductEntry) -> String {
        composer.filePath(entry.cover?.small.name ?? composer.plan.placeholders[entry.category])
    }

    private func description(_ text: Product.Text?) -> String {
        guard let text else { return "" }
        let body = text.body
        let plain = body.isEmpty ? "" : Markdown.plainText(body)
        guard let summary = text.summary else { return plain }
        return plain.isEmpty ? summary : "\(summary) \(plain)"
    }

    // MARK: Words

    /// What is said of the product in one or two words, and the numbers by which it is ordered.
    private func attributes(_ product: Product, _ sold: [Variant], _ seller: Seller) -> String {
        var words: [String] = []
        func add(_ word: String) { if !word.isEmpty, !words.contains(word) { words.append(word) } }
        for attribute in product.attributes {
            // That something is so is found by what it is called; that it is not, by nothing.
            if case .boolean(let flag) = attribute.value {
                if flag { add(composer.attributeName(attribute.key)) }
            } else {
                add(composer.attributeText(attribute.key, attribute.value))
            }
        }
        for variant in sold {
            for (option, value) in zip(product.options, variant.options) { add(composer.choiceName(option, value)) }
        }
        for variant in sold {
            add(variant.sku)
            if let gtin = variant.gtin { add(gtin) }
        }
        if let mpn = product.mpn { add(mpn) }
        if seller.name != product.brand { add(seller.name) }
        return words.joined(separator: "\n")
    }

    // MARK: Facets

    private func values(_ product: Product, _ sold: [Variant], _ seller: Seller, _ categories: [Int]) -> [SearchDocument.Value] {
        var values = categories.map { place in
            SearchDocument.Value(
                facet: SearchFacets.category, token: composer.catalog.categories.token(of: place), label: composer.categoryName(place))
        }
        if let brand = product.brand { values.append(SearchDocument.Value(facet: SearchFacets.brand, token: brand, label: brand)) }
        values.append(SearchDocument.Value(facet: SearchFacets.seller, token: seller.id.text, label: seller.name))
        values += locations(seller)
        guard !facets.attributes.isEmpty else { return values }
        func add(_ facet: Int, _ token: String, _ label: String) {
            guard !token.isEmpty, !values.contains(where: { $0.facet == facet && $0.token == token }) else { return }
            values.append(SearchDocument.Value(facet: facet, token: token, label: label))
        }
        for attribute in product.attributes {
            guard let facet = facets.attributes[attribute.key] else { continue }
            switch attribute.value {
            case .text(let text): add(facet, text, composer.choiceName(attribute.key, text))
            case .localized(let text): composer.text(text).map { add(facet, $0, $0) }
            case .number(let number): add(facet, ExactDecimal(number)?.normalized.description ?? number, composer.formats.number(decimal: number))
            case .boolean(let flag): add(facet, flag ? "true" : "false", composer.attributeText(attribute.key, attribute.value))
            case .list(let texts): for text in texts { add(facet, text, composer.choiceName(attribute.key, text)) }
            }
        }
        for (place, option) in product.options.enumerated() {
            guard let facet = facets.attributes[option] else { continue }
            for variant in sold where place < variant.options.count { add(facet, variant.options[place], composer.choiceName(option, variant.options[place])) }
        }
        return values
    }
}

extension SearchTexts {
    /// Where a seller sends from: the country, and the region in it.
    private func locations(_ seller: Seller) -> [SearchDocument.Value] {
        let country = composer.formats.regionName(seller.country)
        let whole = SearchDocument.Value(facet: SearchFacets.location, token: seller.country, label: country)
        guard let region = seller.region else { return [whole] }
        return [whole, SearchDocument.Value(facet: SearchFacets.location, token: "\(seller.country)/\(region)", label: "\(country) – \(region)")]
    }
}

/// Composers that several threads borrow, one at a time each.
final class ComposerPool: @unchecked Sendable {
    private let plan: SitePlan
    private let edition: Int
    private let shelf = CardShelf(products: 0, editions: 0)
    private let free = Mutex<[Box]>([])

    private struct Box: @unchecked Sendable {
        let composer: Composer
    }

    init(_ plan: SitePlan, edition: Int) {
        self.plan = plan
        self.edition = edition
    }

    func lend<Result>(_ body: (Composer) -> Result) -> Result {
        let box = free.withLock { $0.popLast() } ?? make()
        defer { free.withLock { $0.append(box) } }
        return body(box.composer)
    }

    private func make() -> Box {
        Box(
            composer: Composer(
                plan, edition: edition, frame: Frame(), scratch: Bytes(), bodies: BodyShelf(), cards: shelf, cardFrame: shelf.makeFrame()))
    }
}
