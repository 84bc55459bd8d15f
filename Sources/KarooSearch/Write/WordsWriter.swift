// KarooExpress – Apache-2.0

/// Writes the trees of words, from which prefixes and misspelled words are completed and corrected.
struct WordsWriter {
    private static let leaves = Cutting(size: 3_072)
    /// A word of descriptions counts when so many documents have it.
    private static let leastDocuments = 2
    private static let shortest = 2
    /// Of words that so many documents have, and that are nobody else's form, the documents stand beside them.
    private static let few = 3
    /// About how many bytes a word takes.
    private static let wordSize = 6
    /// Most queries ask for none of them.
    private static let mostInRoot = 16

    private let jobs: Int

    private struct Word: Sendable {
        var key: [UInt8]
        var documents: Int
        var postings: ArraySlice<UInt32>?
    }

    init(jobs: Int) { self.jobs = jobs }

    func write(_ terms: Terms, _ lists: TermsWriter, to tables: inout TableWriter) {
        var words: [Word] = []
        for (rank, number) in terms.sorted.enumerated() {
            let place = Int(number)
            let documents = Int(terms.lexicon.documents[place])
            guard terms.lexicon.kinds[place] == .word, terms.lexicon.isStrong[place] || documents >= WordsWriter.leastDocuments else { continue }
            let word = terms.lexicon.vocabulary.word(place)
            guard word.codePoints >= WordsWriter.shortest else { continue }
            words.append(Word(key: word, documents: documents, postings: lists.few(rank: rank, most: WordsWriter.few)))
        }
        write(words, to: &tables)
        for place in words.indices { words[place].key = Array(words[place].key.scalars.reversed()).utf8 }
        write(words.sorted { $0.key.lexicographicallyPrecedes($1.key) }, to: &tables)
    }

    private func write(_ words: [Word], to tables: inout TableWriter) {
        tables.leaves(
            "W", count: words.count, WordsWriter.leaves, mostInRoot: WordsWriter.mostInRoot, jobs: jobs, key: { words[$0].key },
            bytes: { _ in WordsWriter.wordSize }
        ) { place, leaf in
            let word = words[place]
            guard let postings = word.postings else { return leaf.varint(2 * (Int.bitWidth - 1 - max(1, word.documents).leadingZeroBitCount)) }
            leaf.varint(2 * postings.count - 1)
            for packed in postings {
                let posting = Posting(packed: packed)
                leaf.varint(Int(posting.place) * Posting.levels + posting.level)
            }
        }
    }
}
