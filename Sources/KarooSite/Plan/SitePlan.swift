// KarooExpress – Apache-2.0

import KarooCommerce

/// Which pages there are, and what each shows. Pure: the same catalogue, instant and style give the same plan.
package struct SitePlan: Sendable {
    /// How many products a listing shows on one page.
    static let productsPerPage = 24
    /// For how long a product is shown as new, in days before the newest product of the marketplace was published.
    static let newDays = 60

    let catalog: Catalog
    let instant: Instant
    let style: AddressStyle
    /// The address of the companion server's API; nil when nothing can be bought yet.
    let api: String?
    let editions: [PlannedEdition]
    let markets: [PlannedMarket]
    let pages: ContiguousArray<PlannedPage>
    /// Places of the products that the operator wants to be seen first.
    let featured: [Int32]
    /// By place of the category: the drawing that stands for a picture.
    let placeholders: [String]
    /// Products published on this day or later are new; nil when no product says when it was published.
    let newSince: Day?
    let columns: ProductColumns
    /// By place of the market.
    let searchRules: [SearchRules]

    init(_ catalog: Catalog, at instant: Instant, style: AddressStyle, api: String? = nil, jobs: Int, _ issues: inout Issues) {
        self.catalog = catalog
        self.instant = instant
        self.style = style
        self.api = api ?? catalog.marketplace.api
        let ranked = SitePlan.ranked(catalog)
        let marks = RelatedMarks(catalog, jobs: jobs)
        let columns = ProductColumns(catalog)
        self.columns = columns
        let planned = concurrently(jobs: jobs, count: catalog.marketplace.markets.all.count) { place in
            PlannedMarket(catalog, catalog.marketplace.markets.all[place], ranked: ranked, columns, marks, at: instant)
        }
        markets = planned
        editions = catalog.marketplace.editions.map { edition in
            PlannedEdition(
                edition, market: planned.firstIndex { $0.market.id == edition.market.id }!,
                chain: catalog.marketplace.languages.chain(for: edition.language))
        }
        newSince = catalog.products.lazy.compactMap(\.product.published).max().flatMap { $0.adding(days: -SitePlan.newDays) }
        featured = SitePlan.featured(catalog, &issues)
        SitePlan.checkHero(catalog, &issues)
        SitePlan.checkPromises(catalog, &issues)
        searchRules = SearchRules.all(catalog, planned, &issues)
        placeholders = catalog.categories.nodes.map { Placeholder.fileName($0) }
        pages = SitePlan.pages(editions, markets, catalog, columns)
        checkSlugs(jobs: jobs, &issues)
    }

    /// All products that may be shown anywhere, best first: those that can be bought, then the best rated, then the newest.
    private static let unratedRank: Int64 = 4_000

    private static func ranked(_ catalog: Catalog) -> [Int32] {
        struct Key {
            let place: Int32
            let soldOut: Bool
            let rating: Int
            let published: Int
        }
        var keys: [Key] = []
        keys.reserveCapacity(catalog.products.count)
        for (place, entry) in catalog.products.enumerated() {
            keys.append(Key(
                place: Int32(place), soldOut: entry.isSoldOut, rating: Int(entry.rating?.rank() ?? unratedRank),
                published: entry.product.published?.daysSinceEpoch ?? 0))
        }
        keys.sort { a, b in
            if a.soldOut != b.soldOut { return b.soldOut }
            if a.rating != b.rating { return a.rating > b.rating }
            if a.published != b.published { return a.published > b.published }
            return a.place < b.place
        }
        return keys.map(\.place)
    }

    private static func featured(_ catalog: Catalog, _ issues: inout Issues) -> [Int32] {
        guard !catalog.marketplace.featured.isEmpty else { return [] }
        var places: [Product.ID: Int32] = [:]
        let wanted = Set(catalog.marketplace.featured)
        for (place, entry) in catalog.products.enumerated() where wanted.contains(entry.product.id) { places[entry.product.id] = Int32(place) }
        return catalog.marketplace.featured.compactMap { id in
            if places[id] == nil {
                issues.add(BuildIssue(
                    .warning, file: "Content/\(Marketplace.fileName)", "the featured product \"\(id)\" does not exist",
                    remedy: "name it as seller/slug"))
            }
            return places[id]
        }
    }

    private static func checkHero(_ catalog: Catalog, _ issues: inout Issues) {
        guard let category = catalog.marketplace.hero.category, catalog.categories.place(of: category) == nil else { return }
        issues.add(BuildIssue(
            .warning, file: "Content/\(Marketplace.fileName)", "the category \"\(category)\" of the hero does not exist",
            remedy: suggestion(for: category.text, among: catalog.categories.nodes.map(\.id.text))))
    }

    private static func checkPromises(_ catalog: Catalog, _ issues: inout Issues) {
        for slug in catalog.marketplace.promises where !catalog.pages.contains(where: { $0.slug == slug }) {
            issues.add(BuildIssue(
                .warning, file: "Content/\(Marketplace.fileName)", "the page \"\(slug)\" of the promises does not exist",
                remedy: suggestion(for: slug, among: Set(catalog.pages.map(\.slug)).sorted())))
        }
    }

    private static func pages(
        _ editions: [PlannedEdition], _ markets: [PlannedMarket], _ catalog: Catalog, _ columns: ProductColumns
    ) -> ContiguousArray<PlannedPage> {
        var pages: ContiguousArray<PlannedPage> = []
        pages.reserveCapacity(editions.reduce(0) { $0 + markets[$1.market].products.count * 9 / 8 + 64 })
        // Products by product, so that one worker renders a description for all editions; those of a category one after the
        // other, since their pages show each other's cards, which are then still close at hand.
        for product in catalog.products.indices.sorted(by: { (columns.categories[$0], $0) < (columns.categories[$1], $1) }) {
            for (place, edition) in editions.enumerated() where markets[edition.market].isSold[product] {
                pages.append(PlannedPage(.product, edition: place, subject: product))
            }
        }
        for (place, edition) in editions.enumerated() {
            let market = markets[edition.market]
            for (category, products) in market.byCategory.enumerated() where !products.isEmpty {
                for page in 1...pageCount(products.count) {
                    pages.append(PlannedPage(.category, edition: place, subject: category, number: page))
                }
            }
            for (seller, products) in market.bySeller.enumerated() where !products.isEmpty {
                for page in 1...pageCount(products.count) {
                    pages.append(PlannedPage(.storefront, edition: place, subject: seller, number: page))
                }
            }
            for page in market.contentPages { pages.append(PlannedPage(.content, edition: place, subject: page)) }
            for kind in PageKind.ofEveryEdition { pages.append(PlannedPage(kind, edition: place)) }
        }
        pages.append(PlannedPage(.root, edition: catalog.marketplace.standardEdition))
        pages.append(PlannedPage(.rootNotFound, edition: catalog.marketplace.standardEdition))
        pages.append(PlannedPage(.rootStyleguide, edition: catalog.marketplace.standardEdition))
        return pages
    }

    static func pageCount(_ products: Int) -> Int { max(1, (products + productsPerPage - 1) / productsPerPage) }

    /// The part of a list that stands on one page.
    static func slice(_ products: [Int32], page: Int) -> ArraySlice<Int32> {
        products.dropFirst((page - 1) * productsPerPage).prefix(productsPerPage)
    }

    // MARK: Addresses

    func address(of page: PlannedPage) -> Address {
        address(page.kind, subject: Int(page.subject), number: Int(page.number), in: editions[Int(page.edition)])
    }

    func address(_ kind: PageKind, subject: Int, number: Int = 1, in edition: PlannedEdition) -> Address {
        switch kind {
        case .home, .root: .home
        case .product: .product(slug: catalog.products[subject].product.slug(in: edition.edition.language))
        case .category: .category(path: categoryPath(subject, in: edition), page: number)
        case .storefront: .seller(slug: catalog.sellers[subject].seller.id.text, page: number)
        case .content: .plain(catalog.pages[subject].slug)
        case .sitemap: .plain("sitemap")
        case .search: .plain("search")
        case .cart: .plain("cart")
        case .checkout: .plain("checkout")
        case .order: .plain("order")
        case .account: .plain("account/overview")
        case .logIn: .plain("account/log-in")
        case .register: .plain("account/register")
        case .confirm: .plain("account/confirm")
        case .reset: .plain("account/reset")
        case .accountOrders: .plain("account/orders")
        case .accountAddresses: .plain("account/addresses")
        case .accountSecurity: .plain("account/security")
        case .accountPrivacy: .plain("account/privacy")
        case .wishlist: .plain("wishlist")
        case .compare: .plain("compare")
        case .offline: .plain("offline")
        case .styleguide, .rootStyleguide: .plain("styleguide")
        case .notFound, .rootNotFound: .plain("404")
        }
    }

    func categoryPath(_ place: Int, in edition: PlannedEdition) -> String {
        catalog.categories.path(to: place).map { catalog.categories[$0].slug(in: edition.chain) }.joined(separator: "/")
    }

    /// The file of a page below Public.
    func file(of page: PlannedPage) -> String {
        switch page.kind {
        case .root: "index.html"
        case .rootNotFound: "404.html"
        case .rootStyleguide: "styleguide/index.html"
        default: "\(editions[Int(page.edition)].prefix)/\(address(of: page).file)"
        }
    }

    /// True when an edition has this page too.
    func exists(_ page: PlannedPage, in edition: PlannedEdition) -> Bool {
        let market = markets[edition.market]
        let subject = Int(page.subject)
        switch page.kind {
        case .home, .sitemap, .search, .cart, .checkout, .order, .wishlist, .compare, .offline, .styleguide, .notFound: return true
        case .account, .logIn, .register, .confirm, .reset, .accountOrders, .accountAddresses, .accountSecurity, .accountPrivacy:
            return true
        case .root, .rootNotFound, .rootStyleguide: return false
        case .product: return market.isSold[subject]
        case .category: return hasPage(page.number, of: market.byCategory[subject])
        case .storefront: return hasPage(page.number, of: market.bySeller[subject])
        case .content: return contentPage(slug: catalog.pages[subject].slug, in: edition) != nil
        }
    }

    /// Pages name their versions for other languages and countries as long as these are few. Search engines read the same in sitemaps, where
    /// no reader has to fetch it.
    static let maximumEditionsInPages = 5

    var namesAlternatesInPages: Bool { editions.count <= SitePlan.maximumEditionsInPages }

    /// The same page in every edition that has it, itself among them, under a tag for each country; and for strangers, who begin where they
    /// can choose, at the root of the site, for which there is no edition.
    func eachAlternate(of page: PlannedPage, _ body: (_ hreflang: String, _ edition: Int?) -> Void) {
        let isRoot = page.kind == .root
        var stranger: Int?
        for (place, other) in editions.enumerated() where isRoot || exists(page, in: other) {
            if stranger == nil || place == catalog.marketplace.standardEdition { stranger = place }
            for hreflang in other.edition.hreflangs { body(hreflang, place) }
        }
        if isRoot || page.kind == .home { body("x-default", nil) } else if let stranger { body("x-default", stranger) }
    }

    private func hasPage(_ number: UInt32, of products: [Int32]) -> Bool {
        !products.isEmpty && Int(number) <= SitePlan.pageCount(products.count)
    }

    /// The place of the page of this slug that the edition's market shows.
    func contentPage(slug: String, in edition: PlannedEdition) -> Int? {
        markets[edition.market].contentPages.first { catalog.pages[$0].slug == slug }
    }

    // MARK: Checks

    /// Two products of one market and language must not claim the same address.
    private func checkSlugs(jobs: Int, _ issues: inout Issues) {
        let found = concurrently(jobs: jobs, count: editions.count) { place in
            var issues = Issues()
            checkSlugs(editions[place], &issues)
            return issues
        }
        for found in found { issues.add(found) }
    }

    private func checkSlugs(_ edition: PlannedEdition, _ issues: inout Issues) {
        let isSold = markets[edition.market].isSold
        var owners: [String: Int] = [:]
        owners.reserveCapacity(markets[edition.market].products.count)
        for place in catalog.products.indices where isSold[place] {
            let product = catalog.products[place].product
            let slug = product.slug(in: edition.edition.language)
            guard let other = owners.updateValue(place, forKey: slug) else { continue }
            let first = catalog.products[other].origin
            let second = catalog.products[place].origin
            issues.add(BuildIssue(
                .error, file: second.file, line: second.line,
                "the address \"\(slug)\" is also that of \(first.file):\(first.line) in edition \(edition.prefix)",
                remedy: "rename one of the two, or give it another slug in slugs: {\(edition.edition.language): …}"))
        }
        for (category, node) in catalog.categories.nodes.enumerated() {
            let siblings = node.parent.map { catalog.categories[$0].children } ?? catalog.categories.roots
            let slug = node.slug(in: edition.chain)
            if let twin = siblings.first(where: { $0 < category && catalog.categories[$0].slug(in: edition.chain) == slug }) {
                issues.add(BuildIssue(
                    .error, file: "Content/\(CategoryReader.fileName)",
                    "categories \"\(catalog.categories[twin].id)\" and \"\(node.id)\" have the same address in \(edition.edition.language)"))
            }
        }
    }

    // MARK: Time

    /// The next instant after the build's at which a published price changes; nil when none is planned.
    var nextPriceChange: Instant? {
        var next: Instant?
        for entry in catalog.products {
            for variant in entry.product.variants where !variant.sales.isEmpty {
                for market in catalog.marketplace.markets.all {
                    guard let change = variant.schedule(in: market)?.nextChange(after: instant) else { continue }
                    next = next.map { min($0, change) } ?? change
                }
            }
        }
        return next
    }
}

/// What is asked of all products in an order in which they do not lie in memory, by their places.
struct ProductColumns: Sendable {
    let sellers: [Int32]
    let categories: [Int32]
    let hasOtherCategories: [Bool]
    /// Days since 1970; nil when not stated.
    let published: [Int?]
    /// By place of the category: itself and all above it.
    let ways: [[Int]]

    init(_ catalog: Catalog) {
        sellers = catalog.products.map { Int32($0.seller) }
        categories = catalog.products.map { Int32($0.category) }
        hasOtherCategories = catalog.products.map { !$0.product.otherCategories.isEmpty }
        published = catalog.products.map { $0.product.published?.daysSinceEpoch }
        ways = catalog.categories.nodes.indices.map { catalog.categories.path(to: $0).reversed() }
    }
}

enum PageKind: UInt8, Sendable, CaseIterable {
    case home, category, storefront, product, content, sitemap, search, cart, checkout, order, wishlist, compare, offline, styleguide
    case account, logIn, register, confirm, reset, accountOrders, accountAddresses, accountSecurity, accountPrivacy
    case notFound, root, rootNotFound, rootStyleguide

    /// Those that every edition has once, whatever is sold there.
    static let ofEveryEdition: [PageKind] = [
        .home, .sitemap, .search, .cart, .checkout, .order, .wishlist, .compare, .offline, .styleguide, .notFound,
        .account, .logIn, .register, .confirm, .reset,
        .accountOrders, .accountAddresses, .accountSecurity, .accountPrivacy,
    ]

    /// True for those that lie above the editions and speak the language of the default one.
    var isAboveEditions: Bool { self == .root || self == .rootNotFound || self == .rootStyleguide }

    /// True for those that search engines may know.
    var isIndexed: Bool {
        switch self {
        case .home, .category, .storefront, .product, .content, .sitemap, .root: true
        case .search, .cart, .checkout, .order, .wishlist, .compare, .offline, .styleguide, .notFound, .rootNotFound, .rootStyleguide: false
        case .account, .logIn, .register, .confirm, .reset, .accountOrders, .accountAddresses, .accountSecurity, .accountPrivacy:
            false
        }
    }

    /// The name of the template below `pages`.
    var template: String {
        switch self {
        case .home: "home"
        case .category: "category"
        case .storefront: "storefront"
        case .product: "product"
        case .content: "content"
        case .sitemap: "sitemap"
        case .search: "search"
        case .cart: "cart"
        case .checkout: "checkout"
        case .order: "order"
        case .account: "account"
        case .logIn: "logIn"
        case .register: "register"
        case .confirm: "confirm"
        case .reset: "reset"
        case .accountOrders: "accountOrders"
        case .accountAddresses: "accountAddresses"
        case .accountSecurity: "accountSecurity"
        case .accountPrivacy: "accountPrivacy"
        case .wishlist: "wishlist"
        case .compare: "compare"
        case .offline: "offline"
        case .styleguide, .rootStyleguide: "styleguide"
        case .notFound, .rootNotFound: "notFound"
        case .root: "root"
        }
    }
}

/// One page to be rendered: 12 bytes, since there may be a million of them.
struct PlannedPage: Sendable {
    let kind: PageKind
    let edition: UInt8
    let subject: Int32
    /// Counted from 1 in listings.
    let number: UInt32

    init(_ kind: PageKind, edition: Int, subject: Int = 0, number: Int = 1) {
        self.kind = kind
        self.edition = UInt8(edition)
        self.subject = Int32(subject)
        self.number = UInt32(number)
    }
}

final class PlannedEdition: Sendable {
    let edition: Edition
    /// The place of its market in the plan.
    let market: Int
    /// The languages in which to look for a text, best first.
    let chain: [Language]
    let prefix: String

    init(_ edition: Edition, market: Int, chain: [Language]) {
        self.edition = edition
        self.market = market
        self.chain = chain
        prefix = edition.prefix
    }
}

/// What one market shows, best first.
final class PlannedMarket: Sendable {
    let market: Market
    let products: [Int32]
    /// By place of the product in the catalogue.
    let isSold: [Bool]
    /// By place of the category; a product stands in its categories and in all above them.
    let byCategory: [[Int32]]
    let bySeller: [[Int32]]
    /// What each seller has, category by category and the best of each first.
    private let sellerShelves: [[Int32]]
    /// By place of the product: where it stands on its seller's shelf.
    private let shelfPositions: [Int32]
    /// Places of content pages, in the order in which they are listed.
    let contentPages: [Int]
    /// Eight places for each product of the catalogue, -1 where there are fewer.
    let related: [Int32]

    init(_ catalog: Catalog, _ market: Market, ranked: [Int32], _ columns: ProductColumns, _ marks: RelatedMarks, at instant: Instant) {
        self.market = market
        var products: [Int32] = []
        let prices = PlannedMarket.lowestPrices(catalog, market, at: instant)
        var byCategory = [[Int32]](repeating: [], count: catalog.categories.nodes.count)
        var bySeller = [[Int32]](repeating: [], count: catalog.sellers.count)
        for place in ranked {
            guard prices[Int(place)] != nil else { continue }
            products.append(place)
            bySeller[Int(columns.sellers[Int(place)])].append(place)
            let main = Int(columns.categories[Int(place)])
            guard columns.hasOtherCategories[Int(place)] else {
                for category in columns.ways[main] { byCategory[category].append(place) }
                continue
            }
            for category in PlannedMarket.categories(of: catalog.products[Int(place)], in: catalog.categories) { byCategory[category].append(place) }
        }
        self.products = products
        isSold = prices.map { $0 != nil }
        self.byCategory = byCategory
        self.bySeller = bySeller
        (sellerShelves, shelfPositions) = PlannedMarket.shelves(bySeller, columns)
        contentPages = PlannedMarket.contentPages(catalog, market)
        related = Related.products(catalog, market, byCategory: byCategory, prices, columns, marks)
    }

    private static func shelves(_ bySeller: [[Int32]], _ columns: ProductColumns) -> (shelves: [[Int32]], positions: [Int32]) {
        var positions = [Int32](repeating: 0, count: columns.categories.count)
        let shelves = bySeller.map { products in
            let shelf = products.indices.sorted { (columns.categories[Int(products[$0])], $0) < (columns.categories[Int(products[$1])], $1) }
                .map { products[$0] }
            for (position, product) in shelf.enumerated() { positions[Int(product)] = Int32(position) }
            return shelf
        }
        return (shelves, positions)
    }

    /// What the seller has besides a product, that of the same category first and then that of the following ones, so that
    /// each product leads on to others.
    func neighbours(of product: Int, ofSeller seller: Int) -> some Sequence<Int> {
        let shelf = sellerShelves[seller]
        let position = Int(shelfPositions[product])
        return (1..<max(2, shelf.count)).lazy.map { Int(shelf[(position + $0) % shelf.count]) }
    }

    /// By place of the product, in minor units of the market's currency: what its cheapest variant costs; nil when none is
    /// sold here.
    private static func lowestPrices(_ catalog: Catalog, _ market: Market, at instant: Instant) -> [Int64?] {
        catalog.products.map { entry in
            entry.product.variants.lazy.compactMap { Catalog.price(of: $0, in: market, at: instant)?.amount.minorUnits }.min()
        }
    }

    static func categories(of entry: Catalog.ProductEntry, in tree: CategoryTree) -> [Int] {
        var places: [Int] = []
        var next: Int? = entry.category
        while let place = next {
            places.append(place)
            next = tree[place].parent
        }
        for other in entry.product.otherCategories {
            next = tree.place(of: other)
            while let place = next, !places.contains(place) {
                places.append(place)
                next = tree[place].parent
            }
        }
        return places
    }

    /// The market's own pages, and those for all markets that it has not replaced.
    private static func contentPages(_ catalog: Catalog, _ market: Market) -> [Int] {
        let own = catalog.pages.indices.filter { catalog.pages[$0].market == market.id }
        let replaced = Set(own.map { catalog.pages[$0].slug })
        let general = catalog.pages.indices.filter { catalog.pages[$0].market == nil && !replaced.contains(catalog.pages[$0].slug) }
        return (own + general).sorted {
            let (a, b) = (catalog.pages[$0], catalog.pages[$1])
            return (a.group.rawValue, a.position, a.slug) < (b.group.rawValue, b.position, b.slug)
        }
    }
}
