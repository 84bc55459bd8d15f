// KarooExpress – Apache-2.0

import Synchronization

/// Where a word stands in a document.
enum Field: Int, CaseIterable {
    case title, brand, category, attributes, description

    /// How many times a word counts at most, as bits.
    fileprivate var bits: UInt32 { self == .description ? 8 : 6 }

    fileprivate var shift: UInt32 {
        switch self {
        case .title: 0
        case .brand: 6
        case .category: 12
        case .attributes: 18
        case .description: 24
        }
    }
}

/// How often a word stands in each field of a document.
struct Frequencies {
    private(set) var packed: UInt32 = 0

    subscript(_ field: Field) -> Int {
        Int(packed >> field.shift & (1 << field.bits - 1))
    }

    mutating func add(_ count: Int, _ field: Field) {
        let sum = min(self[field] + count, 1 << Int(field.bits) - 1)
        packed = packed & ~((1 << field.bits - 1) << field.shift) | UInt32(sum) << field.shift
    }

    mutating func add(_ other: Frequencies) {
        for field in Field.allCases where other[field] > 0 { add(other[field], field) }
    }

    /// True when it is somewhere else than in the description.
    var isStrong: Bool { packed & 0xFF_FFFF != 0 }
}

/// The words of a run of places.
struct Occurrences: Sendable {
    struct Entry: Sendable {
        /// The number of the word in the vocabulary of all documents.
        var word: UInt32
        var frequencies: Frequencies
    }

    /// How many places one has. Which words meet in it has no influence on the index.
    static let size = 1_024

    var entries: [Entry] = []
    /// Where the entries of each place end.
    var ends: [Int] = []
    /// Words in each field of each place.
    var lengths: [UInt16] = []
    var documents = 0
}

/// All words of all documents; they get their numbers in the order in which they come.
final class Lexicon: Sendable {
    struct Words: Sendable {
        var vocabulary = Vocabulary()
        /// Of the forms in lower case that fold to the same word the least, for the stemmer.
        var lower: [[UInt8]] = []
        var kinds: [KarooSearch.Words.Kind] = []
        /// In how many documents, and whether it stands anywhere but in descriptions.
        var documents: [Int32] = []
        var isStrong: [Bool] = []
    }

    private let words = Mutex(Words())

    var all: Words { words.withLock { $0 } }

    /// Adds the words of some documents; returns the number of each.
    func add(_ own: Vocabulary, _ lower: [[UInt8]], _ kinds: [KarooSearch.Words.Kind], _ documents: [Int32], _ isStrong: [Bool]) -> [UInt32] {
        words.withLock { words in
            own.bytes.withUnsafeBufferPointer { bytes in
                (0..<own.count).map { number in
                    let all = words.vocabulary.add(UnsafeBufferPointer(rebasing: bytes[own.range(number)]))
                    if all == words.lower.count {
                        words.lower.append(lower[number])
                        words.kinds.append(kinds[number])
                        words.documents.append(documents[number])
                        words.isStrong.append(isStrong[number])
                    } else {
                        if lower[number].lexicographicallyPrecedes(words.lower[all]) { words.lower[all] = lower[number] }
                        words.documents[all] += documents[number]
                        if isStrong[number] { words.isStrong[all] = true }
                    }
                    return UInt32(all)
                }
            }
        }
    }
}

/// Finds the words of documents, one run of places after the other.
struct OccurrenceReader {
    /// A value of an attribute with more words is a description.
    private static let maximumValue = 8
    /// A value without letters that has more digits is a code.
    private static let maximumMeasure = 5

    private var words = Words()
    private var vocabulary = Vocabulary()
    private var lower: [[UInt8]] = []
    private var kinds: [Words.Kind] = []
    private var documents: [Int32] = []
    private var isStrong: [Bool] = []
    /// The entry of a word in the document that is being read, and which document that was.
    private var entryOfWord: [Int] = []
    private var documentOfWord: [Int] = []
    private var document = 0
    private var scratch: [UInt8] = []
    private let phrases: Phrases

    init(_ phrases: Phrases) { self.phrases = phrases }

    mutating func read(_ positions: ArraySlice<Int32>, _ lexicon: Lexicon, _ document: (Int) -> SearchDocument, _ also: (SearchDocument) -> Void)
        -> Occurrences {
        vocabulary.removeAll()
        lower.removeAll()
        kinds.removeAll()
        documents.removeAll()
        isStrong.removeAll()
        entryOfWord.removeAll()
        documentOfWord.removeAll()
        var occurrences = Occurrences()
        for position in positions {
            if position >= 0 {
                let found = document(Int(position))
                also(found)
                read(found, &occurrences)
                occurrences.documents += 1
            } else {
                occurrences.lengths.append(contentsOf: repeatElement(0, count: Field.allCases.count))
            }
            occurrences.ends.append(occurrences.entries.count)
        }
        for entry in occurrences.entries {
            documents[Int(entry.word)] += 1
            if entry.frequencies.isStrong { isStrong[Int(entry.word)] = true }
        }
        let numbers = lexicon.add(vocabulary, lower, kinds, documents, isStrong)
        for place in occurrences.entries.indices { occurrences.entries[place].word = numbers[Int(occurrences.entries[place].word)] }
        return occurrences
    }

    private mutating func read(_ found: SearchDocument, _ occurrences: inout Occurrences) {
        document += 1
        add(found.title, .title, &occurrences)
        add(found.brand, .brand, &occurrences)
        add(found.category, .category, &occurrences)
        var attributes = found.attributes.split(separator: "\n")
        attributes.removeAll(where: isMeasure)
        // A value of many words is as good as a description.
        let isText: (Substring) -> Bool = { $0.split(separator: " ").count > OccurrenceReader.maximumValue }
        add(attributes.filter { !isText($0) }.joined(separator: "\n"), .attributes, &occurrences)
        add(([found.description[...]] + attributes.filter(isText)).joined(separator: "\n"), .description, &occurrences)
    }

    /// Numbers of things that nobody searches for; codes have more digits.
    private func isMeasure(_ value: Substring) -> Bool {
        var digits = 0
        for byte in value.utf8 {
            if byte >= 0x80 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A { return false }
            if byte >= 0x30 && byte <= 0x39 { digits += 1 }
        }
        return digits <= OccurrenceReader.maximumMeasure
    }

    private mutating func add(_ text: String, _ field: Field, _ occurrences: inout Occurrences) {
        words.read(text)
        occurrences.lengths.append(UInt16(clamping: words.words.count))
        for place in words.words.indices {
            let word = words.words[place]
            add(word.start..<word.end, word, field, &occurrences)
            if word.isJoined, place + 1 == words.words.count || !words.words[place + 1].isJoined { addCompound(endingAt: place, field, &occurrences) }
            if word.hasDigit, field != .description { addMeasure(place, field, &occurrences) }
        }
        for word in phrases.found(in: words) { add(word.bytes, field, &occurrences, kind: word.kind) }
    }

    private mutating func add(_ range: Range<Int>, _ word: Words.Word, _ field: Field, _ occurrences: inout Occurrences) {
        let number = words.bytes.withUnsafeBufferPointer { vocabulary.add(UnsafeBufferPointer(rebasing: $0[range])) }
        if number == lower.count {
            register(word.kind == .word ? Array(words.lower[word.lowerStart..<word.lowerEnd]) : Array(words.bytes[range]), word.kind)
        } else if word.kind == .word {
            // Of all forms the one without accents is the least.
            let length = word.lowerEnd - word.lowerStart
            if !word.isPlain || lower[number].count != length {
                let form = words.lower[word.lowerStart..<word.lowerEnd]
                if form.lexicographicallyPrecedes(lower[number]) { lower[number] = Array(form) }
            }
        }
        count(number, field, &occurrences)
    }

    /// Of "dv7-1211ea" also "dv71211ea".
    private mutating func addCompound(endingAt last: Int, _ field: Field, _ occurrences: inout Occurrences) {
        var first = last
        while words.words[first].isJoined { first -= 1 }
        let parts = words.words[first...last]
        guard parts.count == 2 || parts.contains(where: \.hasDigit), parts.reduce(0, { $0 + $1.length }) <= Words.maximumLength else { return }
        scratch.removeAll(keepingCapacity: true)
        for part in parts { scratch.append(contentsOf: words.bytes[part.start..<part.end]) }
        add(scratch, field, &occurrences)
    }

    /// Of "500 ml" also "500ml", of "500ml" also "500" and "ml".
    private mutating func addMeasure(_ place: Int, _ field: Field, _ occurrences: inout Occurrences) {
        let word = words.words[place]
        if !word.hasLetter {
            guard place + 1 < words.words.count, Measures.isUnit(words.bytes[words.words[place + 1].start..<words.words[place + 1].end]) else { return }
            add(Array(words.bytes[word.start..<word.end] + words.bytes[words.words[place + 1].start..<words.words[place + 1].end]), field, &occurrences)
        } else {
            let bytes = words.bytes[word.start..<word.end]
            let digits = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard !digits.isEmpty, Measures.isUnit(bytes[digits.endIndex...]) else { return }
            add(Array(digits), field, &occurrences)
            add(Array(bytes[digits.endIndex...]), field, &occurrences)
        }
    }

    private mutating func add(_ word: [UInt8], _ field: Field, _ occurrences: inout Occurrences, kind: Words.Kind = .word) {
        let number = vocabulary.add(word)
        if number == lower.count {
            register(word, kind)
        } else if word.lexicographicallyPrecedes(lower[number]) {
            lower[number] = word
        }
        count(number, field, &occurrences)
    }

    private mutating func register(_ form: [UInt8], _ kind: Words.Kind) {
        lower.append(form)
        kinds.append(kind)
        documents.append(0)
        isStrong.append(false)
        entryOfWord.append(0)
        documentOfWord.append(0)
    }

    private mutating func count(_ word: Int, _ field: Field, _ occurrences: inout Occurrences) {
        if documentOfWord[word] == document {
            occurrences.entries[entryOfWord[word]].frequencies.add(1, field)
            return
        }
        documentOfWord[word] = document
        entryOfWord[word] = occurrences.entries.count
        var frequencies = Frequencies()
        frequencies.add(1, field)
        occurrences.entries.append(Occurrences.Entry(word: UInt32(word), frequencies: frequencies))
    }
}

/// Units that are written with a space before them and without.
enum Measures {
    private static let units: Set<String> = [
        "a", "ah", "cl", "cm", "db", "dl", "dpi", "fps", "ft", "g", "gb", "ghz", "gr", "h", "hz", "in", "inch", "kg", "khz", "km", "kw", "l", "lb",
        "lbs", "m", "mah", "mb", "mg", "mhz", "ml", "mm", "mp", "oz", "pc", "pcs", "px", "rpm", "tb", "v", "va", "w", "wh",
    ]
    private static let longest = 4

    static func isUnit(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count <= longest && !bytes.isEmpty && units.contains(String(decoding: bytes, as: UTF8.self))
    }
}

/// Synonyms of several words: a document that has them one after the other has the other words of the group as well.
struct Phrases: Sendable {
    struct Word: Sendable {
        var bytes: [UInt8]
        var kind: Words.Kind
    }

    /// By the first word.
    private var phrases: [[UInt8]: [(words: [[UInt8]], means: [Word])]] = [:]

    init() {}

    mutating func add(_ words: [[UInt8]], means: [Word]) {
        phrases[words[0], default: []].append((words, means))
    }

    func found(in words: Words) -> [Word] {
        guard !phrases.isEmpty else { return [] }
        var found: [Word] = []
        let all = words.words.map { Array(words.bytes[$0.start..<$0.end]) }
        for place in all.indices {
            for phrase in phrases[all[place]] ?? [] where all[place...].starts(with: phrase.words) { found += phrase.means }
        }
        return found
    }
}
