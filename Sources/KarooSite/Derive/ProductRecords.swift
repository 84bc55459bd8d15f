// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// Everything that an edition sells as JSON Lines, a product in each line, for partners and their programs: the values that its pages show.
/// The members stand in `docs/build.md`.
enum ProductRecords {
    static func write(_ products: [Int32], _ composer: Composer, to bytes: Bytes) {
        for place in products {
            var pen = JSONPen(bytes)
            pen.object { composer.record(Int(place), to: &$0) }
            bytes.append(UInt8(ascii: "\n"))
        }
    }
}

extension Composer {
    fileprivate func record(_ place: Int, to pen: inout JSONPen) {
        let entry = catalog.products[place]
        let product = entry.product
        let text = product.text(in: chain)
        pen.member("id", product.id.text)
        pen.member("url", plain: { absolute(self.product(place), to: $0) })
        pen.member("language", edition.edition.tag)
        pen.member("market", market.market.id.text)
        pen.member("currency", market.market.currency.code)
        pen.member("title", text?.title ?? "")
        if let summary = text?.summary { pen.member("summary", summary) }
        if let body = text?.body, !body.isEmpty { pen.member("description", Markdown.plainText(body)) }
        if let brand = product.brand { pen.member("brand", brand) }
        if let mpn = product.mpn { pen.member("mpn", mpn) }
        pen.member("condition", product.condition.rawValue)
        category(entry, to: &pen)
        seller(entry, to: &pen)
        if let rating = entry.rating, rating.count > 0, let mean = rating.meanDecimal {
            pen.name("rating")
            pen.object { pen in
                pen.member("value", mean)
                pen.member("count", Int(rating.count))
            }
        }
        pen.name("images")
        pen.array { pen in for picture in entry.told { pen.text(address(of: picture)) } }
        attributes(product, to: &pen)
        if let published = product.published { pen.member("published", published.description) }
        if let modified = product.modified { pen.member("modified", modified.description) }
        pen.name("variants")
        pen.array { pen in for variant in pricedVariants(entry) { self.variant(variant, entry, place: place, to: &pen) } }
    }

    private func address(of file: PublishedFile) -> String { marketplace.origin + filePath(file) }

    private func category(_ entry: Catalog.ProductEntry, to pen: inout JSONPen) {
        pen.name("category")
        pen.object { pen in
            pen.member("id", catalog.categories[entry.category].id.text)
            pen.name("path")
            pen.array { pen in for category in catalog.categories.path(to: entry.category) { pen.text(categoryName(category)) } }
            if let number = catalog.categories.googleCategory(of: entry.category) { pen.member("google", number) }
        }
    }

    /// Who sells it, and on which terms it is delivered and taken back.
    private func seller(_ entry: Catalog.ProductEntry, to pen: inout JSONPen) {
        let seller = catalog.sellers[entry.seller].seller
        pen.name("seller")
        pen.object { pen in
            pen.member("id", seller.id.text)
            pen.member("name", seller.name)
            pen.member("country", seller.country)
            pen.member("url", plain: { absolute(self.seller(entry.seller), to: $0) })
            if let way = deliveries(ofSeller: entry.seller).first?.ways.standard {
                pen.name("delivery")
                pen.object { pen in
                    pen.member("price", way.lowestPrice.decimal)
                    if let freeFrom = way.freeFrom { pen.member("freeFrom", freeFrom.decimal) }
                    pen.name("days")
                    pen.array { pen in
                        pen.number(seller.handlingDays.lowerBound + way.days.lowerBound)
                        pen.number(seller.handlingDays.upperBound + way.days.upperBound)
                    }
                }
            }
            pen.member("returnDays", seller.returns.days)
        }
    }

    private func attributes(_ product: Product, to pen: inout JSONPen) {
        guard !product.attributes.isEmpty else { return }
        pen.name("attributes")
        pen.object { pen in
            for attribute in product.attributes {
                pen.name(text: attribute.key.text)
                pen.text(attributeText(attribute.key, attribute.value))
            }
        }
    }

    private func variant(_ variant: PricedVariant, _ entry: Catalog.ProductEntry, place: Int, to pen: inout JSONPen) {
        let isOne = entry.product.variants.count == 1
        pen.object { pen in
            pen.member("sku", variant.variant.sku)
            if let gtin = variant.variant.gtin { pen.member("gtin", gtin) }
            if !isOne {
                pen.member("url", absolute(product(place)) + "?v=\(pathPart(variant.variant.sku))")
                pen.name("options")
                pen.object { pen in
                    for (option, value) in zip(entry.product.options, variant.variant.options) {
                        pen.name(text: option.text)
                        pen.text(choiceName(option, value))
                    }
                }
            }
            pen.member("price", variant.price.amount.decimal)
            if variant.price.isReduced, let compareAt = variant.price.compareAt { pen.member("compareAt", compareAt.decimal) }
            pen.member("availability", variant.band.merchant)
            if let weight = variant.variant.weight { pen.member("grams", weight) }
            if let picture = entry.told(of: variant.variant) { pen.member("image", address(of: picture)) }
        }
    }
}
