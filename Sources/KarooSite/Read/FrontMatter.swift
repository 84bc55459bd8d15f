// KarooExpress – Apache-2.0

/// A Markdown file: some YAML between two lines of three hyphens, then the text.
struct FrontMatter {
    let header: Document
    let body: String

    init(_ text: String, file: String) throws(BuildIssue) {
        guard let end = FrontMatter.headerEnd(text) else {
            guard !text.hasPrefix("---\n"), !text.hasPrefix("---\r\n") else {
                throw BuildIssue(.error, file: file, line: 1, "the header is not closed", remedy: "end it with a line of three hyphens: ---")
            }
            header = try YAMLParser.parse("", file: file)
            body = text
            return
        }
        header = try YAMLParser.parse(String(text[end.header]), file: file, lineOffset: 1)
        body = String(text[end.body...])
    }

    /// The YAML between the two fences, and where the text after them begins; nil when there is no complete header.
    private static func headerEnd(_ text: String) -> (header: Range<String.Index>, body: String.Index)? {
        let bytes = text.utf8
        guard let first = bytes.firstIndex(of: UInt8(ascii: "\n")), isFence(text[..<first]) else { return nil }
        var lineStart = bytes.index(after: first)
        while lineStart < bytes.endIndex {
            let lineEnd = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            if isFence(text[lineStart..<lineEnd]) {
                var body = lineEnd < bytes.endIndex ? bytes.index(after: lineEnd) : lineEnd
                while body < bytes.endIndex, bytes[body] == UInt8(ascii: "\n") { body = bytes.index(after: body) }
                return (bytes.index(after: first)..<lineStart, body)
            }
            guard lineEnd < bytes.endIndex else { return nil }
            lineStart = bytes.index(after: lineEnd)
        }
        return nil
    }

    private static func isFence(_ line: Substring) -> Bool {
        line.utf8.elementsEqual("---".utf8) || line.utf8.elementsEqual("---\r".utf8)
    }
}
