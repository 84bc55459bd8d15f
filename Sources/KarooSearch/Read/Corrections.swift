// KarooExpress – Apache-2.0

/// Words that begin with a word, and words that one might have meant.
extension SearchFolder {
    struct KnownWord {
        var text: [UInt8]
        /// ⌊log₂⌋ of the number of documents.
        var number: Int
        /// Of a word that few documents have; empty for all others.
        var postings: [Posting] = []
    }

    private static let files = 4
    private static let maximum = 8
    private static let maximumNear = 8
    /// Those behind that cost nothing more, since their documents stand beside them, all counted.
    private static let maximumBeside = 40
    /// Of two words that are near each other, the longer has so many letters.
    private static let shortest = 4
    static let prefixWeight = 10
    private static let weights = [12, 6]

    /// The most frequent words that begin with a word, then the shortest.
    func longer(than word: [UInt8]) throws -> [KnownWord] {
        let found = try known(words, around: word, beginningWith: word, before: 0)
        return Array(found.sorted { one, other in
            one.number != other.number ? one.number > other.number
                : one.text.codePoints != other.text.codePoints ? one.text.codePoints < other.text.codePoints
                : one.text.lexicographicallyPrecedes(other.text)
        }.prefix(SearchFolder.maximum))
    }

    /// The words nearest to a word that is not known, with the weight that they have in its place.
    func misspelled(_ word: [UInt8], most: Int = 2) throws -> [(word: KnownWord, weight: Int)] {
        let letters = word.scalars
        let count = letters.count
        for most in 1...most {
            // Three letters for one edit, eight for two.
            if count < 5 * most - 2 { break }
            let head = Array(letters.prefix(max(1, count / (most + 1) - 1)))
            let tail = Array(letters.suffix(max(1, (count + most) / (most + 1) - 1)).reversed())
            var found: [[UInt8]: KnownWord] = [:]
            for one in try known(reversed, around: Array(letters.reversed()).utf8, beginningWith: tail.utf8, before: 1) {
                found[Array(one.text.scalars.reversed()).utf8] = one
            }
            for one in try known(words, around: word, beginningWith: head.utf8, before: 1) { found[one.text] = one }
            var swapped = letters
            swapped.swapAt(count / 2, count / 2 - 1)
            for one in try known(words, around: swapped.utf8, beginningWith: swapped.utf8, before: 0) { found[one.text] = one }
            var near: [(word: KnownWord, distance: Int, hasOthers: Bool, isOther: Bool)] = []
            let sorted = letters.sorted()
            // A number that many documents have is a measure, and one that few have is what somebody looks for.
            let isCode = letters.contains { "0"..."9" ~= $0 }
            for (text, one) in found {
                let other = text.scalars
                guard abs(other.count - count) <= most, max(other.count, count) >= SearchFolder.shortest else { continue }
                let distance = distance(letters, other)
                if distance > 0, distance <= most { near.append((KnownWord(text: text, number: one.number, postings: one.postings), distance, other.sorted() != sorted, other[0] != letters[0])) }
            }
            guard near.isEmpty else {
                near.sort { one, other in
                    one.distance != other.distance ? one.distance < other.distance
                        : one.hasOthers != other.hasOthers ? !one.hasOthers
                        : one.isOther != other.isOther && !isCode ? !one.isOther
                        : one.word.number != other.word.number ? (one.word.number > other.word.number) != isCode
                        : one.word.text.lexicographicallyPrecedes(other.word.text)
                }
                return near.enumerated().filter { $0.offset < SearchFolder.maximumNear || !$0.element.word.postings.isEmpty }
                    .prefix(SearchFolder.maximumBeside).map { ($0.element.word, SearchFolder.weights[$0.element.distance - 1]) }
            }
        }
        return []
    }

    /// From a few files around a word, the words that begin with some letters.
    private func known(_ tree: Tree, around word: [UInt8], beginningWith letters: [UInt8], before: Int) throws -> [KnownWord] {
        var found: [KnownWord] = []
        for leaf in try leaves(tree, word, before: before, after: SearchFolder.files - 1 - before) {
            let isBefore = !letters.lexicographicallyPrecedes(leaf.key) || leaf.key.starts(with: letters)
            guard isBefore, leaf.next == nil || letters.lexicographicallyPrecedes(leaf.next!) else { continue }
            var reader = try reader(leaf.name, kind: "W")
            var text: [UInt8] = []
            for _ in 0..<(try reader.count()) {
                text = try reader.key(after: text)
                let header = try reader.varint()
                var word = KnownWord(text: text, number: header / 2)
                if header % 2 != 0 {
                    for _ in 0...header / 2 { word.postings.append(try posting(&reader)) }
                    word.number = Int.bitWidth - 1 - word.postings.count.leadingZeroBitCount
                }
                if text.starts(with: letters) { found.append(word) }
            }
        }
        return found
    }

    private func posting(_ reader: inout ByteReader) throws -> Posting {
        let value = try reader.varint()
        guard value / Posting.levels < schema.places else { throw SearchDamage("a document beyond all places") }
        return Posting(place: Int32(value / Posting.levels), level: value % Posting.levels)
    }

    /// Optimal string alignment: insertions, deletions, substitutions and exchanges of neighbours.
    private func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var row = Array(0...other.count)
        for i in 1...one.count {
            var next = [i]
            for j in 0..<other.count {
                var least = min(row[j + 1] + 1, next[j] + 1, row[j] + (one[i - 1] != other[j] ? 1 : 0))
                if i > 1, j > 0, one[i - 1] == other[j - 1], one[i - 2] == other[j] { least = min(least, before[j - 1] + 1) }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[other.count]
    }
}

extension [UInt8] {
    var scalars: [Unicode.Scalar] { Array<Unicode.Scalar>(String(decoding: self, as: UTF8.self).unicodeScalars) }
    var codePoints: Int { count { $0 & 0xC0 != 0x80 } }
}

extension [Unicode.Scalar] {
    var utf8: [UInt8] { Array<UInt8>(String(String.UnicodeScalarView(self)).utf8) }
}
