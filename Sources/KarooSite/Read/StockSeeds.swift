// KarooExpress – Apache-2.0

import KarooCommerce

/// The quantities that Content gives its variants: what a server that has never heard of them begins with.
package struct StockSeeds: Sendable {
    /// An offer's id, `seller/sku`, and how many there are.
    package private(set) var quantities: [(offer: String, quantity: Int64)] = []
    package private(set) var issues = Issues()

    /// Reads Content. What is wrong there is among the issues; then there may be no quantities.
    package init(_ sources: Sources, jobs: Int) {
        guard let read = ContentReader.read(sources, known: [:], jobs: jobs, &issues) else { return }
        for entry in read.catalog.products {
            for variant in entry.product.variants where variant.availability != .untracked {
                if let stock = variant.stock { quantities.append((offer: "\(entry.product.seller)/\(variant.sku)", quantity: Int64(stock))) }
            }
        }
    }
}
