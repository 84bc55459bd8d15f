// KarooExpress – Apache-2.0

/// A document that has words of a query.
struct Match {
    var place: Int32
    var sum: Int
    var isFull: Bool

    /// Full matches first, then the greater sum, then the lower place.
    func precedes(_ other: Match) -> Bool {
        isFull != other.isFull ? isFull : sum != other.sum ? sum > other.sum : place < other.place
    }
}

/// The documents that have at least some slots, and how many there are if not all tiers were read.
struct Matches {
    /// After so many full matches no further tier is read.
    private static let enough = 400

    private(set) var matches: [Match] = []
    private(set) var full = 0
    private(set) var total = 0

    init() {}

    /// - parameter least: how many slots a document must have; particles do not count when all others are asked for.
    init(_ folder: SearchFolder, _ slots: [Slot], scope: [Alternative]?, least: Int) throws {
        let schema = folder.schema
        let tiers = (schema.places + schema.tier - 1) / schema.tier
        var all = slots.map(\.alternatives)
        if let scope { all.append(scope) }
        var seen = [Int](repeating: 0, count: all.count)
        let required = slots.enumerated().reduce(UInt32(0)) { $1.element.isParticle ? $0 : $0 | 1 << UInt32($1.offset) }
        let needed = required.nonzeroBitCount
        let scopeBit: UInt32 = scope == nil ? 0 : 1 << UInt32(slots.count)
        let length = min(schema.tier, schema.places)
        var sums = [Int32](repeating: 0, count: length)
        var best = sums
        var have = [UInt32](repeating: 0, count: length)
        // Those that are had by a word that is near.
        var near = have
        var tier = 0
        while tier < tiers, full < Matches.enough {
            let low = tier * schema.tier
            let high = min(low + schema.tier, schema.places)
            for place in 0..<length { (sums[place], have[place], near[place]) = (0, 0, 0) }
            for (number, alternatives) in all.enumerated() {
                let bit: UInt32 = 1 << UInt32(number)
                for place in 0..<length { best[place] = 0 }
                for alternative in alternatives {
                    try folder.postings(alternative.entry, tier: tier) { place, level in
                        guard place >= low, place < high else { return }
                        // One more than it is worth, since even nothing is a match.
                        let worth = number == slots.count ? 1 : Int32(alternative.rarity * schema.impacts[level] * alternative.weight + 1)
                        seen[number] += 1
                        let place = Int(place) - low
                        if best[place] < worth { best[place] = worth }
                        if alternative.isNear { near[place] |= bit } else { have[place] |= bit }
                    }
                }
                for place in 0..<length where best[place] > 0 { sums[place] += best[place] - 1 }
            }
            for place in 0..<length where have[place] | near[place] != 0 && have[place] & scopeBit == scopeBit {
                guard ((have[place] | near[place]) & required).nonzeroBitCount >= least else { continue }
                let isFull = (have[place] & required).nonzeroBitCount == needed
                if isFull { full += 1 }
                matches.append(Match(place: Int32(low + place), sum: Int(sums[place]), isFull: isFull))
            }
            tier += 1
        }
        total = matches.count
        guard tier < tiers else { return }
        let counts = all.map { $0.reduce(0) { $0 + $1.entry.count } }
        let known = counts.indices.filter { seen[$0] > 0 && ($0 == slots.count || !slots[$0].isParticle) }
        if let rarest = known.min(by: { counts[$0] < counts[$1] }) { total = total * counts[rarest] / seen[rarest] }
    }

    init(matches: [Match], total: Int) {
        self.matches = matches
        full = matches.count
        self.total = total
    }
}

extension SearchFolder {
    func postings(_ entry: TermEntry, tier: Int, _ body: (_ place: Int32, _ level: Int) -> Void) throws {
        for posting in entry.few { body(posting.place, posting.level) }
        if !entry.few.isEmpty { return }
        if let inline = entry.inline {
            var reader = ByteReader(inline)
            return try Postings.decode(&reader, count: entry.count, low: 0, high: Int32(schema.places - 1), body)
        }
        guard let segment = entry.segments.first(where: { tier < $0.tiers.upperBound }), segment.count > 0 else { return }
        var reader = try reader(segment.name, kind: "L")
        let low = segment.tiers.lowerBound * schema.tier
        let high = min(segment.tiers.upperBound * schema.tier, schema.places) - 1
        try Postings.decode(&reader, count: segment.count, low: Int32(low), high: Int32(high), body)
    }
}
