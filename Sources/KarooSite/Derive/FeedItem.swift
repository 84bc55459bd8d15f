// KarooExpress – Apache-2.0

import KarooCommerce

/// What a shopping network is told of a variant, after Google's product data specification
/// (https://support.google.com/merchants/answer/7052112).
struct FeedItem {
    private static let maximumTitle = 150
    private static let maximumDescription = 5_000
    private static let maximumPictures = 10
    private static let maximumID = 50

    /// In the order in which they are told; only further pictures have a column several times.
    private(set) var values: [(column: String, value: String)] = []
    /// What delivery costs, by country.
    private(set) var shipping: [(country: String, price: String)] = []

    /// Country, region, service and price of each, as tables have it.
    var shippingText: String { shipping.map { "\($0.country):::\($0.price)" }.joined(separator: ",") }

    /// Every variant that the edition sells and networks take.
    static func each(of products: [Int32], _ composer: Composer, _ body: (FeedItem) -> Void) {
        for place in products {
            let entry = composer.catalog.products[Int(place)]
            let variants = composer.pricedVariants(entry)
            // The specification asks for a picture, takes no drawing for one, and asks for the day on which a back-order ships, which
            // nobody states. An item without is refused, and enough of those cost the account.
            guard entry.hasRaster else { continue }
            for variant in variants where variant.band != .backorder {
                body(FeedItem(variant, of: variants.count, entry, place: Int(place), composer))
            }
        }
    }

    private init(_ variant: PricedVariant, of count: Int, _ entry: Catalog.ProductEntry, place: Int, _ composer: Composer) {
        let product = entry.product
        let text = product.text(in: composer.chain)
        let title = (text?.title ?? "") + (count > 1 ? ", \(composer.variantLabel(variant.variant, product))" : "")
        add("id", FeedItem.identifier("\(product.seller)/\(variant.variant.sku)"))
        add("title", FeedItem.cut(title, FeedItem.maximumTitle))
        add("description", FeedItem.cut(FeedItem.description(text), FeedItem.maximumDescription))
        add("link", composer.absolute(composer.product(place)) + (count > 1 ? "?v=\(pathPart(variant.variant.sku))" : ""))
        addPictures(variant, entry, composer)
        addPrice(variant)
        add("availability", variant.band.merchant)
        add("condition", product.condition.rawValue)
        addIdentity(variant.variant, product)
        if count > 1 {
            add("item_group_id", FeedItem.identifier(product.id.text))
            addOptions(variant.variant, product, composer)
        }
        if let number = composer.catalog.categories.googleCategory(of: entry.category) { add("google_product_category", "\(number)") }
        add("product_type", composer.catalog.categories.path(to: entry.category).map { composer.categoryName($0) }.joined(separator: " > "))
        add("external_seller_id", product.seller.text)
        if let measure = product.measure {
            add("unit_pricing_measure", FeedItem.amount(measure.content))
            add("unit_pricing_base_measure", FeedItem.amount(measure.per))
        }
        if let weight = variant.variant.weight { add("shipping_weight", "\(weight) g") }
        addShipping(variant, entry, composer)
    }

    private mutating func add(_ column: String, _ value: String) { values.append((column, value)) }

    /// Pieces are counted in `ct` there.
    private static func amount(_ amount: MeasuredAmount) -> String {
        amount.unit == .piece ? "\(amount.number) ct" : amount.description
    }

    private static func description(_ text: Product.Text?) -> String {
        guard let text else { return "" }
        return text.summary ?? (text.body.isEmpty ? text.title : Markdown.plainText(text.body))
    }

    /// A reduced price is the sale price; what it is compared with is the price.
    private mutating func addPrice(_ variant: PricedVariant) {
        let price = variant.price
        if let compareAt = price.compareAt, price.isReduced {
            add("price", "\(compareAt.decimal) \(compareAt.currency.code)")
            add("sale_price", "\(price.amount.decimal) \(price.currency.code)")
        } else {
            add("price", "\(price.amount.decimal) \(price.currency.code)")
        }
    }

    private mutating func addPictures(_ variant: PricedVariant, _ entry: Catalog.ProductEntry, _ composer: Composer) {
        let own = variant.variant.pictures
        var number = 0
        for place in own + entry.pictures.indices.filter({ !own.contains($0) }) where number <= FeedItem.maximumPictures {
            guard let picture = entry.pictures[place]?.raster else { continue }
            add(number == 0 ? "image_link" : "additional_image_link", composer.marketplace.origin + composer.filePath(picture))
            number += 1
        }
    }

    private mutating func addIdentity(_ variant: Variant, _ product: Product) {
        if let brand = product.brand { add("brand", brand) }
        if let gtin = variant.gtin { add("gtin", gtin) }
        if let mpn = product.mpn { add("mpn", mpn) }
        if variant.gtin == nil, product.mpn == nil || product.brand == nil { add("identifier_exists", "no") }
    }

    private mutating func addOptions(_ variant: Variant, _ product: Product, _ composer: Composer) {
        for (option, value) in zip(product.options, variant.options) {
            let name: String? =
                switch option.text.lowercased() {
                case "colour", "color": "color"
                case "size": "size"
                case "material": "material"
                case "pattern": "pattern"
                default: nil
                }
            if let name { add(name, composer.choiceName(option, value)) }
        }
    }

    private mutating func addShipping(_ variant: PricedVariant, _ entry: Catalog.ProductEntry, _ composer: Composer) {
        let grams = variant.variant.weight ?? 0
        for delivery in composer.deliveries(ofSeller: entry.seller) {
            guard let price = delivery.way(grams: grams)?.price(grams: Int64(grams), value: variant.price.amount) else { continue }
            shipping += delivery.countries.map { ($0, "\(price.decimal) \(price.currency.code)") }
        }
    }

    /// At most fifty characters: a longer one is cut, and told apart by a hash of the whole.
    private static func identifier(_ text: String) -> String {
        guard text.utf8.count > maximumID else { return text }
        let hash = Fingerprint(of: text).high
        return String(text.prefix(maximumID - 17)) + "-" + String(hash, radix: 16)
    }

    private static func cut(_ text: String, _ maximum: Int) -> String {
        text.utf8.count <= maximum || text.count <= maximum ? text : text.prefix(maximum - 1) + "…"
    }
}
