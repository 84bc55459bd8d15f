// KarooExpress – Apache-2.0

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
        precondition(Occurrences.size % schema.chunk == 0 && schema.chunk % schema.card == 0, "places are divided as runs are")
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
        var tables: [TableWriter] = []
        func table(_ write: (inout TableWriter) -> Void) {
            var table = TableWriter(digest)
            write(&table)
            tables.append(table)
        }
        table { writer.write(to: &$0) }
        table { RulesWriter(jobs: jobs).write(rules, places, to: &$0) }
        table { WordsWriter(jobs: jobs).write(terms, writer, to: &$0) }
        table { SuggestionsWriter(jobs: jobs).write(completions, to: &$0) }
        let blocks = runs.flatMap { $0.cards + $0.traits + $0.attributes }.compactMap(\.file)
        return SearchPart(files: tables.flatMap(\.files) + blocks, tables: tables.map(\.tables.bytes) + [names(runs)])
    }

    /// Of each chunk the names of its cards, its traits and its attributes.
    private func names(_ runs: [Run]) -> [UInt8] {
        let cards = schema.chunk / schema.card
        var names = ByteWriter()
        for run in runs {
            for chunk in run.traits.indices {
                for card in chunk * cards..<(chunk + 1) * cards { names.bytes((card < run.cards.count ? run.cards[card].name : .none).bytes) }
                names.bytes(run.traits[chunk].name.bytes)
                names.bytes(run.attributes[chunk].name.bytes)
            }
        }
        return names.bytes
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

    // MARK: Numbers

    /// Prices, stock and whatever else changes without a change of text; with them the names of all that a chunk has.
    ///
    /// - parameter texts: the tables of what is made of text.
    /// - parameter numbers: of a position in the keys, the numbers of the schema's columns in order, then its dates; nil or
    ///   negative for none.
    package func numbers(beside texts: SearchPart, _ numbers: @Sendable (Int) -> [Int64?]) -> SearchPart {
        let (count, first) = (places.positions.count, schema.numbers.count)
        let names = texts.tables.last ?? []
        let size = (schema.chunk / schema.card + 2) * SearchName.size
        let made = pieces(pieceCount(count, size: schema.chunk), jobs: jobs) { chunk -> (files: [SearchFile], name: SearchName) in
            let positions = places.positions[range(of: chunk, size: schema.chunk, count: count)]
            let rows = positions.filter { $0 >= 0 }.map { numbers(Int($0)) }
            precondition(rows.allSatisfy { $0.count == first + schema.dates.count }, "every document has as many numbers as there are columns")
            guard !rows.isEmpty else { return ([], .none) }
            var files: [SearchFile] = []
            var dates = SearchName.none
            if !schema.dates.isEmpty {
                let made = TableWriter.file(CardsWriter.numbers("D", positions, size: schema.chunk, rows.map { $0[first...] }), digest)
                files.append(made.file)
                dates = made.name
            }
            let own = names[chunk * size..<(chunk + 1) * size] + dates.bytes
            let made = TableWriter.file(CardsWriter.numbers("O", positions, size: schema.chunk, names: own, rows.map { $0[..<first] }), digest)
            return (files + [made.file], made.name)
        }
        var table = TableWriter(digest)
        for file in made.flatMap(\.files) { table.add(file) }
        table.array(made.map(\.name))
        return SearchPart(files: table.files, tables: [table.tables.bytes])
    }

    // MARK: Root

    /// The root of both parts.
    package func root(texts: SearchPart, numbers: SearchPart) -> SearchFile {
        var content = ByteWriter(kind: "R")
        let documents = places.places.count
        content.string(RootSchema(schema, documents: documents, places: places.positions.count).json)
        // Terms, rules, words and reversed words, suggestions; chunks, whose files have the names that are last of the texts.
        for table in texts.tables.dropLast() + numbers.tables { content.bytes(table) }
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
