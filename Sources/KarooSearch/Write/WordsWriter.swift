// KarooExpress – Apache-2.0

/// Writes the trees of words, from which prefixes and misspelled words are completed and corrected.
struct WordsWriter {
    private static let leaves = Cutting(size: 6_144)
    /// A word of descriptions counts when so many documents have it.
    private static let leastDocuments = 2
    private static let shortest = 2

    private let jobs: Int
    private let digest: SearchWriter.Digest

    init(jobs: Int, _ digest: @escaping SearchWriter.Digest) {
        self.jobs = jobs
        self.digest = digest
    }

    func write(_ terms: Terms, to tables: inout TableWriter) {
        var words: [(key: [UInt8], documents: Int32)] = []
        for number in terms.sorted {
            let place = Int(number)
            let documents = terms.lexicon.documents[place]
            guard terms.lexicon.kinds[place] == .word, terms.lexicon.isStrong[place] || documents >= WordsWriter.leastDocuments else { continue }
            let word = terms.lexicon.vocabulary.word(place)
            if word.codePoints >= WordsWriter.shortest { words.append((word, documents)) }
        }
        write(words, to: &tables)
        let reversed = words.map { (key: Array(String(String.UnicodeScalarView(String(decoding: $0.key, as: UTF8.self).unicodeScalars.reversed())).utf8), documents: $0.documents) }
        write(reversed.sorted { $0.key.lexicographicallyPrecedes($1.key) }, to: &tables)
    }

    private func write(_ words: [(key: [UInt8], documents: Int32)], to tables: inout TableWriter) {
        guard !words.isEmpty else { return tables.tree([]) }
        var cuts = [0]
        var bytes = 0
        for next in words.indices {
            if next > 0, WordsWriter.leaves.cuts(before: words[next].key, bytes: bytes) {
                cuts.append(next)
                bytes = 0
            }
            bytes += 6
        }
        cuts.append(words.count)
        let (ends, words) = (cuts, words)
        let leaves = pieces(ends.count - 1, jobs: jobs) { leaf in
            var content = ByteWriter(kind: "W")
            let part = words[ends[leaf]..<ends[leaf + 1]]
            content.varint(part.count)
            var coding = FrontCoding()
            for word in part {
                coding.append(word.key, to: &content)
                content.varint(Int.bitWidth - 1 - Int(max(1, word.documents)).leadingZeroBitCount)
            }
            return TableWriter.file(content.bytes, digest)
        }
        for leaf in leaves { tables.add(leaf.file) }
        tables.tree(leaves.enumerated().map { place, leaf in
            (place == 0 ? [] : separator(after: words[cuts[place] - 1].key, before: words[cuts[place]].key), leaf.name)
        })
    }
}
