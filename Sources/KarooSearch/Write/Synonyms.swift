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

    private mutating func add(_ term: [[UInt8]], _ other: [[UInt8]]) {
        // Two words that are typed side by side are looked up written together.
        if term.count <= 2, other.count == 1 { pairs.append((term.flatMap(\.self), other[0])) }
        if term.count == 1, other.count > 1 { phrases.add(other, means: term) }
    }

    private static func words(_ text: String) -> [[UInt8]] {
        var words = Words()
        words.read(text)
        return words.words.map { Array(words.bytes[$0.start..<$0.end]) }
    }
}
