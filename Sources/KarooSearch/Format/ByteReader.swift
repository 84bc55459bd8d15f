// KarooExpress – Apache-2.0

/// A file of the index is not what it should be.
package struct SearchDamage: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Reads the primitive values of the format, and never beyond the end.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
        end = bytes.count
    }

    var isAtEnd: Bool { position == end }

    var rest: ArraySlice<UInt8> { bytes[position..<end] }

    mutating func byte() throws(SearchDamage) -> UInt8 {
        guard position < end else { throw SearchDamage("it ends too early") }
        position += 1
        return bytes[position - 1]
    }

    mutating func bytes(_ count: Int) throws(SearchDamage) -> ArraySlice<UInt8> {
        guard count >= 0, count <= end - position else { throw SearchDamage("it ends too early") }
        position += count
        return bytes[position - count..<position]
    }

    mutating func skip(_ count: Int) throws(SearchDamage) { _ = try bytes(count) }

    mutating func varint() throws(SearchDamage) -> Int {
        var value = 0
        var shift = 0
        while true {
            let byte = try byte()
            guard shift < 49 || shift == 49 && byte < 0x10 else { throw SearchDamage("a number that is too large") }
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// A number of things that take at least one byte each, so that nothing is reserved for what cannot come.
    mutating func count() throws(SearchDamage) -> Int {
        let count = try varint()
        guard count <= end - position else { throw SearchDamage("more entries than bytes") }
        return count
    }

    mutating func string() throws(SearchDamage) -> String {
        String(decoding: try bytes(try varint()), as: UTF8.self)
    }

    /// A front-coded key, made of the one before.
    mutating func key(after previous: [UInt8]) throws(SearchDamage) -> [UInt8] {
        let shared = try varint()
        guard shared <= previous.count else { throw SearchDamage("a key that shares more than there is") }
        let rest = try bytes(try varint())
        return Array(previous[..<shared]) + rest
    }

    mutating func name() throws(SearchDamage) -> SearchName { SearchName(bytes: try bytes(SearchName.size)) }
}

/// Reads bits, the most significant first.
struct BitReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var pending: UInt64 = 0
    private var count = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func bits(_ width: Int) throws(SearchDamage) -> UInt32 {
        while count < width {
            guard position < bytes.endIndex else { throw SearchDamage("bits end too early") }
            pending = pending << 8 | UInt64(bytes[position])
            position += 1
            count += 8
        }
        count -= width
        return UInt32(truncatingIfNeeded: pending >> UInt64(count) & (1 << UInt64(width) - 1))
    }

    mutating func one(of range: UInt32) throws(SearchDamage) -> UInt32 {
        guard range > 1 else { return 0 }
        let width = 31 - range.leadingZeroBitCount
        let short = UInt64(1) << UInt64(width + 1) - UInt64(range)
        let value = try bits(width)
        if UInt64(value) < short { return value }
        return UInt32(UInt64(value) << 1 | UInt64(try bits(1)) - short)
    }

    /// How many bytes were begun.
    func finish() -> Int { position - bytes.startIndex }
}
