// KarooExpress – Apache-2.0

/// The words of one paragraph, heading or cell, with their marks, as Markdown.
///
/// Marks are set only where CommonMark is sure to read them as such: never within each other, and only where the
/// characters around them allow it. Where it would doubt, the words stand without.
struct InlineWords {
    enum Style {
        case plain, bold, italic, boldItalic, struck

        var mark: String {
            switch self {
            case .plain: ""
            case .bold: "**"
            case .italic: "*"
            case .boldItalic: "***"
            case .struck: "~~"
            }
        }
    }

    private struct Run {
        /// Without white space but single spaces and line breaks.
        var text: String
        let style: Style
        let address: String?
    }

    private var runs: [Run] = []
    /// White space that comes out before the next word.
    private var pending: Pending = .nothing

    private enum Pending { case nothing, space, lineBreak }

    /// True when there is nothing to read.
    var isEmpty: Bool { runs.isEmpty }

    /// True when a line break is the last that was added.
    var endsWithBreak: Bool { pending == .lineBreak }

    /// Words of a link carry no other mark.
    mutating func add(_ text: String, style: Style, address: String?, keepsLines: Bool) {
        let style = address == nil ? style : .plain
        var word = ""
        for character in text.unicodeScalars {
            if keepsLines, character == "\n" {
                push(&word, style, address)
                addBreak()
            } else if InlineWords.isSpace(character) {
                push(&word, style, address)
                addSpace()
            } else {
                word.unicodeScalars.append(character)
            }
        }
        push(&word, style, address)
    }

    mutating func addSpace() {
        if !runs.isEmpty, pending == .nothing { pending = .space }
    }

    mutating func addBreak() {
        if !runs.isEmpty { pending = .lineBreak }
    }

    /// White space between two words of one style belongs to it; between two styles, to none.
    private mutating func push(_ word: inout String, _ style: Style, _ address: String?) {
        guard !word.isEmpty else { return }
        let space = pending == .nothing ? "" : pending == .space ? " " : "\n"
        pending = .nothing
        if let last = runs.indices.last, runs[last].style == style, runs[last].address == address {
            runs[last].text += space + word
        } else {
            if !space.isEmpty { runs.append(Run(text: space, style: .plain, address: nil)) }
            runs.append(Run(text: word, style: style, address: address))
        }
        word = ""
    }

    // MARK: Writing

    /// One element for each line of the paragraph; lines but the last end with a mark for a line break.
    func lines() -> [String] {
        markdown(keepsBreaks: true).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// All on one line, for headings and cells.
    func oneLine() -> String { markdown(keepsBreaks: false) }

    /// The Markdown of words that are only words.
    static func plain(_ text: String) -> String {
        var words = InlineWords()
        words.add(text, style: .plain, address: nil, keepsLines: false)
        return words.lines().joined()
    }

    /// A line that must not be read as anything but words.
    static func atLineStart(_ line: String) -> String {
        var escaped = ""
        InlineWords.appendEscaping(lineStart: line[...], to: &escaped)
        return escaped
    }

    private func markdown(keepsBreaks: Bool) -> String {
        let pieces = pieces(keepsBreaks: keepsBreaks)
        var result = ""
        for (place, piece) in pieces.enumerated() {
            let isPlain = piece.address == nil && piece.mark.isEmpty
            let escaped = InlineWords.escaped(
                piece.text, isLineStart: isPlain && (result.isEmpty || result.hasSuffix("\n")), isHeading: !keepsBreaks,
                endsBeforeLink: place + 1 < pieces.count && pieces[place + 1].address != nil)
            if let address = piece.address {
                result += "[\(escaped)](<\(address)>)"
            } else {
                result += piece.mark + escaped + piece.mark
            }
        }
        return result
    }

    /// The runs with the marks that they can have; what has none is one piece, so that it is seen as a whole.
    private func pieces(keepsBreaks: Bool) -> [(text: String, mark: String, address: String?)] {
        var pieces: [(text: String, mark: String, address: String?)] = []
        for (place, run) in runs.enumerated() {
            let text = keepsBreaks ? run.text : String(run.text.map { $0 == "\n" ? " " : $0 })
            let last = pieces.last
            let isFree = last.map { $0.mark.isEmpty && !$0.text.hasSuffix("*") && !$0.text.hasSuffix("~") } ?? true
            let mark = isFree && run.style != .plain && canMark(place) ? run.style.mark : ""
            if let last, mark.isEmpty, run.address == nil, last.mark.isEmpty, last.address == nil {
                pieces[pieces.count - 1].text += text
            } else {
                pieces.append((text, mark, run.address))
            }
        }
        return pieces
    }

    /// True when marks around the run are sure to be read as marks (CommonMark 0.31, 6.2): the first and last characters
    /// are letters or digits, or white space or the end of the text is on their other side.
    private func canMark(_ place: Int) -> Bool {
        let text = runs[place].text
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        let before = place > 0 ? runs[place - 1].text.unicodeScalars.last : nil
        let after = place + 1 < runs.count ? runs[place + 1].text.unicodeScalars.first : nil
        // A link on the other side ends or begins with a bracket, which counts as punctuation; that is never enough here.
        return (isWord(first) || isSpaceOrEnd(before)) && (isWord(last) || isSpaceOrEnd(after))
    }

    private func isSpaceOrEnd(_ scalar: Unicode.Scalar?) -> Bool { scalar.map(InlineWords.isSpace) ?? true }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? scalar == " " || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
    }

    private func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    // MARK: Escaping

    /// The text so that Markdown shows exactly its characters.
    private static func escaped(_ text: String, isLineStart: Bool, isHeading: Bool, endsBeforeLink: Bool) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count + 8)
        var isFirst = isLineStart
        var isLater = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if isLater { result += "\\\n" }
            isLater = true
            let escaped = escaped(line, isHeading: isHeading)
            if isFirst, !isHeading { appendEscaping(lineStart: escaped[...], to: &result) } else { result += escaped }
            isFirst = true
        }
        if endsBeforeLink, result.hasSuffix("!") {
            result.removeLast()
            result += "\\!"
        }
        return result
    }

    private static func escaped(_ line: Substring, isHeading: Bool) -> String {
        var result = ""
        let scalars = Array(line.unicodeScalars)
        for (place, scalar) in scalars.enumerated() {
            let next = place + 1 < scalars.count ? scalars[place + 1] : nil
            if isMeaningful(scalar, before: place > 0 ? scalars[place - 1] : nil, after: next, isHeading)
                || scalar == ":" && isAutolink(scalars, place) || scalar == "." && isWWW(scalars, place)
            {
                result += "\\"
            }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    private static func isMeaningful(
        _ scalar: Unicode.Scalar, before: Unicode.Scalar?, after: Unicode.Scalar?, _ isHeading: Bool
    ) -> Bool {
        switch scalar {
        case "\\", "*", "`", "[", "]", "<", "~", "|": true
        case "_": !(before.map(isASCIIWord) ?? false) || !(after.map(isASCIIWord) ?? false)
        case "&": after.map { $0 == "#" || isASCIIWord($0) } ?? true
        case "#": isHeading
        default: false
        }
    }

    private static func isASCIIWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
    }

    /// Bare addresses are words: only links are links, and within an address escapes would show.
    private static func isAutolink(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        place + 2 < scalars.count && scalars[place + 1] == "/" && scalars[place + 2] == "/"
    }

    private static func isWWW(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        place >= 3 && scalars[place - 3..<place].allSatisfy { $0 == "w" || $0 == "W" }
    }

    /// Adds the beginning of a line, so that it begins no list, heading, quote, rule or table.
    private static func appendEscaping(lineStart line: Substring, to result: inout String) {
        switch line.utf8.first {
        case UInt8(ascii: "#"), UInt8(ascii: ">"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: ":"):
            result += "\\" + line
        case (UInt8(ascii: "0")...UInt8(ascii: "9"))?:
            let digits = line.prefix { $0.isASCII && $0.isNumber }
            let rest = line.dropFirst(digits.count)
            if rest.hasPrefix(".") || rest.hasPrefix(")") { result += digits + "\\" + rest } else { result += line }
        default:
            result += line
        }
    }
}
