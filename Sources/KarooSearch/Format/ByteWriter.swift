// KarooExpress – Apache-2.0

/// Appends the primitive values of the format.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init() {}

    init(kind: Character) {
        bytes = Array(String(kind).utf8)
    }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func bytes(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    mutating func varint(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string($0) }
    }

    mutating func string(_ utf8: UnsafeBufferPointer<UInt8>) {
        varint(utf8.count)
        bytes.append(contentsOf: utf8)
    }
}

/// Appends bits, the most significant first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var count = 0

    /// The low `width` bits of a value; at most 32.
    mutating func bits(_ value: UInt32, _ width: Int) {
        guard width > 0 else { return }
        pending = pending << UInt64(width) | UInt64(value)
        count += width
        while count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt64(count)))
        }
    }

    /// One of `range` values in truncated binary.
    mutating func one(_ value: UInt32, of range: UInt32) {
        guard range > 1 else { return }
        let width = 31 - range.leadingZeroBitCount
        let short = UInt64(1) << UInt64(width + 1) - UInt64(range)
        if UInt64(value) < short {
            bits(value, width)
        } else {
            bits(UInt32(UInt64(value) + short), width + 1)
        }
    }

    /// Fills the last byte with zeros.
    mutating func finish() {
        if count > 0 {
            bytes.append(UInt8(truncatingIfNeeded: pending << UInt64(8 - count)))
            count = 0
        }
    }
}
