// KarooExpress – Apache-2.0

/// Reads one JSON value (RFC 8259), strictly: what is not JSON is refused with its place.
struct JSONParser {
    /// How deep objects and arrays may lie in each other.
    static let maximumDepth = 32
    /// How many bytes one value may take.
    static let maximumLength = 8 << 20

    struct Failure: Error {
        /// Counted from the first byte of the source.
        let offset: Int
        let message: String
    }

    private let source: UnsafeRawBufferPointer
    private let document: Document
    private var place = 0

    private init(_ source: UnsafeRawBufferPointer, _ document: Document) {
        self.source = source
        self.document = document
    }

    /// Reads the whole source into a document; `owner` keeps the source alive.
    static func parse(_ source: UnsafeRawBufferPointer, file: String, firstLine: Int, owner: AnyObject?) throws(Failure) -> Document {
        guard source.count <= maximumLength else {
            throw Failure(offset: 0, message: "value of \(source.count) bytes; at most \(maximumLength) are read")
        }
        let document = Document(file: file, firstLine: firstLine, source: source, owner: owner)
        document.reserve(128)
        var parser = JSONParser(source, document)
        parser.skipSpace()
        try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.place == source.count else { throw parser.failure("unexpected text after the value") }
        return document
    }

    private func failure(_ message: String) -> Failure { Failure(offset: place, message: message) }

    @inline(__always)
    private var byte: UInt8? { place < source.count ? source[place] : nil }

    private mutating func skipSpace() {
        while place < source.count {
            switch source[place] {
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(Failure) {
        guard depth < JSONParser.maximumDepth else { throw failure("more than \(JSONParser.maximumDepth) levels") }
        switch byte {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true", .boolean)
        case UInt8(ascii: "f"): try word("false", .boolean)
        case UInt8(ascii: "n"): try word("null", .null)
        case nil: throw failure("the value ends too early")
        case let first? where first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10: try number()
        default: throw failure("expected a value")
        }
    }

    private mutating func object(depth: Int) throws(Failure) {
        let object = document.open(.object, start: place)
        place += 1
        skipSpace()
        if byte == UInt8(ascii: "}") {
            place += 1
            document.close(object)
            return
        }
        while true {
            guard byte == UInt8(ascii: "\"") else { throw failure("expected a name in double quotes") }
            try string()
            skipSpace()
            guard byte == UInt8(ascii: ":") else { throw failure("expected a colon after the name") }
            place += 1
            skipSpace()
            try value(depth: depth + 1)
            skipSpace()
            guard let next = byte, next == UInt8(ascii: ",") || next == UInt8(ascii: "}") else {
                throw failure("expected a comma or a closing brace")
            }
            place += 1
            if next == UInt8(ascii: "}") { break }
            skipSpace()
        }
        document.close(object)
    }

    private mutating func array(depth: Int) throws(Failure) {
        let array = document.open(.array, start: place)
        place += 1
        skipSpace()
        if byte == UInt8(ascii: "]") {
            place += 1
            document.close(array)
            return
        }
        while true {
            try value(depth: depth + 1)
            skipSpace()
            guard let next = byte, next == UInt8(ascii: ",") || next == UInt8(ascii: "]") else {
                throw failure("expected a comma or a closing bracket")
            }
            place += 1
            if next == UInt8(ascii: "]") { break }
            skipSpace()
        }
        document.close(array)
    }

    private mutating func word(_ word: StaticString, _ kind: Document.Kind) throws(Failure) {
        let start = place
        let length = word.utf8CodeUnitCount
        guard place + length <= source.count,
            source[place..<place + length].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: length))
        else { throw failure("expected a value") }
        place += length
        document.add(kind, start: start, length: length)
    }

    private mutating func number() throws(Failure) {
        let start = place
        if byte == UInt8(ascii: "-") { place += 1 }
        if byte == UInt8(ascii: "0") {
            place += 1
        } else {
            try digits()
        }
        if byte == UInt8(ascii: ".") {
            place += 1
            try digits()
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            place += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
        document.add(.number, start: start, length: place - start)
    }

    private mutating func digits() throws(Failure) {
        let start = place
        while let digit = byte, digit &- UInt8(ascii: "0") < 10 { place += 1 }
        guard place > start else { throw failure("expected a digit") }
    }

    private mutating func string() throws(Failure) {
        let start = place + 1
        var next = start
        var isASCII = true
        while next < source.count {
            let byte = source[next]
            if byte == UInt8(ascii: "\"") {
                if !isASCII { try checkUTF8(start..<next) }
                document.add(.string, start: start, length: next - start)
                place = next + 1
                return
            }
            if byte == UInt8(ascii: "\\") { return try stringWithEscapes(start: start) }
            if byte < 0x20 {
                place = next
                throw failure("control character in a string; write it as \\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))")
            }
            if byte >= 0x80 { isASCII = false }
            next += 1
        }
        place = start - 1
        throw failure("the string is not closed")
    }

    private mutating func stringWithEscapes(start: Int) throws(Failure) {
        var text: [UInt8] = []
        text.reserveCapacity(256)
        var clean = start
        place = start
        while let byte {
            switch byte {
            case UInt8(ascii: "\""):
                text.append(contentsOf: source[clean..<place])
                if !isValidUTF8(text) { throw Failure(offset: start, message: "the string is not UTF-8") }
                document.add(.string, text: text, start: start)
                place += 1
                return
            case UInt8(ascii: "\\"):
                text.append(contentsOf: source[clean..<place])
                place += 1
                try escape(into: &text)
                clean = place
            case 0..<0x20:
                throw failure("control character in a string; write it as an escape")
            default:
                place += 1
            }
        }
        place = start - 1
        throw failure("the string is not closed")
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        guard let byte else { throw failure("the string is not closed") }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"), UInt8(ascii: "f"): throw failure("a control character, which no page may have")
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try hexadecimal()
            if (0xD800..<0xDC00).contains(unit) {
                guard byte == UInt8(ascii: "u"), self.byte == UInt8(ascii: "\\"), place + 1 < source.count, source[place + 1] == UInt8(ascii: "u") else {
                    throw failure("half of a surrogate pair")
                }
                place += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw failure("half of a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw failure("half of a surrogate pair") }
            guard !isControl(unit) else { throw failure("a control character, which no page may have") }
            text.append(contentsOf: UTF8.encode(scalar)!)
        default:
            place -= 1
            throw failure("unknown escape in a string")
        }
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("expected four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
            place += 1
        }
        return unit
    }

    private func checkUTF8(_ range: Range<Int>) throws(Failure) {
        guard isValidUTF8(UnsafeRawBufferPointer(rebasing: source[range])) else {
            throw Failure(offset: range.lowerBound, message: "the string is not UTF-8")
        }
    }
}

/// True when the bytes are well-formed UTF-8 (Unicode 3.9, table 3-7).
func isValidUTF8(_ bytes: some Collection<UInt8>) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
}
