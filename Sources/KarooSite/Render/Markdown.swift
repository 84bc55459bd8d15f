// KarooExpress – Apache-2.0

import CCmarkGFM
import Glibc
package import KarooTemplate

/// GitHub-flavoured Markdown to HTML, for texts that strangers write: raw HTML never passes, nor do
/// addresses other than those of web pages, mail and telephone.
package enum Markdown {
    /// Tables wider than this are shown as text: libcmark-gfm pads every row to the width of the header,
    /// so that a wide header over many short rows takes minutes.
    static let maximumColumns = 64
    /// The widest row times the number of rows: beyond this tables are shown as text, for the same reason.
    static let maximumCells = 20_000
    /// A line with more block quotes than this is rendered without tables.
    static let maximumNesting = 32

    /// Who wrote a text, which decides where its headings begin and whether its links are vouched for.
    package enum Author: Sendable {
        /// Headings begin at the third level, below the page's own; links are marked as not the marketplace's.
        case seller
        /// Headings begin at the second level.
        case operatorOfMarketplace

        fileprivate var firstHeading: Int32 {
            switch self {
            case .seller: 3
            case .operatorOfMarketplace: 2
            }
        }
    }

    private enum Extensions { case all, withoutTables }

    private static let registered: Void = cmark_gfm_core_extensions_ensure_registered()
    /// `cmark_parser_finish` sets tables of the whole process while strikethrough or autolink are attached.
    private static let finishing = Finishing()

    /// Adds the HTML of a text.
    package static func render(_ text: String, by author: Author, into bytes: Bytes) {
        var text = text
        text.withUTF8 { source in
            let source = UnsafeRawBufferPointer(source)
            if appendPlainParagraphs(source, to: bytes) { return }
            renderWithLibrary(source, by: author, into: bytes)
        }
    }

    /// The text without its marks, on one line: for feeds and descriptions.
    package static func plainText(_ text: String) -> String {
        var text = text
        return text.withUTF8 { source in
            let source = UnsafeRawBufferPointer(source)
            guard let document = parse(source, isTame(source) ? .all : .withoutTables) else { return "" }
            defer { cmark_node_free(document) }
            guard let plain = cmark_render_plaintext(document, CMARK_OPT_DEFAULT, 0) else { return "" }
            defer { free(plain) }
            return oneLine(UnsafeRawBufferPointer(start: plain, count: strlen(plain)))
        }
    }

    package static func renderWithLibrary(_ source: UnsafeRawBufferPointer, by author: Author, into bytes: Bytes) {
        guard let document = tamed(source, by: author) else { return }
        defer { cmark_node_free(document) }
        guard let html = cmark_render_html(document, CMARK_OPT_DEFAULT, nil) else { return }
        defer { free(html) }
        append(UnsafeRawBufferPointer(start: html, count: strlen(html)), by: author, to: bytes)
    }

    /// The document of a text, fit to be shown; whoever asks for it frees it.
    static func tamed(_ source: UnsafeRawBufferPointer, by author: Author) -> OpaquePointer? {
        guard let document = parse(source, isTame(source) ? .all : .withoutTables) else { return nil }
        tame(document, firstHeading: author.firstHeading)
        return document
    }

    /// The library's HTML as pages have it.
    static func appended(_ html: UnsafeRawBufferPointer, by author: Author) -> String {
        let bytes = Bytes(capacity: html.count)
        append(html, by: author, to: bytes)
        return bytes.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// Takes out raw HTML, leaves only the text of pictures and of links to elsewhere than the web, and moves the headings so that the
    /// topmost is `firstHeading`.
    private static func tame(_ document: OpaquePointer, firstHeading: Int32) {
        var removed: [OpaquePointer] = []
        var pictures: [OpaquePointer] = []
        var headings: [OpaquePointer] = []
        let iterator = cmark_iter_new(document)
        defer { cmark_iter_free(iterator) }
        while true {
            let event = cmark_iter_next(iterator)
            guard event != CMARK_EVENT_DONE else { break }
            guard event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator) else { continue }
            switch cmark_node_get_type(node) {
            case CMARK_NODE_HTML_BLOCK, CMARK_NODE_HTML_INLINE: removed.append(node)
            case CMARK_NODE_IMAGE: pictures.append(node)
            case CMARK_NODE_LINK where !isAllowed(cmark_node_get_url(node)): pictures.append(node)
            case CMARK_NODE_HEADING: headings.append(node)
            default: continue
            }
        }
        for picture in pictures {
            while let child = cmark_node_first_child(picture) { cmark_node_insert_before(picture, child) }
            removed.append(picture)
        }
        for node in removed {
            cmark_node_unlink(node)
            cmark_node_free(node)
        }
        let shift = firstHeading - (headings.map { cmark_node_get_heading_level($0) }.min() ?? firstHeading)
        for heading in headings { cmark_node_set_heading_level(heading, min(6, cmark_node_get_heading_level(heading) + shift)) }
    }

    /// Web pages, mail, telephone, and addresses on the same site.
    private static func isAllowed(_ address: UnsafePointer<CChar>?) -> Bool {
        guard let address else { return false }
        let text = String(cString: address).lowercased()
        guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains(where: { "/?#".contains($0) }) else { return true }
        return ["http", "https", "mailto", "tel"].contains(text[..<colon])
    }

    /// Adds the library's HTML; the alignment of cells becomes a class, since pages carry no style of their own, and
    /// links of sellers say that nobody vouches for them.
    private static func append(_ html: UnsafeRawBufferPointer, by author: Author, to bytes: Bytes) {
        var clean = 0
        var place = 0
        while place < html.count {
            guard html[place] == UInt8(ascii: "<"), place + 3 < html.count else {
                place += 1
                continue
            }
            let third = html[place + 2]
            if html[place + 1] == UInt8(ascii: "t"), third == UInt8(ascii: "d") || third == UInt8(ascii: "h"),
                starts(html, place + 3, with: " align=\"")
            {
                bytes.append(UnsafeRawBufferPointer(rebasing: html[clean..<place + 3]))
                bytes.append(" class=\"" as StaticString)
                clean = place + 3 + " align=\"".utf8.count
            } else if author == .seller, html[place + 1] == UInt8(ascii: "a"), isForeign(html, place + 2) {
                bytes.append(UnsafeRawBufferPointer(rebasing: html[clean..<place + 2]))
                bytes.append(" rel=\"nofollow ugc noopener\"" as StaticString)
                clean = place + 2
            }
            place += 3
        }
        bytes.append(UnsafeRawBufferPointer(rebasing: html[clean...]))
    }

    /// True where an address begins that leaves the marketplace: with a host, after two slashes or a scheme and two slashes.
    private static func isForeign(_ html: UnsafeRawBufferPointer, _ place: Int) -> Bool {
        guard starts(html, place, with: " href=\"") else { return false }
        var place = place + 7
        if starts(html, place, with: "//") { return true }
        while place < html.count, html[place] | 0x20 >= UInt8(ascii: "a"), html[place] | 0x20 <= UInt8(ascii: "z") { place += 1 }
        return starts(html, place, with: "://")
    }

    private static func starts(_ html: UnsafeRawBufferPointer, _ place: Int, with text: StaticString) -> Bool {
        place + text.utf8CodeUnitCount <= html.count
            && memcmp(html.baseAddress! + place, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    private static func parse(_ source: UnsafeRawBufferPointer, _ extensions: Extensions) -> OpaquePointer? {
        _ = registered
        guard let parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8) else { return nil }
        defer { cmark_parser_free(parser) }
        for name in extensions == .all ? ["table", "strikethrough", "autolink"] : ["strikethrough", "autolink"] {
            if let known = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, known) }
        }
        if let start = source.baseAddress {
            cmark_parser_feed(parser, start.assumingMemoryBound(to: CChar.self), source.count)
        }
        finishing.lock()
        defer { finishing.unlock() }
        return cmark_parser_finish(parser)
    }

    /// False when tables could have so many cells, or quotes nest so deep, that the time to render would grow with the square.
    private static func isTame(_ source: UnsafeRawBufferPointer) -> Bool {
        var bars = 0
        var quotes = 0
        var rows = 0
        var columns = 0
        for byte in source {
            switch byte {
            case UInt8(ascii: "\n"):
                if bars > 0 { rows += 1 }
                columns = max(columns, bars + 1)
                bars = 0
                quotes = 0
            case UInt8(ascii: "|"):
                bars += 1
                if bars > maximumColumns + 1 { return false }
            case UInt8(ascii: ">"):
                quotes += 1
                if quotes > maximumNesting { return false }
            default: continue
            }
        }
        return rows * columns <= maximumCells
    }

    /// With one space in place of all white space between two words (Unicode's property White_Space), and none at the ends.
    static func oneLine(_ text: UnsafeRawBufferPointer) -> String {
        String(unsafeUninitializedCapacity: text.count) { line in
            var count = 0
            var place = 0
            var isOpen = false
            while place < text.count {
                let space = whiteSpace(text, place)
                if space > 0 {
                    place += space
                    isOpen = count > 0
                    continue
                }
                if isOpen {
                    line[count] = UInt8(ascii: " ")
                    count += 1
                    isOpen = false
                }
                line[count] = text[place]
                count += 1
                place += 1
            }
            return count
        }
    }

    /// How many bytes of white space begin here; 0 for none.
    private static func whiteSpace(_ text: UnsafeRawBufferPointer, _ place: Int) -> Int {
        let first = text[place]
        if first == 0x20 || (0x09...0x0D).contains(first) { return 1 }
        guard first >= 0xC2, place + 1 < text.count else { return 0 }
        let second = text[place + 1]
        // U+0085 and U+00A0.
        if first == 0xC2 { return second == 0x85 || second == 0xA0 ? 2 : 0 }
        guard place + 2 < text.count else { return 0 }
        let third = text[place + 2]
        switch (first, second) {
        // U+1680; U+2000 to U+200A, U+2028, U+2029, U+202F; U+205F; U+3000.
        case (0xE1, 0x9A): return third == 0x80 ? 3 : 0
        case (0xE2, 0x80): return (0x80...0x8A).contains(third) || third == 0xA8 || third == 0xA9 || third == 0xAF ? 3 : 0
        case (0xE2, 0x81): return third == 0x9F ? 3 : 0
        case (0xE3, 0x80): return third == 0x80 ? 3 : 0
        default: return 0
        }
    }
}

/// One lock for the whole process.
private final class Finishing: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() { pthread_mutex_init(mutex, nil) }

    func lock() { pthread_mutex_lock(mutex) }

    func unlock() { pthread_mutex_unlock(mutex) }
}

// MARK: The short way

extension Markdown {
    /// Bytes that may mean something in Markdown or in HTML; a text without them is only paragraphs.
    private static let meaningful: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for byte in "*_[]<>&`|~\\@\"#+=\t\r\0".utf8 { table[Int(byte)] = true }
        for byte in 0..<32 where byte != 10 { table[byte] = true }
        return table
    }()

    /// Renders a text of plain paragraphs without the library, which takes ten times as long.
    ///
    /// Returns false, and has added nothing, when the text might be anything else: then the library decides.
    /// Both give the same bytes, which a test shows with random texts.
    package static func appendPlainParagraphs(_ source: UnsafeRawBufferPointer, to bytes: Bytes) -> Bool {
        guard isPlainParagraphs(source) else { return false }
        var lineStart = 0
        var isOpen = false
        while lineStart < source.count {
            var lineEnd = lineStart
            while lineEnd < source.count, source[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
            if lineEnd == lineStart {
                if isOpen { bytes.append("</p>\n" as StaticString) }
                isOpen = false
            } else {
                bytes.append(isOpen ? "\n" as StaticString : "<p>" as StaticString)
                isOpen = true
                bytes.append(UnsafeRawBufferPointer(rebasing: source[lineStart..<lineEnd]))
            }
            lineStart = lineEnd + 1
        }
        if isOpen { bytes.append("</p>\n" as StaticString) }
        return true
    }

    private static func isPlainParagraphs(_ source: UnsafeRawBufferPointer) -> Bool {
        meaningful.withUnsafeBufferPointer { meaningful in
            var isLineStart = true
            var last: UInt8 = UInt8(ascii: "\n")
            for place in source.indices {
                let byte = source[place]
                if byte == UInt8(ascii: "\n") {
                    if last == UInt8(ascii: " ") { return false }
                    isLineStart = true
                } else {
                    if meaningful[Int(byte)] { return false }
                    if isLineStart, !isLetter(byte) { return false }
                    if byte == UInt8(ascii: ":"), place + 1 < source.count, source[place + 1] == UInt8(ascii: "/") { return false }
                    if byte == UInt8(ascii: "."), isWWW(source, endingAt: place) { return false }
                    isLineStart = false
                }
                last = byte
            }
            return last != UInt8(ascii: " ")
        }
    }

    /// ASCII letters only: other scripts may begin a line with a space of theirs.
    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
    }

    private static func isWWW(_ source: UnsafeRawBufferPointer, endingAt place: Int) -> Bool {
        place >= 3 && source[place - 1] | 0x20 == UInt8(ascii: "w") && source[place - 2] | 0x20 == UInt8(ascii: "w")
    }
}
