// KarooExpress – Apache-2.0

/// Turns one template text into nodes: matches tags, removes standalone lines and cuts text at its lines.
struct Parser {
    /// How deep sections may nest in one template.
    static let nestingLimit = 100

    private let name: String
    private let file: String
    private let source: [UInt8]
    private var issues: [TemplateIssue] = []

    /// Always gives a template, of what could be understood, and the issues found.
    static func parse(name: String, file: String, source: [UInt8]) -> (Template, [TemplateIssue]) {
        var parser = Parser(name: name, file: file, source: source)
        let elements = parser.elements()
        let nodes = parser.nodes(elements, in: 0..<source.count, continues: false)
        parser.issues.sort { ($0.line, $0.column) < ($1.line, $1.column) }
        return (Template(name: name, file: file, source: source, nodes: nodes), parser.issues)
    }

    private init(name: String, file: String, source: [UInt8]) {
        self.name = name
        self.file = file
        self.source = source
    }

    private mutating func report(_ offset: Int, _ severity: TemplateIssue.Severity = .error, _ message: String) {
        issues.append(TemplateIssue(file: file, source: source, offset: offset, severity: severity, message: message))
    }

    // MARK: Tags into a tree

    /// A tag with what it encloses; `closing` is the span of its closing tag, empty at the end where that is missing.
    private struct Element {
        let tag: Tag
        var children: [Element] = []
        var closing: Span
    }

    private mutating func elements() -> [Element] {
        var scanner = TagScanner(source)
        var open: [Element] = []
        var top: [Element] = []
        func add(_ element: Element) {
            if open.isEmpty { top.append(element) } else { open[open.count - 1].children.append(element) }
        }
        while let tag = scanner.next() {
            let element = Element(tag: tag, closing: tag.span.upperBound..<tag.span.upperBound)
            switch tag.kind {
            case .section, .inverted, .parent, .block:
                open.append(element)
                guard open.count <= Parser.nestingLimit else {
                    report(tag.span.lowerBound, .error, "more than \(Parser.nestingLimit) sections inside one another; move the inner ones into a partial")
                    return []
                }
            case .close:
                guard let match = open.lastIndex(where: { $0.tag.content == tag.content }) else {
                    reportStrayClose(tag, open: open.last?.tag)
                    continue
                }
                while open.count > match + 1 {
                    reportUnclosed(open[open.count - 1].tag)
                    var unclosed = open.removeLast()
                    unclosed.closing = tag.span.lowerBound..<tag.span.lowerBound
                    add(unclosed)
                }
                var closed = open.removeLast()
                closed.closing = tag.span
                add(closed)
            case .variable, .unescaped, .partial, .comment, .delimiters:
                add(element)
            }
        }
        while var unclosed = open.popLast() {
            reportUnclosed(unclosed.tag)
            unclosed.closing = source.count..<source.count
            add(unclosed)
        }
        for fault in scanner.faults { report(fault.offset, .error, fault.message) }
        return top
    }

    private mutating func reportUnclosed(_ tag: Tag) {
        report(tag.span.lowerBound, .error, "\(tag.written) is not closed; write {{/\(tag.content)}} where it ends")
    }

    private mutating func reportStrayClose(_ tag: Tag, open: Tag?) {
        guard let open else {
            return report(tag.span.lowerBound, .error, "\(tag.written) closes nothing; remove it or open {{#\(tag.content)}} before it")
        }
        let line = TemplateIssue(file: file, source: source, offset: open.span.lowerBound, severity: .error, message: "").line
        report(tag.span.lowerBound, .error, "\(tag.written) closes nothing; what is open here is \(open.written) of line \(line)")
    }

    // MARK: The tree into nodes

    /// - Parameter continues: whether a tag follows on the last line of the span.
    private mutating func nodes(_ elements: [Element], in span: Span, continues: Bool) -> [Node] {
        var nodes: [Node] = []
        var position = span.lowerBound
        for element in elements {
            let tag = element.tag
            let (low, high) = (tag.span.lowerBound, tag.span.upperBound)
            switch tag.kind {
            case .variable, .unescaped:
                addText(position..<low, continues: true, to: &nodes)
                nodes.append(.variable(name(of: tag), escaped: tag.kind == .variable))
                position = high
            case .comment, .delimiters, .close:
                let line = standaloneLine(tag.span)
                addText(position..<(line?.lowerBound ?? low), continues: line == nil, to: &nodes)
                position = line?.upperBound ?? high
            case .partial:
                let line = standaloneLine(tag.span)
                addText(position..<(line?.lowerBound ?? low), continues: line == nil, to: &nodes)
                nodes.append(.partial(reference(tag, indentation: line.map { $0.lowerBound..<low })))
                position = line?.upperBound ?? high
            case .section, .inverted:
                let opening = standaloneLine(tag.span)
                addText(position..<(opening?.lowerBound ?? low), continues: opening == nil, to: &nodes)
                let (children, end) = body(of: element, from: opening?.upperBound ?? high)
                nodes.append(.section(name(of: tag), inverted: tag.kind == .inverted, children))
                position = end
            case .parent:
                let line = standaloneLine(low..<element.closing.upperBound)
                addText(position..<(line?.lowerBound ?? low), continues: line == nil, to: &nodes)
                nodes.append(.parent(reference(tag, indentation: line.map { $0.lowerBound..<low }), arguments(of: element)))
                position = line?.upperBound ?? element.closing.upperBound
            case .block:
                addBlock(element, after: &position, to: &nodes)
            }
        }
        addText(position..<span.upperBound, continues: continues, to: &nodes)
        return nodes
    }

    /// The content of a section or block and the position behind it.
    private mutating func body(of element: Element, from start: Int) -> ([Node], end: Int) {
        let line = standaloneLine(element.closing)
        let stop = max(start, line?.lowerBound ?? element.closing.lowerBound)
        let isClosed = !element.closing.isEmpty
        return (nodes(element.children, in: start..<stop, continues: isClosed && line == nil), line?.upperBound ?? element.closing.upperBound)
    }

    /// Adds a place that arguments may fill, and moves the position behind it.
    private mutating func addBlock(_ element: Element, after position: inout Int, to nodes: inout [Node]) {
        let tag = element.tag
        checkSpaces(tag)
        let (low, high) = (tag.span.lowerBound, tag.span.upperBound)
        if let line = pairLine(element) {
            addText(position..<line.lowerBound, continues: false, to: &nodes)
            position = line.upperBound
            let lineEnd = skipBlanks(from: element.closing.upperBound)..<line.upperBound
            let form = Block.Form.pair(lineEnd: lineEnd)
            nodes.append(.block(Block(name: tag.content, nodes: [], form: form, indentation: line.lowerBound..<low)))
            return
        }
        let line = standaloneLine(tag.span)
        addText(position..<(line?.lowerBound ?? low), continues: line == nil, to: &nodes)
        let start = line?.upperBound ?? high
        let stop = max(start, standaloneLine(element.closing)?.lowerBound ?? element.closing.lowerBound)
        let before = lineStart(of: low).map { $0..<low } ?? low..<low
        let indentation = line == nil ? before : firstIndentation(in: start..<stop) ?? before
        let (children, end) = body(of: element, from: start)
        position = end
        let form = line == nil ? Block.Form.inline : .line
        nodes.append(.block(Block(name: tag.content, nodes: children, form: form, indentation: indentation)))
    }

    /// The whole line of an empty block whose two tags stand on it alone.
    private func pairLine(_ element: Element) -> Span? {
        let (low, high) = (element.tag.span.lowerBound, element.tag.span.upperBound)
        guard element.children.isEmpty, !element.closing.isEmpty else { return nil }
        guard source[high..<element.closing.lowerBound].allSatisfy(\.isBlank) else { return nil }
        return standaloneLine(low..<element.closing.upperBound)
    }

    /// The blocks inside a parent tag. Everything else in there is ignored, with a warning if it is not white space.
    private mutating func arguments(of parent: Element) -> [Argument] {
        var arguments: [Argument] = []
        var position = parent.tag.span.upperBound
        for element in parent.children {
            warnAboutText(in: position..<element.tag.span.lowerBound, of: parent.tag)
            position = element.closing.upperBound
            switch element.tag.kind {
            case .comment, .delimiters: break
            case .block:
                let argument = self.argument(element)
                if arguments.contains(where: { $0.name == argument.name }) {
                    report(argument.offset, .warning, "\(element.tag.written) is given twice in \(parent.tag.written); the last one is used")
                    arguments.removeAll { $0.name == argument.name }
                }
                arguments.append(argument)
            default:
                report(
                    element.tag.span.lowerBound, .warning,
                    "\(element.tag.written) is ignored here: inside \(parent.tag.written) only blocks count; move it into a {{$block}}")
            }
        }
        warnAboutText(in: position..<max(position, parent.closing.lowerBound), of: parent.tag)
        return arguments
    }

    private mutating func argument(_ element: Element) -> Argument {
        checkSpaces(element.tag)
        let opening = element.tag.span.upperBound
        let lineEnd = self.lineEnd(after: opening)
        let start = lineEnd.map { min($0, element.closing.lowerBound) } ?? opening
        var stop = element.closing.lowerBound
        var closesLine = false
        if let lineStart = lineStart(of: stop), lineStart >= start {
            stop = lineStart
            closesLine = true
        }
        let opensLine = lineEnd != nil
        let first = opensLine ? firstIndentation(in: start..<stop) : nil
        return Argument(
            name: element.tag.content, offset: element.tag.span.lowerBound,
            nodes: nodes(element.children, in: start..<stop, continues: false),
            opensLine: opensLine, closesLine: closesLine, indentation: first ?? start..<start)
    }

    private mutating func warnAboutText(in span: Span, of parent: Tag) {
        guard let offset = span.first(where: { !source[$0].isSpace }) else { return }
        report(offset, .warning, "text is ignored here: inside \(parent.written) only blocks count; move it into a {{$block}}")
    }

    // MARK: Names

    private mutating func name(of tag: Tag) -> Name {
        name(tag.content, of: tag)
    }

    private mutating func name(_ text: String, of tag: Tag) -> Name {
        let path = text == "." ? [] : text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { String(Substring($0)) }
        checkSpaces(tag)
        if path.contains("") {
            report(tag.span.lowerBound, .error, "a part of the name is empty: \(tag.written); write one dot between two names")
        }
        return Name(text: text, path: path, offset: tag.span.lowerBound)
    }

    private mutating func reference(_ tag: Tag, indentation: Span?) -> Reference {
        if tag.content.utf8.first == UInt8(ascii: "*") {
            return Reference(name: name(String(tag.content.dropFirst()), of: tag), isDynamic: true, indentation: indentation)
        }
        checkSpaces(tag)
        return Reference(name: Name(text: tag.content, path: [], offset: tag.span.lowerBound), isDynamic: false, indentation: indentation)
    }

    private mutating func checkSpaces(_ tag: Tag) {
        guard tag.content.utf8.contains(where: \.isSpace) else { return }
        report(tag.span.lowerBound, .error, "a name has no spaces in it: \(tag.written); is a closing delimiter missing?")
    }

    // MARK: Lines

    /// Adds literal text, with a lead where a line begins that has something on it.
    private func addText(_ span: Span, continues: Bool, to nodes: inout [Node]) {
        var position = span.lowerBound
        let stop = max(span.upperBound, position)
        while true {
            if position == 0 || source[position - 1] == UInt8(ascii: "\n") {
                if position == stop {
                    if continues { nodes.append(.lead(position..<position)) }
                    return
                }
                let text = min(skipBlanks(from: position), stop)
                nodes.append(.lead(position..<text))
                position = text
            }
            if position == stop { return }
            let lineEnd = source[position..<stop].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? stop
            nodes.append(.text(position..<lineEnd))
            position = lineEnd
        }
    }

    /// The whole line, with its end, of a tag that has nothing but white space beside it; nil for any other.
    private func standaloneLine(_ span: Span) -> Span? {
        guard !span.isEmpty, let start = lineStart(of: span.lowerBound), let end = lineEnd(after: span.upperBound) else { return nil }
        return start..<end
    }

    /// Where the line begins if only white space stands before the offset.
    private func lineStart(of offset: Int) -> Int? {
        var start = offset
        while start > 0, source[start - 1].isBlank { start -= 1 }
        return start == 0 || source[start - 1] == UInt8(ascii: "\n") ? start : nil
    }

    /// Where the next line begins if only white space follows the offset on its line.
    private func lineEnd(after offset: Int) -> Int? {
        let end = skipBlanks(from: offset)
        if end == source.count { return end }
        if source[end] == UInt8(ascii: "\n") { return end + 1 }
        return source[end] == UInt8(ascii: "\r") && end + 1 < source.count && source[end + 1] == UInt8(ascii: "\n") ? end + 2 : nil
    }

    private func skipBlanks(from offset: Int) -> Int {
        var end = offset
        while end < source.count, source[end].isBlank { end += 1 }
        return end
    }

    /// The white space before the first line that has anything else on it.
    private func firstIndentation(in span: Span) -> Span? {
        var start = span.lowerBound
        while start < span.upperBound {
            let text = skipBlanks(from: start)
            if text < span.upperBound, !source[text].isSpace { return start..<text }
            guard let next = source[start..<span.upperBound].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            start = next + 1
        }
        return nil
    }
}
