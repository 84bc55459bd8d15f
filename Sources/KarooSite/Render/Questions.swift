// KarooExpress – Apache-2.0

import CCmarkGFM
import Glibc

extension Markdown {
    /// What is asked and answered in a text, as readers see it, each on one line.
    struct Question: Sendable, Equatable {
        let text: String
        let answer: String
    }

    /// A text of the operator's whose lowest headings are questions: each is opened by readers, and has a fragment of its own.
    static func questions(_ text: String) -> (html: String, all: [Question]) {
        var text = text
        return text.withUTF8 { source in
            guard let document = tamed(UnsafeRawBufferPointer(source), by: .operatorOfMarketplace) else { return ("", []) }
            defer { cmark_node_free(document) }
            var reader = QuestionReader(document)
            return reader.read()
        }
    }
}

private struct QuestionReader {
    private let blocks: [OpaquePointer]
    /// The level of questions.
    private let level: Int32
    private var html = ""
    private var all: [Markdown.Question] = []
    private var question: String?
    private var answer: [String] = []

    init(_ document: OpaquePointer) {
        blocks = Array(sequence(first: cmark_node_first_child(document)) { $0.flatMap { cmark_node_next($0) } }.prefix { $0 != nil }.compactMap { $0 })
        level = blocks.filter { cmark_node_get_type($0) == CMARK_NODE_HEADING }.map { cmark_node_get_heading_level($0) }.max() ?? 0
    }

    mutating func read() -> (html: String, all: [Markdown.Question]) {
        for block in blocks {
            let isHeading = cmark_node_get_type(block) == CMARK_NODE_HEADING
            if isHeading { close() }
            if isHeading, cmark_node_get_heading_level(block) == level {
                open(block)
            } else {
                if question != nil { answer.append(seen(block)) }
                html += rendered(block)
            }
        }
        close()
        return (html, all)
    }

    private mutating func open(_ heading: OpaquePointer) {
        question = seen(heading)
        // A fragment in what is hidden opens it; one on the element that hides does not.
        html += "<details>\n<summary>\(rendered(heading).dropLast())</summary>\n<div id=\"question-\(all.count + 1)\">\n"
    }

    private mutating func close() {
        guard let question else { return }
        html += "</div>\n</details>\n"
        all.append(Markdown.Question(text: question, answer: answer.joined(separator: " ")))
        self.question = nil
        answer = []
    }

    private func rendered(_ block: OpaquePointer) -> String {
        guard let html = cmark_render_html(block, CMARK_OPT_DEFAULT, nil) else { return "" }
        defer { free(html) }
        return Markdown.appended(UnsafeRawBufferPointer(start: html, count: strlen(html)), by: .operatorOfMarketplace)
    }

    /// The words of a block as a browser shows them, on one line.
    private func seen(_ block: OpaquePointer) -> String {
        var words = ""
        let iterator = cmark_iter_new(block)
        defer { cmark_iter_free(iterator) }
        while true {
            let event = cmark_iter_next(iterator)
            guard event != CMARK_EVENT_DONE, let node = cmark_iter_get_node(iterator) else { break }
            switch cmark_node_get_type(node) {
            case CMARK_NODE_TEXT, CMARK_NODE_CODE, CMARK_NODE_CODE_BLOCK: words += cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
            case CMARK_NODE_EMPH, CMARK_NODE_STRONG, CMARK_NODE_LINK: continue
            default: words += " "
            }
        }
        return words.withCString { Markdown.oneLine(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }
}
