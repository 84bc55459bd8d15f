// KarooExpress – Apache-2.0

/// Numbers and traits of the chunks that have the most matches.
struct MatchedChunks {
    /// When so many have matches at most, counts are taken from all of them, and else from a sample.
    private static let exact = 24
    static let sample = 12
    /// The same when some matches lack words of the query.
    static let partial = 6
    /// More are not read for filters and orders.
    static let maximum = 100

    struct Chunk {
        var matches: [Match]
        var numbers: NumbersBlock
        var dates: NumbersBlock?
        var traits: [TraitsBlock]

        func column(_ facet: Int) -> (ranks: [Int], column: TraitsBlock.Column)? {
            for block in traits { if let column = block.columns[facet] { return (block.ranks, column) } }
            return nil
        }
    }

    private(set) var chunks: [Chunk] = []
    var count: Int { chunks.reduce(0) { $0 + $1.matches.count } }

    init() {}

    init(_ folder: SearchFolder, _ matches: [Match], numbers: Bool, dates: Bool, traits: Bool, attributes: Bool, limit: Int) throws {
        guard numbers || dates || traits || attributes else { return }
        let size = folder.schema.chunk
        let byChunk = Dictionary(grouping: matches) { Int($0.place) / size }
        let most = byChunk.sorted { one, other in one.value.count != other.value.count ? one.value.count > other.value.count : one.key < other.key }
        let isAll = limit == MatchedChunks.sample && most.count <= MatchedChunks.exact
        for (number, matches) in isAll ? most[...] : most.prefix(limit) {
            guard let source = try folder.chunk(number) else { throw SearchDamage("a match in a chunk without documents") }
            var chunk = Chunk(matches: matches, numbers: source.numbers, dates: dates ? try folder.dates(source) : nil, traits: [])
            if traits, let block = try folder.traits(source.traits) { chunk.traits.append(block) }
            if attributes, let block = try folder.traits(source.attributes) { chunk.traits.append(block) }
            chunks.append(chunk)
        }
    }
}

/// Who passes the filters, and how many documents have each value of the facets.
struct FacetCounts {
    struct Asked {
        var id: String
        /// Nil for a column of numbers.
        var facet: Int?
        var column: Int?
    }

    struct Wanted {
        var asked: Asked
        var filter: SearchRequest.Filter
    }

    private(set) var passing: [Match] = []
    private(set) var values: [[String: (label: String, count: Int)]]
    private(set) var least: [Double?]
    private(set) var most: [Double?]
    private let size: Int
    /// Facets whose values are numbers.
    private let numeric: Set<Int>

    init(_ matched: MatchedChunks, _ filters: [Wanted], _ facets: [Asked], _ schema: RootSchema) {
        size = schema.chunk
        numeric = Set(schema.facets.indices.filter { schema.facets[$0].kind == .number })
        values = facets.map { _ in [:] }
        least = facets.map { _ in nil }
        most = least
        for chunk in matched.chunks {
            // Of each match the filter that alone it does not pass: -1 none, -2 several.
            var failed = [Int](repeating: -1, count: chunk.matches.count)
            for (number, filter) in filters.enumerated() {
                let passes = test(filter, chunk)
                for (place, match) in chunk.matches.enumerated() where !passes(Int(match.place) % size) {
                    failed[place] = failed[place] == -1 ? number : -2
                }
            }
            for (place, match) in chunk.matches.enumerated() where failed[place] == -1 { passing.append(match) }
            for (number, facet) in facets.enumerated() {
                let own = filters.firstIndex { $0.asked.id == facet.id } ?? -1
                let counted = chunk.matches.indices.filter { failed[$0] == -1 || failed[$0] == own && own >= 0 }.map { Int(chunk.matches[$0].place) % size }
                if let column = facet.column { count(counted, column, number, facet.id, chunk) } else { count(counted, facet.facet ?? 0, number, chunk) }
            }
        }
    }

    private func test(_ wanted: Wanted, _ chunk: MatchedChunks.Chunk) -> (Int) -> Bool {
        if let column = wanted.asked.column {
            let numbers = chunk.numbers
            guard case .range(let least, let most) = wanted.filter else { return { _ in false } }
            return { place in
                let rank = numbers.ranks[place]
                return rank >= 0 && numbers.columns[column][rank] >= 0 && FacetCounts.isWithin(Double(numbers.columns[column][rank]), least, most)
            }
        }
        guard let (ranks, column) = chunk.column(wanted.asked.facet ?? 0) else { return { _ in false } }
        let agrees = column.values.map { value in
            switch wanted.filter {
            case .values(let tokens): tokens.contains(value.token)
            case .range(let least, let most): FacetCounts.number(value.token).map { FacetCounts.isWithin($0, least, most) } ?? false
            }
        }
        let isWanted = column.sets.map { $0.contains { agrees[$0] } }
        return { place in ranks[place] >= 0 && isWanted[column.documents[ranks[place]]] }
    }

    private static func isWithin(_ value: Double, _ least: Double?, _ most: Double?) -> Bool {
        value >= least ?? -.infinity && value <= most ?? .infinity
    }

    /// Digits, perhaps with a minus before them and decimals behind.
    static func number(_ token: String) -> Double? {
        let parts = (token.hasPrefix("-") ? token.dropFirst() : token[...]).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }) else { return nil }
        return Double(token)
    }

    private mutating func see(_ value: Double, _ facet: Int) {
        least[facet] = min(least[facet] ?? value, value)
        most[facet] = max(most[facet] ?? value, value)
    }

    private mutating func add(_ token: String, _ label: String, _ count: Int, _ facet: Int) {
        values[facet][token, default: (label, 0)].count += count
    }

    private mutating func count(_ places: [Int], _ column: Int, _ facet: Int, _ id: String, _ chunk: MatchedChunks.Chunk) {
        let numbers = chunk.numbers
        for place in places {
            let rank = numbers.ranks[place]
            guard rank >= 0, numbers.columns[column][rank] >= 0 else { continue }
            let value = numbers.columns[column][rank]
            see(Double(value), facet)
            if id == "rating" { for star in 1...4 where value >= star * 10 { add(String(star), String(star), 1, facet) } }
            if id == "stock", value > 0 { add("1", "1", 1, facet) }
        }
    }

    private mutating func count(_ places: [Int], _ id: Int, _ facet: Int, _ chunk: MatchedChunks.Chunk) {
        guard let (ranks, column) = chunk.column(id) else { return }
        var tally = [Int](repeating: 0, count: column.sets.count)
        for place in places where ranks[place] >= 0 { tally[column.documents[ranks[place]]] += 1 }
        for (set, count) in tally.enumerated() where count > 0 {
            for value in column.sets[set] {
                add(column.values[value].token, column.values[value].label, count, facet)
                if let number = numberOf(column.values[value].token, id) { see(number, facet) }
            }
        }
    }

    private func numberOf(_ token: String, _ facet: Int) -> Double? { numeric.contains(facet) ? FacetCounts.number(token) : nil }
}
