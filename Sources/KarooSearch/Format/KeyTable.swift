// KarooExpress – Apache-2.0

/// Ascending keys, each written with what it shares with the one before.
struct FrontCoding {
    /// Readers take no longer keys, in bytes.
    static let longestKey = 4_096

    private var previous: [UInt8] = []

    mutating func append(_ key: [UInt8], to writer: inout ByteWriter) {
        var shared = 0
        let limit = min(previous.count, key.count)
        while shared < limit, previous[shared] == key[shared] { shared += 1 }
        writer.varint(shared)
        writer.varint(key.count - shared)
        writer.bytes(key[shared...])
        previous = key
    }
}

/// Divides ascending entries into files, so that the same entries are divided in the same way whatever stands beside them.
struct Cutting {
    /// About how many bytes a file has before it is packed.
    let size: Int

    /// Which entries share a file.
    func parts(count: Int, key: (Int) -> [UInt8], bytes: (Int) -> Int) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        var size = 0
        for next in 0..<count {
            if next > start, cuts(before: key(next), bytes: size) {
                parts.append(start..<next)
                (start, size) = (next, 0)
            }
            size += bytes(next)
        }
        if start < count { parts.append(start..<count) }
        return parts
    }

    /// True when a file that has `bytes` already must end before this key.
    private func cuts(before key: [UInt8], bytes: Int) -> Bool {
        guard bytes >= size / 2 else { return false }
        return bytes >= size * 2 || hash(key) % UInt32(max(1, size / 48)) < 2
    }

    /// FNV-1a, and its high bits stirred into the low ones.
    private func hash(_ key: [UInt8]) -> UInt32 {
        let hash = key.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return (hash ^ hash >> 15) &* 0x2C1B_3C6D >> 4
    }
}

/// The shortest key of whole code points that is greater than one and not greater than the other.
func separator(after last: [UInt8], before next: [UInt8]) -> [UInt8] {
    var shared = 0
    while shared < last.count, shared < next.count, last[shared] == next[shared] { shared += 1 }
    var end = shared + 1
    while end < next.count, next[end] & 0xC0 == 0x80 { end += 1 }
    return Array(next.prefix(end))
}
