// KarooExpress – Apache-2.0

/// Gives each different word a number.
struct Vocabulary: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [Int] = []
    /// Numbers of words by their hash, -1 where there is none.
    private var table: [Int32] = [Int32](repeating: -1, count: 1_024)
    private var hashes: [UInt32] = []

    var count: Int { ends.count }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
        for place in table.indices { table[place] = -1 }
    }

    func range(_ word: Int) -> Range<Int> { (word == 0 ? 0 : ends[word - 1])..<ends[word] }

    func word(_ word: Int) -> [UInt8] { Array(bytes[range(word)]) }

    /// Nil when the word has no number.
    func number(of word: UnsafeBufferPointer<UInt8>) -> Int? {
        var place = Int(Vocabulary.hash(word)) & (table.count - 1)
        while table[place] >= 0 {
            if equals(Int(table[place]), word) { return Int(table[place]) }
            place = (place + 1) & (table.count - 1)
        }
        return nil
    }

    mutating func add(_ word: UnsafeBufferPointer<UInt8>) -> Int {
        let hash = Vocabulary.hash(word)
        var place = Int(hash) & (table.count - 1)
        while table[place] >= 0 {
            let number = Int(table[place])
            if hashes[number] == hash, equals(number, word) { return number }
            place = (place + 1) & (table.count - 1)
        }
        let number = ends.count
        table[place] = Int32(number)
        hashes.append(hash)
        bytes.append(contentsOf: word)
        ends.append(bytes.count)
        if ends.count * 2 > table.count { grow() }
        return number
    }

    mutating func add(_ word: [UInt8]) -> Int { word.withUnsafeBufferPointer { add($0) } }

    func number(of word: [UInt8]) -> Int? { word.withUnsafeBufferPointer { number(of: $0) } }

    private mutating func grow() {
        table = [Int32](repeating: -1, count: table.count * 4)
        for (number, hash) in hashes.enumerated() {
            var place = Int(hash) & (table.count - 1)
            while table[place] >= 0 { place = (place + 1) & (table.count - 1) }
            table[place] = Int32(number)
        }
    }

    private func equals(_ number: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(number)
        guard range.count == word.count else { return false }
        return bytes.withUnsafeBufferPointer { $0[range].elementsEqual(word) }
    }

    private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for byte in word { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return (hash ^ hash >> 15) &* 0x85EB_CA6B
    }

    /// The numbers in the order of the words' bytes.
    func sorted() -> [Int32] {
        bytes.withUnsafeBufferPointer { bytes in
            // The first eight bytes settle most comparisons.
            var keyed = (0..<count).map { number in
                (key: bytes[range(number)].prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << UInt64(56 - 8 * $1.offset) },
                 number: Int32(number))
            }
            keyed.sort { one, other in
                one.key != other.key
                    ? one.key < other.key
                    : bytes[range(Int(one.number))].lexicographicallyPrecedes(bytes[range(Int(other.number))])
            }
            return keyed.map(\.number)
        }
    }
}
