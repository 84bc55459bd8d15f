// KarooExpress – Apache-2.0

/// A tree of values as a file gave it, whether the file was JSON, YAML or a row of CSV.
///
/// The tree lies in one array in reading order; every node knows where its subtree ends. Text is
/// kept as bytes and made a String only when somebody asks for it.
final class Document: @unchecked Sendable {
    enum Kind: UInt8 { case object, array, string, number, boolean, null }

    struct Entry {
        let kind: Kind
        /// Where the text begins, in `source` or, when it had to be rewritten, in `rewritten`.
        let start: UInt32
        let length: UInt32
        let isRewritten: Bool
        /// The first entry after this one's subtree.
        var end: UInt32
        /// Counted from 1; 0 when it is worked out from `start`.
        let line: UInt32
        let column: UInt32
    }

    /// The name that messages give, as `Content/categories.yaml`.
    let file: String
    /// The line of the first byte of `source`.
    let firstLine: Int
    private let owner: AnyObject?
    fileprivate let source: UnsafeRawBufferPointer
    fileprivate(set) var entries: ContiguousArray<Entry> = []
    fileprivate var rewritten: [UInt8] = []

    /// Reads from bytes that `owner` keeps alive.
    init(file: String, firstLine: Int = 1, source: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), owner: AnyObject? = nil) {
        self.file = file
        self.firstLine = firstLine
        self.source = source
        self.owner = owner
    }

    var root: Node { Node(document: self, place: 0) }

    // MARK: Building

    func reserve(_ count: Int) { entries.reserveCapacity(count) }

    /// Adds a scalar whose text is a part of the source.
    func add(_ kind: Kind, start: Int, length: Int) {
        entries.append(Entry(
            kind: kind, start: UInt32(start), length: UInt32(length), isRewritten: false, end: UInt32(entries.count + 1),
            line: 0, column: 0))
    }

    /// Adds a scalar whose text is not in the source as it stands.
    func add(_ kind: Kind, text: some Collection<UInt8>, start: Int = 0, line: Int = 0, column: Int = 0) {
        let place = rewritten.count
        rewritten.append(contentsOf: text)
        entries.append(Entry(
            kind: kind, start: UInt32(place), length: UInt32(rewritten.count - place), isRewritten: true,
            end: UInt32(entries.count + 1), line: UInt32(line), column: UInt32(column)))
    }

    /// Opens an object or array; the result is to be handed to `close`.
    func open(_ kind: Kind, start: Int = 0, line: Int = 0, column: Int = 0) -> Int {
        entries.append(Entry(
            kind: kind, start: UInt32(start), length: 0, isRewritten: false, end: 0, line: UInt32(line), column: UInt32(column)))
        return entries.count - 1
    }

    func close(_ place: Int) { entries[place].end = UInt32(entries.count) }

    /// A position in `source` as line and column, both counted from 1.
    func position(ofByte offset: Int) -> (line: Int, column: Int) {
        var line = firstLine
        var lineStart = 0
        for place in 0..<min(offset, source.count) where source[place] == UInt8(ascii: "\n") {
            line += 1
            lineStart = place + 1
        }
        return (line, offset - lineStart + 1)
    }

    fileprivate func bytes(of entry: Entry, _ body: (UnsafeRawBufferPointer) -> Void) {
        let range = Int(entry.start)..<Int(entry.start) + Int(entry.length)
        if entry.isRewritten {
            rewritten.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        } else {
            body(UnsafeRawBufferPointer(rebasing: source[range]))
        }
    }

    fileprivate func text(of entry: Entry) -> String {
        var text = ""
        bytes(of: entry) { text = String(decoding: $0, as: UTF8.self) }
        return text
    }

    fileprivate func equals(_ entry: Entry, _ name: StaticString) -> Bool {
        guard Int(entry.length) == name.utf8CodeUnitCount else { return false }
        var same = false
        bytes(of: entry) { bytes in
            same = bytes.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        }
        return same
    }
}

/// One value of a document.
struct Node {
    let document: Document
    let place: Int

    private var entry: Document.Entry { document.entries[place] }

    var kind: Document.Kind { entry.kind }
    var isNull: Bool { kind == .null }

    /// The text of a string, number or boolean as it was written; nil for anything else.
    var scalar: String? {
        switch kind {
        case .string, .number, .boolean: document.text(of: entry)
        case .object, .array, .null: nil
        }
    }

    var string: String? { kind == .string ? document.text(of: entry) : nil }

    var boolean: Bool? { kind == .boolean ? document.equals(entry, "true") : nil }

    /// A whole number; nil for anything else.
    var integer: Int? { kind == .number ? Int(document.text(of: entry)) : nil }

    /// The elements of an array; empty for anything else.
    var elements: [Node] {
        guard kind == .array else { return [] }
        var elements: [Node] = []
        var next = place + 1
        let end = Int(entry.end)
        while next < end {
            elements.append(Node(document: document, place: next))
            next = Int(document.entries[next].end)
        }
        return elements
    }

    /// The members of an object in the order of the file; empty for anything else.
    var members: [(key: Node, value: Node)] {
        guard kind == .object else { return [] }
        var members: [(key: Node, value: Node)] = []
        var next = place + 1
        let end = Int(entry.end)
        while next < end {
            members.append((Node(document: document, place: next), Node(document: document, place: next + 1)))
            next = Int(document.entries[next + 1].end)
        }
        return members
    }

    /// The member of this name; nil when there is none or when it is null.
    func member(_ name: StaticString) -> Node? {
        guard kind == .object else { return nil }
        var next = place + 1
        let end = Int(entry.end)
        while next < end {
            if document.equals(document.entries[next], name) {
                let value = Node(document: document, place: next + 1)
                return value.isNull ? nil : value
            }
            next = Int(document.entries[next + 1].end)
        }
        return nil
    }

    /// Where the value stands, both counted from 1.
    var position: (line: Int, column: Int) {
        let entry = entry
        if entry.line > 0 { return (Int(entry.line), Int(entry.column)) }
        return entry.isRewritten ? (document.firstLine, 1) : document.position(ofByte: Int(entry.start))
    }

    /// An issue at this value.
    func issue(_ severity: BuildIssue.Severity, _ message: String, remedy: String? = nil) -> BuildIssue {
        let position = position
        return BuildIssue(
            severity, file: document.file, line: position.line, column: position.column, message, remedy: remedy)
    }
}
