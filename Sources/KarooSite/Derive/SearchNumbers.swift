// KarooExpress – Apache-2.0

import KarooCommerce

/// What the index says of a product that changes without a change of text.
enum SearchNumbers {
    static let columns = ["price", "was", "from", "rating", "reviews", "stock", "published", "prior", "saving", "lowest", "unit", "colours", "new"]

    /// In the order of the columns; −1 for none.
    static func values(_ place: Int, boost: Int, _ composer: Composer) -> [Int64] {
        let entry = composer.catalog.products[place]
        let product = entry.product
        var values = [Int64](repeating: -1, count: columns.count)
        if let lowest = composer.lowestPrice(of: product) {
            values[0] = lowest.price.amount.minorUnits
            if let compareAt = lowest.price.compareAt, lowest.price.isReduced {
                values[1] = compareAt.minorUnits
                values[8] = composer.savingPercent(lowest.price).map { Int64($0) } ?? -1
                values[9] = composer.lawfulLowest(lowest.price)?.minorUnits ?? -1
            }
            values[10] = product.measure?.unitPrice(for: lowest.price.amount)?.minorUnits ?? -1
            if !lowest.isSame { values[2] = 1 }
        }
        let reviews = entry.rating?.count ?? 0
        if reviews > 0 {
            values[3] = entry.rating?.meanTenths ?? -1
            values[4] = reviews
        }
        let stock = stock(composer.soldBands(entry))
        values[5] = stock
        if let published = product.published, published.daysSinceEpoch >= 0 { values[6] = Int64(published.daysSinceEpoch) }
        values[11] = composer.colourCount(of: product).map { Int64($0) } ?? -1
        if composer.isNew(product) { values[12] = 1 }
        values[7] = prior(rank: entry.rating?.rank() ?? 4_000, reviews: reviews, stock: stock, boost: boost)
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
