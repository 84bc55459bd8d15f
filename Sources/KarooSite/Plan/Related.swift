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

    /// `count` places for each product of the catalogue, -1 where there are fewer.
    static func products(
        _ catalog: Catalog, _ market: Market, byCategory: [[Int32]], _ prices: [Int64?], _ columns: ProductColumns, _ marks: RelatedMarks
    ) -> [Int32] {
        var related = [Int32](repeating: -1, count: catalog.products.count * count)
        related.withUnsafeMutableBufferPointer { related in
            marks.withMarks { marks in
                for (category, products) in byCategory.enumerated() where !products.isEmpty {
                    let own = products.filter { columns.categories[Int($0)] == category }
                    guard !own.isEmpty else { continue }
                    withTraits(of: own, prices, columns, marks) { traits in
                        fill(related, traits, fallback: catalog.categories[category].parent.map { byCategory[$0] } ?? [])
                    }
                }
            }
        }
        return related
    }

    static func places(of product: Int, in related: [Int32]) -> some Sequence<Int32> {
        related[product * count..<(product + 1) * count].lazy.prefix { $0 >= 0 }
    }

    /// Without references, since they are compared millions of times.
    private struct Traits {
        let place: Int32
        let seller: Int32
        let price: Int64
        /// Marks of brand and attributes, sorted.
        let marks: UnsafeBufferPointer<UInt32>
    }

    /// The traits of the products of one category, their marks side by side: each is looked at many times.
    private static func withTraits(
        of products: [Int32], _ prices: [Int64?], _ columns: ProductColumns, _ marks: RelatedMarks.Lent,
        _ body: (UnsafeBufferPointer<Traits>) -> Void
    ) {
        let near = products.flatMap { marks[Int($0)] }
        near.withUnsafeBufferPointer { near in
            var end = 0
            let traits = products.map { product in
                let place = Int(product)
                let start = end
                end += marks[place].count
                return Traits(
                    place: product, seller: columns.sellers[place], price: prices[place] ?? Int64.max,
                    marks: UnsafeBufferPointer(rebasing: near[start..<end]))
            }
            traits.withUnsafeBufferPointer(body)
        }
    }

    private static func fill(_ related: UnsafeMutableBufferPointer<Int32>, _ traits: UnsafeBufferPointer<Traits>, fallback: [Int32]) {
        let byPrice = Order(traits, key: { UInt64(bitPattern: $0.price) }) { $0.place < $1.place }
        let byMarks = Order(traits, key: firstMarks) { precedes($0, $1) }
        var best = Best()
        for trait in traits.indices {
            best.removeAll()
            consider(byPrice, trait, traits, &best)
            consider(byMarks, trait, traits, &best)
            let start = Int(traits[trait].place) * count
            for filled in 0..<best.count { related[start + filled] = best[filled].place }
            var filled = best.count
            for place in fallback where filled < count / 2 {
                guard place != traits[trait].place, !related[start..<start + filled].contains(place) else { continue }
                related[start + filled] = place
                filled += 1
            }
        }
    }

    /// Products in an order, and where each stands in it.
    private struct Order {
        let traits: [Int32]
        var ranks: [Int32]

        /// By a key, which is at hand without a look at the product; products with the same key as `precedes` says.
        init(_ all: UnsafeBufferPointer<Traits>, key: (Traits) -> UInt64, precedes: (Traits, Traits) -> Bool) {
            var keyed = all.indices.map { (key: key(all[$0]), trait: Int32($0)) }
            keyed.sort { one, other in
                one.key != other.key ? one.key < other.key : precedes(all[Int(one.trait)], all[Int(other.trait)])
            }
            traits = keyed.map(\.trait)
            ranks = [Int32](repeating: 0, count: all.count)
            for (rank, trait) in traits.enumerated() { ranks[Int(trait)] = Int32(rank) }
        }
    }

    /// The first two marks, which settle most comparisons by marks; a mark that is not there counts as the least.
    private static func firstMarks(_ traits: Traits) -> UInt64 {
        let first = traits.marks.count > 0 ? traits.marks[0] : 0
        let second = traits.marks.count > 1 ? traits.marks[1] : 0
        return UInt64(first) << 32 | UInt64(second)
    }

    /// By marks as words are ordered by letters, so that products with the same first marks stand together.
    private static func precedes(_ one: Traits, _ other: Traits) -> Bool {
        for place in 0..<min(one.marks.count, other.marks.count) where one.marks[place] != other.marks[place] {
            return one.marks[place] < other.marks[place]
        }
        return one.marks.count != other.marks.count ? one.marks.count < other.marks.count : one.place < other.place
    }

    private static func consider(_ order: Order, _ trait: Int, _ traits: UnsafeBufferPointer<Traits>, _ best: inout Best) {
        let rank = Int(order.ranks[trait])
        for neighbour in max(0, rank - reach)...min(order.traits.count - 1, rank + reach) where neighbour != rank {
            let other = traits[Int(order.traits[neighbour])]
            best.add(Candidate(score: Int32(clamping: score(traits[trait], other)), place: other.place))
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

    private struct Candidate {
        let score: Int32
        let place: Int32

        func isBetter(than other: Candidate) -> Bool {
            score != other.score ? score > other.score : place < other.place
        }
    }

    /// The best candidates so far, best first, each once.
    private struct Best {
        private var candidates: [Candidate] = []
        var count: Int { candidates.count }

        init() { candidates.reserveCapacity(Related.count + 1) }

        subscript(_ place: Int) -> Candidate { candidates[place] }

        mutating func removeAll() { candidates.removeAll(keepingCapacity: true) }

        mutating func add(_ candidate: Candidate) {
            if candidates.count == Related.count, !candidate.isBetter(than: candidates[Related.count - 1]) { return }
            var place = candidates.count
            while place > 0, candidate.isBetter(than: candidates[place - 1]) { place -= 1 }
            // The same product has the same score in both orders, so it stands just before.
            if place > 0, candidates[place - 1].place == candidate.place { return }
            candidates.insert(candidate, at: place)
            if candidates.count > Related.count { candidates.removeLast() }
        }
    }
}

/// Of every product what it is like: a number for its brand and for each of its attributes, sorted. The same in all markets.
struct RelatedMarks: Sendable {
    private let marks: [UInt32]
    /// Where a product's marks begin; one more than products.
    private let starts: [Int]

    private static let pieceSize = 1_024

    init(_ catalog: Catalog, jobs: Int) {
        let products = catalog.products
        let size = RelatedMarks.pieceSize
        let pieces = concurrently(jobs: jobs, count: (products.count + size - 1) / size) { piece in
            var marks: [UInt32] = []
            var counts: [Int] = []
            for product in products[piece * size..<min(products.count, (piece + 1) * size)] {
                let start = marks.count
                RelatedMarks.add(product.product, to: &marks)
                marks[start...].sort()
                counts.append(marks.count - start)
            }
            return (marks: marks, counts: counts)
        }
        marks = pieces.flatMap(\.marks)
        var starts = [0]
        starts.reserveCapacity(products.count + 1)
        for count in pieces.lazy.flatMap(\.counts) { starts.append(starts[starts.count - 1] + count) }
        self.starts = starts
    }

    private static func add(_ product: Product, to marks: inout [UInt32]) {
        if let brand = product.brand { marks.append(mark("brand", brand)) }
        for attribute in product.attributes {
            switch attribute.value {
            case .text(let text), .number(let text): marks.append(mark(attribute.key.text, text))
            case .boolean(let flag): if flag { marks.append(mark(attribute.key.text, "true")) }
            case .list(let values): for value in values { marks.append(mark(attribute.key.text, value)) }
            case .localized: continue
            }
        }
    }

    /// FNV-1a over both texts.
    private static func mark(_ key: String, _ value: String) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for byte in key.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        hash = (hash ^ 0x1F) &* 16_777_619
        for byte in value.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return hash
    }

    /// The marks without references, for as long as they are lent.
    struct Lent {
        fileprivate let marks: UnsafeBufferPointer<UInt32>
        fileprivate let starts: UnsafeBufferPointer<Int>

        subscript(_ product: Int) -> UnsafeBufferPointer<UInt32> {
            UnsafeBufferPointer(rebasing: marks[starts[product]..<starts[product + 1]])
        }
    }

    func withMarks(_ body: (Lent) -> Void) {
        marks.withUnsafeBufferPointer { marks in
            starts.withUnsafeBufferPointer { starts in body(Lent(marks: marks, starts: starts)) }
        }
    }
}
