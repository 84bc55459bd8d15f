// KarooExpress – Apache-2.0

import KarooCommerce

/// Which products are shown beside which: of the same category, with the same attributes, near in price.
///
/// Only a bounded number of neighbours is compared with each product, in two orders (by price and by
/// attributes), so that the work grows with the catalogue and not with its square.
enum Related {
    /// How many related products a product has at most.
    static let count = 8
    /// How many neighbours on either side are compared in each of the two orders.
    private static let reach = 8

    private struct Traits {
        let place: Int32
        let seller: Int
        let price: Int64
        /// Marks of brand and attributes, sorted.
        let marks: [UInt32]
    }

    /// `count` places for each product of the catalogue, -1 where there are fewer.
    static func products(_ catalog: Catalog, _ market: Market, byCategory: [[Int32]], at instant: Instant) -> [Int32] {
        var related = [Int32](repeating: -1, count: catalog.products.count * count)
        for (category, products) in byCategory.enumerated() where !products.isEmpty {
            let own = products.filter { catalog.products[Int($0)].category == category }
            guard !own.isEmpty else { continue }
            let traits = own.map { Related.traits(of: $0, catalog, market, at: instant) }
            fill(&related, traits, fallback: catalog.categories[category].parent.map { byCategory[$0] } ?? [])
        }
        return related
    }

    static func places(of product: Int, in related: [Int32]) -> [Int32] {
        related[product * count..<(product + 1) * count].filter { $0 >= 0 }
    }

    private static func traits(of place: Int32, _ catalog: Catalog, _ market: Market, at instant: Instant) -> Traits {
        let entry = catalog.products[Int(place)]
        var price = Int64.max
        for variant in entry.product.variants {
            if let amount = Catalog.price(of: variant, in: market, at: instant)?.amount { price = min(price, amount.minorUnits) }
        }
        return Traits(place: place, seller: entry.seller, price: price, marks: marks(of: entry.product))
    }

    private static func marks(of product: Product) -> [UInt32] {
        var marks: [UInt32] = []
        marks.reserveCapacity(product.attributes.count + 1)
        if let brand = product.brand { marks.append(mark("brand", brand)) }
        for attribute in product.attributes {
            switch attribute.value {
            case .text(let text), .number(let text): marks.append(mark(attribute.key.text, text))
            case .boolean(let flag): if flag { marks.append(mark(attribute.key.text, "true")) }
            case .list(let values): for value in values { marks.append(mark(attribute.key.text, value)) }
            case .localized: continue
            }
        }
        marks.sort()
        return marks
    }

    /// FNV-1a over both texts.
    private static func mark(_ key: String, _ value: String) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for byte in key.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        hash = (hash ^ 0x1F) &* 16_777_619
        for byte in value.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return hash
    }

    private static func fill(_ related: inout [Int32], _ traits: [Traits], fallback: [Int32]) {
        let byPrice = traits.indices.sorted { (traits[$0].price, traits[$0].place) < (traits[$1].price, traits[$1].place) }
        let byMarks = traits.indices.sorted { a, b in
            if traits[a].marks != traits[b].marks { return traits[a].marks.lexicographicallyPrecedes(traits[b].marks) }
            return traits[a].place < traits[b].place
        }
        var priceRank = [Int](repeating: 0, count: traits.count)
        for (rank, trait) in byPrice.enumerated() { priceRank[trait] = rank }
        var marksRank = [Int](repeating: 0, count: traits.count)
        for (rank, trait) in byMarks.enumerated() { marksRank[trait] = rank }
        var best: [(score: Int, place: Int32)] = []
        for trait in traits.indices {
            best.removeAll(keepingCapacity: true)
            consider(byPrice, around: priceRank[trait], trait, traits, &best)
            consider(byMarks, around: marksRank[trait], trait, traits, &best)
            best.sort { ($1.score, $0.place) < ($0.score, $1.place) }
            let start = Int(traits[trait].place) * count
            var filled = 0
            for candidate in best where filled < count {
                related[start + filled] = candidate.place
                filled += 1
            }
            for place in fallback where filled < count / 2 {
                guard place != traits[trait].place, !related[start..<start + filled].contains(place) else { continue }
                related[start + filled] = place
                filled += 1
            }
        }
    }

    private static func consider(
        _ order: [Int], around rank: Int, _ trait: Int, _ traits: [Traits], _ best: inout [(score: Int, place: Int32)]
    ) {
        for neighbour in max(0, rank - reach)...min(order.count - 1, rank + reach) where neighbour != rank {
            let other = traits[order[neighbour]]
            guard !best.contains(where: { $0.place == other.place }) else { continue }
            best.append((score(traits[trait], other), other.place))
        }
    }

    /// Four points for each shared mark, up to six for a near price, one for another seller.
    private static func score(_ one: Traits, _ other: Traits) -> Int {
        var shared = 0
        var i = 0
        var j = 0
        while i < one.marks.count, j < other.marks.count {
            if one.marks[i] == other.marks[j] {
                shared += 1
                i += 1
                j += 1
            } else if one.marks[i] < other.marks[j] {
                i += 1
            } else {
                j += 1
            }
        }
        let high = max(one.price, other.price)
        let low = min(one.price, other.price)
        let nearness = high <= 0 || low >= Int64.max / 8 ? 0 : Int(low &* 6 / max(1, high))
        return shared * 4 + nearness + (one.seller == other.seller ? 0 : 1)
    }
}
