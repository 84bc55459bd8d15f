// KarooExpress – Apache-2.0

/// Takes HTML apart into tags and text, as browsers do and whatever it is: there is no HTML that cannot be read.
///
/// The time grows with the length of the source and with nothing else.
struct HTMLTokens: Sequence, IteratorProtocol {
    enum Token: Equatable {
        /// Character references are resolved.
        case text(String)
        /// The name in lower case; the address of a link, nil for other elements and for links without one.
        case start(String, address: String?)
        case end(String)
    }

    /// Elements whose content is not for readers; true where a browser reads the rest of the document as their
    /// content when they are not closed.
    private static let unread: [String: Bool] = [
        "script": true, "style": true, "textarea": true, "title": true, "xmp": true, "iframe": true, "noembed": true, "noframes": true,
        "noscript": true, "template": false, "object": false, "applet": false, "svg": false, "math": false, "head": false,
        "select": false, "button": false, "audio": false, "video": false, "canvas": false, "map": false, "datalist": false,
    ]

    private let source: [UInt8]
    private var place = 0
    /// Behind these places there is no such byte any more: what would look for one in vain does not look.
    private let lastTagEnd: Int
    /// False once a quote was found open at the end of the source: from then on tags end at the next `>`.
    private var quotesCount = true
    /// Names of elements that are not closed anywhere behind `place`.
    private var unclosed: Set<String> = []

    init(_ html: String) {
        source = Array(html.utf8)
        lastTagEnd = source.lastIndex(of: UInt8(ascii: ">")) ?? -1
    }

    mutating func next() -> Token? {
        while place < source.count {
            if source[place] != UInt8(ascii: "<") { return text() }
            if let token = markup() { return token }
        }
        return nil
    }

    private mutating func text() -> Token {
        let start = place
        // A `<` that begins no tag is text; it was left at `place` by `markup`.
        place += 1
        while place < source.count, source[place] != UInt8(ascii: "<") { place += 1 }
        return .text(HTMLTokens.resolved(source[start..<place]))
    }

    /// Reads what begins with `<`; nil when it was nothing for readers.
    private mutating func markup() -> Token? {
        let following = byte(at: place + 1)
        if following == UInt8(ascii: "!") || following == UInt8(ascii: "?") {
            skipDeclaration()
            return nil
        }
        let isEnd = following == UInt8(ascii: "/")
        let nameStart = place + (isEnd ? 2 : 1)
        guard isLetter(byte(at: nameStart)), lastTagEnd > place else { return text() }
        var nameEnd = nameStart
        while let byte = byte(at: nameEnd), !isSpace(byte), byte != UInt8(ascii: "/"), byte != UInt8(ascii: ">") { nameEnd += 1 }
        let name = String(decoding: source[nameStart..<nameEnd], as: UTF8.self).lowercased()
        let address = attributes(from: nameEnd, of: name)
        if isEnd { return .end(name) }
        if let swallowsRest = HTMLTokens.unread[name] {
            return skipContent(of: name, swallowsRest: swallowsRest)
        }
        return .start(name, address: address)
    }

    /// Comments end with `-->`, everything else that begins like a declaration with `>`.
    private mutating func skipDeclaration() {
        guard source[place...].starts(with: "<!--".utf8) else {
            while place < source.count, source[place] != UInt8(ascii: ">") { place += 1 }
            place = Swift.min(place + 1, source.count)
            return
        }
        place += 2
        while place < source.count, !source[place...].starts(with: "-->".utf8) { place += 1 }
        place = Swift.min(place + 3, source.count)
    }

    /// Reads up to the end of the tag, and returns the address of a link.
    private mutating func attributes(from start: Int, of name: String) -> String? {
        let beginning = start
        var address: String?
        place = start
        while place < source.count {
            while let byte = byte(at: place), isSpace(byte) || byte == UInt8(ascii: "/") { place += 1 }
            guard let byte = byte(at: place), byte != UInt8(ascii: ">") else { break }
            let attribute = attributeName()
            guard let value = attributeValue() else {
                // A quote that is never closed would swallow all that follows; the tag ends at the first `>` then.
                quotesCount = false
                place = beginning
                while place < source.count, source[place] != UInt8(ascii: ">") { place += 1 }
                break
            }
            if name == "a", attribute == "href", address == nil { address = HTMLTokens.resolved(source[value]) }
        }
        place = Swift.min(place + 1, source.count)
        return address
    }

    private mutating func attributeName() -> String {
        let start = place
        // An equals sign at the beginning belongs to the name, or nothing would ever be read.
        place += 1
        while let byte = byte(at: place), !isSpace(byte), byte != UInt8(ascii: "="), byte != UInt8(ascii: ">"), byte != UInt8(ascii: "/") {
            place += 1
        }
        return place - start <= 32 ? String(decoding: source[start..<place], as: UTF8.self).lowercased() : ""
    }

    /// The range of the value, empty when there is none; nil when its quote is not closed.
    private mutating func attributeValue() -> Range<Int>? {
        var next = place
        while let byte = byte(at: next), isSpace(byte) { next += 1 }
        guard byte(at: next) == UInt8(ascii: "=") else { return place..<place }
        place = next + 1
        while let byte = byte(at: place), isSpace(byte) { place += 1 }
        guard quotesCount, let quote = byte(at: place), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let start = place
            while let byte = byte(at: place), !isSpace(byte), byte != UInt8(ascii: ">") { place += 1 }
            return start..<place
        }
        let start = place + 1
        place = start
        while place < source.count, source[place] != quote { place += 1 }
        guard place < source.count else { return nil }
        place += 1
        return start..<place - 1
    }

    /// Goes behind the end tag of the element whose start tag was just read.
    private mutating func skipContent(of name: String, swallowsRest: Bool) -> Token? {
        let wanted = Array(name.utf8)
        var next = unclosed.contains(name) ? source.count : place
        while next < source.count {
            let nameStart = next + 2
            if source[next] == UInt8(ascii: "<"), byte(at: next + 1) == UInt8(ascii: "/"), nameStart + wanted.count <= source.count,
                zip(source[nameStart..<nameStart + wanted.count], wanted).allSatisfy({ $0 | 0x20 == $1 }), !isLetter(byte(at: nameStart + wanted.count))
            {
                _ = attributes(from: nameStart + wanted.count, of: name)
                return nil
            }
            next += 1
        }
        unclosed.insert(name)
        if swallowsRest { place = source.count }
        return nil
    }

    private func byte(at place: Int) -> UInt8? { place < source.count ? source[place] : nil }

    private func isLetter(_ byte: UInt8?) -> Bool {
        byte.map { $0 < 0x80 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) } ?? false
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The text with its character references resolved, and without control characters.
    static func resolved(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        var clean = bytes.startIndex
        var place = bytes.startIndex
        while place < bytes.endIndex {
            if bytes[place] == UInt8(ascii: "&"), let reference = reference(bytes[place...]) {
                text += String(decoding: bytes[clean..<place], as: UTF8.self)
                text.unicodeScalars.append(reference.scalar)
                place = reference.end
                clean = place
            } else if isControl(bytes[place]) {
                text += String(decoding: bytes[clean..<place], as: UTF8.self)
                place += 1
                clean = place
            } else {
                place += 1
            }
        }
        return text + String(decoding: bytes[clean..<bytes.endIndex], as: UTF8.self)
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && !(0x09...0x0D).contains(byte) || byte == 0x7F }

    /// The character reference that begins here; nil when it is only an ampersand.
    private static func reference(_ bytes: ArraySlice<UInt8>) -> (scalar: Unicode.Scalar, end: Int)? {
        let body = bytes.dropFirst().prefix(12)
        guard let first = body.first else { return nil }
        if first == UInt8(ascii: "#") {
            let isHexadecimal = body.dropFirst().first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
            let digits = body.dropFirst(isHexadecimal ? 2 : 1).prefix {
                $0 < 0x80 && (isHexadecimal ? Character(Unicode.Scalar($0)).isHexDigit : (0x30...0x39).contains($0))
            }
            guard !digits.isEmpty else { return nil }
            let number = UInt32(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10) ?? .max
            let end = digits.endIndex < bytes.endIndex && bytes[digits.endIndex] == UInt8(ascii: ";") ? digits.endIndex + 1 : digits.endIndex
            let scalar = HTMLEntities.character(numbered: number)
            return (scalar.value < 0x20 && !(0x09...0x0D).contains(scalar.value) || scalar.value == 0x7F ? "\u{FFFD}" : scalar, end)
        }
        guard let end = body.firstIndex(of: UInt8(ascii: ";")),
            let scalar = HTMLEntities.character(named: String(decoding: body[body.startIndex..<end], as: UTF8.self))
        else { return nil }
        return (scalar, end + 1)
    }
}
