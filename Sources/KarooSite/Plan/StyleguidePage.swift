// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// Every component of the theme in every state, with products of the catalogue as samples.
enum StyleguidePage: Int, Fields {
    case heading, cards, pagination, rating

    var shape: Shape {
        switch self {
        case .heading: .text
        case .cards: .list(of: Card.self)
        case .pagination: .record(Pagination.schema)
        case .rating: .record(RatingModel.schema)
        }
    }

    static let schema = Head.schema(and: Self.self)

    /// The best product of the market in each state that a card may have, none twice: reduced, new, sold out, nearly so, with a
    /// choice of colours, without a picture.
    static func samples(of market: PlannedMarket, in plan: SitePlan) -> [Int32] {
        let states: [(Catalog.ProductEntry) -> Bool] = [
            { entry in entry.product.variants.contains { Catalog.price(of: $0, in: market.market, at: plan.instant)?.isReduced ?? false } },
            { entry in plan.newSince.map { since in entry.product.published.map { $0 >= since } ?? false } ?? false },
            { $0.isSoldOut },
            { entry in entry.bands.contains(.low) && entry.bands.allSatisfy { $0 == .low || $0 == .out } },
            { $0.product.options.count == 1 && $0.cover != nil },
            { $0.cover == nil },
        ]
        return states.reduce(into: []) { chosen, isInState in
            if let place = market.products.first(where: { !chosen.contains($0) && isInState(plan.catalog.products[Int($0)]) }) { chosen.append(place) }
        }
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
        let trail = [(name: heading, address: Address.plain("styleguide"))]
        fillHead(
            record,
            HeadContent(title: titled(heading), description: words.text(.styleguideText), address: .plain("styleguide"), isIndexed: false, trail: trail),
            page: page)
        return record.slot
    }
}
