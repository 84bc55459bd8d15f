// KarooExpress – Apache-2.0

import KarooCommerce

/// What a page says of whether a variant can be had.
enum Availability: UInt8, Sendable, CaseIterable {
    case inStock, low, out, backorder

    /// From how many pieces on a seed of Content counts as in stock and not as low.
    static let lowThreshold = 5

    /// What the server said last, else what Content's seed gives. Quantities themselves are never published.
    init(_ variant: Variant, fact: AvailabilityBand?) {
        switch (variant.availability, fact) {
        case (.untracked, _): self = .inStock
        case (.backorder, .out?): self = .backorder
        case (_, .inStock?): self = .inStock
        case (_, .low?): self = .low
        case (.tracked, .out?): self = .out
        case (.backorder, nil): self = (variant.stock ?? 0) > 0 ? .inStock : .backorder
        case (.tracked, nil):
            switch variant.stock ?? 0 {
            case ..<1: self = .out
            case 1..<Availability.lowThreshold: self = .low
            default: self = .inStock
            }
        }
    }

    /// How templates and scripts name it.
    var code: String {
        switch self {
        case .inStock: "in_stock"
        case .low: "low"
        case .out: "out"
        case .backorder: "backorder"
        }
    }

    /// https://schema.org/ItemAvailability
    var schemaOrg: String {
        switch self {
        case .inStock: "https://schema.org/InStock"
        case .low: "https://schema.org/LimitedAvailability"
        case .out: "https://schema.org/OutOfStock"
        case .backorder: "https://schema.org/BackOrder"
        }
    }

    /// The `product:availability` of Meta's Open Graph products.
    var openGraph: StaticString {
        switch self {
        case .inStock, .low: "in stock"
        case .out: "out of stock"
        case .backorder: "available for order"
        }
    }

    /// The `availability` of Google's product data specification.
    var merchant: String {
        switch self {
        case .inStock, .low: "in_stock"
        case .out: "out_of_stock"
        case .backorder: "backorder"
        }
    }
}
