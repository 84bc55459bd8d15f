// KarooExpress – Apache-2.0

/// How much a word in a field counts.
struct FieldWeight: Sendable {
    /// Of 256 that a word in a description has.
    var boost: Int
    /// How much a field's length counts, of 100.
    var length: Int
}

/// How much a document is about a term: words in fields, each weighed by its field and by how long that is there.
///
/// The fields come together as in BM25F (Robertson, Zaragoza and Taylor, Simple BM25 Extension to Multiple Weighted Fields,
/// 2004); in place of its saturation stands the square root of the share in the greatest weight of the same term, which
/// few levels keep better.
struct Weights: Sendable {
    private static let fields: [FieldWeight] = Field.allCases.map { field in
        switch field {
        case .title: FieldWeight(boost: 5 * 256, length: 50)
        case .brand: FieldWeight(boost: 2 * 256, length: 0)
        case .category: FieldWeight(boost: 256, length: 0)
        case .attributes: FieldWeight(boost: 128, length: 75)
        case .description: FieldWeight(boost: 256, length: 60)
        }
    }

    /// The weight of a word that stands once in a title of average length. A term that is in descriptions only is worth less.
    static let title: UInt32 = 5 * 256

    /// Words in a field of a document on average, at least 1. Whole numbers, so that one document more seldom changes them.
    private let averages: [Int]

    init(_ occurrences: [Occurrences]) {
        let count = Field.allCases.count
        var sums = [Int](repeating: 0, count: count)
        for piece in occurrences { for (place, length) in piece.lengths.enumerated() { sums[place % count] += Int(length) } }
        let documents = max(1, occurrences.reduce(0) { $0 + $1.documents })
        averages = sums.map { max(1, ($0 + documents / 2) / documents) }
    }

    func weight(_ frequencies: Frequencies, _ lengths: ArraySlice<UInt16>) -> UInt32 {
        var weight = 0
        for field in Field.allCases {
            let frequency = frequencies[field]
            guard frequency > 0 else { continue }
            let own = Weights.fields[field.rawValue]
            let average = averages[field.rawValue]
            let norm = (100 - own.length) * average + own.length * Int(lengths[lengths.startIndex + field.rawValue])
            weight += own.boost * frequency * 100 * average / max(1, norm)
        }
        return UInt32(clamping: max(1, weight))
    }
}

/// What a posting of each level is worth, and how weights become levels.
enum Levels {
    static let impacts = (1...Posting.levels).map { $0 * 15 }

    /// The least level l of 1…16 with l² / 16² at least the share in the greatest weight of the term; counted from 0.
    static func level(_ weight: UInt32, of greatest: UInt32) -> Int {
        let sought = UInt64(weight) * UInt64(Posting.levels * Posting.levels)
        var low = 1
        var high = Posting.levels
        while low < high {
            let middle = (low + high) / 2
            if UInt64(middle * middle) * UInt64(greatest) >= sought { high = middle } else { low = middle + 1 }
        }
        return low - 1
    }
}

/// All terms with their postings and the words that lead to them.
struct Terms: Sendable {
    let lexicon: Lexicon.Words
    /// Numbers of words by their bytes.
    let sorted: [Int32]
    /// Where each word stands in `sorted`.
    let ranks: [Int32]
    /// Of each rank the rank of the word that has the postings of its stem: the first of them.
    let lists: [Int32]
    /// Postings of the list of each rank: from the end of that before.
    let ends: [Int]
    let postings: [UInt32]
    /// Other forms of words, that no document has: the form, and the rank whose list it leads to.
    let forms: [(form: [UInt8], list: Int32)]

    init(_ occurrences: [Occurrences], _ lexicon: Lexicon.Words, language: String, jobs: Int) {
        self.lexicon = lexicon
        sorted = lexicon.vocabulary.sorted()
        var ranks = [Int32](repeating: 0, count: sorted.count)
        for (rank, number) in sorted.enumerated() { ranks[Int(number)] = Int32(rank) }
        self.ranks = ranks
        let stems = Stems(lexicon, sorted, language: language)
        lists = stems.lists
        forms = stems.forms(lexicon, sorted, language: language)
        let parts = Compounds(lexicon, sorted, ranks, language: language)
        (ends, postings) = Terms.sort(Terms.weigh(occurrences, ranks, lists, parts, Weights(occurrences), jobs: jobs), count: sorted.count)
    }

    func word(rank: Int) -> [UInt8] { lexicon.vocabulary.word(Int(sorted[rank])) }

    func postings(rank: Int) -> ArraySlice<UInt32> { postings[(rank == 0 ? 0 : ends[rank - 1])..<ends[rank]] }

    /// A document that has a term, and its weight.
    private struct Weighed {
        var list: Int32
        var place: Int32
        var weight: UInt32
    }

    /// Of each piece what it has of which list, by place.
    private static func weigh(
        _ occurrences: [Occurrences], _ ranks: [Int32], _ lists: [Int32], _ compounds: Compounds, _ weights: Weights, jobs: Int
    ) -> [[Weighed]] {
        pieces(occurrences.count, jobs: jobs) { piece in
            let piecePlaces = occurrences[piece]
            var found: [Weighed] = []
            found.reserveCapacity(piecePlaces.entries.count)
            var document: [(list: Int32, frequencies: Frequencies)] = []
            var start = 0
            for (offset, end) in piecePlaces.ends.enumerated() {
                document.removeAll(keepingCapacity: true)
                for entry in piecePlaces.entries[start..<end] {
                    let rank = ranks[Int(entry.word)]
                    document.append((lists[Int(rank)], entry.frequencies))
                    guard entry.frequencies[.title] > 0 else { continue }
                    for part in compounds.parts(of: rank) {
                        var frequencies = Frequencies()
                        frequencies.add(1, .attributes)
                        document.append((lists[Int(part)], frequencies))
                    }
                }
                start = end
                document.sort { $0.list < $1.list }
                let lengths = piecePlaces.lengths[offset * Field.allCases.count..<(offset + 1) * Field.allCases.count]
                let place = Int32(piece * Occurrences.size + offset)
                var next = 0
                while next < document.count {
                    var entry = document[next]
                    next += 1
                    while next < document.count, document[next].list == entry.list {
                        entry.frequencies.add(document[next].frequencies)
                        next += 1
                    }
                    found.append(Weighed(list: entry.list, place: place, weight: weights.weight(entry.frequencies, lengths)))
                }
            }
            return found
        }
    }

    /// By list, and within a list by place.
    private static func sort(_ pieces: [[Weighed]], count: Int) -> (ends: [Int], postings: [UInt32]) {
        var nexts = [Int](repeating: 0, count: count + 1)
        var greatest = [UInt32](repeating: 0, count: count)
        for piece in pieces {
            for weighed in piece {
                nexts[Int(weighed.list) + 1] += 1
                greatest[Int(weighed.list)] = max(greatest[Int(weighed.list)], weighed.weight)
            }
        }
        for list in 0..<count { nexts[list + 1] += nexts[list] }
        let total = nexts[count]
        let postings = [UInt32](unsafeUninitializedCapacity: total) { buffer, filled in
            for piece in pieces {
                for weighed in piece {
                    let list = Int(weighed.list)
                    buffer[nexts[list]] = Posting(place: weighed.place, level: Levels.level(weighed.weight, of: max(greatest[list], Weights.title))).packed
                    nexts[list] += 1
                }
            }
            filled = total
        }
        nexts.removeLast()
        return (nexts, postings)
    }
}

/// Which words have the same stem.
struct Stems: Sendable {
    let lists: [Int32]
    private let stems: Vocabulary
    /// Of each stem the rank of its first word.
    private let firsts: [Int32]

    init(_ lexicon: Lexicon.Words, _ sorted: [Int32], language: String) {
        var stems = Vocabulary()
        var firsts: [Int32] = []
        let stemmer = Stemmer(language: language)
        var folding = Words()
        lists = sorted.enumerated().map { rank, number in
            let stem = Stems.stem(lexicon.lower[Int(number)], lexicon.kinds[Int(number)], stemmer, &folding)
            let group = stems.add(stem)
            if group == firsts.count { firsts.append(Int32(rank)) }
            return firsts[group]
        }
        self.stems = stems
        self.firsts = firsts
    }

    /// The stem of a word without digits, folded; the word itself for all else.
    private static func stem(_ word: [UInt8], _ kind: Words.Kind, _ stemmer: Stemmer?, _ folding: inout Words) -> [UInt8] {
        // What begins with a digit or contains one is a code; stems of words never begin with this byte.
        guard kind == .word, let stemmer, !word.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return [1] + word }
        let stem = stemmer.stem(word)
        guard stem.contains(where: { $0 >= 0x80 }) else { return stem }
        folding.read(String(decoding: stem, as: UTF8.self))
        return folding.bytes.isEmpty ? stem : folding.bytes
    }

    /// Further forms of words that are asked for and that no document has.
    func forms(_ lexicon: Lexicon.Words, _ sorted: [Int32], language: String) -> [(form: [UInt8], list: Int32)] {
        let endings = Inflections.endings(language)
        let beginnings = Inflections.beginnings(language)
        guard !endings.isEmpty || !beginnings.isEmpty, let stemmer = Stemmer(language: language) else { return [] }
        var folding = Words()
        var seen = Vocabulary()
        var forms: [(form: [UInt8], list: Int32)] = []
        for (rank, number) in sorted.enumerated() {
            let word = lexicon.lower[Int(number)]
            guard lexicon.kinds[Int(number)] == .word, lexicon.isStrong[Int(number)], word.count >= 3,
                !word.contains(where: { $0 >= 0x30 && $0 <= 0x39 })
            else { continue }
            for form in endings.map({ word + $0 }) + beginnings.map({ $0 + word }) {
                let stem = Stems.stem(form, .word, stemmer, &folding)
                guard let group = stems.number(of: stem), firsts[group] == lists[rank] else { continue }
                folding.read(String(decoding: form, as: UTF8.self))
                guard folding.words.count == 1, lexicon.vocabulary.number(of: folding.bytes) == nil else { continue }
                let count = seen.count
                if seen.add(folding.bytes) == count { forms.append((folding.bytes, lists[rank])) }
            }
        }
        return forms
    }
}

/// Which words are made of others, in languages that write them together.
struct Compounds: Sendable {
    private static let shortest = 4
    private var parts: [Int32: [Int32]] = [:]

    init(_ lexicon: Lexicon.Words, _ sorted: [Int32], _ ranks: [Int32], language: String) {
        guard let links = Compounding.links(language) else { return }
        for (rank, number) in sorted.enumerated() where lexicon.kinds[Int(number)] == .word && lexicon.isStrong[Int(number)] {
            let word = lexicon.vocabulary.word(Int(number))
            guard word.count >= 2 * Compounds.shortest, !word.contains(where: { $0 < 0x61 || $0 > 0x7A }) else { continue }
            if let found = Compounds.split(word, lexicon, links) { parts[Int32(rank)] = found.map { ranks[$0] } }
        }
    }

    func parts(of rank: Int32) -> [Int32] { parts.isEmpty ? [] : parts[rank] ?? [] }

    /// The longest last part decides, as it says what the thing is.
    private static func split(_ word: [UInt8], _ lexicon: Lexicon.Words, _ links: [[UInt8]]) -> [Int]? {
        for start in shortest...(word.count - shortest) {
            guard let last = lexicon.vocabulary.number(of: Array(word[start...])), lexicon.isStrong[last] else { continue }
            for link in links where word[..<start].hasSuffix(link) {
                let first = Array(word[..<(start - link.count)])
                guard first.count >= shortest - 1, let first = lexicon.vocabulary.number(of: first), lexicon.isStrong[first] else { continue }
                return [first, last]
            }
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    fileprivate func hasSuffix(_ other: [UInt8]) -> Bool { count >= other.count && suffix(other.count).elementsEqual(other) }
}
