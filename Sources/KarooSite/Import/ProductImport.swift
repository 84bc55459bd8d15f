// KarooExpress – Apache-2.0

import KarooCommerce

/// Takes the products of a foreign file into Content: the whole of `karoo import` but its words and its network.
package struct ProductImport: Sendable {
    /// What kind of file is read.
    package enum Source: Sendable {
        /// The product CSV that Shopify exports.
        case shopify
        /// A feed for Google Merchant Center, RSS 2.0 or Atom.
        case merchant
    }

    /// Why a picture could not be fetched, as the end of a sentence.
    package struct FetchFailure: Error {
        package let reason: String

        package init(_ reason: String) { self.reason = reason }
    }

    /// Gives the bytes of the picture at an address, or throws why it does not.
    package typealias Fetch = @Sendable (_ address: String) async throws(FetchFailure) -> [UInt8]

    /// How many pictures one import fetches at most; the others keep their addresses, and the next import goes on.
    package static let maximumFetches = 5_000
    private static let fetchesAtOnce = 4

    package var source: Source
    /// The path of the foreign file.
    package var file: String
    /// The path of Content.
    package var content: String
    package var seller: String
    package var language: String
    /// Nil when every amount of the file names its currency.
    package var currency: String?
    /// Nil when products whose type is no category here are to be left out.
    package var category: String?
    /// Where a new seller sends from.
    package var country: String

    package init(
        source: Source, file: String, content: String, seller: String, language: String, currency: String?, category: String? = nil,
        country: String = "US"
    ) {
        self.source = source
        self.file = file
        self.content = content
        self.seller = seller
        self.language = language
        self.currency = currency
        self.category = category
        self.country = country
    }

    package struct Outcome: Sendable {
        package var report = ImportReport()
        package var issues = Issues()
        /// What was written, as messages name it.
        package var written: [String] = []
    }

    /// Reads the file, and writes what can be used of it. Nothing is written when the file or Content as a whole cannot be
    /// read, or when no product can be used. With `fetch`, pictures that lie elsewhere are brought here.
    package func run(fetch: Fetch? = nil) async -> Outcome {
        var outcome = Outcome()
        do throws(BuildIssue) {
            guard let terms = terms(&outcome.issues) else { return outcome }
            let folder = SellerFolder(content: contentFolder, seller: terms.seller)
            let existing = try folder.lines(&outcome.issues)
            var result = try read(terms, existing)
            let fetched = try await pictures(of: &result, in: folder, fetch)
            let lines = existing.merged(with: &result, importedFrom: file, terms)
            outcome.report = result.report
            outcome.issues.add(result.issues)
            guard !result.products.isEmpty else { return outcome }
            if let fetched { try folder.write(fetched) }
            if try folder.writeSeller(country: country) { outcome.written.append("seller.yaml") }
            try folder.write(lines: lines)
            outcome.written.append(folder.shownLines)
        } catch {
            outcome.issues.add(error)
        }
        return outcome
    }

    private var contentFolder: SourceFolder {
        var name = content[...]
        while name.hasSuffix("/"), name.count > 1 { name = name.dropLast() }
        return SourceFolder(path: String(name), shown: String(name))
    }

    private func read(_ terms: ImportTerms, _ existing: ProductLines) throws(BuildIssue) -> ImportResult {
        let mapped = try FileBytes(path: file, shown: file)
        return mapped.withBytes { bytes in
            switch source {
            case .shopify: ShopifyImport.read(bytes, file: file, terms, existing: existing)
            case .merchant: MerchantImport.read(bytes, file: file, terms, existing: existing)
            }
        }
    }

    // MARK: Terms

    /// What the options and Content say; nil, with errors among the issues, when they cannot be gone by.
    private func terms(_ issues: inout Issues) -> ImportTerms? {
        let content = contentFolder
        var found = Issues()
        guard let marketplace = Marketplace.read(content, &found) else {
            issues.add(found)
            return nil
        }
        let categories = CategoryReader.read(content, marketplace.languages, &found)
        let attributes = AttributeReader.read(content, marketplace.languages, &found)
        for issue in found.all where issue.severity == .error { issues.add(issue) }
        guard Slug(seller) != nil else {
            issues.add(option("seller", "\"\(seller)\" cannot name a seller", remedy: "use lower-case letters, digits and hyphens"))
            return nil
        }
        let spoken = marketplace.languages.all.first { $0.tag == language }
        if spoken == nil {
            let tags = marketplace.languages.all.map(\.tag)
            issues.add(option("language", "\"\(language)\" is not a language of this marketplace", remedy: suggestion(for: language, among: tags)))
        }
        let currency = currency.flatMap { Currency($0) }
        if let code = self.currency, currency == nil {
            issues.add(option("currency", "unknown currency \"\(code)\"", remedy: "use an ISO 4217 code such as EUR"))
        }
        if let category, categories.place(of: Category.ID(category)) == nil {
            issues.add(
                option(
                    "category", "unknown category \"\(category)\"",
                    remedy: suggestion(for: category, among: categories.nodes.map(\.id.text)) ?? "use an id of categories.yaml"))
        }
        if country.utf8.count != 2 || !country.utf8.allSatisfy({ (65...90).contains($0) }) {
            issues.add(option("country", "\"\(country)\" is no country", remedy: "use two capitals of ISO 3166 such as DE"))
        }
        guard !issues.hasErrors, let spoken else { return nil }
        return ImportTerms(
            seller: Seller.ID(seller), language: spoken, currency: currency, category: category.map { Category.ID($0) },
            categories: categories, attributes: attributes, markets: marketplace.markets.all)
    }

    private func option(_ name: String, _ message: String, remedy: String?) -> BuildIssue {
        BuildIssue(.error, file: "--\(name)", message, remedy: remedy)
    }

    // MARK: Pictures

    /// Puts the files of pictures that were fetched, earlier or now, in the places of their addresses. Nil when nothing new
    /// was fetched.
    private func pictures(of result: inout ImportResult, in folder: SellerFolder, _ fetch: Fetch?) async throws(BuildIssue) -> FetchedPictures? {
        var fetched = try folder.fetched()
        result.products = ImportPictures.rewriting(result.products, fetched.files)
        guard let fetch else { return nil }
        let all = ImportPictures.remote(in: result.products, taken: fetched.stems)
        let wanted = Array(all.prefix(ProductImport.maximumFetches))
        if all.count > wanted.count {
            result.issues.add(
                BuildIssue(
                    .warning, file: file, "\(all.count) pictures lie elsewhere; only \(wanted.count) were fetched",
                    remedy: "import the file again to fetch more"))
        }
        let outcomes = await ProductImport.fetch(wanted, into: folder, fetch)
        for (picture, outcome) in zip(wanted, outcomes) {
            switch outcome {
            case .success(let name):
                fetched.add(picture.address, name)
                result.report.fetched += 1
            case .failure(let failure):
                result.report.unfetched += 1
                result.issues.add(BuildIssue(.warning, file: file, line: picture.line, "picture \(picture.address) was not fetched: \(failure.reason)"))
            }
        }
        result.products = ImportPictures.rewriting(result.products, fetched.files)
        return result.report.fetched > 0 ? fetched : nil
    }

    /// Fetches a few at a time and writes each as it comes; the outcomes are in the order of the pictures.
    private static func fetch(
        _ pictures: [RemotePicture], into folder: SellerFolder, _ fetch: @escaping Fetch
    ) async -> [Result<String, FetchFailure>] {
        await withTaskGroup(of: (Int, Result<String, FetchFailure>).self) { group in
            var outcomes = [Result<String, FetchFailure>](repeating: .failure(FetchFailure("not tried")), count: pictures.count)
            var next = 0
            while next < min(fetchesAtOnce, pictures.count) {
                let place = next
                group.addTask { (place, await bring(pictures[place], into: folder, fetch)) }
                next += 1
            }
            for await (place, outcome) in group {
                outcomes[place] = outcome
                guard next < pictures.count else { continue }
                let place = next
                group.addTask { (place, await bring(pictures[place], into: folder, fetch)) }
                next += 1
            }
            return outcomes
        }
    }

    private static func bring(_ picture: RemotePicture, into folder: SellerFolder, _ fetch: Fetch) async -> Result<String, FetchFailure> {
        do throws(FetchFailure) {
            let bytes = try await fetch(picture.address)
            guard let kind = ImportPictures.kind(of: bytes) else { throw FetchFailure("it is no PNG, JPEG, GIF, WebP or AVIF picture") }
            let name = "\(picture.stem).\(kind)"
            do throws(BuildIssue) {
                try folder.write(picture: bytes, to: name)
            } catch {
                throw FetchFailure(error.message)
            }
            return .success(name)
        } catch {
            return .failure(error)
        }
    }
}
