// KarooExpress – Apache-2.0

/// A document that has a term, and how much: the place in the low 28 bits, the level in the four above.
struct Posting {
    static let levels = 16
    private static let placeBits: UInt32 = 28
    let packed: UInt32

    init(place: Int32, level: Int) {
        packed = UInt32(level) << Posting.placeBits | UInt32(place)
    }

    init(packed: UInt32) { self.packed = packed }

    var place: Int32 { Int32(packed & (1 << Posting.placeBits - 1)) }
    var level: Int { Int(packed >> Posting.placeBits) }
}

/// The lists of the format, coded by binary interpolation, level by level.
///
/// Alistair Moffat and Lang Stuiver, Binary Interpolative Coding for Effective Index Compression, 2000.
enum Postings {
    /// - parameter postings: by ascending place, all between `low` and `high`.
    static func encode(_ postings: some Collection<UInt32>, low: Int32, high: Int32) -> [UInt8] {
        var levels = [[Int32]](repeating: [], count: Posting.levels)
        for packed in postings {
            let posting = Posting(packed: packed)
            levels[posting.level].append(posting.place)
        }
        var head = ByteWriter()
        head.varint(levels.indices.reduce(0) { levels[$1].isEmpty ? $0 : $0 | 1 << (Posting.levels - 1 - $1) })
        var bits = BitWriter()
        let present = levels.indices.reversed().filter { !levels[$0].isEmpty }
        for level in present {
            if level != present.last { head.varint(levels[level].count) }
            levels[level].withUnsafeBufferPointer { code($0, low, high, &bits) }
        }
        bits.finish()
        return head.bytes + bits.bytes
    }

    private static func code(_ places: UnsafeBufferPointer<Int32>, _ low: Int32, _ high: Int32, _ bits: inout BitWriter) {
        guard !places.isEmpty else { return }
        // What is full needs no bits.
        if places.count == Int(high - low) + 1 { return }
        let middle = places.count / 2
        let first = low + Int32(middle)
        let last = high - Int32(places.count - 1 - middle)
        let place = places[middle]
        bits.one(UInt32(place - first), of: UInt32(last - first + 1))
        code(UnsafeBufferPointer(rebasing: places[..<middle]), low, place - 1, &bits)
        code(UnsafeBufferPointer(rebasing: places[(middle + 1)...]), place + 1, high, &bits)
    }

    /// Hands over every place with its level, level by level from the highest.
    ///
    /// - throws: `SearchDamage` when the bytes are not such a list.
    static func decode(
        _ reader: inout ByteReader, count: Int, low: Int32, high: Int32, _ body: (_ place: Int32, _ level: Int) -> Void
    ) throws(SearchDamage) {
        guard count > 0 else { return }
        guard low >= 0, high >= low, count <= Int(high - low) + 1 else { throw SearchDamage("a list longer than its range") }
        let mask = try reader.varint()
        guard mask > 0, mask < 1 << Posting.levels else { throw SearchDamage("a list without levels") }
        let present = (0..<Posting.levels).reversed().filter { mask & 1 << (Posting.levels - 1 - $0) != 0 }
        var counts: [Int] = []
        var left = count
        for _ in present.dropLast() {
            let some = try reader.varint()
            guard some > 0, some < left else { throw SearchDamage("a level with too many documents") }
            counts.append(some)
            left -= some
        }
        counts.append(left)
        var bits = BitReader(reader.rest)
        for (level, count) in zip(present, counts) { try decode(&bits, count, low, high, level, body) }
        try reader.skip(bits.finish())
    }

    private static func decode(
        _ bits: inout BitReader, _ count: Int, _ low: Int32, _ high: Int32, _ level: Int, _ body: (Int32, Int) -> Void
    ) throws(SearchDamage) {
        guard count > 0 else { return }
        if count == Int(high - low) + 1 {
            for place in low...high { body(place, level) }
            return
        }
        let middle = count / 2
        let first = low + Int32(middle)
        let last = high - Int32(count - 1 - middle)
        let place = first + Int32(try bits.one(of: UInt32(last - first + 1)))
        try decode(&bits, middle, low, place - 1, level, body)
        body(place, level)
        try decode(&bits, count - 1 - middle, place + 1, high, level, body)
    }
}
