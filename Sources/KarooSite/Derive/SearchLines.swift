// KarooExpress – Apache-2.0

import KarooSearch

/// An index of documents that another program wrote: JSON Lines, the schema in the first line, then one document a line.
///
/// The lines are read twice, once for what decides on places and once for the texts, so that the memory holds the index and
/// never the documents.
package struct SearchLines {
    package struct Summary: Sendable {
        package var documents = 0
        package var files = 0
        package var bytes = 0
    }

    private static let pieceSize = 1 << 20
    private static let batch = 64
    private static let maximumNumber = 1 << 52
    private static let maximumPrior = 255

    private let file: OpenFile
    private let shown: String
    private let schema: SearchSchema
    private let facets: [String: Int]
    private let start: Int

    /// What the first reading keeps of some lines.
    private struct Piece: Sendable {
        var keys: [SearchKey] = []
        var ranges: [Range<Int>] = []
        var numbers: [Int64] = []
        var titles: [SearchCompletion] = []
        var words = TitleWords()
        var lineCount = 0
        var issue: BuildIssue?
    }

    /// Indexes the documents of a file below a folder: `search/root.json`, and the files that it leads to.
    package static func index(_ path: String, output: String, jobs: Int) throws(BuildIssue) -> Summary {
        let file = try OpenFile(path: path, shown: path)
        return try SearchLines(file, shown: path).index(output: output, jobs: jobs)
    }

    private init(_ file: OpenFile, shown: String) throws(BuildIssue) {
        self.file = file
        self.shown = shown
        guard file.count > 0 else { throw BuildIssue(.error, file: shown, "the file is empty") }
        (schema, start) = try FileBytes(file, 0..<min(file.count, JSONParser.maximumLength)).withBytes { bytes throws(BuildIssue) in
            let end = lineEnd(in: bytes, from: 0)
            let line = UnsafeRawBufferPointer(rebasing: bytes[..<end])
            return (try SearchLines.schema(SearchLines.parse(line, shown, line: 1).root), min(file.count, end + 1))
        }
        facets = Dictionary(schema.facets.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func index(output: String, jobs: Int) throws(BuildIssue) -> Summary {
        var keys: [SearchKey] = []
        var ranges: [Range<Int>] = []
        var numbers: [Int64] = []
        var completions: [SearchCompletion] = []
        var words = TitleWords()
        let pieces = try file.pieces(of: SearchLines.pieceSize).compactMap { range in
            range.upperBound <= start ? nil : max(start, range.lowerBound)..<range.upperBound
        }
        var line = 1
        for first in stride(from: 0, to: pieces.count, by: SearchLines.batch) {
            let batch = pieces[first..<min(pieces.count, first + SearchLines.batch)]
            let read = concurrently(jobs: jobs, count: batch.count) { self.read(batch[first + $0]) }
            for piece in read {
                if let issue = piece.issue {
                    throw BuildIssue(.error, file: shown, line: line + (issue.line ?? 1), column: issue.column, issue.message, remedy: issue.remedy)
                }
                line += piece.lineCount
                keys += piece.keys
                ranges += piece.ranges
                numbers += piece.numbers
                words.add(piece.words)
                completions += piece.titles
                SearchLines.keepBest(&completions)
            }
        }
        try checkIdentifiers(keys)
        completions += words.completions
        return try write(keys, ranges, numbers, completions, output: output, jobs: jobs)
    }

    private static func keepBest(_ titles: inout [SearchCompletion]) {
        let maximum = SearchCompletions.maximumProducts
        guard titles.count > 2 * maximum else { return }
        // Among those of one weight the first stay: sorting by weight and place.
        let kept = titles.indices.sorted { (titles[$1].weight, $0) < (titles[$0].weight, $1) }.prefix(maximum).sorted()
        titles = kept.map { titles[$0] }
    }

    private func checkIdentifiers(_ keys: [SearchKey]) throws(BuildIssue) {
        var seen: Set<Fingerprint> = []
        seen.reserveCapacity(keys.count)
        for key in keys where !seen.insert(Fingerprint(of: key.id)).inserted {
            throw BuildIssue(.error, file: shown, "two documents are called \"\(key.id)\"")
        }
    }

    private func write(
        _ keys: [SearchKey], _ ranges: [Range<Int>], _ numbers: [Int64], _ completions: [SearchCompletion], output: String, jobs: Int
    ) throws(BuildIssue) -> Summary {
        let writer = SearchWriter(schema, keys, jobs: jobs, digest: SearchFiles.digest)
        let folder = try FolderOutput(root: output, workers: jobs)
        defer { folder.close() }
        var summary = Summary(documents: keys.count)
        func publish(_ files: [SearchFile]) throws(BuildIssue) {
            let names = Set(files.map(\.name))
            summary.files += names.count
            let groups = concurrently(jobs: jobs, count: (files.count + 63) / 64, setUp: { $0 }) { worker, group -> Result<Int, BuildIssue> in
                var bytes = 0
                for file in files[group * 64..<min(files.count, group * 64 + 64)] {
                    do throws(BuildIssue) {
                        try SearchLines.put(file.bytes, "search/\(file.name)", folder, worker: worker)
                        bytes += file.bytes.count
                    } catch {
                        return .failure(error)
                    }
                }
                return .success(bytes)
            }
            for group in groups { summary.bytes += try group.get() }
        }
        let count = schema.numbers.count + schema.dates.count
        var texts = writer.texts(completions: completions, rules: [], synonyms: []) { document(ranges[$0]) }
        try publish(texts.files)
        texts.files = []
        let numberPart = writer.numbers(beside: texts) { position in numbers[position * count..<(position + 1) * count].map { $0 < 0 ? nil : $0 } }
        try publish(numberPart.files)
        let root = writer.root(texts: texts, numbers: SearchPart(tables: numberPart.tables))
        try publish([root])
        try SearchLines.put(Array(SearchWriter.head(root: root, files: "/search/").utf8), "search/root.json", folder, worker: 0)
        summary.files += 1
        return summary
    }

    private static func put(_ bytes: [UInt8], _ name: String, _ folder: FolderOutput, worker: Int) throws(BuildIssue) {
        var failure: BuildIssue?
        bytes.withUnsafeBytes { bytes in
            do throws(BuildIssue) { _ = try folder.write(name, bytes, worker: worker) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    // MARK: The first reading

    private func read(_ range: Range<Int>) -> Piece {
        var piece = Piece()
        do throws(BuildIssue) {
            try FileBytes(file, range).withBytes { bytes in
                piece.lineCount = eachLine(of: bytes) { line, number in
                    guard piece.issue == nil else { return }
                    do throws(BuildIssue) {
                        let offset = range.lowerBound + (line.baseAddress! - bytes.baseAddress!)
                        try read(SearchLines.parse(line, shown, line: number).root, offset..<offset + line.count, into: &piece)
                    } catch {
                        piece.issue = error
                    }
                }
            }
        } catch {
            piece.issue = error
        }
        return piece
    }

    private func read(_ node: Node, _ range: Range<Int>, into piece: inout Piece) throws(BuildIssue) {
        guard let id = node.member("id")?.string, !id.isEmpty else { throw node.issue(.error, "\"id\" is missing") }
        let popularity = node.member("popularity")?.integer ?? 0
        guard (0...Int(UInt32.max)).contains(popularity) else { throw node.issue(.error, "\"popularity\" must be a whole number of 32 bits") }
        piece.keys.append(
            SearchKey(
                id: id, group: "\(node.member("group")?.string ?? "")\u{0}\(node.member("texts")?.member("brand")?.string ?? "")",
                popularity: UInt32(popularity)))
        piece.ranges.append(range)
        let title = node.member("texts")?.member("title")?.string ?? ""
        piece.words.add(title)
        var address = ""
        let columns = schema.numbers + schema.dates
        var values = [Int64](repeating: -1, count: columns.count)
        for (key, value) in node.member("numbers")?.members ?? [] where !value.isNull {
            guard let column = columns.firstIndex(of: key.scalar ?? "") else { continue }
            let most = key.scalar == "prior" ? SearchLines.maximumPrior : SearchLines.maximumNumber
            guard let number = value.integer, number <= most else {
                throw value.issue(.error, "\"\(key.scalar ?? "")\" must be a whole number, at most \(most)")
            }
            values[column] = Int64(max(-1, number))
        }
        piece.numbers += values
        if let url = node.member("card")?.member("url")?.string { address = url }
        piece.titles.append(
            SearchCompletion(
                text: title, kind: .product, weight: SearchCompletions.weight(.product, popularity), address: address))
    }

    // MARK: The second reading

    private func document(_ range: Range<Int>) -> SearchDocument {
        let nothing = SearchDocument(title: "", card: schema.columns.map { _ in "" })
        // The line was readable a moment ago; should the file have changed since, it has no words.
        guard let bytes = try? FileBytes(file, range) else { return nothing }
        return bytes.withBytes { bytes in
            guard let root = try? SearchLines.parse(bytes, shown, line: 1).root else { return nothing }
            let texts = root.member("texts")
            var document = SearchDocument(
                title: texts?.member("title")?.string ?? "", brand: texts?.member("brand")?.string ?? "",
                category: texts?.member("category")?.string ?? "", attributes: texts?.member("attributes")?.string ?? "",
                description: texts?.member("description")?.string ?? "", card: nothing.card)
            for (key, value) in root.member("card")?.members ?? [] {
                guard let text = value.scalar, let column = schema.columns.firstIndex(of: key.scalar ?? "") else { continue }
                document.card[column] = text
            }
            for (key, value) in root.member("facets")?.members ?? [] {
                guard let facet = facets[key.scalar ?? ""] else { continue }
                for element in value.elements {
                    let pair = element.elements
                    guard let token = pair.first?.scalar ?? element.scalar else { continue }
                    document.values.append(SearchDocument.Value(facet: facet, token: token, label: pair.count > 1 ? pair[1].scalar ?? token : token))
                }
            }
            return document
        }
    }

    // MARK: Parsing

    private static func parse(_ line: UnsafeRawBufferPointer, _ shown: String, line number: Int) throws(BuildIssue) -> Document {
        do throws(JSONParser.Failure) {
            return try JSONParser.parse(line, file: shown, firstLine: number, owner: nil)
        } catch {
            throw BuildIssue(.error, file: shown, line: number, column: error.offset + 1, "not readable as JSON: \(error.message)")
        }
    }

    private static func schema(_ node: Node) throws(BuildIssue) -> SearchSchema {
        guard let language = node.member("language")?.string else {
            throw node.issue(.error, "\"language\" is missing", remedy: "the first line is the schema")
        }
        var facets: [SearchFacet] = []
        for facet in node.member("facets")?.elements ?? [] {
            guard let id = facet.member("id")?.string, let kind = SearchFacet.Kind(rawValue: facet.member("kind")?.string ?? "list") else {
                throw facet.issue(.error, "a facet has an id, and a kind of list, tree, number or flag")
            }
            facets.append(
                SearchFacet(
                    id: id, label: facet.member("label")?.string ?? id, kind: kind, unit: facet.member("unit")?.string,
                    isAttribute: facet.member("attribute")?.boolean ?? false, isScope: facet.member("scope")?.boolean ?? false))
        }
        let numbers = node.member("numbers")?.elements.compactMap(\.string) ?? []
        let columns = node.member("columns")?.elements.compactMap(\.string) ?? ["title"]
        guard columns.first == "title" else { throw node.issue(.error, "the first of \"columns\" must be \"title\"") }
        for (member, names) in [("facets", facets.map(\.id)), ("numbers", numbers), ("columns", columns)] {
            guard let twice = Dictionary(grouping: names, by: \.self).filter({ $0.value.count > 1 }).keys.min() else { continue }
            throw node.issue(.error, "\"\(member)\" has \"\(twice)\" twice", remedy: "name each once")
        }
        return SearchSchema(
            language: language, columns: columns, numbers: numbers.filter { $0 != SearchNumbers.date }, dates: numbers.filter { $0 == SearchNumbers.date },
            facets: facets,
            money: node.member("money").map(money))
    }

    private static func money(_ node: Node) -> SearchMoney {
        func text(_ name: StaticString) -> String { node.member(name)?.string ?? "" }
        func number(_ name: StaticString, _ standard: Int) -> Int { node.member(name)?.integer ?? standard }
        return SearchMoney(
            currency: text("currency"), decimals: number("decimals", 2), prefix: text("prefix"), suffix: text("suffix"), group: text("group"),
            decimal: text("decimal"), primary: number("primary", 3), secondary: number("secondary", 3), minimum: number("minimum", 1),
            zero: node.member("zero")?.string ?? "0")
    }
}
