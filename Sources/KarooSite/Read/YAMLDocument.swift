// KarooExpress – Apache-2.0

import Yams

/// Reads a YAML file into the same tree that JSON gives, so that one reader serves both.
enum YAMLParser {
    static let maximumLength = 8 << 20
    static let maximumDepth = 32
    /// How many values one file may have: aliases, which repeat what they name, could else grow without bound.
    static let maximumValues = 1_000_000

    /// `lineOffset` is added to every line: for YAML that stands inside another file.
    static func parse(_ text: String, file: String, lineOffset: Int = 0) throws(BuildIssue) -> Document {
        guard text.utf8.count <= maximumLength else {
            throw BuildIssue(.error, file: file, "file of \(text.utf8.count) bytes; at most \(maximumLength) are read")
        }
        let document = Document(file: file)
        do {
            // Composing expands aliases, and a few lines of them could fill the memory. There is none without an anchor.
            guard !(begins(UInt8(ascii: "&"), in: text) && begins(UInt8(ascii: "*"), in: text)) else {
                throw BuildIssue(.error, file: file, "anchors and aliases are not supported", remedy: "write the values out")
            }
            guard let node = try Yams.compose(yaml: text) else {
                let place = document.open(.object, line: 1 + lineOffset, column: 1)
                document.close(place)
                return document
            }
            try add(node, to: document, depth: 0, lineOffset: lineOffset)
        } catch let issue as BuildIssue {
            throw issue
        } catch let error as YamlError {
            throw issue(error, file: file, lineOffset: lineOffset)
        } catch {
            throw BuildIssue(.error, file: file, "not readable as YAML: \(error)")
        }
        return document
    }

    private static func add(_ node: Yams.Node, to document: Document, depth: Int, lineOffset: Int) throws {
        let line = (node.mark?.line ?? 1) + lineOffset
        let column = node.mark?.column ?? 1
        guard document.entries.count < maximumValues else {
            throw BuildIssue(.error, file: document.file, line: line, column: column, "more than \(maximumValues) values")
        }
        guard depth < maximumDepth else {
            throw BuildIssue(.error, file: document.file, line: line, column: column, "more than \(maximumDepth) levels")
        }
        switch node {
        case .scalar(let scalar):
            guard !scalar.string.unicodeScalars.contains(where: { isControl($0.value) }) else {
                throw BuildIssue(.error, file: document.file, line: line, column: column, "a control character, which no page may have")
            }
            document.add(kind(of: scalar), text: scalar.string.utf8, line: line, column: column)
        case .sequence(let sequence):
            let place = document.open(.array, line: line, column: column)
            for element in sequence { try add(element, to: document, depth: depth + 1, lineOffset: lineOffset) }
            document.close(place)
        case .mapping(let mapping):
            let place = document.open(.object, line: line, column: column)
            for (key, value) in mapping {
                let keyLine = (key.mark?.line ?? 1) + lineOffset
                guard let name = key.scalar?.string else {
                    throw BuildIssue(.error, file: document.file, line: keyLine, column: key.mark?.column, "a key must be a word")
                }
                document.add(.string, text: name.utf8, line: keyLine, column: key.mark?.column ?? 1)
                try add(value, to: document, depth: depth + 1, lineOffset: lineOffset)
            }
            document.close(place)
        case .alias:
            throw BuildIssue(.error, file: document.file, line: line, column: column, "aliases are not supported", remedy: "write the value out")
        }
    }

    /// True when a value, or a line of a text, begins with this.
    private static func begins(_ sign: UInt8, in text: String) -> Bool {
        var last: UInt8 = 0x0A
        var isValueStart = true
        for byte in text.utf8 {
            switch byte {
            case 0x20, 0x09: if last == UInt8(ascii: ":") || last == UInt8(ascii: "-") { isValueStart = true }
            case 0x0A, 0x0D, UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","): isValueStart = true
            case sign:
                if isValueStart { return true }
                isValueStart = false
            case UInt8(ascii: "-"): break
            default: isValueStart = false
            }
            last = byte
        }
        return false
    }

    /// The JSON schema of YAML 1.2 (§10.2), and nothing cleverer: `no` is a word, `2026-03-01` a text.
    private static func kind(of scalar: Yams.Node.Scalar) -> Document.Kind {
        guard scalar.style == .plain || scalar.style == .any else { return .string }
        switch scalar.string {
        case "true", "false": return .boolean
        case "null", "~", "": return .null
        default: return isNumber(scalar.string.utf8) ? .number : .string
        }
    }

    private static func isNumber(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let whole = rest.prefix { digits.contains($0) }
        guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return false }
        rest = rest.dropFirst(whole.count)
        guard !rest.isEmpty else { return true }
        guard rest.first == UInt8(ascii: ".") else { return false }
        let fraction = rest.dropFirst()
        return !fraction.isEmpty && fraction.allSatisfy { digits.contains($0) }
    }

    private static func issue(_ error: YamlError, file: String, lineOffset: Int) -> BuildIssue {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            BuildIssue(
                .error, file: file, line: mark.line + lineOffset, column: mark.column, "not readable as YAML: \(problem)",
                remedy: "check indentation, quotes and colons near this line")
        case .reader(let problem, let offset, _, _):
            BuildIssue(.error, file: file, "not readable as YAML: \(problem) at byte \(offset ?? 0)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            BuildIssue(
                .error, file: file, line: context.mark.line + lineOffset, column: context.mark.column,
                "\"\(duplicates.sorted().joined(separator: "\", \""))\" stands twice", remedy: "keep one of them")
        default:
            BuildIssue(.error, file: file, "not readable as YAML: \(error)")
        }
    }
}

extension BuildIssue: Error {}
