// KarooExpress – Apache-2.0

/// The 32 bytes of a SHA-256 or of an HMAC with it, as a value without references that can stand in dictionaries.
package struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
    // The bytes, the first one highest in the first word.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// - precondition: there are exactly 32 bytes.
    package init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Digest.byteCount, "a digest has 32 bytes")
        first = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        second = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        third = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        fourth = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// Reads 64 hexadecimal digits, in capitals or not; nil for anything else.
    package init?(hex: String) {
        var words: [UInt64] = [0, 0, 0, 0]
        var count = 0
        for byte in hex.utf8 {
            let nibble: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): nibble = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): nibble = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): nibble = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            guard count < 64 else { return nil }
            words[count / 16] = words[count / 16] << 4 | UInt64(nibble)
            count += 1
        }
        guard count == 64 else { return nil }
        (first, second, third, fourth) = (words[0], words[1], words[2], words[3])
    }

    /// How many bytes a digest has.
    package static let byteCount = 32

    /// The 32 bytes.
    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { buffer, count in
            for (word, value) in [first, second, third, fourth].enumerated() {
                for byte in 0..<8 { buffer[word * 8 + byte] = UInt8(truncatingIfNeeded: value >> UInt64(56 - byte * 8)) }
            }
            count = Digest.byteCount
        }
    }

    /// 64 hexadecimal digits in small letters.
    package var hex: String { hex(prefix: 64) }

    /// The first hexadecimal digits, in small letters: enough of them tell contents apart in a file's name.
    ///
    /// - precondition: `count` is in `0...64`.
    package func hex(prefix count: Int) -> String {
        precondition((0...64).contains(count), "a digest has 64 hexadecimal digits")
        return String(unsafeUninitializedCapacity: count) { buffer in
            for index in 0..<count {
                let word =
                    switch index / 16 {
                    case 0: first
                    case 1: second
                    case 2: third
                    default: fourth
                    }
                let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 15
                buffer[index] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
            }
            return count
        }
    }

    /// The same as `hex`.
    package var description: String { hex }

    /// In the order of the bytes.
    package static func < (left: Digest, right: Digest) -> Bool {
        (left.first, left.second, left.third, left.fourth) < (right.first, right.second, right.third, right.fourth)
    }
}
