// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// Everything that is published besides pages, assets and offers, from the same plan.
struct DerivedFiles {
    private let plan: SitePlan
    private let fingerprints: PageFingerprints
    private let host: HostProfile
    private let assets: Assets
    /// Of what all derived files depend on besides products and sellers.
    private let foundation: Fingerprint

    init(_ plan: SitePlan, _ fingerprints: PageFingerprints, _ assets: Assets, host: HostProfile) {
        self.plan = plan
        self.fingerprints = fingerprints
        self.host = host
        self.assets = assets
        var hasher = Fingerprint.Hasher()
        hasher.add(PageFingerprints.rendering)
        hasher.add(plan.catalog.foundation)
        hasher.add(plan.style.rawValue)
        foundation = hasher.finish()
    }

    var all: ContiguousArray<PlannedFile> {
        var files: ContiguousArray<PlannedFile> = []
        let buckets = plan.markets.map { ProductBuckets($0, plan.catalog, size: min(ProductBuckets.size, Sitemap.maximumEntries(plan) / 2)) }
        var sitemaps: [String] = []
        for (place, edition) in plan.editions.enumerated() {
            let buckets = buckets[edition.market]
            addSitemaps(place, buckets, &sitemaps, to: &files)
            for feed in ProductFeed.allCases where plan.catalog.marketplace.feeds.contains(feed) { add(feed, place, buckets, to: &files) }
            addArrivals(place, to: &files)
            add("\(edition.prefix)/opensearch.xml", to: &files) { $0.add(edition.prefix) } made: { bytes, renderer in
                OpenSearch.write(renderer.composer(place), to: bytes)
            }
            add("\(edition.prefix)/\(WebManifest.fileName)", to: &files) { $0.add(edition.prefix) } made: { [assets] bytes, renderer in
                WebManifest.write(renderer.composer(place), assets, to: bytes)
            }
        }
        sitemaps.append("sitemaps/root.xml")
        add("sitemaps/root.xml", to: &files, of: { _ in }) { [plan] bytes, renderer in
            Sitemap.writeRoot(plan, renderer.composer(plan.catalog.marketplace.standardEdition), to: bytes)
        }
        addSitemapIndex(sitemaps, to: &files)
        let robots = Robots.text(plan)
        add("robots.txt", robots, to: &files)
        let marketplace = plan.catalog.marketplace
        if let security = marketplace.security { add(SecurityContact.fileName, security.text(marketplace), to: &files) }
        if let key = marketplace.indexNow { add(IndexNow.keyFile(key), key, to: &files) }
        if let worker = assets.worker { add(Assets.workerFile, String(decoding: worker, as: UTF8.self), to: &files) }
        for file in host.files(plan) { add(file.name, file.text, to: &files) }
        return files
    }

    // MARK: Parts

    private func addSitemaps(_ place: Int, _ buckets: ProductBuckets, _ names: inout [String], to files: inout ContiguousArray<PlannedFile>) {
        let edition = plan.editions[place]
        let market = plan.markets[edition.market]
        let plan = plan
        for (number, products) in buckets.products.enumerated() where !products.isEmpty {
            let name = "sitemaps/\(edition.prefix)-products-\(number + 1).xml"
            names.append(name)
            add(name, to: &files) { hasher in
                for product in products { hasher.add(fingerprints.products[Int(product)]) }
            } made: { bytes, renderer in
                Sitemap.write(products: products, plan, renderer.composer(place), to: bytes)
            }
        }
        let parts = Sitemap.pageParts(market, plan)
        for part in 0..<parts {
            let name = "sitemaps/\(edition.prefix)-pages\(part == 0 ? "" : "-\(part + 1)").xml"
            names.append(name)
            add(name, to: &files) { hasher in
                // Lists name the lists of other markets that are as long.
                for market in plan.namesAlternatesInPages ? [market] : plan.markets {
                    for products in market.byCategory { hasher.add(products.count) }
                    for (seller, products) in market.bySeller.enumerated() {
                        hasher.add(plan.catalog.sellers[seller].seller.id.text)
                        hasher.add(products.count)
                    }
                }
            } made: { bytes, renderer in
                Sitemap.writePages(plan, renderer.composer(place), part: part, to: bytes)
            }
        }
    }

    private func addSitemapIndex(_ names: [String], to files: inout ContiguousArray<PlannedFile>) {
        let marketplace = plan.catalog.marketplace
        add("sitemap.xml", to: &files) { hasher in
            for name in names { hasher.add(name) }
        } made: { bytes, _ in
            Sitemap.writeIndex(names, root: "\(marketplace.origin)\(marketplace.basePath)/", to: bytes)
        }
    }

    private func add(_ feed: ProductFeed, _ place: Int, _ buckets: ProductBuckets, to files: inout ContiguousArray<PlannedFile>) {
        let (stem, ending) = feed.file(plan.editions[place].prefix)
        for (number, products) in buckets.products.enumerated() where !products.isEmpty {
            let suffix = buckets.products.count == 1 ? "" : "-\(number + 1)"
            add("\(stem)\(suffix)\(ending)", to: &files) { hasher in
                for product in products { hasher.add(fingerprints.products[Int(product)]) }
            } made: { bytes, renderer in
                feed.write(products, renderer.composer(place), to: bytes)
            }
        }
    }

    private func addArrivals(_ place: Int, to files: inout ContiguousArray<PlannedFile>) {
        let edition = plan.editions[place]
        let market = plan.markets[edition.market]
        let plan = plan
        let newest = HomeShelf.newest(market, in: plan, count: ArrivalsFeed.count)
        addArrivals(place, category: nil, .arrivals(path: nil), newest, to: &files)
        for (category, products) in market.byCategory.enumerated() where !products.isEmpty {
            let newest = HomeShelf.newest(market, in: plan, among: products, count: ArrivalsFeed.count)
            addArrivals(place, category: category, .arrivals(path: plan.categoryPath(category, in: edition)), newest, to: &files)
        }
    }

    private func addArrivals(
        _ place: Int, category: Int?, _ address: Address, _ products: [Int32], to files: inout ContiguousArray<PlannedFile>
    ) {
        add("\(plan.editions[place].prefix)/\(address.file)", to: &files) { hasher in
            for product in products { hasher.add(fingerprints.products[Int(product)]) }
        } made: { bytes, renderer in
            ArrivalsFeed.write(products, category: category, address, renderer.composer(place), to: bytes)
        }
    }

    // MARK: Adding

    private func add(
        _ name: String, to files: inout ContiguousArray<PlannedFile>, of: (inout Fingerprint.Hasher) -> Void,
        made: @escaping @Sendable (Bytes, PageRenderer) -> Void
    ) {
        var hasher = Fingerprint.Hasher()
        hasher.add(foundation)
        hasher.add(name)
        of(&hasher)
        files.append(PlannedFile(name: name, fingerprint: hasher.finish(), source: .made(made)))
    }

    private func add(_ name: String, _ text: String, to files: inout ContiguousArray<PlannedFile>) {
        files.append(PlannedFile(name: name, fingerprint: Fingerprint(of: text), source: .bytes(Array(text.utf8))))
    }
}

/// A market's products divided by a hash of their ids, so that one changed product touches one file of each kind.
struct ProductBuckets: Sendable {
    /// About so many products stand in one file.
    static let size = 2_000

    let products: [[Int32]]

    init(_ market: PlannedMarket, _ catalog: Catalog, size: Int) {
        var count = 1
        while market.products.count > count * size { count *= 2 }
        var buckets = [[Int32]](repeating: [], count: count)
        for product in market.products.sorted() {
            let hash = catalog.products[Int(product)].product.id.text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            buckets[Int((hash ^ hash >> 16) & UInt32(count - 1))].append(product)
        }
        products = buckets
    }
}
