// KarooExpress – Apache-2.0

/// Turns the HTML of product descriptions into GitHub-flavoured Markdown: paragraphs, headings, lists, quotes, tables,
/// bold, italic, struck and linked words, line breaks. Everything else is left out or becomes its text. No character of
/// the result can begin HTML.
enum HTMLToMarkdown {
    /// Longer texts are not descriptions.
    static let maximumLength = 1 << 20

    /// Reads HTML when there is a tag in the text, and plain text with its line ends otherwise.
    static func markdown(of text: String) -> String {
        isHTML(text) ? convert(text) : convertPlain(text)
    }

    /// The Markdown of HTML; empty when there are no words in it. Ends without a line end.
    static func convert(_ html: String) -> String {
        var writer = HTMLConversion()
        for token in HTMLTokens(html) {
            switch token {
            case .text(let text): writer.add(text)
            case .start(let name, let address): writer.start(name, address: address)
            case .end(let name): writer.end(name)
            }
        }
        return writer.finish()
    }

    /// The Markdown of a text without tags: blank lines part paragraphs, line ends stay.
    static func convertPlain(_ text: String) -> String {
        var writer = HTMLConversion()
        var isBlank = true
        for line in HTMLTokens.resolved(Array(text.utf8)[...]).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let wasBlank = isBlank
            isBlank = line.allSatisfy(\.isWhitespace)
            if isBlank {
                writer.start("p", address: nil)
            } else {
                if !wasBlank { writer.start("br", address: nil) }
                writer.add(String(line))
            }
        }
        return writer.finish()
    }

    /// The words alone, on one line.
    static func plainText(_ html: String) -> String {
        guard isHTML(html) else { return oneLine(HTMLTokens.resolved(Array(html.utf8)[...])) }
        var text = ""
        for token in HTMLTokens(html) {
            switch token {
            case .text(let words): text += words
            case .start(let name, _), .end(let name): if !HTMLConversion.isInline(name) { text += " " }
            }
        }
        return oneLine(text)
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func isHTML(_ text: String) -> Bool {
        HTMLTokens(text).contains { token in
            switch token {
            case .text: false
            case .start(let name, _), .end(let name): HTMLConversion.isKnown(name)
            }
        }
    }
}

/// The state of one conversion: words of the block that is open, the lists and quotes around it, the table it is in.
private struct HTMLConversion {
    /// Deeper lists and quotes become part of the one around them.
    private static let maximumDepth = 8
    /// Wider tables become one paragraph a row; `Markdown.maximumColumns` would show them as text.
    private static let maximumColumns = 24

    private static let blocks: Set<String> = [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li",
        "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th",
        "thead", "tr", "ul",
    ]
    private static let inlines: Set<String> = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "input", "ins",
        "kbd", "label", "mark", "meta", "link", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    ]

    /// A list item or a quote; `number` tells it from its neighbours.
    private struct Container {
        enum Kind { case quote, item(list: Int) }

        let kind: Kind
        let number: Int
        /// What stands before the first line of an item; nil once it was written, and for quotes.
        var marker: String?
        /// How far the lines after the first are indented.
        var indent = 0
    }

    private struct List {
        let number: Int
        let isOrdered: Bool
        /// How many items were written.
        var count = 0
        /// The containers around it.
        let depth: Int
    }

    private struct Table {
        var rows: [[String]] = []
        var row: [String] = []
        var isInCell = false
        /// Tables within its cells.
        var inner = 0
    }

    private var result = ""
    private var words = InlineWords()
    private var bold = 0
    private var italic = 0
    private var struck = 0
    private var address: String?
    private var preformatted = 0
    private var heading: Int?
    private var containers: [Container] = []
    private var lists: [List] = []
    private var table: Table?
    private var counter = 0
    /// The containers of the block that was written last.
    private var lastPath: [Container] = []

    static func isKnown(_ name: String) -> Bool { blocks.contains(name) || inlines.contains(name) }

    static func isInline(_ name: String) -> Bool { name != "br" && !blocks.contains(name) }

    // MARK: What comes in

    mutating func add(_ text: String) {
        var style = InlineWords.Style.plain
        if struck > 0 {
            style = .struck
        } else if bold > 0 {
            style = italic > 0 ? .boldItalic : .bold
        } else if italic > 0 {
            style = .italic
        }
        words.add(text, style: style, address: address, keepsLines: preformatted > 0)
    }

    mutating func start(_ name: String, address newAddress: String?) {
        switch name {
        case "b", "strong": bold += 1
        case "i", "em", "cite", "dfn", "var": italic += 1
        case "s", "del", "strike": struck += 1
        case "a": address = newAddress.flatMap(HTMLConversion.publicAddress)
        case "br": lineBreak()
        case "ul", "ol", "menu": startList(isOrdered: name == "ol")
        case "li": startItem()
        case "blockquote": startQuote()
        case "table": startTable()
        case "tr": endRow()
        case "td", "th": startCell()
        case "hr": rule()
        case "h1", "h2", "h3", "h4", "h5", "h6":
            flush()
            heading = Int(name.dropFirst())
        case "pre":
            flush()
            preformatted += 1
        case "p":
            flush()
            heading = nil
        default:
            if HTMLConversion.blocks.contains(name) { flush() }
        }
    }

    mutating func end(_ name: String) {
        switch name {
        case "b", "strong": bold = max(0, bold - 1)
        case "i", "em", "cite", "dfn", "var": italic = max(0, italic - 1)
        case "s", "del", "strike": struck = max(0, struck - 1)
        case "a": address = nil
        case "ul", "ol", "menu": endList()
        case "li": endItem()
        case "blockquote": endQuote()
        case "table": endTable()
        case "tr": endRow()
        case "td", "th": endCell()
        case "h1", "h2", "h3", "h4", "h5", "h6":
            flush()
            heading = nil
        case "pre":
            flush()
            preformatted = max(0, preformatted - 1)
        default:
            if HTMLConversion.blocks.contains(name) { flush() }
        }
    }

    mutating func finish() -> String {
        flush()
        if table != nil {
            table?.inner = 0
            endTable()
        }
        return result
    }

    /// An address that a buyer's click may follow; nil for scripts, data, and addresses within another shop.
    private static func publicAddress(_ text: String) -> String? {
        let address = text.trimmingSpaces()
        let lower = address.prefix(8).lowercased()
        let isWeb = lower.hasPrefix("https://") || lower.hasPrefix("http://")
        guard isWeb || lower.hasPrefix("mailto:") || lower.hasPrefix("tel:"), address.utf8.count <= 2_048 else { return nil }
        var result = ""
        for byte in address.utf8 {
            // What would end a destination between angle brackets, or is no part of an address at all.
            if byte <= 0x20 || byte >= 0x7F || "<>\\\"'`{}|^()[]*".utf8.contains(byte) {
                let digits = String(byte, radix: 16, uppercase: true)
                result += byte < 0x10 ? "%0\(digits)" : "%\(digits)"
            } else {
                // Markdown reads character references in addresses, too.
                if byte == UInt8(ascii: "&") { result += "\\" }
                result.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return result
    }

    // MARK: Lists and quotes

    private var isInTable: Bool { table != nil }

    /// Two line breaks in a row part paragraphs.
    private mutating func lineBreak() {
        if words.endsWithBreak, heading == nil, !isInTable { flush() } else { words.addBreak() }
    }

    private mutating func startList(isOrdered: Bool) {
        flush()
        heading = nil
        guard !isInTable else { return }
        counter += 1
        lists.append(List(number: counter, isOrdered: isOrdered, depth: containers.count))
    }

    private mutating func endList() {
        flush()
        guard !isInTable, let list = lists.popLast() else { return }
        containers.removeSubrange(min(list.depth, containers.count)...)
    }

    private mutating func startItem() {
        flush()
        guard !isInTable else { return }
        if lists.isEmpty { startList(isOrdered: false) }
        let list = lists[lists.count - 1]
        containers.removeSubrange(min(list.depth, containers.count)...)
        guard containers.count < HTMLConversion.maximumDepth else { return }
        counter += 1
        let marker = list.isOrdered ? "\(list.count + 1). " : "- "
        containers.append(Container(kind: .item(list: lists.count - 1), number: counter, marker: marker, indent: marker.utf8.count))
    }

    private mutating func endItem() {
        flush()
        guard !isInTable, let list = lists.last else { return }
        containers.removeSubrange(min(list.depth, containers.count)...)
    }

    private mutating func startQuote() {
        flush()
        heading = nil
        guard !isInTable, containers.count < HTMLConversion.maximumDepth else { return }
        counter += 1
        containers.append(Container(kind: .quote, number: counter))
    }

    private mutating func endQuote() {
        flush()
        guard !isInTable, let place = containers.lastIndex(where: { if case .quote = $0.kind { true } else { false } }) else { return }
        containers.removeSubrange(place...)
        while let list = lists.last, list.depth > place { lists.removeLast() }
    }

    private mutating func rule() {
        flush()
        guard !isInTable, containers.isEmpty, !result.isEmpty else { return }
        write(["***"])
    }

    // MARK: Tables

    private mutating func startTable() {
        if table != nil {
            table?.inner += 1
            words.addSpace()
        } else {
            flush()
            heading = nil
            table = Table()
        }
    }

    private mutating func startCell() {
        guard let inner = table?.inner else { return flush() }
        guard inner == 0 else { return words.addSpace() }
        endCell()
        flush()
        table?.isInCell = true
    }

    private mutating func endCell() {
        guard table?.inner == 0, table?.isInCell == true else { return words.addSpace() }
        table?.row.append(words.oneLine())
        table?.isInCell = false
        words = InlineWords()
    }

    private mutating func endRow() {
        guard table?.inner == 0 else { return words.addSpace() }
        if table?.isInCell == true { endCell() }
        guard let row = table?.row, row.contains(where: { !$0.isEmpty }) else {
            table?.row = []
            return
        }
        table?.rows.append(row)
        table?.row = []
    }

    private mutating func endTable() {
        guard let inner = table?.inner else { return }
        guard inner == 0 else {
            table?.inner -= 1
            return words.addSpace()
        }
        endRow()
        let rows = table?.rows ?? []
        table = nil
        flush()
        let width = rows.map(\.count).max() ?? 0
        if width == 1 || width > HTMLConversion.maximumColumns {
            for row in rows { write([InlineWords.atLineStart(row.filter { !$0.isEmpty }.joined(separator: " · "))]) }
        } else if width > 1 {
            var lines = rows.map { row in "| " + (row + Array(repeating: "", count: width - row.count)).joined(separator: " | ") + " |" }
            lines.insert("|" + String(repeating: " --- |", count: width), at: 1)
            write(lines)
        }
    }

    // MARK: What goes out

    /// Ends the block that is open, and writes it when there are words in it.
    private mutating func flush() {
        // In a cell there are no blocks: what would part them is a space.
        if table?.isInCell == true { return words.addSpace() }
        guard !words.isEmpty else {
            words = InlineWords()
            return
        }
        if let heading {
            write([String(repeating: "#", count: heading) + " " + words.oneLine()])
        } else {
            write(words.lines())
        }
        words = InlineWords()
    }

    private mutating func write(_ lines: [String]) {
        guard lines.contains(where: { !$0.isEmpty }) else { return }
        let shared = zip(containers, lastPath).prefix { $0.number == $1.number }.count
        if !result.isEmpty {
            result += "\n"
            if !isTight(shared) { result += blankLine(shared) + "\n" }
        }
        result += firstPrefix() + lines[0]
        let prefix = laterPrefix()
        for line in lines.dropFirst() { result += "\n" + prefix + line }
        lastPath = containers
    }

    /// True when no blank line parts the block from the one before it: an item from the item before it, and a list from
    /// the words of the item that it is in.
    private func isTight(_ shared: Int) -> Bool {
        guard shared < containers.count, containers[shared].marker != nil, case .item(let list) = containers[shared].kind else { return false }
        if shared < lastPath.count, case .item(let lastList) = lastPath[shared].kind { return list == lastList && lists[list].count > 0 }
        guard shared > 0, shared == lastPath.count, case .item = containers[shared - 1].kind else { return false }
        return true
    }

    private func blankLine(_ shared: Int) -> String {
        let full = containers[..<shared].reduce(into: "") { $0 += prefix(of: $1) }
        return String(full.reversed().drop { $0 == " " }.reversed())
    }

    private mutating func firstPrefix() -> String {
        var prefix = ""
        for place in containers.indices {
            if let marker = containers[place].marker, case .item(let list) = containers[place].kind {
                prefix += marker
                containers[place].marker = nil
                lists[list].count += 1
            } else {
                prefix += self.prefix(of: containers[place])
            }
        }
        return prefix
    }

    private func laterPrefix() -> String { containers.reduce(into: "") { $0 += prefix(of: $1) } }

    private func prefix(of container: Container) -> String {
        switch container.kind {
        case .quote: "> "
        case .item: String(repeating: " ", count: container.indent)
        }
    }
}
