// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// Every variant that an edition sells, after Google's product data specification
/// (https://support.google.com/merchants/answer/7052112).
enum MerchantFeed {
    private static let maximumTitle = 150
    private static let maximumDescription = 5_000
    private static let maximumPictures = 10
    private static let maximumID = 50

    static func write(_ products: [Int32], _ composer: Composer, to bytes: Bytes) {
        bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel>\n" as StaticString)
        element("title", composer.marketplace.name, to: bytes)
        element("link", composer.absolute(.home), to: bytes)
        element("description", composer.text(composer.marketplace.description) ?? composer.marketplace.name, to: bytes)
        for place in products {
            let entry = composer.catalog.products[Int(place)]
            let variants = composer.pricedVariants(entry)
            // The specification asks for a photograph, and for the day on which a back-order ships, which nobody states.
            guard entry.cover != nil else { continue }
            for variant in variants where variant.band != .backorder { item(variant, of: variants.count, entry, place: Int(place), composer, to: bytes) }
        }
        bytes.append("</channel>\n</rss>\n" as StaticString)
    }

    private static func item(
        _ variant: PricedVariant, of count: Int, _ entry: Catalog.ProductEntry, place: Int, _ composer: Composer, to bytes: Bytes
    ) {
        let product = entry.product
        let text = product.text(in: composer.chain)
        let title = (text?.title ?? "") + (count > 1 ? ", \(composer.variantLabel(variant.variant, product))" : "")
        bytes.append("<item>\n" as StaticString)
        element("g:id", identifier("\(product.seller)/\(variant.variant.sku)"), to: bytes)
        element("g:title", cut(title, maximumTitle), to: bytes)
        element("g:description", cut(description(text), maximumDescription), to: bytes)
        open("g:link", to: bytes)
        composer.absolute(composer.product(place), to: bytes)
        if count > 1 {
            bytes.append("?v=" as StaticString)
            appendPathPart(variant.variant.sku, to: bytes)
        }
        close("g:link", to: bytes)
        pictures(variant, entry, composer, to: bytes)
        price(variant, composer, to: bytes)
        element("g:availability", variant.band.merchant, to: bytes)
        element("g:condition", product.condition.rawValue, to: bytes)
        identity(variant.variant, product, to: bytes)
        if count > 1 {
            element("g:item_group_id", identifier(product.id.text), to: bytes)
            options(variant.variant, product, composer, to: bytes)
        }
        if let number = composer.catalog.categories.googleCategory(of: entry.category) { element("g:google_product_category", "\(number)", to: bytes) }
        element("g:product_type", composer.catalog.categories.path(to: entry.category).map { composer.categoryName($0) }.joined(separator: " > "), to: bytes)
        element("g:external_seller_id", product.seller.text, to: bytes)
        if let measure = product.measure {
            element("g:unit_pricing_measure", amount(measure.content), to: bytes)
            element("g:unit_pricing_base_measure", amount(measure.per), to: bytes)
        }
        if let weight = variant.variant.weight { element("g:shipping_weight", "\(weight) g", to: bytes) }
        shipping(entry, composer, to: bytes)
        bytes.append("</item>\n" as StaticString)
    }

    /// Pieces are counted in `ct` there.
    private static func amount(_ amount: MeasuredAmount) -> String {
        amount.unit == .piece ? "\(amount.number) ct" : amount.description
    }

    private static func description(_ text: Product.Text?) -> String {
        guard let text else { return "" }
        return text.summary ?? (text.body.isEmpty ? text.title : Markdown.plainText(text.body))
    }

    /// A reduced price is the sale price; what it is compared with is the price.
    private static func price(_ variant: PricedVariant, _ composer: Composer, to bytes: Bytes) {
        let price = variant.price
        if let compareAt = price.compareAt, price.isReduced {
            element("g:price", "\(compareAt.decimal) \(compareAt.currency.code)", to: bytes)
            element("g:sale_price", "\(price.amount.decimal) \(price.currency.code)", to: bytes)
        } else {
            element("g:price", "\(price.amount.decimal) \(price.currency.code)", to: bytes)
        }
    }

    private static func pictures(_ variant: PricedVariant, _ entry: Catalog.ProductEntry, _ composer: Composer, to bytes: Bytes) {
        let own = variant.variant.pictures
        var number = 0
        for place in own + entry.pictures.indices.filter({ !own.contains($0) }) where number <= maximumPictures {
            guard let picture = entry.pictures[place] else { continue }
            element(number == 0 ? "g:image_link" : "g:additional_image_link", composer.marketplace.origin + composer.filePath(picture.raster), to: bytes)
            number += 1
        }
    }

    private static func identity(_ variant: Variant, _ product: Product, to bytes: Bytes) {
        if let brand = product.brand { element("g:brand", brand, to: bytes) }
        if let gtin = variant.gtin { element("g:gtin", gtin, to: bytes) }
        if let mpn = product.mpn { element("g:mpn", mpn, to: bytes) }
        if variant.gtin == nil, product.mpn == nil || product.brand == nil { element("g:identifier_exists", "no", to: bytes) }
    }

    private static func options(_ variant: Variant, _ product: Product, _ composer: Composer, to bytes: Bytes) {
        for (option, value) in zip(product.options, variant.options) {
            let name: StaticString? =
                switch option.text.lowercased() {
                case "colour", "color": "g:color"
                case "size": "g:size"
                case "material": "g:material"
                case "pattern": "g:pattern"
                default: nil
                }
            if let name { element(name, composer.choiceName(option, value), to: bytes) }
        }
    }

    private static func shipping(_ entry: Catalog.ProductEntry, _ composer: Composer, to bytes: Bytes) {
        let market = composer.market.market
        guard let rate = composer.catalog.sellers[entry.seller].seller.shippingRate(to: market), let price = rate.prices.amount(in: market) else { return }
        for country in market.countries {
            bytes.append("<g:shipping>" as StaticString)
            element("g:country", country, to: bytes)
            element("g:price", "\(price.decimal) \(price.currency.code)", to: bytes)
            bytes.append("</g:shipping>\n" as StaticString)
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

    private static func element(_ name: StaticString, _ text: String, to bytes: Bytes) {
        open(name, to: bytes)
        bytes.appendEscapingXML(text)
        close(name, to: bytes)
    }

    private static func open(_ name: StaticString, to bytes: Bytes) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(name)
        bytes.append(UInt8(ascii: ">"))
    }

    private static func close(_ name: StaticString, to bytes: Bytes) {
        bytes.append("</" as StaticString)
        bytes.append(name)
        bytes.append(">\n" as StaticString)
    }
}
