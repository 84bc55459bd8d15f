// KarooExpress – Apache-2.0

import Foundation

/// Cuts text into words, as the format says; the browser cuts queries in the same way.
struct Words {
    enum Kind: Sendable { case word, dense }

    /// A word, as a part of `bytes` and of `source`.
    struct Word {
        var start: Int
        var end: Int
        /// What stood in the text, in lower case and not folded: for the stemmer.
        var lowerStart: Int
        var lowerEnd: Int
        var kind: Kind
        /// True when exactly one joiner stands between this word and the one before.
        var isJoined: Bool
        var hasDigit: Bool
        var hasLetter: Bool
        /// True when every letter of it is of ASCII.
        var isPlain: Bool
        /// In bytes.
        var length: Int
    }

    static let maximumLength = 40

    private(set) var words: [Word] = []
    /// The folded words, one behind the other.
    private(set) var bytes: [UInt8] = []
    /// The same words in lower case.
    private(set) var lower: [UInt8] = []

    private var isOpen = false
    private var isDenseBefore = false
    private var denseStart = 0
    private var denseLength = 0
    private var previousDense: (start: Int, end: Int) = (0, 0)
    /// Joiners since the last word: 0 none, 1 one, 2 more or something else.
    private var gap = 2
    private let folding = Folding.standard

    init() {}

    /// The words of a text take the place of those before.
    mutating func read(_ text: String) {
        var text = text
        let isStable = text.withUTF8 { readStable($0) }
        guard !isStable else { return }
        // What is unknown to the tables goes first: newer versions of Unicode may compose it.
        var known = ""
        for scalar in text.unicodeScalars {
            known.unicodeScalars.append(scalar.isASCII || Words.isJoiner(scalar.value) || folding.class(of: scalar) != .none ? scalar : " ")
        }
        begin()
        for scalar in Composition.composed(known) { read(scalar) }
        closeAll()
    }

    private mutating func begin() {
        words.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        lower.removeAll(keepingCapacity: true)
        isOpen = false
        denseLength = 0
        gap = 2
    }

    /// False when the text must be normalized first.
    private mutating func readStable(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        begin()
        var position = 0
        while position < utf8.count {
            let byte = utf8[position]
            if byte < 0x80 {
                readASCII(byte)
                position += 1
                continue
            }
            let (scalar, size) = decode(utf8, position)
            guard Folding.isStable(scalar.value) || folding.class(of: scalar) == .none else { return false }
            read(scalar)
            position += size
        }
        closeAll()
        return true
    }

    /// Strings of Swift are valid UTF-8.
    @inline(__always)
    private func decode(_ utf8: UnsafeBufferPointer<UInt8>, _ position: Int) -> (Unicode.Scalar, Int) {
        let first = UInt32(utf8[position])
        if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
        let second = UInt32(utf8[position + 1]) & 0x3F
        if first < 0xE0 { return (Unicode.Scalar((first & 0x1F) << 6 | second) ?? " ", 2) }
        let third = UInt32(utf8[position + 2]) & 0x3F
        if first < 0xF0 { return (Unicode.Scalar((first & 0x0F) << 12 | second << 6 | third) ?? " ", 3) }
        let fourth = UInt32(utf8[position + 3]) & 0x3F
        return (Unicode.Scalar((first & 0x07) << 18 | second << 12 | third << 6 | fourth) ?? " ", 4)
    }

    // MARK: One code point

    @inline(__always)
    private mutating func readASCII(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): add(byte, isDigit: false)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): add(byte | 0x20, isDigit: false)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): add(byte, isDigit: true)
        default: separate(isJoiner: Words.isJoiner(UInt32(byte)))
        }
    }

    @inline(__always)
    private mutating func add(_ byte: UInt8, isDigit: Bool) {
        open(isDigit: isDigit)
        bytes.append(byte)
        lower.append(byte)
    }

    private mutating func read(_ scalar: Unicode.Scalar) {
        if scalar.isASCII { return readASCII(UInt8(scalar.value)) }
        switch folding.class(of: scalar) {
        case .none: separate(isJoiner: Words.isJoiner(scalar.value))
        case .mark: break
        case .letter:
            open(isDigit: false)
            folding.appendFold(of: scalar, to: &bytes)
            lower.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            words[words.count - 1].isPlain = false
        case .digit:
            open(isDigit: true)
            folding.appendFold(of: scalar, to: &bytes)
            lower.append(contentsOf: bytes.suffix(1))
        case .dense: readDense(scalar)
        }
    }

    private static func isJoiner(_ code: UInt32) -> Bool {
        switch code {
        case 0x2D, 0x2F, 0x2E, 0x5F, 0x2B, 0x27, 0x26, 0x40, 0xB7, 0x2019: true
        default: false
        }
    }

    // MARK: Words

    @inline(__always)
    private mutating func open(isDigit: Bool) {
        if !isOpen {
            closeDense()
            words.append(Word(
                start: bytes.count, end: 0, lowerStart: lower.count, lowerEnd: 0, kind: .word, isJoined: gap == 1, hasDigit: false,
                hasLetter: false, isPlain: true, length: 0))
            isOpen = true
        }
        let last = words.count - 1
        if isDigit { words[last].hasDigit = true } else { words[last].hasLetter = true }
    }

    private mutating func separate(isJoiner: Bool) {
        let isAfterWord = isOpen
        close()
        closeDense()
        gap = isAfterWord && isJoiner ? 1 : 2
    }

    private mutating func close() {
        guard isOpen else { return }
        let last = words.count - 1
        cut(&bytes, from: words[last].start)
        cut(&lower, from: words[last].lowerStart)
        words[last].end = bytes.count
        words[last].lowerEnd = lower.count
        words[last].length = bytes.count - words[last].start
        isOpen = false
    }

    /// A word has only so many code points.
    private func cut(_ bytes: inout [UInt8], from start: Int) {
        guard bytes.count - start > Words.maximumLength else { return }
        var left = Words.maximumLength
        for place in start..<bytes.count where bytes[place] & 0xC0 != 0x80 {
            if left == 0 {
                bytes.removeSubrange(place...)
                return
            }
            left -= 1
        }
    }

    private mutating func closeAll() {
        close()
        closeDense()
    }

    // MARK: Scripts without spaces

    private mutating func readDense(_ scalar: Unicode.Scalar) {
        close()
        let start = bytes.count
        bytes.append(contentsOf: String(scalar).utf8)
        if denseLength > 0 { appendDense(previousDense.start, bytes.count, length: 2) }
        previousDense = (start, bytes.count)
        denseLength += 1
        gap = 2
    }

    private mutating func closeDense() {
        if denseLength == 1 { appendDense(previousDense.start, previousDense.end, length: 1) }
        denseLength = 0
    }

    private mutating func appendDense(_ start: Int, _ end: Int, length: Int) {
        words.append(Word(
            start: start, end: end, lowerStart: 0, lowerEnd: 0, kind: .dense, isJoined: false, hasDigit: false, hasLetter: true, isPlain: false, length: length))
    }
}
