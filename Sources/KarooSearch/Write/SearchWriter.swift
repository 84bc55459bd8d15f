// KarooExpress – Apache-2.0

import Foundation

/// A file of the index. Its name is made of its bytes, so it never changes.
package struct SearchFile: Sendable {
    /// `01/23456789ab.bin`
    package var name: String
    package var bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// Some files of an index, and what the root says of them.
package struct SearchPart: Sendable {
    package var files: [SearchFile]
    /// The tables of the root that lead to the files.
    package var tables: [[UInt8]]

    package init(files: [SearchFile] = [], tables: [[UInt8]] = []) {
        self.files = files
        self.tables = tables
    }
}

/// Makes the index of one language of one market. The same documents give the same bytes.
package struct SearchWriter: Sendable {
    /// SHA-256.
    package typealias Digest = @Sendable ([UInt8]) -> [UInt8]

    package let schema: SearchSchema
    private let places: Places
    private let jobs: Int
    private let digest: Digest

    package init(_ schema: SearchSchema, _ keys: [SearchKey], jobs: Int, digest: @escaping Digest) {
        precondition(Occurrences.size % schema.chunk == 0 && Occurrences.size % schema.card == 0, "places are divided as runs are")
        self.schema = schema
        self.jobs = jobs
        self.digest = digest
        places = Places(keys, tier: schema.tier)
    }

    // MARK: Text

    /// Everything that is made of text: terms, words, suggestions, cards and traits.
    ///
    /// - parameter document: the document of a position in the keys. It is called once for each, from several threads.
    package func texts(
        completions: [SearchCompletion], rules: [SearchRule], synonyms: [SearchSynonym], _ document: @Sendable (Int) -> SearchDocument
    ) -> SearchPart {
        let synonyms = Synonyms(synonyms)
        let lexicon = Lexicon()
        let count = places.positions.count
        var runs = pieces(pieceCount(count, size: Occurrences.size), jobs: jobs, own: { OccurrenceReader(synonyms.phrases) }) { reader, piece in
            run(places.positions[range(of: piece, size: Occurrences.size, count: count)], &reader, lexicon, document)
        }
        var scopes: [String: [Int32]] = [:]
        for place in runs.indices {
            for (scope, places) in runs[place].scopes { scopes[scope, default: []] += places }
            runs[place].scopes = [:]
        }
        let terms = Terms(runs.map(\.occurrences), lexicon.all, language: schema.language, jobs: jobs)
        for place in runs.indices { runs[place].occurrences = Occurrences() }

        var writer = TermsWriter(terms, places: count, tier: schema.tier, jobs: jobs, digest)
        for (scope, places) in scopes { writer.add(scope: scope, places) }
        for (word, other) in synonyms.pairs { writer.add(synonym: word, of: other) }
        for rule in rules { add(rule, to: &writer) }
        var tables: [TableWriter] = []
        func table(_ write: (inout TableWriter) -> Void) {
            var table = TableWriter(digest)
            write(&table)
            tables.append(table)
        }
        table { writer.write(to: &$0) }
        table { WordsWriter(jobs: jobs).write(terms, to: &$0) }
        table { SuggestionsWriter(jobs: jobs).write(completions, to: &$0) }
        for files in [\Run.cards, \Run.traits, \Run.attributes] {
            table { table in
                let all = runs.flatMap { $0[keyPath: files] }
                for (file, _) in all { if let file { table.add(file) } }
                table.array(all.map(\.name))
            }
        }
        return SearchPart(files: tables.flatMap(\.files), tables: tables.map(\.tables.bytes))
    }

    /// What is made of a run of places at once.
    private struct Run: Sendable {
        typealias File = (file: SearchFile?, name: SearchName)

        var occurrences = Occurrences()
        var cards: [File] = []
        var traits: [File] = []
        var attributes: [File] = []
        var scopes: [String: [Int32]] = [:]
    }

    private func run(
        _ positions: ArraySlice<Int32>, _ reader: inout OccurrenceReader, _ lexicon: Lexicon, _ document: (Int) -> SearchDocument
    ) -> Run {
        var run = Run()
        // By place, nil where there is no document.
        var cards = [[String]?](repeating: nil, count: positions.count)
        var values = [[SearchDocument.Value]?](repeating: nil, count: positions.count)
        var offset = 0
        run.occurrences = reader.read(positions, lexicon, document) { found in
            while positions[positions.startIndex + offset] < 0 { offset += 1 }
            cards[offset] = found.card
            values[offset] = found.values
            for value in found.values where schema.facets[value.facet].isScope {
                run.scopes["\(schema.facets[value.facet].id):\(value.token)", default: []].append(Int32(positions.startIndex + offset))
            }
            offset += 1
        }
        run.cards = divide(positions, schema.card, cards) { CardsWriter.cards($0, size: schema.card, columns: schema.columns.count, $1) }
        let general = schema.facets.indices.filter { !schema.facets[$0].isAttribute }
        let special = schema.facets.indices.filter { schema.facets[$0].isAttribute }
        run.traits = divide(positions, schema.chunk, values) { CardsWriter.traits($0, size: schema.chunk, facets: general, $1) }
        run.attributes = divide(positions, schema.chunk, values) { positions, values in
            let isEmpty = values.allSatisfy { $0.allSatisfy { !schema.facets[$0.facet].isAttribute } }
            return isEmpty ? [] : CardsWriter.traits(positions, size: schema.chunk, facets: special, values)
        }
        return run
    }

    /// A file for each `size` places; none where there are no documents.
    private func divide<Value>(
        _ positions: ArraySlice<Int32>, _ size: Int, _ values: [Value?], _ content: (ArraySlice<Int32>, [Value]) -> [UInt8]
    ) -> [Run.File] {
        stride(from: 0, to: positions.count, by: size).map { start in
            let end = min(positions.count, start + size)
            let some = values[start..<end].compactMap(\.self)
            let content = some.isEmpty ? [] : content(positions[(positions.startIndex + start)..<(positions.startIndex + end)], some)
            guard !content.isEmpty else { return (nil, .none) }
            let (file, name) = TableWriter.file(content, digest)
            return (file, name)
        }
    }

    private func add(_ rule: SearchRule, to writer: inout TermsWriter) {
        struct Written: Encodable {
            let redirect: String?
            let pins: [Int32]?
        }
        var words = Words()
        words.read(rule.query)
        guard !words.words.isEmpty else { return }
        let pins = rule.pins.map { places.places[$0] }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try! encoder.encode(Written(redirect: rule.redirect, pins: pins.isEmpty ? nil : pins))
        writer.add(rule: String(decoding: json, as: UTF8.self), of: words.words.map { Array(words.bytes[$0.start..<$0.end]) })
    }

    // MARK: Numbers

    /// Prices, stock and whatever else changes without a change of text.
    ///
    /// - parameter numbers: of a position in the keys, the numbers of the schema's columns in order, then its dates; nil or
    ///   negative for none.
    package func numbers(_ numbers: @Sendable (Int) -> [Int64?]) -> SearchPart {
        let first = schema.numbers.count
        let all = [("O" as Character, 0..<first), ("D", first..<first + schema.dates.count)].map { kind, columns in
            table(kind, columns.count) { position in Array(numbers(position)[columns]) }
        }
        return SearchPart(files: all.flatMap(\.files), tables: all.flatMap(\.tables))
    }

    private func table(_ kind: Character, _ columns: Int, _ numbers: @Sendable (Int) -> [Int64?]) -> SearchPart {
        let count = places.positions.count
        let files = pieces(pieceCount(count, size: schema.chunk), jobs: jobs) { chunk -> Run.File in
            let positions = places.positions[range(of: chunk, size: schema.chunk, count: count)]
            let rows = positions.filter { $0 >= 0 }.map { numbers(Int($0)) }
            guard !rows.isEmpty, columns > 0 else { return (nil, .none) }
            let (file, name) = TableWriter.file(CardsWriter.numbers(kind, positions, size: schema.chunk, columns: columns, rows), digest)
            return (file, name)
        }
        var table = TableWriter(digest)
        for (file, _) in files { if let file { table.add(file) } }
        table.array(files.map(\.name))
        return SearchPart(files: table.files, tables: [table.tables.bytes])
    }

    // MARK: Root

    /// The root of both parts.
    package func root(texts: SearchPart, numbers: SearchPart) -> SearchFile {
        var content = ByteWriter(kind: "R")
        let documents = places.places.count
        content.string(RootSchema(schema, documents: documents, places: places.positions.count).json)
        // Terms, words and reversed words, suggestions, cards, traits, attributes; numbers, dates.
        for table in texts.tables + numbers.tables { content.bytes(table) }
        return TableWriter.file(content.bytes, digest).file
    }

    /// The text of the head, which names the root.
    ///
    /// - parameter files: the path of the folder that holds the files, from the root of the host: `/search/`.
    package static func head(root: SearchFile, files: String) -> String {
        let name = root.name.filter { $0 != "/" }.dropLast(4)
        return "{\"files\":\"\(files)\",\"format\":\(RootSchema.format),\"root\":\"\(name)\"}\n"
    }
}
