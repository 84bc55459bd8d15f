// KarooExpress – Apache-2.0

/// Scripts without what only their readers need: comments, indentation, blanks, the last separators of lists and blocks,
/// parentheses around a single parameter, and promises that nothing is assigned twice. Names stay, so that what a browser reports
/// can be found. A script that begins with `/*!` is left as it is.
struct CompactScript {
    static func of(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.starts(with: "/*!".utf8) else { return bytes }
        var script = CompactScript(bytes)
        while script.place < bytes.count { script.token() }
        script.text.append(UInt8(ascii: "\n"))
        return script.text
    }

    private let bytes: [UInt8]
    private var place = 0
    private var text: [UInt8] = []
    /// What stands before the next token.
    private var gap = Gap.none
    /// Of each template literal that is open, how many braces are open in its expression.
    private var templates: [Int] = []
    /// The last word when it was the last token.
    private var lastWord: ArraySlice<UInt8> = []

    private enum Gap: Int { case none, blank, line }

    /// Words behind which a slash begins a pattern.
    private static let beforePattern = Set(["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "yield"].map { Array($0.utf8) })

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        text.reserveCapacity(bytes.count)
    }

    private func byte(_ offset: Int = 0) -> UInt8 { place + offset < bytes.count ? bytes[place + offset] : 0 }

    private mutating func token() {
        switch byte() {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): skip(.blank)
        case UInt8(ascii: "\n"): skip(.line)
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
            while place < bytes.count, byte() != UInt8(ascii: "\n") { place += 1 }
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skipComment()
        case UInt8(ascii: "/") where beginsPattern: copy(to: patternEnd)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): copy(to: stringEnd)
        case UInt8(ascii: "`"):
            separate()
            text.append(byte())
            place += 1
            copyTemplate()
        case UInt8(ascii: "{") where !templates.isEmpty:
            templates[templates.count - 1] += 1
            copy(to: place + 1)
        case UInt8(ascii: "}") where !templates.isEmpty:
            let isEnd = templates[templates.count - 1] == 0
            if isEnd { templates.removeLast() } else { templates[templates.count - 1] -= 1 }
            dropSeparator()
            copy(to: place + 1)
            if isEnd { copyTemplate() }
        case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"):
            dropSeparator()
            copy(to: place + 1)
        case UInt8(ascii: "=") where byte(1) == UInt8(ascii: ">"):
            dropParentheses()
            copy(to: place + 2)
        case let first where CompactScript.isWord(first):
            var end = place
            while end < bytes.count, CompactScript.isWord(bytes[end]) { end += 1 }
            let word = bytes[place..<end]
            if word.elementsEqual("const".utf8), beginsDeclaration(end) {
                separate()
                text.append(contentsOf: "let".utf8)
                place = end
            } else {
                copy(to: end)
            }
            lastWord = word
        default: copy(to: place + 1)
        }
    }

    private mutating func skip(_ gap: Gap) {
        place += 1
        if gap.rawValue > self.gap.rawValue { self.gap = gap }
    }

    private mutating func skipComment() {
        place += 2
        while place < bytes.count, !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) {
            if byte() == UInt8(ascii: "\n") { gap = .line }
            place += 1
        }
        place = min(bytes.count, place + 2)
        if gap == .none { gap = .blank }
    }

    private mutating func copy(to end: Int) {
        separate()
        text.append(contentsOf: bytes[place..<min(end, bytes.count)])
        place = min(end, bytes.count)
        lastWord = []
    }

    /// As much of what stood between two tokens as is needed.
    private mutating func separate() {
        defer { gap = .none }
        guard let last = text.last, gap != .none else { return }
        let next = byte()
        let isSign: (UInt8) -> Bool = { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }
        if gap == .line, endsStatement(last), beginsStatement(next) {
            text.append(UInt8(ascii: "\n"))
        } else if CompactScript.isWord(last) && CompactScript.isWord(next) || isSign(last) && isSign(next) {
            text.append(UInt8(ascii: " "))
        } else if CompactScript.isWord(last), next == UInt8(ascii: "."), lastWord.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), !lastWord.isEmpty {
            text.append(UInt8(ascii: " "))
        }
    }

    /// A comma before the end of a list; a semicolon before that of a block, when what it ends cannot be empty.
    private mutating func dropSeparator() {
        guard let last = text.last, let before = text.dropLast().last else { return }
        // Without what stands between, it might be a part of a pattern.
        if last == UInt8(ascii: ","), gap == .line, CompactScript.isWord(before) || "]}\"'`)".utf8.contains(before) {
            text.removeLast()
        } else if last == UInt8(ascii: ";"), byte() == UInt8(ascii: "}"), gap != .none, CompactScript.isWord(before) || "]}\"'`".utf8.contains(before) {
            let word = text.dropLast().reversed().prefix(while: CompactScript.isWord).reversed()
            if !word.elementsEqual("else".utf8), !word.elementsEqual("do".utf8) { text.removeLast() }
        }
    }

    /// Those of `(name) =>`.
    private mutating func dropParentheses() {
        guard text.last == UInt8(ascii: ")"), let open = text.lastIndex(of: UInt8(ascii: "(")), open + 2 < text.count,
            text[open + 1..<text.count - 1].allSatisfy(CompactScript.isWord), open == 0 || !CompactScript.isWord(text[open - 1])
        else { return }
        text.removeLast()
        text.remove(at: open)
    }

    /// True when what stands behind `const` is declared by it; elsewhere it is the name of a member.
    private func beginsDeclaration(_ end: Int) -> Bool {
        guard text.last != UInt8(ascii: "."), let next = bytes[end...].first(where: { !" \t\r\n".utf8.contains($0) }) else { return false }
        let word = bytes[end...].drop { " \t\r\n".utf8.contains($0) }.prefix(while: CompactScript.isWord)
        guard !word.elementsEqual("as".utf8), !word.elementsEqual("from".utf8) else { return false }
        return CompactScript.isWord(next) || next == UInt8(ascii: "{") || next == UInt8(ascii: "[")
    }

    private func endsStatement(_ byte: UInt8) -> Bool {
        CompactScript.isWord(byte) || ")]}\"'`+-/".utf8.contains(byte)
    }

    private func beginsStatement(_ byte: UInt8) -> Bool {
        CompactScript.isWord(byte) || "([{\"'`+-/!~".utf8.contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "#")
            || byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
    }

    // MARK: Strings, patterns, templates

    /// A slash divides behind a value, and begins a pattern elsewhere.
    private var beginsPattern: Bool {
        guard let last = text.last else { return true }
        if !lastWord.isEmpty { return CompactScript.beforePattern.contains(Array(lastWord)) }
        return !(CompactScript.isWord(last) || ")]}\"'`".utf8.contains(last))
    }

    private var patternEnd: Int {
        var end = place + 1
        var isInClass = false
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
            switch bytes[end] {
            case UInt8(ascii: "\\"): end += 1
            case UInt8(ascii: "["): isInClass = true
            case UInt8(ascii: "]"): isInClass = false
            case UInt8(ascii: "/") where !isInClass:
                end += 1
                while end < bytes.count, CompactScript.isWord(bytes[end]) { end += 1 }
                return end
            default: break
            }
            end += 1
        }
        return end
    }

    private var stringEnd: Int {
        var end = place + 1
        while end < bytes.count, bytes[end] != bytes[place], bytes[end] != UInt8(ascii: "\n") { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
        return end + 1
    }

    /// To the end of the literal, or to the beginning of an expression in it.
    private mutating func copyTemplate() {
        lastWord = []
        while place < bytes.count {
            let here = byte()
            text.append(here)
            place += 1
            switch here {
            case UInt8(ascii: "\\"):
                if place < bytes.count { text.append(byte()) }
                place += 1
            case UInt8(ascii: "`"): return
            case UInt8(ascii: "$") where byte() == UInt8(ascii: "{"):
                text.append(byte())
                place += 1
                templates.append(0)
                return
            default: break
            }
        }
    }
}
