// KarooExpress – Apache-2.0

import KarooCommerce

/// Puts what was read together: products with their facts and published pictures, and what every page depends on.
struct Assembly: Sendable {
    let marketplace: Marketplace
    let categories: CategoryTree
    let attributes: AttributeTable
    let sellers: [(seller: Seller, folder: SourceFolder)]
    let taxes: [TaxRule]
    let pages: [ContentPage]
    let words: [Language: Words]
    let theme: ThemeFiles
    let search: SearchSettings
    let facts: FactTable
    let media: MediaReader
    /// Nil when pictures are published as they are.
    let workshop: PictureWorkshop?
    let content: SourceFolder
    let jobs: Int

    private struct Piece: Sendable {
        var entries: [Catalog.ProductEntry] = []
        var files: [String: PublishedFile] = [:]
        var records: [String: MediaRecord] = [:]
        /// Those of one folder, by name: the products of a bulk file have one in common.
        var published: [String: (file: PublishedFile, record: MediaRecord)] = [:]
        var folder = ""
        var completeness = Completeness()
        /// How often attributes are used that nobody declared.
        var undeclared: [Attribute.Key: Int] = [:]
        var issues = Issues()
    }

    private static let pieceSize = 256

    func catalog(_ found: [ContentReader.Found], _ issues: inout Issues) -> (catalog: Catalog, media: [String: MediaRecord]) {
        let shown = found.filter { $0.product.status == .active && facts.products[$0.product.id]?.isTakenDown != true }
        let renditions = workshop?.renditions(of: orders(shown) + logoOrders, media, &issues) ?? [:]
        let pieces = concurrently(jobs: jobs, count: (shown.count + Assembly.pieceSize - 1) / Assembly.pieceSize) { place in
            piece(shown[place * Assembly.pieceSize..<min(shown.count, (place + 1) * Assembly.pieceSize)], renditions)
        }
        var files: [String: PublishedFile] = [:]
        var records: [String: MediaRecord] = [:]
        var completeness = Completeness()
        var undeclared: [Attribute.Key: Int] = [:]
        var products: ContiguousArray<Catalog.ProductEntry> = []
        products.reserveCapacity(shown.count)
        for piece in pieces {
            products.append(contentsOf: piece.entries)
            files.merge(piece.files) { first, _ in first }
            records.merge(piece.records) { first, _ in first }
            completeness.add(piece.completeness)
            undeclared.merge(piece.undeclared, uniquingKeysWith: +)
            issues.add(piece.issues)
        }
        let sellerEntries = sellers.map { sellerEntry($0.seller, $0.folder, renditions, &files, &records, &issues) }
        checkPages(&completeness, &issues)
        checkCategories(&completeness, &issues)
        checkTaxes(shown, &issues)
        reportUndeclared(undeclared, &issues)
        let catalog = Catalog(
            marketplace: marketplace, categories: categories, attributes: attributes, sellers: sellerEntries, products: products,
            taxes: taxes, pages: pages, words: words, theme: theme, search: search,
            hasTones: renditions.values.contains { $0.tone != nil }, media: files.values.sorted { $0.name < $1.name }, completeness: completeness,
            foundation: foundation(issues: &issues), groundwork: groundwork)
        return (catalog, records)
    }

    /// Every picture once, in the order in which products name them.
    private func orders(_ shown: [ContentReader.Found]) -> [PictureWorkshop.Order] {
        var orders: [PictureWorkshop.Order] = []
        var places: [String: Int] = [:]
        for one in shown {
            for (number, picture) in one.product.pictures.lazy.filter({ !$0.isRemote }).enumerated() {
                let path = "\(one.base.path)/\(picture.name)"
                if let place = places[path] {
                    if number == 0 { orders[place].isCover = true }
                } else {
                    places[path] = orders.count
                    orders.append(PictureWorkshop.Order(path: path, shown: one.base.shown(picture.name), isCover: number == 0, file: one.file, line: one.line))
                }
            }
        }
        return orders
    }

    /// Drawn logos, which programs are told of that take no drawings.
    private var logoOrders: [PictureWorkshop.Order] {
        sellers.compactMap { seller, folder in
            guard let name = seller.logo, folder.has(name), PictureFile.kind(of: name) == "svg" else { return nil }
            return PictureWorkshop.Order(
                path: "\(folder.path)/\(name)", shown: folder.shown(name), isCover: false, file: folder.shown(SellerReader.fileName), line: 1)
        }
    }

    private func piece(_ found: ArraySlice<ContentReader.Found>, _ renditions: [String: Renditions]) -> Piece {
        var piece = Piece()
        piece.entries.reserveCapacity(found.count)
        for one in found {
            piece.entries.append(entry(one, renditions, &piece))
            checkTexts(one, &piece)
            countUndeclared(one.product, &piece)
        }
        return piece
    }

    // MARK: Products

    private func entry(_ found: ContentReader.Found, _ renditions: [String: Renditions], _ piece: inout Piece) -> Catalog.ProductEntry {
        let product = found.product
        var hasher = Fingerprint.Hasher()
        hasher.add(found.fingerprint)
        let pictures = product.pictures.map { picture($0, found, renditions, &hasher, &piece) }
        let models = Catalog.PublishedModels(
            gltf: product.models.gltf.flatMap { model($0, found, &hasher, &piece) },
            usdz: product.models.usdz.flatMap { model($0, found, &hasher, &piece) })
        let about = facts.products[product.id]
        if let about { hasher.add(about.hasher.finish()) }
        let told = facts.bands.isEmpty ? nil : facts.bands[product.seller]
        let bands = product.variants.map { Availability($0, fact: told?[$0.sku]) }
        for band in bands { hasher.add(Int(band.rawValue)) }
        return Catalog.ProductEntry(
            product: product, seller: found.seller, category: categories.place(of: product.category)!, pictures: pictures, models: models,
            rating: about?.rating, reviews: about?.reviews ?? [], bands: bands, origin: Catalog.Origin(file: found.file, line: found.line),
            fingerprint: hasher.finish())
    }

    private func picture(
        _ picture: Picture, _ found: ContentReader.Found, _ renditions: [String: Renditions], _ hasher: inout Fingerprint.Hasher, _ piece: inout Piece
    ) -> PublishedPicture? {
        guard !picture.isRemote else { return nil }
        guard let published = publish(picture.name, isPicture: true, found, &piece), let size = published.record.pictureSize else { return nil }
        hasher.add(published.record.digest)
        hasher.add(size.width)
        hasher.add(size.height)
        guard !renditions.isEmpty, let made = renditions["\(found.base.path)/\(picture.name)"] else { return PublishedPicture(file: published.file, size: size) }
        hasher.add(made.key)
        hasher.add(made.tone?.hex ?? "")
        for file in made.files { piece.files[file.source] = file }
        return PublishedPicture(file: published.file, size: size, renditions: made)
    }

    private func model(
        _ name: String, _ found: ContentReader.Found, _ hasher: inout Fingerprint.Hasher, _ piece: inout Piece
    ) -> PublishedFile? {
        guard let published = publish(name, isPicture: false, found, &piece) else { return nil }
        hasher.add(published.record.digest)
        return published.file
    }

    private func publish(
        _ name: String, isPicture: Bool, _ found: ContentReader.Found, _ piece: inout Piece
    ) -> (file: PublishedFile, record: MediaRecord)? {
        if piece.folder != found.base.path {
            piece.folder = found.base.path
            piece.published.removeAll(keepingCapacity: true)
        }
        if let known = piece.published[name] { return known }
        let path = "\(found.base.path)/\(name)"
        do throws(BuildIssue) {
            let record = try media.record(path: path, shown: found.base.shown(name), isPicture: isPicture)
            let file = MediaReader.published(record, path: path)
            piece.records[path] = record
            piece.files[path] = file
            piece.published[name] = (file, record)
            return (file, record)
        } catch {
            piece.issues.add(BuildIssue(.error, file: found.file, line: found.line, error.message, remedy: error.remedy))
            return nil
        }
    }

    /// A language is wanted where the product is sold in one of its markets.
    private func checkTexts(_ found: ContentReader.Found, _ piece: inout Piece) {
        let product = found.product
        for language in marketplace.languages.all {
            let isWanted = marketplace.markets.all.contains { market in
                market.languages.contains(language) && product.variants.contains { $0.prices.amount(in: market) != nil }
            }
            guard isWanted else { continue }
            let isPresent = product.texts.contains { $0.language == language }
            piece.completeness.count(language, isPresent: isPresent)
            if !isPresent, let fallback = product.text(in: marketplace.languages.chain(for: language)) {
                piece.issues.add(BuildIssue(
                    .warning, file: found.file, line: found.line,
                    "product \"\(product.id)\" has no text in \(language): the text in \(fallback.language) is shown"))
            }
        }
    }

    private func countUndeclared(_ product: Product, _ piece: inout Piece) {
        guard !attributes.isEmpty else { return }
        for attribute in product.attributes where attributes[attribute.key] == nil { piece.undeclared[attribute.key, default: 0] += 1 }
    }

    // MARK: Sellers

    private func sellerEntry(
        _ seller: Seller, _ folder: SourceFolder, _ renditions: [String: Renditions], _ files: inout [String: PublishedFile], _ records: inout [String: MediaRecord],
        _ issues: inout Issues
    ) -> Catalog.SellerEntry {
        var hasher = Fingerprint.Hasher()
        var logo: PublishedFile?
        var logoRaster: PublishedFile?
        if let name = seller.logo, folder.has(name) {
            do throws(BuildIssue) {
                let path = "\(folder.path)/\(name)"
                let record = try media.record(path: path, shown: folder.shown(name), isPicture: true)
                logo = MediaReader.published(record, path: path)
                records[path] = record
                files[path] = logo
                hasher.add(record.digest)
                if let made = renditions[path]?.raster {
                    logoRaster = made
                    files[made.source] = made
                    hasher.add(made.name)
                }
            } catch {
                issues.add(error)
            }
        }
        for name in [SellerReader.fileName] + marketplace.languages.all.map({ "\($0).md" }) where folder.has(name) {
            hasher.add(name)
            if let file = try? folder.file(name) { file.withBytes { hasher.add($0) } }
        }
        let rating = facts.sellerRatings[seller.id]
        rating?.counts.forEach { hasher.add(Int($0)) }
        return Catalog.SellerEntry(seller: seller, logo: logo, logoRaster: logoRaster, rating: rating, fingerprint: hasher.finish())
    }

    // MARK: Checks over all

    private func checkPages(_ completeness: inout Completeness, _ issues: inout Issues) {
        for market in marketplace.markets.all {
            let slugs = Set(pages.filter { $0.market == nil || $0.market == market.id }.map(\.slug))
            for slug in slugs.sorted() {
                let page = pages.first { $0.slug == slug && $0.market == market.id } ?? pages.first { $0.slug == slug && $0.market == nil }
                guard let page else { continue }
                for language in market.languages {
                    let isPresent = page.texts.contains { $0.language == language }
                    completeness.count(language, isPresent: isPresent)
                    guard !isPresent, let fallback = page.text(in: marketplace.languages.chain(for: language)) else { continue }
                    issues.add(BuildIssue(
                        .warning, file: "\(content.shown)/pages/\(page.market.map { "\($0)/" } ?? "")\(slug).\(language).md",
                        "this page does not exist: market \"\(market.id)\" shows the text in \(fallback.language)"))
                }
            }
        }
    }

    private func checkCategories(_ completeness: inout Completeness, _ issues: inout Issues) {
        for node in categories.nodes {
            for language in marketplace.languages.all {
                let isPresent = node.name[language] != nil
                completeness.count(language, isPresent: isPresent)
                if !isPresent {
                    issues.add(BuildIssue(.warning, file: content.shown(CategoryReader.fileName), "category \"\(node.id)\" has no name in \(language)"))
                }
            }
            for key in node.attributes where attributes[key] == nil && !attributes.isEmpty {
                issues.add(BuildIssue(
                    .error, file: content.shown(CategoryReader.fileName), "category \"\(node.id)\" names the attribute \"\(key)\", which is not declared",
                    remedy: suggestion(for: key.text, among: attributes.keys.map(\.text))))
            }
        }
    }

    /// Where anything is taxed, everything that is sold has a rate in each market that sells it; but for markets that have no
    /// rates and show prices without tax, where the tax is worked out elsewhere.
    private func checkTaxes(_ shown: [ContentReader.Found], _ issues: inout Issues) {
        guard !taxes.isEmpty else { return }
        var rates: [Market.ID: Set<String>] = [:]
        for rule in taxes where rule.regions.isEmpty { rates[rule.market, default: []].insert(rule.category) }
        // One issue for each category and market, at the first product that has it.
        var reported: Set<String> = []
        for one in shown {
            let category = one.product.taxCategory ?? categories.place(of: one.product.category).map { categories.taxCategory(of: $0) } ?? "standard"
            for market in marketplace.markets.all where rates[market.id].map({ !$0.contains(category) }) ?? market.taxInclusive {
                guard one.product.variants.contains(where: { $0.prices.amount(in: market) != nil }),
                    reported.insert("\(market.id) \(category)").inserted
                else { continue }
                issues.add(BuildIssue(
                    .error, file: one.file, line: one.line, "\"\(one.product.id)\" has the tax category \"\(category)\", which has no rate in market \"\(market.id)\"",
                    remedy: suggestion(for: category, among: (rates[market.id] ?? []).sorted()) ?? "add it to \(content.shown(TaxReader.fileName))"))
            }
        }
    }

    /// Attributes that nobody declared are shown under their own keys; one note tells of all.
    private func reportUndeclared(_ counts: [Attribute.Key: Int], _ issues: inout Issues) {
        guard !counts.isEmpty else { return }
        let examples = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5).map { "\"\($0.key)\" (\($0.value))" }
        issues.add(BuildIssue(
            .note, file: content.shown(AttributeReader.fileName),
            "\(counts.count) attributes are used and not declared, and shown under their keys: \(examples.joined(separator: ", "))\(counts.count > 5 ? ", …" : "")"))
    }

    /// Of marketplace, categories, attributes and words, without templates and texts of the operator.
    private var groundwork: Fingerprint {
        var hasher = Fingerprint.Hasher()
        hasher.add(ContentReader.foundation(content))
        for language in marketplace.languages.all {
            hasher.add(language.tag)
            if let words = words[language] { hasher.add(words.fingerprint) }
        }
        return hasher.finish()
    }

    /// Of marketplace, categories, attributes, words, templates and texts of the operator: what every page depends on.
    private func foundation(issues: inout Issues) -> Fingerprint {
        var hasher = Fingerprint.Hasher()
        for name in [Marketplace.fileName, CategoryReader.fileName, AttributeReader.fileName] where content.has(name) {
            do throws(BuildIssue) {
                hasher.add(name)
                try content.file(name).withBytes { hasher.add($0) }
            } catch {
                issues.add(error)
            }
        }
        for language in marketplace.languages.all {
            hasher.add(language.tag)
            if let words = words[language] { hasher.add(words.fingerprint) }
        }
        hasher.add(theme.fingerprint)
        // Pages know of the index whether there is one, and nothing else.
        hasher.add(search.isEnabled)
        for page in pages {
            hasher.add(page.slug)
            hasher.add(page.market?.text ?? "")
            hasher.add(page.position)
            for text in page.texts {
                hasher.add(text.language.tag)
                hasher.add(text.fingerprint)
            }
        }
        return hasher.finish()
    }
}
