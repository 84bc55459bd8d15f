// KarooExpress – Apache-2.0

/// A cursor into a `Bytes`, kept in registers while many pieces are written. `finish()` hands the position back;
/// until then nobody else may touch the buffer.
struct Writer {
    private(set) var at: UnsafeMutableRawPointer
    private var end: UnsafeMutableRawPointer
    private unowned(unsafe) let bytes: Bytes

    @inline(__always) init(_ bytes: Bytes) {
        self.bytes = bytes
        let memory = bytes.memory.pointee
        at = memory.base + memory.used
        end = memory.base + memory.capacity
    }

    @inline(__always) func finish() {
        bytes.memory.pointee.used = at - bytes.memory.pointee.base
    }

    /// Makes room for `count` more bytes.
    @inline(__always) mutating func reserve(_ count: Int) {
        if _slowPath(end - at < count) { grow(by: count) }
    }

    @inline(never) private mutating func grow(by count: Int) {
        finish()
        bytes.reserve(count)
        self = Writer(bytes)
    }

    @inline(__always) mutating func copy(_ source: UnsafeRawPointer, _ count: Int) {
        reserve(count)
        at.copyMemory(from: source, byteCount: count)
        at += count
    }

    /// Copies a piece after which at least 16 more bytes may be read.
    @inline(__always) mutating func copyPadded(_ source: UnsafeRawPointer, _ count: Int) {
        reserve(count + 16)
        if count <= 16 {
            at.storeBytes(of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        } else {
            at.copyMemory(from: source, byteCount: count)
        }
        at += count
    }

    /// Copies text and replaces `& < > " '` by their entities, 8 bytes at a time.
    @inline(__always) mutating func copyEscapingHTML(_ source: UnsafeRawPointer, _ count: Int) {
        // The room always covers what is left of the source and 8 bytes more.
        reserve(count &+ 8)
        var next = source
        var left = count
        var at = self.at
        while left > 0 {
            let block = left >= 8 ? UInt64(littleEndian: next.loadUnaligned(as: UInt64.self)) : Writer.lastBytes(next, left)
            at.storeBytes(of: block.littleEndian, as: UInt64.self)
            let found = Writer.specials(block)
            if found == 0 {
                let step = min(left, 8)
                at += step
                next += step
                left &-= step
                continue
            }
            let clean = found.trailingZeroBitCount / 8
            self.at = at + clean
            copyEntity(next.load(fromByteOffset: clean, as: UInt8.self))
            next += clean &+ 1
            left &-= clean &+ 1
            reserve(left &+ 8)
            at = self.at
        }
        self.at = at
    }

    /// Fewer than 8 bytes in the low end of a word, zeros above them; reads no byte beyond.
    @inline(__always) private static func lastBytes(_ source: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if count >= 4 {
            let low = UInt64(UInt32(littleEndian: source.loadUnaligned(as: UInt32.self)))
            let high = UInt64(UInt32(littleEndian: source.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)))
            return low | high &<< UInt64((count &- 4) &* 8)
        }
        let first = UInt64(source.load(as: UInt8.self))
        let middle = UInt64(source.load(fromByteOffset: count / 2, as: UInt8.self))
        let last = UInt64(source.load(fromByteOffset: count &- 1, as: UInt8.self))
        return first | middle &<< UInt64(count / 2 &* 8) | last &<< UInt64((count &- 1) &* 8)
    }

    /// Needs room for 8 bytes.
    private mutating func copyEntity(_ byte: UInt8) {
        let (entity, length): (UInt64, Int) =
            switch byte {
            case UInt8(ascii: "&"): (0x3b_706d_6126, 5)  // &amp;
            case UInt8(ascii: "<"): (0x3b74_6c26, 4)  // &lt;
            case UInt8(ascii: ">"): (0x3b74_6726, 4)  // &gt;
            case UInt8(ascii: "\""): (0x3b74_6f75_7126, 6)  // &quot;
            default: (0x3b_3933_2326, 5)  // &#39;
            }
        at.storeBytes(of: entity.littleEndian, as: UInt64.self)
        at += length
    }

    /// The lowest bit set is the top bit of the first byte that HTML gives a meaning; zero when there is none.
    /// `&` and `'` differ in one bit, and so do `<` and `>`: three comparisons find all five.
    @inline(__always) private static func specials(_ block: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let ampersands = (block | ones) ^ (ones &* 0x27)
        let angles = (block | ones &* 2) ^ (ones &* 0x3e)
        let quotes = block ^ (ones &* 0x22)
        let zeros = (ampersands &- ones) & ~ampersands | (angles &- ones) & ~angles | (quotes &- ones) & ~quotes
        return zeros & (ones &* 0x80)
    }
}
