// KarooExpress – Apache-2.0

import KarooCommerce

/// Where the input lies.
package struct Sources: Sendable {
    package var content: String
    package var locales: String
    package var templates: String
    /// Nil when the build goes by Content alone.
    package var facts: String?

    package init(content: String, locales: String, templates: String, facts: String?) {
        self.content = content
        self.locales = locales
        self.templates = templates
        self.facts = facts
    }
}

/// Reads everything into a catalogue, with what is wrong with it.
enum ContentReader {
    /// A piece of the input that one worker reads.
    private enum Piece: Sendable {
        case facts(SourceFolder)
        case folder(SourceFolder, name: String, seller: Int)
        case lines(OpenFile, Range<Int>, shown: String, base: SourceFolder, seller: Int)
        case table(SourceFolder, name: String, seller: Int)
    }

    /// A product as it was read, before facts and pictures are added.
    struct Found: Sendable {
        let product: Product
        let seller: Int
        let fingerprint: Fingerprint
        /// By which the next build finds it among the known ones; nil when something is to be said of it each time.
        let key: Fingerprint?
        /// False when it was known.
        let isRead: Bool
        /// The folder below Content in which its pictures lie.
        let base: SourceFolder
        let file: String
        let line: Int
    }

    private struct Reading: Sendable {
        var found: [Found] = []
        var facts: FactTable?
        var issues = Issues()
        /// How many lines the piece has, for pieces of a longer file.
        var lineCount = 0
    }

    /// How many bytes of a bulk file one worker takes at a time.
    private static let pieceSize = 512 << 10

    /// What is the same for all products while they are read.
    private struct Ground: Sendable {
        let sellers: [Seller.ID]
        let marketplace: Marketplace
        let categories: CategoryTree
        let attributes: AttributeTable
        let known: KnownProducts

        func reader(_ seller: Int) -> ProductReader {
            ProductReader(
                seller: sellers[seller], languages: marketplace.languages, markets: marketplace.markets, categories: categories,
                attributes: attributes)
        }
    }

    /// Nil when no marketplace could be made out. `products` is the file of known products; nil when none is kept.
    static func read(
        _ sources: Sources, known: [String: MediaRecord], products: String? = nil, workshop: PictureWorkshop? = nil, jobs: Int, _ issues: inout Issues
    ) -> (catalog: Catalog, media: [String: MediaRecord])? {
        // Content comes from many hands, and what it names is published.
        let content = SourceFolder(path: sources.content, shown: shownName(sources.content), within: realPath(sources.content))
        guard let marketplace = Marketplace.read(content, &issues) else { return nil }
        let languages = marketplace.languages
        let categories = CategoryReader.read(content, languages, &issues)
        let attributes = AttributeReader.read(content, languages, &issues)
        let words = Words.read(SourceFolder(path: sources.locales, shown: shownName(sources.locales)), languages, &issues)
        let theme = ThemeReader.read(SourceFolder(path: sources.templates, shown: shownName(sources.templates)), &issues)
        let pages = PageReader.read(content, marketplace, &issues)
        let sellersFolder = content.folder("sellers")
        let addresses = AddressReader(languages)
        var sellers: [(seller: Seller, folder: SourceFolder)] = []
        for (name, isFolder) in sellersFolder.names() ?? [] where isFolder {
            let folder = sellersFolder.folder(name)
            if let seller = SellerReader.read(folder, id: name, marketplace, addresses, &issues) { sellers.append((seller, folder)) }
        }
        let search = SearchReader(
            languages: languages, markets: marketplace.markets, categories: categories, sellers: sellers.map(\.seller.id), pages: pages
        ).read(content, &issues)
        let pieces = (sources.facts.map { [.facts(SourceFolder(path: $0, shown: shownName($0)))] } ?? []) + sellers.enumerated().flatMap { ContentReader.pieces(of: $1.folder, seller: $0, &issues) }
        let foundation = ContentReader.foundation(content)
        let ground = Ground(
            sellers: sellers.map(\.seller.id), marketplace: marketplace, categories: categories, attributes: attributes,
            known: products.map { KnownProducts(path: $0, foundation: foundation) } ?? KnownProducts())
        let readings = concurrently(jobs: jobs, count: pieces.count) { place in read(pieces[place], ground) }
        var found: [Found] = []
        found.reserveCapacity(readings.reduce(0) { $0 + $1.found.count })
        var lines: [String: Int] = [:]
        for (piece, reading) in zip(pieces, readings) { collect(reading, of: piece, &found, &lines, &issues) }
        let facts = readings.lazy.compactMap(\.facts).first ?? FactTable()
        checkIdentifiers(found, facts, &issues)
        if let products, KnownProducts.isStale(read: found.count { $0.isRead && $0.key != nil }, of: found.count) {
            KnownProducts.write(found, products, foundation: foundation, marketplace, jobs: jobs)
        } else if let products {
            KnownProducts.removeUnfinished(products)
        }
        return Assembly(
            marketplace: marketplace, categories: categories, attributes: attributes, sellers: sellers,
            taxes: TaxReader.read(content, marketplace.markets, &issues), pages: pages, words: words,
            theme: theme, search: search, facts: facts, media: MediaReader(known: known, root: content.root), workshop: workshop, content: content,
            jobs: jobs
        ).catalog(found, &issues)
    }

    /// Messages name input folders as the reader of the message typed them.
    private static func shownName(_ path: String) -> String {
        var name = path[...]
        while name.hasPrefix("./") { name = name.dropFirst(2) }
        while name.hasSuffix("/"), name.count > 1 { name = name.dropLast() }
        return String(name)
    }

    private static func pieces(of folder: SourceFolder, seller: Int, _ issues: inout Issues) -> [Piece] {
        var pieces: [Piece] = []
        for (name, isFolder) in folder.folder("products").names() ?? [] where isFolder {
            pieces.append(.folder(folder.folder("products").folder(name), name: name, seller: seller))
        }
        if folder.has("products.jsonl") {
            do throws(BuildIssue) {
                let file = try folder.open("products.jsonl")
                for range in try file.pieces(of: pieceSize) {
                    pieces.append(.lines(file, range, shown: folder.shown("products.jsonl"), base: folder, seller: seller))
                }
            } catch {
                issues.add(error)
            }
        }
        if folder.has("products.csv") { pieces.append(.table(folder, name: "products.csv", seller: seller)) }
        return pieces
    }

    /// Of all that decides how a product is read besides its own words.
    static func foundation(_ content: SourceFolder) -> Fingerprint {
        var hasher = Fingerprint.Hasher()
        hasher.add(KnownProducts.version)
        for name in [Marketplace.fileName, CategoryReader.fileName, AttributeReader.fileName] {
            hasher.add(name)
            (try? content.file(name))?.withBytes { hasher.add($0) }
        }
        return hasher.finish()
    }

    /// The same words of another seller, or in another folder, are another product.
    private static func key(_ fingerprint: Fingerprint, seller: Seller.ID, folder: String = "") -> Fingerprint {
        var hasher = Fingerprint.Hasher()
        hasher.add(fingerprint)
        hasher.add(seller.text)
        hasher.add(folder)
        return hasher.finish()
    }

    private static func read(_ piece: Piece, _ ground: Ground) -> Reading {
        switch piece {
        case .facts(let folder): readFacts(folder)
        case .folder(let folder, let name, let seller): readFolder(folder, name: name, ground, seller: seller)
        case .lines(let file, let range, let shown, let base, let seller):
            readLines(file, range, shown: shown, base: base, ground, seller: seller)
        case .table(let folder, let name, let seller): readTable(folder, name: name, ground, seller: seller)
        }
    }

    private static func readFacts(_ folder: SourceFolder) -> Reading {
        var reading = Reading()
        reading.facts = FactsReader.read(folder, &reading.issues)
        return reading
    }

    private static func readFolder(_ folder: SourceFolder, name: String, _ ground: Ground, seller: Int) -> Reading {
        var reading = Reading()
        let reader = ground.reader(seller)
        var hasher = Fingerprint.Hasher()
        let fileName = "product.yaml"
        do throws(BuildIssue) {
            let file = try folder.file(fileName)
            file.withBytes { hasher.add($0) }
            var texts: [(language: Language, file: FileBytes)] = []
            for language in reader.languages.all where folder.has("\(language).md") {
                let markdown = try folder.file("\(language).md")
                hasher.add(language.tag)
                markdown.withBytes { hasher.add($0) }
                texts.append((language, markdown))
            }
            let fingerprint = hasher.finish()
            let key = key(fingerprint, seller: reader.seller, folder: name)
            let known = ground.known.product(key, seller: reader.seller, ground.marketplace)
            let product = if let known { known } else { try readFolder(folder, name: name, file, texts, reader, &reading.issues) }
            if let product {
                reading.found.append(Found(
                    product: product, seller: seller, fingerprint: fingerprint, key: reading.issues.isEmpty ? key : nil, isRead: known == nil,
                    base: folder, file: folder.shown(fileName), line: 1))
            }
        } catch {
            reading.issues.add(error)
        }
        return reading
    }

    private static func readFolder(
        _ folder: SourceFolder, name: String, _ file: FileBytes, _ texts: [(language: Language, file: FileBytes)], _ reader: ProductReader,
        _ issues: inout Issues
    ) throws(BuildIssue) -> Product? {
        let shown = folder.shown("product.yaml")
        let document = try YAMLParser.parse(file.text(shown: shown), file: shown)
        var words: [Product.Text] = []
        for (language, markdown) in texts {
            let shown = folder.shown("\(language).md")
            let matter = try FrontMatter(markdown.text(shown: shown), file: shown)
            if let text = reader.words(matter, language, &issues) { words.append(text) }
        }
        return reader.product(document.root, folderName: name, words: words, &issues)
    }

    private static func readLines(
        _ file: OpenFile, _ range: Range<Int>, shown: String, base: SourceFolder, _ ground: Ground, seller: Int
    ) -> Reading {
        var reading = Reading()
        let reader = ground.reader(seller)
        do throws(BuildIssue) {
            reading.lineCount = try FileBytes(file, range).withBytes { bytes in eachLine(of: bytes) { read($0, number: $1) } }
        } catch {
            reading.issues.add(error)
        }
        return reading

        func read(_ line: UnsafeRawBufferPointer, number: Int) {
            let fingerprint = Fingerprint(of: line)
            let key = key(fingerprint, seller: reader.seller)
            if let product = ground.known.product(key, seller: reader.seller, ground.marketplace) {
                reading.found.append(Found(
                    product: product, seller: seller, fingerprint: fingerprint, key: key, isRead: false, base: base, file: shown, line: number))
                return
            }
            do throws(JSONParser.Failure) {
                let before = reading.issues.count
                let document = try JSONParser.parse(line, file: shown, firstLine: number, owner: nil)
                guard let product = reader.product(document.root, folderName: nil, words: [], &reading.issues) else { return }
                reading.found.append(Found(
                    product: product, seller: seller, fingerprint: fingerprint, key: reading.issues.count == before ? key : nil, isRead: true,
                    base: base, file: shown, line: number))
            } catch {
                reading.issues.add(BuildIssue(
                    .error, file: shown, line: number, column: error.offset + 1, "not readable as JSON: \(error.message)",
                    remedy: "every line is one whole JSON object"))
            }
        }
    }

    private static func readTable(_ folder: SourceFolder, name: String, _ ground: Ground, seller: Int) -> Reading {
        var reading = Reading()
        let reader = ground.reader(seller)
        let shown = folder.shown(name)
        do throws(BuildIssue) {
            let file = try folder.file(name)
            defer { extendLifetime(file) }
            var parser = CSVParser(file.withBytes { $0 })
            guard let header = try next(&parser, shown) else { return reading }
            let table = try CSVTable(header: header, file: shown)
            while let row = try next(&parser, shown) {
                var hasher = Fingerprint.Hasher()
                for (name, cell) in zip(header.cells, row.cells) {
                    hasher.add(name)
                    hasher.add(cell)
                }
                hasher.add(row.cells.count)
                let fingerprint = hasher.finish()
                let key = key(fingerprint, seller: reader.seller, folder: name)
                do throws(BuildIssue) {
                    let before = reading.issues.count
                    let known = ground.known.product(key, seller: reader.seller, ground.marketplace)
                    let product = if let known { known } else {
                        reader.product(try table.document(row).root, folderName: nil, words: [], &reading.issues)
                    }
                    guard let product else { continue }
                    reading.found.append(Found(
                        product: product, seller: seller, fingerprint: fingerprint, key: reading.issues.count == before ? key : nil,
                        isRead: known == nil, base: folder, file: shown, line: row.line))
                } catch {
                    reading.issues.add(error)
                }
            }
        } catch {
            reading.issues.add(error)
        }
        return reading
    }

    private static func next(_ parser: inout CSVParser, _ shown: String) throws(BuildIssue) -> CSVParser.Row? {
        do throws(CSVParser.Failure) {
            return try parser.next()
        } catch {
            throw BuildIssue(.error, file: shown, line: error.line, error.message)
        }
    }

    /// Pieces of one file count their lines from 1: here they get their places in the whole file.
    private static func collect(
        _ reading: Reading, of piece: Piece, _ found: inout [Found], _ lines: inout [String: Int], _ issues: inout Issues
    ) {
        guard case .lines(_, _, let shown, _, _) = piece else {
            found += reading.found
            issues.add(reading.issues)
            return
        }
        let before = lines[shown, default: 0]
        lines[shown] = before + reading.lineCount
        if before == 0 {
            found += reading.found
        } else {
            for one in reading.found {
                found.append(Found(
                    product: one.product, seller: one.seller, fingerprint: one.fingerprint, key: one.key, isRead: one.isRead, base: one.base,
                    file: one.file, line: one.line + before))
            }
        }
        issues.add(reading.issues.shifted(by: before))
    }

    /// One product is one address of its seller, and a SKU names one variant of its seller. Facts are about products that
    /// there are.
    private static func checkIdentifiers(_ found: [Found], _ facts: FactTable, _ issues: inout Issues) {
        var products: [Product.ID: Int] = [:]
        products.reserveCapacity(found.count)
        // The products of one seller follow each other.
        var skus: [String: Int] = [:]
        for (place, one) in found.enumerated() {
            if place > 0, found[place - 1].seller != one.seller { skus.removeAll(keepingCapacity: true) }
            if let first = products.updateValue(place, forKey: one.product.id) {
                issues.add(BuildIssue(
                    .error, file: one.file, line: one.line, "product \"\(one.product.id)\" stands also in \(found[first].file):\(found[first].line)",
                    remedy: "remove one of the two, or give it another slug"))
            }
            for variant in one.product.variants {
                if let first = skus.updateValue(place, forKey: variant.sku) {
                    issues.add(BuildIssue(
                        .error, file: one.file, line: one.line, "SKU \"\(variant.sku)\" stands also in \(found[first].file):\(found[first].line)",
                        remedy: "every variant of a seller has a SKU of its own"))
                }
            }
        }
        let unknown = facts.products.keys.filter { products[$0] == nil }.sorted()
        guard !unknown.isEmpty else { return }
        let examples = unknown.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
        issues.add(BuildIssue(.warning, file: "facts", "\(unknown.count) products of the facts are not in Content: \(examples)"))
    }
}
