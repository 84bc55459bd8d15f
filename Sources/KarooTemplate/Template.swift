// KarooExpress – Apache-2.0

/// One parsed template text. Spans and positions are byte offsets into `source`.
final class Template: Sendable {
    let name: String
    let file: String
    let source: [UInt8]
    let nodes: [Node]

    init(name: String, file: String, source: [UInt8], nodes: [Node]) {
        self.name = name
        self.file = file
        self.source = source
        self.nodes = nodes
    }

    /// An issue at a byte offset.
    func issue(at offset: Int, _ severity: TemplateIssue.Severity, _ message: String) -> TemplateIssue {
        TemplateIssue(file: file, source: source, offset: offset, severity: severity, message: message)
    }
}

typealias Span = Range<Int>

/// A piece of a template. Lines whose only tag is standalone have already been taken out.
indirect enum Node: Sendable {
    /// The white space with which a line of the template begins, perhaps none. Here goes the indentation of partials.
    case lead(Span)
    /// Literal text within one line, with its line end.
    case text(Span)
    case variable(Name, escaped: Bool)
    case section(Name, inverted: Bool, [Node])
    case partial(Reference)
    /// A template injected with arguments for its blocks.
    case parent(Reference, [Argument])
    case block(Block)
}

/// A name as written in a tag, cut at its dots; the implicit iterator `.` has an empty path.
struct Name: Sendable {
    let text: String
    let path: [String]
    /// Where the tag begins.
    let offset: Int
}

/// A tag that names another template.
struct Reference: Sendable {
    /// The template's name; for a dynamic reference the name of the value that holds it.
    let name: Name
    let isDynamic: Bool
    /// The white space before a standalone tag; nil when the tag shares its line.
    let indentation: Span?
}

/// What a parent tag puts into a block. Its identity tells one argument from another.
final class Argument: Sendable {
    let name: String
    let offset: Int
    let nodes: [Node]
    /// The content starts on the line after the opening tag.
    let opensLine: Bool
    /// The closing tag stands on its own line, so the content ends with a line end.
    let closesLine: Bool
    /// The white space that all lines lose: that of the first line; empty unless `opensLine`.
    let indentation: Span

    init(name: String, offset: Int, nodes: [Node], opensLine: Bool, closesLine: Bool, indentation: Span) {
        self.name = name
        self.offset = offset
        self.nodes = nodes
        self.opensLine = opensLine
        self.closesLine = closesLine
        self.indentation = indentation
    }
}

/// A place that arguments may fill, with its default content.
struct Block: Sendable {
    enum Form: Sendable {
        /// The opening tag has its own line.
        case line
        /// Both tags stand alone on one line, whose end is given.
        case pair(lineEnd: Span)
        /// The opening tag shares its line.
        case inline
    }

    let name: String
    let nodes: [Node]
    let form: Form
    /// The white space that each line of an argument gains; for an inline block each line but the first.
    let indentation: Span
}

extension TemplateIssue {
    init(file: String, source: [UInt8], offset: Int, severity: Severity, message: String) {
        let before = source[..<min(offset, source.count)]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.init(
            file: file,
            line: 1 + before.count { $0 == UInt8(ascii: "\n") },
            column: 1 + before[lineStart...].count { $0 & 0xc0 != 0x80 },
            severity: severity,
            message: message)
    }
}
