// KarooExpress – Apache-2.0

/// One tag of a template text, as found between the delimiters.
struct Tag {
    enum Kind {
        case variable, unescaped, section, inverted, close, partial, parent, block, comment, delimiters
    }

    let kind: Kind
    /// The content without its sigil and outer white space; a dynamic name keeps its asterisk and loses the space after it.
    let content: String
    /// From the opening delimiter to behind the closing one.
    let span: Span

    /// The tag as one would write it, for messages.
    var written: String {
        switch kind {
        case .variable: "{{\(content)}}"
        case .unescaped: "{{{\(content)}}}"
        case .section: "{{#\(content)}}"
        case .inverted: "{{^\(content)}}"
        case .close: "{{/\(content)}}"
        case .partial: "{{>\(content)}}"
        case .parent: "{{<\(content)}}"
        case .block: "{{$\(content)}}"
        case .comment: "{{!…}}"
        case .delimiters: "{{=…=}}"
        }
    }
}

/// Cuts a template text into tags; what lies between them is text.
struct TagScanner {
    private let source: [UInt8]
    private var position = 0
    private var open = Array("{{".utf8)
    private var close = Array("}}".utf8)
    /// What is wrong with the tags, by offset.
    private(set) var faults: [(offset: Int, message: String)] = []

    init(_ source: [UInt8]) {
        self.source = source
    }

    /// The next tag; nil after the last one.
    mutating func next() -> Tag? {
        while let start = find(open, from: position) {
            position = start + open.count
            skipSpace()
            let (kind, terminator) = takeSigil()
            guard let stop = find(terminator, from: position) else {
                faults.append((start, "this tag is not closed; write \(String(decoding: terminator, as: UTF8.self)) after it"))
                position = source.count
                return nil
            }
            let content = trimmed(position..<stop)
            position = stop + terminator.count
            let tag = Tag(kind: kind, content: normalized(content, kind), span: start..<position)
            if kind == .delimiters { setDelimiters(tag) }
            if tag.content.isEmpty && kind != .comment {
                faults.append((start, "this tag is empty; write a name in it"))
                continue
            }
            return tag
        }
        return nil
    }

    /// Reads the character that says what the tag is, and tells what ends such a tag.
    private mutating func takeSigil() -> (Tag.Kind, [UInt8]) {
        guard position < source.count else { return (.variable, close) }
        let kind: Tag.Kind
        var terminator = close
        switch source[position] {
        case UInt8(ascii: "#"): kind = .section
        case UInt8(ascii: "^"): kind = .inverted
        case UInt8(ascii: "/"): kind = .close
        case UInt8(ascii: ">"): kind = .partial
        case UInt8(ascii: "<"): kind = .parent
        case UInt8(ascii: "$"): kind = .block
        case UInt8(ascii: "!"): kind = .comment
        case UInt8(ascii: "&"): kind = .unescaped
        case UInt8(ascii: "{"):
            kind = .unescaped
            terminator = [UInt8(ascii: "}")] + close
        case UInt8(ascii: "="):
            kind = .delimiters
            terminator = [UInt8(ascii: "=")] + close
        default: return (.variable, close)
        }
        position += 1
        return (kind, terminator)
    }

    private func normalized(_ content: Span, _ kind: Tag.Kind) -> String {
        if kind == .comment { return "" }
        let text = String(decoding: source[content], as: UTF8.self)
        guard text.utf8.first == UInt8(ascii: "*"), kind == .partial || kind == .parent || kind == .close else { return text }
        return "*" + text.dropFirst().drop { $0 == " " || $0 == "\t" }
    }

    private mutating func setDelimiters(_ tag: Tag) {
        let parts = tag.content.utf8.split { $0.isSpace }
        guard parts.count == 2, !tag.content.utf8.contains(UInt8(ascii: "=")) else {
            faults.append((tag.span.lowerBound, "write two delimiters without “=” and with a space between them, as in {{=<% %>=}}"))
            return
        }
        open = Array(parts[0])
        close = Array(parts[1])
    }

    private mutating func skipSpace() {
        while position < source.count, source[position].isSpace { position += 1 }
    }

    private func trimmed(_ span: Span) -> Span {
        var (low, high) = (span.lowerBound, span.upperBound)
        while low < high, source[low].isSpace { low += 1 }
        while low < high, source[high - 1].isSpace { high -= 1 }
        return low..<high
    }

    private func find(_ pattern: [UInt8], from start: Int) -> Int? {
        guard start + pattern.count <= source.count else { return nil }
        for index in start...(source.count - pattern.count) where source[index] == pattern[0] {
            if source[index..<(index + pattern.count)].elementsEqual(pattern) { return index }
        }
        return nil
    }
}

extension UInt8 {
    /// A space, a tab or a line end.
    var isSpace: Bool { isBlank || self == 0x0a || self == 0x0d }
    /// A space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
}
