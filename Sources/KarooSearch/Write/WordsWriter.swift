// KarooExpress – Apache-2.0

/// Writes the trees of words, from which prefixes and misspelled words are completed and corrected.
struct WordsWriter {
    private static let leaves = Cutting(size: 6_144)
    /// A word of descriptions counts when so many documents have it.
    private static let leastDocuments = 2
    private static let shortest = 2
    /// About how many bytes a word takes.
    private static let wordSize = 6

    private let jobs: Int

    init(jobs: Int) { self.jobs = jobs }

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
        let reversed = words.map { (key: Array($0.key.scalars.reversed()).utf8, documents: $0.documents) }
        write(reversed.sorted { $0.key.lexicographicallyPrecedes($1.key) }, to: &tables)
    }

    private func write(_ words: [(key: [UInt8], documents: Int32)], to tables: inout TableWriter) {
        tables.leaves("W", count: words.count, WordsWriter.leaves, jobs: jobs, key: { words[$0].key }, bytes: { _ in WordsWriter.wordSize }) {
            word, leaf in
            leaf.varint(Int.bitWidth - 1 - Int(max(1, words[word].documents)).leadingZeroBitCount)
        }
    }
}
