// KarooExpress – Apache-2.0

extension Bytes {
    /// Appends text for HTML content and quoted attributes: `& < > " '` become entities.
    public func appendEscapingHTML(_ text: String) {
        text.withUTF8Bytes { appendEscapingHTML($0) }
    }

    public func appendEscapingHTML(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        var writer = Writer(self)
        writer.copyEscapingHTML(start, bytes.count)
        writer.finish()
    }

    /// Appends the body of a JSON string, without the quotes. `<`, `>`, `&`, U+2028 and U+2029 are written as `\u…`,
    /// so that the JSON may stand inside a `<script>` element.
    public func appendEscapingJSON(_ text: String) {
        text.withUTF8Bytes { appendEscapingJSON($0) }
    }

    public func appendEscapingJSON(_ bytes: UnsafeRawBufferPointer) {
        appendRuns(of: bytes, stoppingAt: jsonSpecials) { source, index in
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0a: append("\\n")
            case 0x0c: append("\\f")
            case 0x0d: append("\\r")
            case 0xe2:
                guard index + 2 < source.count, source[index + 1] == 0x80, source[index + 2] & 0xfe == 0xa8 else {
                    append(byte)
                    return 1
                }
                append(source[index + 2] == 0xa8 ? "\\u2028" : "\\u2029")
                return 3
            default:
                append("\\u00")
                append(hexDigit(byte >> 4))
                append(hexDigit(byte & 15))
            }
            return 1
        }
    }

    /// Appends text for XML: the five entities, and without the characters that XML 1.0 does not allow.
    public func appendEscapingXML(_ text: String) {
        text.withUTF8Bytes { appendEscapingXML($0) }
    }

    public func appendEscapingXML(_ bytes: UnsafeRawBufferPointer) {
        appendRuns(of: bytes, stoppingAt: xmlSpecials) { source, index in
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "&"): append("&amp;")
            case UInt8(ascii: "<"): append("&lt;")
            case UInt8(ascii: ">"): append("&gt;")
            case UInt8(ascii: "\""): append("&quot;")
            case UInt8(ascii: "'"): append("&#39;")
            case 0xed, 0xef:
                // U+D800…U+DFFF begin with ED A0…BF; U+FFFE and U+FFFF are EF BF BE and EF BF BF.
                guard index + 2 < source.count else {
                    append(byte)
                    return 1
                }
                let forbidden = byte == 0xed ? source[index + 1] >= 0xa0 : source[index + 1] == 0xbf && source[index + 2] >= 0xbe
                if forbidden { return 3 }
                append(byte)
            default: break  // a control character
            }
            return 1
        }
    }

    /// Copies runs of bytes that the table leaves clean; at any other byte `special` appends what stands for it
    /// and returns how many source bytes that was.
    private func appendRuns(
        of source: UnsafeRawBufferPointer, stoppingAt specials: ByteSet, special: (UnsafeRawBufferPointer, Int) -> Int
    ) {
        var start = 0
        var index = 0
        while index < source.count {
            if specials.contains(source[index]) {
                append(UnsafeRawBufferPointer(rebasing: source[start..<index]))
                index += special(source, index)
                start = index
            } else {
                index += 1
            }
        }
        if start < source.count { append(UnsafeRawBufferPointer(rebasing: source[start...])) }
    }
}

private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

private let jsonSpecials = ByteSet { $0 < 0x20 || $0 == 0xe2 || [0x22, 0x26, 0x3c, 0x3e, 0x5c].contains($0) }
private let xmlSpecials = ByteSet {
    $0 < 0x20 && ![0x09, 0x0a, 0x0d].contains($0) || [0x22, 0x26, 0x27, 0x3c, 0x3e, 0xed, 0xef].contains($0)
}

/// A set of byte values: 256 bits.
private struct ByteSet: Sendable {
    private var words = SIMD4<UInt64>()

    init(_ contains: (UInt8) -> Bool) {
        for byte in UInt8.min...UInt8.max where contains(byte) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
    }

    @inline(__always) func contains(_ byte: UInt8) -> Bool {
        words[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0
    }
}
