// KarooExpress – Apache-2.0

import Foundation
import FoundationXML

/// One item of a product feed: its elements by name, in their order.
struct MerchantItem {
    struct Element {
        /// Without a prefix: `price`.
        let name: String
        /// True for elements of Google's namespace, which go before those of RSS and Atom of the same name.
        let isOfGoogle: Bool
        let text: String
    }

    /// Counted from 1.
    let line: Int
    var elements: [Element] = []
    /// Why the item cannot be used; nil when it can.
    var fault: String?

    /// The first text of this name that is not empty; nil when there is none.
    func text(_ name: String) -> String? { texts(name).first }

    /// All texts of this name that are not empty: those of Google's namespace, or the others when there are none.
    func texts(_ name: String) -> [String] {
        let found = elements.filter { $0.name == name && !$0.text.isEmpty }
        let ofGoogle = found.filter(\.isOfGoogle)
        return (ofGoogle.isEmpty ? found : ofGoogle).map(\.text)
    }
}

/// Reads the XML of a product feed, RSS 2.0 or Atom, element by element.
///
/// Feeds come from strangers: nothing outside of the file is opened, entities cannot be declared, and everything has a limit.
final class MerchantItemReader: NSObject, XMLParserDelegate {
    static let maximumLength = 512 << 20
    static let maximumItems = 1_000_000
    static let maximumDepth = 32
    /// Elements of one item.
    static let maximumElements = 1_000
    /// Bytes of one element's text.
    static let maximumText = 1 << 20

    private static let google = "http://base.google.com/ns/1.0"

    private let file: String
    private(set) var items: [MerchantItem] = []
    private(set) var failure: BuildIssue?
    private var item: MerchantItem?
    private var depth = 0
    /// The depth of the open item's own element.
    private var itemDepth = 0
    /// Of the open element.
    private var text: [UInt8] = []
    private var prefixes: Set<String> = ["g"]
    private var hasRoot = false

    private init(file: String) { self.file = file }

    /// The items of a feed. Throws what makes the whole file useless.
    static func read(_ bytes: UnsafeRawBufferPointer, file: String) throws(BuildIssue) -> [MerchantItem] {
        guard bytes.count <= maximumLength else {
            throw BuildIssue(.error, file: file, "file of \(bytes.count) bytes; at most \(maximumLength) are read")
        }
        // In other encodings a declaration could hide from the eyes below, and bytes that are no UTF-8 stop the parser's process.
        guard isValidUTF8(bytes) else { throw notUTF8(file) }
        try checkProlog(bytes, file: file)
        let reader = MerchantItemReader(file: file)
        let data = bytes.baseAddress.map { Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: $0), count: bytes.count, deallocator: .none) } ?? Data()
        // By stream: given at once, more than a few hundred kilobytes are refused on Linux.
        let parser = XMLParser(stream: InputStream(data: data))
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        let isComplete = parser.parse()
        if let failure = reader.failure { throw failure }
        guard isComplete, reader.hasRoot else { throw BuildIssue(.error, file: file, "the file holds no XML", remedy: "export the feed as RSS 2.0 or Atom") }
        return reader.items
    }

    /// Refuses what could declare entities before the first byte reaches the parser. A declaration can stand only in front
    /// of the first element.
    private static func checkProlog(_ bytes: UnsafeRawBufferPointer, file: String) throws(BuildIssue) {
        var place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard !bytes.prefix(4).contains(0) else { throw notUTF8(file) }
        while place < bytes.count {
            if bytes[place] <= 0x20 {
                place += 1
            } else if bytes[place...].starts(with: "<?".utf8) {
                let end = end(of: "?>", in: bytes, from: place)
                try checkEncoding(String(decoding: bytes[place..<end], as: UTF8.self), file: file)
                place = end
            } else if bytes[place...].starts(with: "<!--".utf8) {
                place = end(of: "-->", in: bytes, from: place + 4)
            } else if bytes[place...].starts(with: "<!".utf8) {
                throw BuildIssue(
                    .error, file: file, "the file declares a document type, which could hold entities without end",
                    remedy: "remove <!DOCTYPE …>: feeds need none")
            } else {
                return
            }
        }
    }

    private static func end(of mark: String, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var place = start
        while place < bytes.count, !bytes[place...].starts(with: mark.utf8) { place += 1 }
        return min(place + mark.utf8.count, bytes.count)
    }

    private static func checkEncoding(_ declaration: String, file: String) throws(BuildIssue) {
        guard let start = declaration.range(of: "encoding") else { return }
        let rest = declaration[start.upperBound...]
        let name = rest.drop { $0 == " " || $0 == "=" || $0 == "\"" || $0 == "'" }.prefix { !" \"'?".contains($0) }
        guard name.lowercased() == "utf-8", rest.range(of: "encoding") == nil else {
            throw BuildIssue(.error, file: file, line: 1, "encoding \"\(name)\" is not read", remedy: "save the file in UTF-8")
        }
    }

    private static func notUTF8(_ file: String) -> BuildIssue {
        BuildIssue(.error, file: file, "the file is not in UTF-8", remedy: "save it in UTF-8")
    }

    // MARK: What the parser says

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        hasRoot = true
        depth += 1
        guard depth <= MerchantItemReader.maximumDepth else { return stop(parser, "more than \(MerchantItemReader.maximumDepth) levels of elements") }
        for (name, value) in attributes where name.hasPrefix("xmlns:") && value == MerchantItemReader.google { prefixes.insert(String(name.dropFirst(6))) }
        if item == nil {
            guard elementName == "item" || elementName == "entry" else { return }
            guard items.count < MerchantItemReader.maximumItems else { return stop(parser, "more than \(MerchantItemReader.maximumItems) items") }
            item = MerchantItem(line: parser.lineNumber)
            itemDepth = depth
        } else if depth == itemDepth + 1 {
            text.removeAll(keepingCapacity: true)
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { add(string.utf8) }

    func parser(_ parser: XMLParser, foundCDATA block: Data) { add(block) }

    /// Only what stands directly below the item is its own: a price within `shipping` is not the price.
    private func add(_ bytes: some Collection<UInt8>) {
        guard item != nil, depth == itemDepth + 1 else { return }
        guard text.count + bytes.count <= MerchantItemReader.maximumText else {
            item?.fault = "an element of the item holds more than \(MerchantItemReader.maximumText) bytes"
            return
        }
        text.append(contentsOf: bytes)
    }

    func parser(_ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?) {
        defer { depth -= 1 }
        guard let open = item else { return }
        if depth == itemDepth {
            items.append(open)
            item = nil
        } else if depth == itemDepth + 1 {
            guard open.elements.count < MerchantItemReader.maximumElements else {
                item?.fault = "the item has more than \(MerchantItemReader.maximumElements) elements"
                return
            }
            let parts = elementName.split(separator: ":", maxSplits: 1)
            let isOfGoogle = parts.count == 2 && prefixes.contains(String(parts[0]))
            // Elements of other vocabularies mean something else, whatever they are called.
            if parts.count == 1 || isOfGoogle {
                item?.elements.append(
                    MerchantItem.Element(
                        name: String(parts[parts.count - 1]), isOfGoogle: isOfGoogle, text: String(decoding: text, as: UTF8.self).trimmingSpaces()))
            }
        }
    }

    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) {
        // 200 to 205 are about undeclared prefixes, which change nothing here.
        let code = (parseError as NSError).code
        guard failure == nil, !(200...205).contains(code) else { return }
        failure = BuildIssue(
            .error, file: file, line: parser.lineNumber, column: parser.columnNumber, "not readable as XML: \(MerchantItemReader.reason(code))",
            remedy: "mend the file where it was made; nothing was taken from it")
    }

    private func stop(_ parser: XMLParser, _ message: String) {
        if failure == nil { failure = BuildIssue(.error, file: file, line: parser.lineNumber, "\(message); nothing was taken from the file") }
        parser.abortParsing()
    }

    /// The codes of libxml2 that feeds provoke.
    private static func reason(_ code: Int) -> String {
        switch code {
        case 4: "the file is empty"
        case 5: "something stands after the end of the document, or the end is missing"
        case 9: "a character that XML does not allow"
        case 26, 27: "an entity such as &nbsp; that XML does not know (write &#160;)"
        case 38, 39: "an attribute without quotes"
        case 65, 68, 73: "a tag is broken"
        case 76: "an end tag that fits no start tag"
        case 77: "a tag is not closed"
        case 81: "text that is not in the encoding of the file"
        default: "fault \(code)"
        }
    }
}
