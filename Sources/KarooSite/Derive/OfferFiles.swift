// KarooExpress – Apache-2.0

import KarooCommerce
import KarooCrypto
import KarooTemplate

/// The offer book in files: from the same schedules as the pages.
///
/// A shard's name holds the digest of its bytes, so a shard has to be made to be named; what was made of the same
/// offers last time is remembered with the build state, and a rebuild makes only the shards that changed.
struct OfferFiles {
    let files: ContiguousArray<PlannedFile>
    let shards: [OfferIndex.Shard]
    /// For the next build: fingerprint, digest and number of offers by the name of the shard.
    let memory: [String: RememberedShard]

    struct RememberedShard: Sendable, Equatable {
        let fingerprint: Fingerprint
        let digest: String
        let offerCount: Int
    }

    /// A variant by the places of its product and of itself.
    private struct Place: Sendable {
        let product: Int32
        let variant: Int32
    }

    init(_ plan: SitePlan, remembered: [String: RememberedShard], jobs: Int) {
        let shardCount = OfferBook.shardCount(offers: plan.catalog.products.reduce(0) { $0 + $1.product.variants.count })
        let places = OfferFiles.places(plan, shardCount: shardCount)
        let made = concurrently(jobs: jobs, count: shardCount) { number -> (name: String, shard: RememberedShard, bytes: [UInt8]?)? in
            guard !places.members[number].isEmpty else { return nil }
            let name = OfferBook.shardName(number, shardCount: shardCount)
            let fingerprint = places.fingerprints[number]
            if let known = remembered[name], known.fingerprint == fingerprint { return (name, known, nil) }
            let bytes = OfferFiles.bytes(places.members[number], plan)
            let digest = SHA256.digest(of: bytes).hex
            return (name, RememberedShard(fingerprint: fingerprint, digest: digest, offerCount: places.members[number].count), bytes)
        }
        var files: ContiguousArray<PlannedFile> = []
        var shards: [OfferIndex.Shard] = []
        var memory: [String: RememberedShard] = [:]
        for (number, made) in made.enumerated() {
            guard let (name, remembered, bytes) = made else { continue }
            let shard = OfferIndex.Shard(name: name, offerCount: Int64(remembered.offerCount), digest: remembered.digest)
            let members = places.members[number]
            let source: PlannedFile.Source =
                if let bytes { .bytes(bytes) } else {
                    .made { sink, _ in OfferFiles.bytes(members, plan).withUnsafeBytes { sink.append($0) } }
                }
            files.append(PlannedFile(name: shard.path, fingerprint: Fingerprint(of: shard.path), source: source))
            shards.append(shard)
            memory[name] = remembered
        }
        self.files = files
        self.shards = shards
        self.memory = memory
    }

    private static func places(_ plan: SitePlan, shardCount: Int) -> (members: [[Place]], fingerprints: [Fingerprint]) {
        var members = [[Place]](repeating: [], count: shardCount)
        var hasher = Fingerprint.Hasher()
        hasher.add(plan.catalog.foundation)
        var hashers = [Fingerprint.Hasher](repeating: hasher, count: shardCount)
        for (place, entry) in plan.catalog.products.enumerated() {
            for (number, variant) in entry.product.variants.enumerated() where !variant.prices.isEmpty {
                let shard = OfferBook.shard(of: "\(entry.product.seller)/\(variant.sku)", shardCount: shardCount)
                members[shard].append(Place(product: Int32(place), variant: Int32(number)))
                // The same file may become that of another product or seller, when its folder gets another name.
                hashers[shard].add(entry.product.id.text)
                hashers[shard].add(variant.sku)
                hashers[shard].add(entry.fingerprint)
                hashers[shard].add(number)
            }
        }
        return (members, hashers.map { $0.finish() })
    }

    /// The lines of a shard, sorted by the offers' ids.
    private static func bytes(_ places: [Place], _ plan: SitePlan) -> [UInt8] {
        let lines = places.compactMap { offer($0, plan) }.map { (id: $0.id, line: $0.line) }.sorted { $0.id < $1.id }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.reduce(0) { $0 + $1.line.count + 1 })
        for line in lines {
            bytes.append(contentsOf: line.line)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private static func offer(_ place: Place, _ plan: SitePlan) -> Offer? {
        let entry = plan.catalog.products[Int(place.product)]
        let variant = entry.product.variants[Int(place.variant)]
        let markets = plan.catalog.marketplace.markets.all.sorted { $0.id < $1.id }.compactMap { market in
            variant.schedule(in: market).map { Offer.MarketPrice(market: market.id, schedule: $0) }
        }
        return Offer(
            seller: entry.product.seller, sku: variant.sku, product: entry.product.id,
            taxCategory: entry.product.taxCategory ?? plan.catalog.categories.taxCategory(of: entry.category),
            weightGrams: variant.weight.map(Int64.init), availability: variant.availability, markets: markets,
            categories: plan.catalog.categories.path(to: entry.category).map { plan.catalog.categories[$0].id },
            texts: texts(entry.product, variant, plan.catalog))
    }

    /// What the variant is called in every language in which it is sold, the standard one first.
    private static func texts(_ product: Product, _ variant: Variant, _ catalog: Catalog) -> [Offer.Text] {
        let languages = catalog.marketplace.languages
        return ([languages.standard] + languages.all.filter { $0 != languages.standard }).compactMap { language in
            let chain = languages.chain(for: language)
            guard let title = product.text(in: chain)?.title else { return nil }
            let choices = zip(product.options, variant.options).map { key, value in
                catalog.attributes[key]?.choice(value).flatMap { $0.name.text(in: chain) } ?? value
            }
            return Offer.Text(language: language.tag, title: title, options: choices.isEmpty ? nil : choices.joined(separator: ", "))
        }
    }

    // MARK: Letters

    /// Templates and words of the server, so that it needs none of the sources.
    private static func letters(_ catalog: Catalog) -> LetterTerms {
        let (marketplace, languages) = (catalog.marketplace, catalog.marketplace.languages)
        let organization = marketplace.organization
        return LetterTerms(
            site: LetterTerms.Operator(
                name: marketplace.name, url: marketplace.origin + marketplace.basePath, legalName: organization.legalName,
                address: organization.address, email: organization.email, vatID: organization.vatID, country: organization.country),
            templates: catalog.theme.templates.filter { $0.name.hasPrefix(ThemeFiles.letterPrefix) }.map {
                LetterTerms.Template(name: $0.name, text: $0.text)
            },
            words: ([languages.standard] + languages.all.filter { $0 != languages.standard }).compactMap { language in
                catalog.words[language].map { ServerWords(language: language, messages: $0.messages(ofGroups: ServerWords.groups)) }
            })
    }

    // MARK: The head

    /// Terms, index and, when there is a key, the signed head, in the order in which they must be published.
    ///
    /// A book that says what the last one said keeps its head, unless a sequence is asked for.
    func head(
        _ plan: SitePlan, sequence: Int64?, key: SigningKey?, oldHead: [UInt8]?, _ issues: inout Issues
    ) throws(BuildIssue) -> [OfferBook.File] {
        let terms = OfferTerms(
            markets: plan.catalog.marketplace.markets.all.map(MarketTerms.init).sorted { $0.id < $1.id },
            taxes: plan.catalog.taxes,
            sellers: plan.catalog.sellers.map { SellerTerms($0.seller, markets: plan.catalog.marketplace.markets.all) },
            letters: OfferFiles.letters(plan.catalog))
        let termsBytes = terms.json
        let index = OfferIndex(shards: shards, termsDigest: SHA256.digest(of: termsBytes).hex)
        let indexBytes = index.json
        let digest = SHA256.digest(of: indexBytes).hex
        var files = [
            OfferBook.File(path: index.termsPath, bytes: termsBytes),
            OfferBook.File(path: OfferIndex.path(digest: digest), bytes: indexBytes),
        ]
        guard let key else { return files }
        let old = oldHead.flatMap { try? OfferHead(parsing: $0) }
        if sequence == nil, let old, let oldHead, old.digest == digest, old.keyID == key.verifyingKey.id {
            files.append(OfferBook.File(path: OfferBook.headPath, bytes: oldHead))
            return files
        }
        if let sequence, let old, sequence < old.sequence {
            issues.add(BuildIssue(
                .warning, file: OfferBook.headPath, "the sequence \(sequence) is below \(old.sequence), which was published: no server will take the book",
                remedy: "leave out --sequence, or give a higher one"))
        }
        let next = (old?.sequence ?? 0).addingReportingOverflow(1)
        guard sequence != nil || !next.overflow else {
            throw BuildIssue(.error, file: OfferBook.headPath, "there is no sequence above \(Int64.max), which was published", remedy: "begin anew with --sequence, and tell the servers")
        }
        let number = sequence ?? max(next.partialValue, plan.instant.millisecondsSinceEpoch / 1_000)
        let signed = OfferHead.signedBytes(sequence: number, builtAt: plan.instant, digest: digest, keyID: key.verifyingKey.id)
        do throws(CryptoError) {
            let head = OfferHead(
                sequence: number, builtAt: plan.instant, digest: digest, keyID: key.verifyingKey.id,
                signature: Base64URL.encode(try key.sign(signed)))
            files.append(OfferBook.File(path: OfferBook.headPath, bytes: head.json))
        } catch {
            throw BuildIssue(.error, file: OfferBook.headPath, "cannot be signed: \(error)")
        }
        return files
    }
}
