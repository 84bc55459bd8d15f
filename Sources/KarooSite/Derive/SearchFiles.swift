// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto
import KarooSearch

/// The search index in files: one index for each edition, all of them in one folder, and a head for each that names its root.
///
/// Whatever is made of text is remembered with the build state under a fingerprint of all that it was made of, and so are
/// the numbers: after a change of prices no text is looked at again.
struct SearchFiles {
    /// Raise this when the same documents give other files, so that none of the old ones is taken over.
    static let version = 6
    /// For how many builds that change an index the files stay that only older heads named: pages that are still open ask
    /// for them.
    static let retention = 3

    static let folder = "search"

    static let digest: SearchWriter.Digest = { SHA256.digest(of: $0).bytes }

    /// What an edition's last index was made of, and of which files it consists.
    struct Remembered: Sendable, Equatable {
        var texts = Part()
        var numbers = Part()
        var root = ""
        /// The text of the head that names the root.
        var head = ""

        struct Part: Sendable, Equatable {
            var fingerprint = Fingerprint.none
            /// What the root says of the files.
            var tables: [[UInt8]] = []
            /// Below `search/`.
            var names: [String] = []
        }
    }

    /// Files that are not there yet.
    let files: ContiguousArray<PlannedFile>
    /// Files that are as the last build left them.
    let kept: [String]
    /// They come after everything that they name.
    let heads: ContiguousArray<PlannedFile>
    /// For the next build, by prefix of the edition.
    let memory: [String: Remembered]
    /// Files that no head names any more and that stay, with how many builds that changed an index they have been so.
    let retired: [String: Int]

    /// How many files there will be besides those of which there are compressed copies.
    var uncompressedCount: Int { files.count + kept.count + retired.count }

    /// - parameter left: names that a killed build may have published.
    init(_ plan: SitePlan, old: BuildState, left: some Sequence<String>, output: any Output, jobs: Int) {
        var files: ContiguousArray<PlannedFile> = []
        var kept: [String] = []
        var heads: ContiguousArray<PlannedFile> = []
        var memory: [String: Remembered] = [:]
        var planned: Set<String> = []
        func isThere(_ name: String) -> Bool {
            guard let entry = old.entries[name] else { return false }
            return output.mark(of: name) == entry.mark
        }
        func add(_ name: String, _ bytes: [UInt8]) {
            guard planned.insert(name).inserted else { return }
            files.append(PlannedFile(name: name, fingerprint: Fingerprint(of: name), source: .bytes(bytes)))
        }
        func keep(_ names: [String]) {
            for name in names where planned.insert(name).inserted { kept.append(name) }
        }
        if plan.catalog.search.isEnabled {
            let products = ProductWords(plan, jobs: jobs)
            for (place, edition) in plan.editions.enumerated() {
                let made = EditionIndex(
                    plan, edition: place, products, old.search[edition.prefix], isThere: { isThere("\(SearchFiles.folder)/\($0)") }, jobs: jobs)
                for file in made.files { add("\(SearchFiles.folder)/\(file.name)", file.bytes) }
                keep(made.kept.map { "\(SearchFiles.folder)/\($0)" })
                memory[edition.prefix] = made.memory
                let head = made.memory.head
                heads.append(
                    PlannedFile(
                        name: "\(edition.prefix)/\(SearchFiles.folder)/root.json", fingerprint: Fingerprint(of: head), source: .bytes(Array(head.utf8))))
            }
        }
        retired =
            plan.catalog.search.isEnabled
            ? SearchFiles.retired(planned, old, left, isChanged: memory.mapValues(\.root) != old.search.mapValues(\.root), output) : [:]
        self.files = files
        self.kept = kept
        self.heads = heads
        self.memory = memory
    }

    private static func retired(
        _ planned: Set<String>, _ old: BuildState, _ left: some Sequence<String>, isChanged: Bool, _ output: any Output
    ) -> [String: Int] {
        var retired: [String: Int] = [:]
        func consider(_ name: String) {
            guard name.hasPrefix("\(folder)/"), name.hasSuffix(".bin"), !planned.contains(name), retired[name] == nil else { return }
            let age = (old.retired[name] ?? 0) + (isChanged ? 1 : 0)
            if age <= retention, output.mark(of: name) != nil { retired[name] = age }
        }
        for name in old.entries.keys { consider(name) }
        for name in left { consider(name) }
        return retired
    }

    /// Four steps for each doubling, up to 255: numbers that differ little are the same here, so that one review more
    /// seldom changes anything.
    static func grade(_ count: Int64) -> UInt8 {
        guard count > 0 else { return 0 }
        let bits = Int64.bitWidth - count.leadingZeroBitCount
        return UInt8(min(255, bits * 4 + (bits > 2 ? Int(count >> Int64(bits - 3)) & 3 : 0)))
    }
}

/// What the index says of each product in words, as one number, but for what differs from edition to edition.
private struct ProductWords: Sendable {
    /// By place of the product.
    let fingerprints: [Fingerprint]

    init(_ plan: SitePlan, jobs: Int) {
        let pieceSize = 512
        let products = plan.catalog.products
        let pieces = concurrently(jobs: jobs, count: (products.count + pieceSize - 1) / pieceSize) { piece in
            products[piece * pieceSize..<min(products.count, (piece + 1) * pieceSize)].map { ProductWords.fingerprint($0, plan) }
        }
        fingerprints = pieces.flatMap { $0 }
    }

    private static func fingerprint(_ entry: Catalog.ProductEntry, _ plan: SitePlan) -> Fingerprint {
        let product = entry.product
        let seller = plan.catalog.sellers[entry.seller].seller
        var hasher = Fingerprint.Hasher()
        hasher.add(product.id.text)
        hasher.add(product.slug.text)
        add(product.slugs, to: &hasher)
        hasher.add(entry.category)
        for category in product.otherCategories { hasher.add(category.text) }
        hasher.add(product.brand ?? "")
        hasher.add(product.mpn ?? "")
        hasher.add(product.measure?.per.description ?? "")
        hasher.add(seller.id.text)
        hasher.add(seller.name)
        hasher.add(seller.country)
        hasher.add(seller.region ?? "")
        hasher.add(entry.cover?.small.name ?? plan.placeholders[entry.category])
        for text in product.texts {
            hasher.add(text.language.tag)
            hasher.add(text.title)
            hasher.add(text.summary ?? "")
            hasher.add(text.body)
        }
        hasher.add(product.attributes.count)
        for attribute in product.attributes {
            hasher.add(attribute.key.text)
            add(attribute.value, to: &hasher)
        }
        for option in product.options { hasher.add(option.text) }
        hasher.add(product.variants.count)
        for variant in product.variants {
            hasher.add(variant.sku)
            hasher.add(variant.gtin ?? "")
            for option in variant.options { hasher.add(option) }
        }
        hasher.add(Int(SearchFiles.grade(entry.rating?.count ?? 0)))
        return hasher.finish()
    }

    private static func add(_ text: LocalizedText, to hasher: inout Fingerprint.Hasher) {
        for entry in text.entries {
            hasher.add(entry.language.tag)
            hasher.add(entry.text)
        }
    }

    private static func add(_ value: AttributeValue, to hasher: inout Fingerprint.Hasher) {
        switch value {
        case .text(let text):
            hasher.add(1)
            hasher.add(text)
        case .localized(let text):
            hasher.add(2)
            add(text, to: &hasher)
        case .number(let number):
            hasher.add(3)
            hasher.add(number)
        case .boolean(let flag): hasher.add(flag)
        case .list(let texts):
            hasher.add(4)
            hasher.add(texts.count)
            for text in texts { hasher.add(text) }
        }
    }
}

/// The index of one edition: what has to be made of it, and what is taken over.
private struct EditionIndex {
    let memory: SearchFiles.Remembered
    /// Below `search/`.
    let files: [SearchFile]
    let kept: [String]

    init(
        _ plan: SitePlan, edition place: Int, _ words: ProductWords, _ old: SearchFiles.Remembered?, isThere: (String) -> Bool, jobs: Int
    ) {
        let edition = plan.editions[place]
        let market = plan.markets[edition.market]
        let rules = plan.searchRules[edition.market]
        // In the order of the catalogue: the market's own order goes by ratings and stock.
        let products = market.products.sorted()
        let pool = ComposerPool(plan, edition: place)
        let values = EditionIndex.values(products, rules, pool, jobs: jobs)
        let textFingerprint = EditionIndex.fingerprint(plan, edition, market, rules, products, words)
        let numberFingerprint = EditionIndex.fingerprint(textFingerprint, products, values)
        let knownTexts = old.flatMap { $0.texts.fingerprint == textFingerprint && $0.texts.names.allSatisfy(isThere) ? $0.texts : nil }
        let knownNumbers = old.flatMap { $0.numbers.fingerprint == numberFingerprint && $0.numbers.names.allSatisfy(isThere) ? $0.numbers : nil }
        if let old, knownTexts != nil, knownNumbers != nil, isThere(old.root) {
            memory = old
            files = []
            kept = old.texts.names + old.numbers.names + [old.root]
            return
        }
        let writer = SearchWriter(EditionIndex.schema(pool), EditionIndex.keys(products, plan), jobs: jobs, digest: SearchFiles.digest)
        var memory = SearchFiles.Remembered()
        var files: [SearchFile] = []
        var kept: [String] = []
        func part(_ known: SearchFiles.Remembered.Part?, _ fingerprint: Fingerprint, _ make: () -> SearchPart) -> SearchFiles.Remembered.Part {
            if let known {
                kept += known.names
                return known
            }
            let made = make()
            files += made.files
            return SearchFiles.Remembered.Part(fingerprint: fingerprint, tables: made.tables, names: made.files.map(\.name))
        }
        memory.texts = part(knownTexts, textFingerprint) { EditionIndex.texts(writer, plan, edition, products, rules, pool) }
        memory.numbers = part(knownNumbers, numberFingerprint) {
            let count = SearchNumbers.columns.count + 1
            return writer.numbers(beside: SearchPart(tables: memory.texts.tables)) { position in values[position * count..<(position + 1) * count].map { $0 < 0 ? nil : $0 } }
        }
        let root = writer.root(texts: SearchPart(tables: memory.texts.tables), numbers: SearchPart(tables: memory.numbers.tables))
        files.append(root)
        memory.root = root.name
        memory.head = SearchWriter.head(root: root, files: "\(plan.catalog.marketplace.basePath)/\(SearchFiles.folder)/")
        self.memory = memory
        self.files = files
        self.kept = kept
    }

    // MARK: What it is made of

    private static func fingerprint(
        _ plan: SitePlan, _ edition: PlannedEdition, _ market: PlannedMarket, _ rules: SearchRules, _ products: [Int32], _ words: ProductWords
    ) -> Fingerprint {
        var hasher = Fingerprint.Hasher()
        hasher.add(SearchFiles.version)
        hasher.add(plan.catalog.groundwork)
        hasher.add(plan.style.rawValue)
        hasher.add(edition.prefix)
        for synonym in plan.catalog.search.synonyms[edition.edition.language] ?? [] {
            hasher.add(synonym.isOneWay)
            hasher.add(synonym.words.count)
            for word in synonym.words { hasher.add(word) }
        }
        for rule in rules.rules {
            hasher.add(rule.query)
            hasher.add(rule.pins.count)
            for pin in rule.pins { hasher.add(plan.catalog.products[Int(pin)].product.id.text) }
            hasher.add(rule.redirect?.text ?? "")
        }
        // Whether a page that a query leads to is there.
        for page in market.contentPages { hasher.add(plan.catalog.pages[page].slug) }
        hasher.add(products.count)
        for place in products {
            hasher.add(words.fingerprints[Int(place)])
            for variant in plan.catalog.products[Int(place)].product.variants { hasher.add(variant.prices.amount(in: market.market) != nil) }
        }
        return hasher.finish()
    }

    /// Which product stands at which place is decided by what the texts are made of.
    private static func fingerprint(_ texts: Fingerprint, _ products: [Int32], _ values: [Int64]) -> Fingerprint {
        var hasher = Fingerprint.Hasher()
        hasher.add(texts)
        values.withUnsafeBytes { hasher.add($0) }
        return hasher.finish()
    }

    private static func values(_ products: [Int32], _ rules: SearchRules, _ pool: ComposerPool, jobs: Int) -> [Int64] {
        let pieceSize = 512
        let pieces = concurrently(jobs: jobs, count: (products.count + pieceSize - 1) / pieceSize) { piece in
            pool.lend { composer in
                products[piece * pieceSize..<min(products.count, (piece + 1) * pieceSize)].flatMap { place in
                    SearchNumbers.values(Int(place), boost: rules.boosts.isEmpty ? 0 : Int(rules.boosts[Int(place)]), composer)
                }
            }
        }
        return pieces.flatMap { $0 }
    }

    // MARK: Making it

    private static func schema(_ pool: ComposerPool) -> SearchSchema {
        pool.lend { composer in
            SearchSchema(
                language: composer.edition.edition.language.tag, columns: SearchTexts.columns, numbers: SearchNumbers.columns, dates: [SearchNumbers.date],
                facets: SearchFacets(composer).all,
                money: composer.formats.moneyPattern(for: composer.market.market.currency).map {
                    SearchMoney($0, composer.market.market.currency)
                })
        }
    }

    /// How often a product is asked for decides in large catalogues only; there it is told coarsely, so that one review
    /// more moves nothing.
    private static func keys(_ products: [Int32], _ plan: SitePlan) -> [SearchKey] {
        let paths = plan.catalog.categories.nodes.indices.map { plan.catalog.categories.token(of: $0) }
        return products.map { place in
            let entry = plan.catalog.products[Int(place)]
            return SearchKey(
                id: entry.product.id.text, group: "\(paths[entry.category])\u{0}\(entry.product.brand ?? "")",
                popularity: UInt32(SearchFiles.grade(entry.rating?.count ?? 0)))
        }
    }

    private static func texts(
        _ writer: SearchWriter, _ plan: SitePlan, _ edition: PlannedEdition, _ products: [Int32], _ rules: SearchRules, _ pool: ComposerPool
    ) -> SearchPart {
        let (facets, completions, searchRules) = pool.lend { composer in
            (SearchFacets(composer), SearchCompletions(composer, products).all, EditionIndex.rules(rules, products, composer))
        }
        return writer.texts(
            completions: completions, rules: searchRules, synonyms: plan.catalog.search.synonyms[edition.edition.language] ?? []
        ) { position in
            pool.lend { SearchTexts(composer: $0, facets: facets).document(Int(products[position])) }
        }
    }

    private static func rules(_ rules: SearchRules, _ products: [Int32], _ composer: Composer) -> [SearchRule] {
        var positions: [Int32: Int] = [:]
        for rule in rules.rules { for pin in rule.pins { positions[pin] = -1 } }
        if !positions.isEmpty {
            for (position, place) in products.enumerated() where positions[place] != nil { positions[place] = position }
        }
        return rules.rules.compactMap { rule in
            let redirect = rule.redirect.flatMap { address($0, composer) }
            let pins = rule.pins.compactMap { positions[$0] }.filter { $0 >= 0 }
            return redirect == nil && pins.isEmpty ? nil : SearchRule(query: rule.query, pins: pins, redirect: redirect)
        }
    }

    /// Nil when this market has nothing there.
    private static func address(_ target: SearchSettings.Redirect.Target, _ composer: Composer) -> String? {
        switch target {
        case .page(let slug):
            guard composer.plan.contentPage(slug: slug, in: composer.edition) != nil else { return nil }
            return composer.path(.plain(slug))
        case .category(let id):
            guard let place = composer.catalog.categories.place(of: id), !composer.market.byCategory[place].isEmpty else { return nil }
            return composer.path(composer.category(place))
        case .seller(let id):
            guard let place = composer.catalog.sellers.firstIndex(where: { $0.seller.id == id }), !composer.market.bySeller[place].isEmpty else { return nil }
            return composer.path(composer.seller(place))
        case .address(let address): return address
        }
    }
}

extension SearchMoney {
    fileprivate init(_ pattern: MoneyPattern, _ currency: Currency) {
        self.init(
            currency: currency.code, decimals: pattern.decimals, prefix: pattern.prefix, suffix: pattern.suffix, group: pattern.groupSeparator,
            decimal: pattern.decimalSeparator, primary: pattern.primaryGroup, secondary: pattern.secondaryGroup,
            minimum: pattern.minimumGroupingDigits, zero: String(Character(pattern.zero)))
    }
}
