// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// Every component of the theme in every state, with products of the catalogue as samples.
enum StyleguidePage: Int, Fields {
    case heading, cards, pagination, rating
    /// Of the product that stands for all parts of a product's page, and of its seller.
    case gallery, options, variants, histogram, reviews, seller

    var shape: Shape {
        switch self {
        case .heading: .text
        case .cards: .list(of: Card.self)
        case .pagination: .record(Pagination.schema)
        case .rating: .record(RatingModel.schema)
        case .gallery: .list(of: ProductPage.GalleryPicture.self)
        case .options: .list(of: ProductPage.Option.self)
        case .variants: .list(of: ProductPage.VariantModel.self)
        case .histogram: .list(of: ProductPage.Bar.self)
        case .reviews: .list(of: ProductPage.ReviewModel.self)
        case .seller: .record(SellerModel.schema)
        }
    }

    static let schema = Head.schema(and: Self.self)

    /// The best product of the market in each state that a card may have, none twice: reduced, new, sold out, nearly so, with a
    /// choice of colours, without a picture, with a price per unit.
    static func samples(of market: PlannedMarket, in plan: SitePlan) -> [Int32] {
        let states: [(Catalog.ProductEntry) -> Bool] = [
            { entry in entry.product.variants.contains { Catalog.price(of: $0, in: market.market, at: plan.instant)?.isReduced ?? false } },
            { entry in plan.newSince.map { since in entry.product.published.map { $0 >= since } ?? false } ?? false },
            { $0.isSoldOut },
            { entry in entry.bands.contains(.low) && entry.bands.allSatisfy { $0 == .low || $0 == .out } },
            { $0.product.options.count == 1 && $0.cover != nil },
            { $0.cover == nil },
            { $0.product.measure != nil },
        ]
        return states.reduce(into: []) { chosen, isInState in
            if let place = market.products.first(where: { !chosen.contains($0) && isInState(plan.catalog.products[Int($0)]) }) { chosen.append(place) }
        }
    }

    /// The product of the market that shows most of what a product's page may have: several pictures, colours of which one is sold
    /// out, reviews with a reply. The best of those that show as much.
    static func showcase(of market: PlannedMarket, in plan: SitePlan) -> Int32? {
        var best: (place: Int32, parts: Int)?
        for place in market.products {
            let parts = parts(of: plan.catalog.products[Int(place)], in: plan)
            if parts > best?.parts ?? -1 { best = (place, parts) }
        }
        return best?.place
    }

    private static func parts(of entry: Catalog.ProductEntry, in plan: SitePlan) -> Int {
        [
            entry.pictures.count { $0 != nil } > 1,
            entry.product.variants.count > 1,
            entry.product.options.contains { plan.catalog.attributes[$0]?.kind == .swatch },
            entry.bands.contains(.out) && !entry.isSoldOut,
            !entry.reviews.isEmpty,
            entry.reviews.contains { $0.reply != nil },
        ].count { $0 }
    }
}

extension Composer {
    func styleguidePage(_ page: PlannedPage) -> Slot {
        let record = PageRecord<StyleguidePage>(frame)
        let heading = words.text(.styleguideTitle)
        let samples = StyleguidePage.samples(of: market, in: plan)
        record[.heading] = frame.text(heading)
        record[.cards] = cards(samples)
        record[.pagination] = pagination(current: 4, of: 9) { _ in .plain("styleguide") }
        if let rating = samples.lazy.compactMap({ self.catalog.products[Int($0)].rating }).first { record[.rating] = ratingModel(rating, in: frame) }
        if let place = StyleguidePage.showcase(of: market, in: plan) { fillShowcase(record, Int(place)) }
        let trail = [(name: heading, address: Address.plain("styleguide"))]
        fillHead(
            record,
            HeadContent(title: titled(heading), description: words.text(.styleguideText), address: .plain("styleguide"), isIndexed: false, trail: trail),
            page: page)
        return record.slot
    }

    private func fillShowcase(_ record: PageRecord<StyleguidePage>, _ place: Int) {
        let entry = catalog.products[place]
        let product = entry.product
        let variants = pricedVariants(entry)
        guard let chosen = variants.first(where: { !$0.isSoldOut }) ?? variants.first else { return }
        record[.gallery] = gallery(entry, title: product.text(in: chain)?.title ?? "", chosen: chosen)
        if variants.count > 1 {
            record[.options] = options(product, variants, chosen: chosen, place: place)
            record[.variants] = variantList(product, variants, chosen: chosen, place: place, entry)
        }
        if let rating = entry.rating, rating.count > 0 {
            record[.rating] = ratingModel(rating, in: frame)
            record[.histogram] = histogram(rating)
        }
        record[.reviews] = reviews(entry)
        record[.seller] = sellerModel(entry.seller)
    }
}
