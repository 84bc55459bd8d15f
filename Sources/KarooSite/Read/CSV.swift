// KarooExpress – Apache-2.0

/// Reads comma-separated values (RFC 4180): quoted cells may hold commas, doubled quotes and line ends.
struct CSVParser {
    struct Row {
        /// The line on which the row begins, counted from 1.
        let line: Int
        let cells: [String]
    }

    struct Failure: Error {
        let line: Int
        let message: String
    }

    private let bytes: UnsafeRawBufferPointer
    private var place = 0
    private var line = 1

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// The next row that is not blank; nil at the end.
    mutating func next() throws(Failure) -> Row? {
        while place < bytes.count {
            let start = line
            let cells = try row()
            if cells.count > 1 || cells[0].contains(where: { !$0.isWhitespace }) { return Row(line: start, cells: cells) }
        }
        return nil
    }

    private mutating func row() throws(Failure) -> [String] {
        var cells: [String] = []
        while true {
            cells.append(try cell())
            guard place < bytes.count else { return cells }
            let separator = bytes[place]
            place += 1
            if separator == UInt8(ascii: ",") {
                if place == bytes.count { cells.append("") }
                continue
            }
            if separator == UInt8(ascii: "\r"), place < bytes.count, bytes[place] == UInt8(ascii: "\n") { place += 1 }
            line += 1
            return cells
        }
    }

    private mutating func cell() throws(Failure) -> String {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return try plainCell() }
        let start = line
        place += 1
        var text: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\"") {
                if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
                    place += 1
                } else {
                    guard place == bytes.count || isSeparator(bytes[place]) else {
                        throw Failure(line: line, message: "text after a closing quote")
                    }
                    return try string(text, line: start)
                }
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            text.append(byte)
        }
        throw Failure(line: start, message: "a quoted cell is not closed")
    }

    private mutating func plainCell() throws(Failure) -> String {
        let start = place
        while place < bytes.count, !isSeparator(bytes[place]) { place += 1 }
        return try string(bytes[start..<place], line: line)
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private func string(_ bytes: some Collection<UInt8>, line: Int) throws(Failure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(line: line, message: "not UTF-8") }
        return text
    }
}

/// Turns rows under dotted column names into the trees that YAML and JSON give:
/// `prices.EUR` is the member `EUR` of the member `prices`.
struct CSVTable {
    /// A member of the tree: a cell, or more members.
    private final class Branch {
        let name: String
        var column: Int?
        var branches: [Branch] = []

        init(name: String) { self.name = name }
    }

    /// Columns that hold several words in one cell, separated by `|`.
    private static let lists: Set<String> = ["images", "options", "categories"]
    /// Columns of words, which may begin with a bracket.
    private static let words: Set<String> = ["title", "summary", "description", "body"]

    private let file: String
    private let root = Branch(name: "")
    private let width: Int

    init(header: CSVParser.Row, file: String) throws(BuildIssue) {
        self.file = file
        width = header.cells.count
        for (column, cell) in header.cells.enumerated() {
            let name = cell.trimmingSpaces()
            guard !name.isEmpty else {
                throw BuildIssue(.error, file: file, line: header.line, "column \(column + 1) has no name")
            }
            var branch = root
            for part in name.split(separator: ".", omittingEmptySubsequences: false).map(String.init) {
                guard branch.column == nil else {
                    throw BuildIssue(.error, file: file, line: header.line, "column \"\(name)\" stands below a column that is a value itself")
                }
                if let known = branch.branches.first(where: { $0.name == part }) {
                    branch = known
                } else {
                    let new = Branch(name: part)
                    branch.branches.append(new)
                    branch = new
                }
            }
            guard branch.column == nil, branch.branches.isEmpty else {
                throw BuildIssue(.error, file: file, line: header.line, "column \"\(name)\" stands twice")
            }
            branch.column = column
        }
    }

    /// The row as a tree; empty cells are left out.
    func document(_ row: CSVParser.Row) throws(BuildIssue) -> Document {
        guard row.cells.count <= width else {
            throw BuildIssue(
                .error, file: file, line: row.line, "\(row.cells.count) cells under \(width) columns",
                remedy: "put cells that hold a comma in double quotes")
        }
        let document = Document(file: file, firstLine: row.line)
        try add(root, row, to: document)
        return document
    }

    private func add(_ branch: Branch, _ row: CSVParser.Row, to document: Document) throws(BuildIssue) {
        let object = document.open(.object, line: row.line, column: 1)
        for member in branch.branches where hasContent(member, row) {
            document.add(.string, text: member.name.utf8, line: row.line, column: 1)
            if let column = member.column {
                try add(cell: row.cells[column].trimmingSpaces(), of: member.name, row, to: document)
            } else {
                try add(member, row, to: document)
            }
        }
        document.close(object)
    }

    private func hasContent(_ branch: Branch, _ row: CSVParser.Row) -> Bool {
        if let column = branch.column { return column < row.cells.count && !row.cells[column].trimmingSpaces().isEmpty }
        return branch.branches.contains { hasContent($0, row) }
    }

    private func add(cell: String, of name: String, _ row: CSVParser.Row, to document: Document) throws(BuildIssue) {
        if !CSVTable.words.contains(name), cell.hasPrefix("{") || cell.hasPrefix("[") {
            return try add(json: cell, of: name, row, to: document)
        }
        if CSVTable.lists.contains(name) {
            let array = document.open(.array, line: row.line, column: 1)
            for part in cell.split(separator: "|") {
                document.add(.string, text: String(part).trimmingSpaces().utf8, line: row.line, column: 1)
            }
            document.close(array)
            return
        }
        document.add(kind(of: cell), text: cell.utf8, line: row.line, column: 1)
    }

    private func add(json: String, of name: String, _ row: CSVParser.Row, to document: Document) throws(BuildIssue) {
        var failure: JSONParser.Failure?
        var json = json
        json.withUTF8 { bytes in
            do throws(JSONParser.Failure) {
                let tree = try JSONParser.parse(UnsafeRawBufferPointer(bytes), file: file, firstLine: row.line, owner: nil)
                copy(tree.root, row, to: document)
            } catch {
                failure = error
            }
        }
        if let failure {
            throw BuildIssue(
                .error, file: file, line: row.line, "the cell of column \"\(name)\" is not JSON: \(failure.message) at character \(failure.offset + 1)")
        }
    }

    private func copy(_ node: Node, _ row: CSVParser.Row, to document: Document) {
        switch node.kind {
        case .object:
            let object = document.open(.object, line: row.line, column: 1)
            for (key, value) in node.members {
                document.add(.string, text: (key.scalar ?? "").utf8, line: row.line, column: 1)
                copy(value, row, to: document)
            }
            document.close(object)
        case .array:
            let array = document.open(.array, line: row.line, column: 1)
            for element in node.elements { copy(element, row, to: document) }
            document.close(array)
        case .string, .number, .boolean, .null:
            document.add(node.kind, text: (node.scalar ?? "null").utf8, line: row.line, column: 1)
        }
    }

    /// Cells have no types: what reads as a number or as true or false is one.
    private func kind(of cell: String) -> Document.Kind {
        if cell == "true" || cell == "false" { return .boolean }
        return Int(cell) != nil || isDecimal(cell) ? .number : .string
    }
}

/// True for digits with at most one point between them and perhaps a minus in front.
func isDecimal(_ text: String) -> Bool {
    var rest = text.utf8[...]
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
        && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
}

extension String {
    /// Without what no page may have.
    func withoutControls() -> String {
        guard unicodeScalars.contains(where: { isControl($0.value) }) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !isControl($0.value) }))
    }

    /// Without white space at both ends.
    func trimmingSpaces() -> String {
        guard let first = unicodeScalars.firstIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        let last = unicodeScalars.lastIndex(where: { !$0.properties.isWhitespace })!
        return String(unicodeScalars[first...last])
    }
}
