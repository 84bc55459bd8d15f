// KarooExpress – Apache-2.0

/// Writes the files of terms and of long lists.
struct TermsWriter {
    /// About how many bytes a file of terms has before it is packed.
    private static let leaves = Cutting(size: 6_144)
    /// Every query asks for some of them.
    private static let mostInRoot = 256
    /// A longer list is kept in files of its own, so that it does not come along with its neighbours.
    private static let longestInline = 2_048
    /// Tiers share a file until it has about as many bytes.
    private static let segmentSize = 4_096
    private static let pieceSize = 1_024
    /// Of 16.
    private static let synonymWeight = 13
    private static let fullWeight = 16

    private let terms: Terms
    private let places: Int
    private let tier: Int
    private let digest: SearchWriter.Digest
    private let jobs: Int
    /// What is not a word of a document, or has more than one.
    private var extras: [[UInt8]: Extra] = [:]
    /// Of each list the words that lead to it.
    private lazy var forms: [Int32: [[UInt8]]] = {
        var forms: [Int32: [[UInt8]]] = [:]
        for (rank, list) in terms.lists.enumerated() { forms[list, default: []].append(terms.word(rank: rank)) }
        for (form, list) in terms.forms { forms[list, default: []].append(form) }
        return forms
    }()

    private struct Extra {
        var aliases: [(weight: Int, key: [UInt8])] = []
        var places: [Int32] = []
    }

    private struct Entry: Sendable {
        var key: [UInt8]
        var body: [UInt8]
        var files: [SearchFile]
    }

    init(_ terms: Terms, places: Int, tier: Int, jobs: Int, _ digest: @escaping SearchWriter.Digest) {
        self.terms = terms
        self.places = places
        self.tier = tier
        self.jobs = jobs
        self.digest = digest
        for (form, list) in terms.forms {
            extras[form, default: Extra()].aliases.append((TermsWriter.fullWeight, terms.word(rank: Int(list))))
        }
    }

    /// All documents of one value of a facet.
    mutating func add(scope: String, _ places: [Int32]) {
        extras[[1] + Array(scope.utf8), default: Extra()].places = places
    }

    /// Makes a word find what another is found by. Nothing happens when no document has the other.
    mutating func add(synonym word: [UInt8], of other: [UInt8]) {
        guard let number = terms.lexicon.vocabulary.number(of: other) else { return }
        let target = terms.word(rank: Int(terms.lists[Int(terms.ranks[number])]))
        for form in forms(of: word) where form != target { extras[form, default: Extra()].aliases.append((TermsWriter.synonymWeight, target)) }
    }

    /// All forms of a word; the word alone when no document has it.
    private mutating func forms(of word: [UInt8]) -> [[UInt8]] {
        guard let number = terms.lexicon.vocabulary.number(of: word) else { return [word] }
        return forms[terms.lists[Int(terms.ranks[number])]] ?? [word]
    }

    /// The postings of a word of documents that has nothing but a few of its own; nil for all others.
    func few(rank: Int, most: Int) -> ArraySlice<UInt32>? {
        guard Int(terms.lists[rank]) == rank, extras[terms.word(rank: rank)] == nil else { return nil }
        let postings = terms.postings(rank: rank)
        return postings.isEmpty || postings.count > most ? nil : postings
    }

    // MARK: Files

    func write(to tables: inout TableWriter) {
        let entries = entries()
        for entry in entries { for file in entry.files { tables.add(file) } }
        tables.leaves(
            "T", count: entries.count, TermsWriter.leaves, mostInRoot: TermsWriter.mostInRoot, jobs: jobs, key: { entries[$0].key },
            bytes: { entries[$0].key.count + entries[$0].body.count }
        ) { entry, leaf in leaf.bytes(entries[entry].body) }
    }

    /// All entries by their keys.
    private func entries() -> [Entry] {
        let count = terms.sorted.count
        let words = pieces(pieceCount(count, size: TermsWriter.pieceSize), jobs: jobs) { piece in
            range(of: piece, size: TermsWriter.pieceSize, count: count).map { rank in
                entry(terms.word(rank: rank), rank: rank)
            }
        }
        let others = extras.keys.filter { terms.lexicon.vocabulary.number(of: $0) == nil }.sorted { $0.lexicographicallyPrecedes($1) }
        var entries: [Entry] = []
        entries.reserveCapacity(count + others.count)
        var next = 0
        for word in words.joined() {
            while next < others.count, others[next].lexicographicallyPrecedes(word.key) {
                entries.append(entry(others[next], rank: nil))
                next += 1
            }
            entries.append(word)
        }
        while next < others.count {
            entries.append(entry(others[next], rank: nil))
            next += 1
        }
        return entries
    }

    private func entry(_ key: [UInt8], rank: Int?) -> Entry {
        let extra = extras[key]
        var aliases = extra?.aliases ?? []
        var postings: ArraySlice<UInt32> = []
        if let rank {
            let list = Int(terms.lists[rank])
            if list == rank {
                postings = terms.postings(rank: rank)
            } else {
                aliases.insert((TermsWriter.fullWeight, terms.word(rank: list)), at: 0)
            }
        } else if let extra, !extra.places.isEmpty {
            postings = extra.places.map { Posting(place: $0, level: 0).packed }[...]
        }
        var entry = Entry(key: key, body: [], files: [])
        var list = ByteWriter()
        var header = 0
        if !postings.isEmpty { header = append(postings, to: &list, &entry.files) }
        var seen: Set<[UInt8]> = []
        aliases = aliases.filter { seen.insert($0.key).inserted }
        var body = ByteWriter()
        body.varint(header | aliases.count << 2)
        body.bytes(list.bytes)
        for alias in aliases {
            body.varint(alias.weight)
            alias.key.withUnsafeBufferPointer { body.string($0) }
        }
        entry.body = body.bytes
        return entry
    }

    /// Returns the bits of the header.
    private func append(_ postings: ArraySlice<UInt32>, to list: inout ByteWriter, _ files: inout [SearchFile]) -> Int {
        list.varint(postings.count)
        // A list takes at least a bit for a document, but for runs.
        let inline = Postings.encode(postings, low: 0, high: Int32(places - 1))
        if inline.count <= TermsWriter.longestInline {
            list.varint(inline.count)
            list.bytes(inline)
            return 1
        }
        let segments = segments(postings)
        list.varint(segments.count)
        for segment in segments {
            list.varint(segment.tiers.count)
            list.varint(segment.postings.count)
            guard !segment.postings.isEmpty else {
                list.bytes(SearchName.none.bytes)
                continue
            }
            let (low, high) = (segment.tiers.lowerBound * tier, min(places, segment.tiers.upperBound * tier) - 1)
            let content = ByteWriter(kind: "L").bytes + Postings.encode(segment.postings, low: Int32(low), high: Int32(high))
            let (file, name) = TableWriter.file(content, digest)
            files.append(file)
            list.bytes(name.bytes)
        }
        return 2
    }

    private func segments(_ postings: ArraySlice<UInt32>) -> [(tiers: Range<Int>, postings: ArraySlice<UInt32>)] {
        var segments: [(tiers: Range<Int>, postings: ArraySlice<UInt32>)] = []
        var start = postings.startIndex
        let count = (places + tier - 1) / tier
        for number in 0..<count {
            var end = start
            while end < postings.endIndex, Int(Posting(packed: postings[end]).place) < (number + 1) * tier { end += 1 }
            // About seven bits for a document.
            if let last = segments.last, (last.postings.count + end - start) * 7 / 8 <= TermsWriter.segmentSize {
                segments[segments.count - 1] = (last.tiers.lowerBound..<number + 1, postings[last.postings.startIndex..<end])
            } else {
                segments.append((number..<number + 1, postings[start..<end]))
            }
            start = end
        }
        return segments
    }
}
