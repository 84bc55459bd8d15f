// KarooExpress – Apache-2.0

import KarooCommerce

/// What the index says of a product that changes without a change of text.
enum SearchNumbers {
    private enum Column: Int, CaseIterable {
        case price, was, from, rating, reviews, stock, prior, saving, lowest, unit, colours, new
    }

    static let columns = Column.allCases.map { "\($0)" }
    static let date = "published"

    /// In the order of the columns, then the date; −1 for none.
    static func values(_ place: Int, boost: Int, _ composer: Composer) -> [Int64] {
        let entry = composer.catalog.products[place]
        let product = entry.product
        var values = [Int64](repeating: -1, count: columns.count + 1)
        func set(_ column: Column, _ value: Int64?) { values[column.rawValue] = value ?? -1 }
        if let lowest = composer.lowestPrice(of: product) {
            set(.price, lowest.price.amount.minorUnits)
            if let compareAt = lowest.price.compareAt, lowest.price.isReduced {
                set(.was, compareAt.minorUnits)
                set(.saving, composer.savingPercent(lowest.price).map { Int64($0) })
                set(.lowest, composer.lawfulLowest(lowest.price)?.minorUnits)
            }
            set(.unit, product.measure?.unitPrice(for: lowest.price.amount)?.minorUnits)
            if !lowest.isSame { set(.from, 1) }
        }
        let reviews = entry.rating?.count ?? 0
        if reviews > 0 {
            set(.rating, entry.rating?.meanTenths)
            set(.reviews, reviews)
        }
        let stock = stock(composer.soldBands(entry))
        set(.stock, stock)
        set(.colours, composer.colourCount(of: product).map { Int64($0) })
        if composer.isNew(product) { set(.new, 1) }
        set(.prior, prior(rank: entry.rating?.rank() ?? 4_000, reviews: reviews, stock: stock, boost: boost))
        if let published = product.published, published.daysSinceEpoch >= 0 { values[columns.count] = Int64(published.daysSinceEpoch) }
        return values
    }

    /// As cards say it: 0 out of stock, 1 low, 2 in stock. What can be ordered before it is there counts as in stock.
    private static func stock(_ bands: [Availability]) -> Int64 {
        if bands.allSatisfy({ $0 == .out }) { return 0 }
        return bands.allSatisfy { $0 == .low || $0 == .out } ? 1 : 2
    }

    /// 0…255: how much a product is preferred among others that fit as well.
    ///
    /// The Bayesian mean of its stars gives 0…128 (unrated products have 96), the number of its reviews up to 32 (four for
    /// each doubling), having it in stock 32. The sum is raised or lowered by the percentage of the boosts.
    static func prior(rank: Int64, reviews: Int64, stock: Int64, boost: Int) -> Int64 {
        let stars = (rank - 1_000) * 128 / 4_000
        let voices = min(32, 4 * Int64(Int64.bitWidth - reviews.leadingZeroBitCount))
        let base = stars + voices + (stock > 0 ? 32 : 0)
        return max(0, min(255, base * Int64(100 + boost) / 100))
    }
}
