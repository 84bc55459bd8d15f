// KarooExpress – Apache-2.0

/// Searches the index of one language of one market, as the browser does: the same query gives the same results.
package final class SearchReader {
    /// More code points of a query are not read.
    private static let maximumQuery = 256
    /// Fewer full matches are joined by partial ones.
    private static let few = 10
    /// So many of the first are ordered again by what is known of them besides words.
    private static let reordered = 40
    /// Without a query and a scope so many chunks are looked through.
    private static let browsed = 40
    /// What `prior` names in numbers.
    private static let counted = ["price", "rating", "stock"]

    private let folder: SearchFolder

    /// - parameter head: the bytes of `root.json`.
    /// - parameter load: the bytes of a file of the index, by its path below the folder of the index.
    /// - throws: `SearchDamage`, and what `load` throws.
    package init(head: [UInt8], load: @escaping (String) throws -> [UInt8]) throws {
        folder = try SearchFolder(head: head, load: load)
    }

    package var documents: Int { folder.schema.documents }
    package var money: SearchMoney? { folder.schema.money }
    package var facets: [SearchFacet] { folder.schema.facets }

    package func search(_ request: SearchRequest) throws -> SearchResult {
        var result = SearchResult()
        var words = Words()
        words.read(SearchReader.cut(request.query))
        var slots = try Slots(words, folder)
        let rule = words.words.isEmpty ? nil : try folder.rule(words.key)
        let scope = try request.scope.map { try folder.alternatives([1] + Array($0.utf8)) }
        var found = try find(words, &slots, scope, &result)
        let pins = try pins(rule, scope, &found)
        result.terms = slots.slots.map { String(decoding: $0.text, as: UTF8.self) }
        result.corrections = slots.corrections
        result.dropped = slots.dropped
        result.redirect = rule?.redirect
        try fill(&result, request, found, slots.slots, pins: pins, isBrowsing: words.words.isEmpty)
        return result
    }

    private static func cut(_ query: String) -> String {
        String(String.UnicodeScalarView(query.unicodeScalars.prefix(maximumQuery)))
    }

    private struct Found {
        var matches: [Match] = []
        var total = 0
    }

    private func find(_ words: Words, _ slots: inout Slots, _ scope: [Alternative]?, _ result: inout SearchResult) throws -> Found {
        if words.words.isEmpty {
            guard let scope else { return try everything() }
            let all = try Matches(folder, [], scope: scope, least: 0)
            return Found(matches: all.matches, total: all.total)
        }
        guard !slots.slots.isEmpty else { return Found() }
        var all = try needed(slots, scope, lacking: 0)
        if all.full < SearchReader.few, try slots.join(where: { _, _ in true }) { all = try needed(slots, scope, lacking: 0) }
        if all.full < SearchReader.few, try slots.widen(few: SearchReader.few) {
            all = try needed(slots, scope, lacking: 0)
            result.isRelaxed = all.matches.count > all.full
        }
        let count = slots.slots.count { !$0.isParticle }
        for lacking in [1, count - 1] where lacking > 0 && lacking < count && all.matches.count < SearchReader.few {
            all = try needed(slots, scope, lacking: lacking)
            result.isRelaxed = all.matches.count > all.full
        }
        return Found(matches: all.matches, total: all.total)
    }

    private func needed(_ slots: Slots, _ scope: [Alternative]?, lacking: Int) throws -> Matches {
        try Matches(folder, slots.slots, scope: scope, least: slots.slots.count { !$0.isParticle } - lacking)
    }

    /// All documents of the first chunks.
    private func everything() throws -> Found {
        var matches: [Match] = []
        for chunk in 0..<min(SearchReader.browsed, (folder.schema.places + folder.schema.chunk - 1) / folder.schema.chunk) {
            guard let block = try folder.chunk(chunk)?.numbers else { continue }
            for (offset, rank) in block.ranks.enumerated() where rank >= 0 {
                matches.append(Match(place: Int32(chunk * folder.schema.chunk + offset), sum: 0, isFull: true))
            }
        }
        return Found(matches: matches, total: folder.schema.documents)
    }

    /// The pinned places; those that were not found are found now.
    private func pins(_ rule: QueryRule?, _ scope: [Alternative]?, _ found: inout Found) throws -> [Int32] {
        guard scope == nil, let pins = rule?.pins, !pins.isEmpty else { return [] }
        guard pins.allSatisfy({ $0 >= 0 && Int($0) < folder.schema.places }) else { throw SearchDamage("a pin beyond all places") }
        let known = Set(found.matches.map(\.place))
        var seen: Set<Int32> = []
        let distinct = pins.filter { seen.insert($0).inserted }
        for pin in distinct where !known.contains(pin) {
            found.matches.append(Match(place: pin, sum: 0, isFull: true))
            found.total += 1
        }
        return distinct
    }

    // MARK: Filters, order, page

    private func fill(
        _ result: inout SearchResult, _ request: SearchRequest, _ found: Found, _ slots: [Slot], pins: [Int32], isBrowsing: Bool
    ) throws {
        let schema = folder.schema
        let filters = request.filters.sorted { $0.key < $1.key }.compactMap { id, filter -> FacetCounts.Wanted? in
            guard SearchReader.isSet(filter), let asked = asked(id) else { return nil }
            return FacetCounts.Wanted(asked: asked, filter: filter)
        }
        let known = schema.facets.map(\.id) + SearchReader.counted.filter(schema.numbers.contains)
        let facets = known.filter { id in
            request.facets?.contains(id) ?? !(schema.facets.first { $0.id == id }?.isAttribute ?? false)
        }.compactMap(asked)
        let columns = sortColumns(request.sort, isBrowsing: isBrowsing)
        let needed = filters.map(\.asked) + facets
        let chunks = try MatchedChunks(
            folder, found.matches, numbers: columns.map { !$0.isOfDates } ?? false || needed.contains { $0.column != nil }, dates: columns?.isOfDates ?? false,
            traits: needed.contains { $0.facet.map { !schema.facets[$0].isAttribute } ?? false },
            attributes: needed.contains { $0.facet.map { schema.facets[$0].isAttribute } ?? false },
            limit: limit(found, isCountOnly: filters.isEmpty && columns == nil))
        let read = chunks.chunks.isEmpty ? found.matches.count : chunks.count
        func scaled(_ count: Int) -> Int { count * found.total / max(1, read) }
        let counts = FacetCounts(chunks, filters, facets, schema)
        result.isApproximate = found.total != found.matches.count || read != found.matches.count
        result.facets = facets.enumerated().map { facet(counts, $0.offset, $0.element, request, scaled) }

        var ordered = filters.isEmpty ? found.matches : counts.passing
        result.total = filters.isEmpty ? found.total : scaled(ordered.count)
        if let columns {
            ordered = sorted(ordered, columns, chunks)
        } else {
            ordered.sort { $0.precedes($1) }
            let pinned = pins.compactMap { pin in ordered.first { $0.place == pin } }
            if !pinned.isEmpty { ordered.removeAll { match in pinned.contains { $0.place == match.place } } }
            ordered = pinned + (try reorder(ordered))
        }
        let size = max(0, request.size)
        let (from, isBeyond) = (max(1, request.page) - 1).multipliedReportingOverflow(by: size)
        result.hits = try ordered.dropFirst(isBeyond ? ordered.count : from).prefix(size).map { try hit($0, slots, isPinned: pins.contains($0.place), explains: request.explains) }
    }

    /// How many chunks are read.
    private func limit(_ found: Found, isCountOnly: Bool) -> Int {
        guard isCountOnly else { return MatchedChunks.maximum }
        return found.matches.contains { !$0.isFull } ? MatchedChunks.partial : MatchedChunks.sample
    }

    private static func isSet(_ filter: SearchRequest.Filter) -> Bool {
        switch filter {
        case .values(let tokens): !tokens.isEmpty
        case .range(let least, let most): least != nil || most != nil
        }
    }

    private func asked(_ id: String) -> FacetCounts.Asked? {
        if let facet = folder.schema.facets.firstIndex(where: { $0.id == id }) { return FacetCounts.Asked(id: id, facet: facet) }
        return folder.schema.numbers.firstIndex(of: id).map { FacetCounts.Asked(id: id, column: $0) }
    }

    private func facet(
        _ counts: FacetCounts, _ number: Int, _ asked: FacetCounts.Asked, _ request: SearchRequest, _ scaled: (Int) -> Int
    ) -> SearchResult.Facet {
        var values = counts.values[number]
        if case .values(let tokens) = request.filters[asked.id] { for token in tokens where values[token] == nil { values[token] = (token, 0) } }
        let sorted = values.map { SearchResult.Facet.Value(token: $0.key, label: $0.value.label, count: scaled($0.value.count)) }.sorted { one, other in
            one.count != other.count ? one.count > other.count : one.token.utf8.lexicographicallyPrecedes(other.token.utf8)
        }
        return SearchResult.Facet(
            id: asked.id, label: asked.facet.map { folder.schema.facets[$0].label } ?? "", values: sorted, least: counts.least[number],
            most: counts.most[number])
    }

    private struct SortColumns {
        var columns: [(column: Int, isAscending: Bool)]
        /// True when they are columns of dates.
        var isOfDates: Bool
    }

    /// Nil for the order by relevance.
    private func sortColumns(_ sort: SearchRequest.Sort, isBrowsing: Bool) -> SortColumns? {
        let names: [(String, Bool)] =
            switch sort {
            case .relevance: isBrowsing ? [("prior", false)] : []
            case .price: [("price", true)]
            case .priceDown: [("price", false)]
            case .newest: [("published", false)]
            case .rating: [("rating", false), ("reviews", false)]
            }
        guard !names.isEmpty else { return nil }
        let isOfDates = folder.schema.dates.contains(names[0].0)
        let known = isOfDates ? folder.schema.dates : folder.schema.numbers
        return SortColumns(columns: names.map { (known.firstIndex(of: $0.0) ?? -1, $0.1) }, isOfDates: isOfDates)
    }

    /// Full matches first, then documents that have the number.
    private func sorted(_ matches: [Match], _ order: SortColumns, _ chunks: MatchedChunks) -> [Match] {
        let columns = order.columns
        var values: [Int32: [Int64]] = [:]
        for chunk in chunks.chunks {
            for match in chunk.matches {
                let block = order.isOfDates ? chunk.dates : chunk.numbers
                let rank = block?.ranks[Int(match.place) % folder.schema.chunk] ?? -1
                values[match.place] = columns.map { rank < 0 || $0.column < 0 ? -1 : block!.columns[$0.column][rank] }
            }
        }
        let none = columns.map { _ in Int64(-1) }
        return matches.sorted { one, other in
            if one.isFull != other.isFull { return one.isFull }
            let (first, second) = (values[one.place] ?? none, values[other.place] ?? none)
            for place in columns.indices where first[place] != second[place] {
                if first[place] < 0 || second[place] < 0 { return first[place] >= 0 }
                return columns[place].isAscending ? first[place] < second[place] : first[place] > second[place]
            }
            return one.place < other.place
        }
    }

    private func reorder(_ matches: [Match]) throws -> [Match] {
        let prior = folder.schema.numbers.firstIndex(of: "prior")
        var first = Array(matches.prefix(SearchReader.reordered))
        for place in first.indices {
            guard let prior, let block = try folder.chunk(Int(first[place].place) / folder.schema.chunk)?.numbers else { continue }
            let rank = block.ranks[Int(first[place].place) % folder.schema.chunk]
            if rank >= 0 { first[place].sum += folder.schema.prior * Int(min(255, max(0, block.columns[prior][rank]))) }
        }
        return first.sorted { $0.precedes($1) } + matches.dropFirst(SearchReader.reordered)
    }

    private func hit(_ match: Match, _ slots: [Slot], isPinned: Bool, explains: Bool) throws -> SearchResult.Hit {
        let card = try folder.card(match.place)
        var numbers: [String: Int64] = [:]
        if let block = try folder.chunk(Int(match.place) / folder.schema.chunk)?.numbers {
            let rank = block.ranks[Int(match.place) % folder.schema.chunk]
            for (column, name) in folder.schema.numbers.enumerated() where rank >= 0 && block.columns[column][rank] >= 0 {
                numbers[name] = block.columns[column][rank]
            }
        }
        let worths = explains ? try slots.compactMap { try worth($0, match.place) } : []
        return SearchResult.Hit(
            place: match.place, card: Dictionary(zip(folder.schema.columns, card)) { first, _ in first }, numbers: numbers,
            isPartial: !match.isFull, score: match.sum, isPinned: isPinned, preference: match.sum - worths.reduce(0) { $0 + $1.worth }, worths: worths)
    }

    /// What a slot adds to the score of a place; nil when the place does not have it.
    private func worth(_ slot: Slot, _ place: Int32) throws -> SearchResult.Worth? {
        var best: SearchResult.Worth?
        for alternative in slot.alternatives {
            try folder.postings(alternative.entry, tier: Int(place) / folder.schema.tier) { found, level in
                guard found == place else { return }
                let worth = alternative.rarity * folder.schema.impacts[level] * alternative.weight
                guard best == nil || worth > best!.worth else { return }
                best = SearchResult.Worth(
                    word: String(decoding: slot.text, as: UTF8.self), key: String(decoding: alternative.entry.key, as: UTF8.self),
                    rarity: alternative.rarity, level: level, weight: alternative.weight, worth: worth, isNear: alternative.isNear)
            }
        }
        return best
    }
}
