// KarooExpress – Apache-2.0

/// Synonyms as pairs of words, and as phrases where one has several words.
struct Synonyms: Sendable {
    /// The first finds what the second is found by.
    private(set) var pairs: [(word: [UInt8], other: [UInt8])] = []
    private(set) var phrases = Phrases()

    init(_ synonyms: [SearchSynonym]) {
        for synonym in synonyms {
            let terms = synonym.words.map(Synonyms.words).filter { !$0.isEmpty }
            for (place, term) in terms.enumerated() {
                for (otherPlace, other) in terms.enumerated() where place != otherPlace && (!synonym.isOneWay || place == 0) { add(term, other) }
            }
        }
    }

    private mutating func add(_ term: [Phrases.Word], _ other: [Phrases.Word]) {
        if term.count == 1, other.count == 1 {
            pairs.append((term[0].bytes, other[0].bytes))
        } else {
            // What has several words, or pairs of letters, cannot stand for another key: the documents get its words.
            phrases.add(other.map(\.bytes), means: term)
        }
    }

    private static func words(_ text: String) -> [Phrases.Word] {
        var words = Words()
        words.read(text)
        return words.words.map { Phrases.Word(bytes: Array(words.bytes[$0.start..<$0.end]), kind: $0.kind) }
    }
}
