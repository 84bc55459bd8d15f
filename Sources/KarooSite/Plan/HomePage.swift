// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

enum HomePage: Int, Fields {
    case heading, hero, promises, tiles, shelves, sellers

    enum Hero: Int, Fields {
        case title, text, url, action

        var shape: Shape { .text }
        static let schema = Schema(of: Self.self)
    }

    enum Promise: Int, Fields {
        case name, url, text, slug

        var shape: Shape { .text }
        static let schema = Schema(of: Self.self)
    }

    enum Tile: Int, Fields {
        case name, url, countText, image

        var shape: Shape { self == .image ? .record(PictureModel.schema) : .text }
        static let schema = Schema(of: Self.self)
    }

    enum Shelf: Int, Fields {
        case title, url, products

        var shape: Shape { self == .products ? .list(of: Card.self) : .text }
        static let schema = Schema(of: Self.self)
    }

    enum SellerTile: Int, Fields {
        case name, url, tagline, country, logo

        var shape: Shape { .text }
        static let schema = Schema(of: Self.self)
    }

    var shape: Shape {
        switch self {
        case .heading: .text
        case .hero: .record(Hero.schema)
        case .promises: .list(of: Promise.self)
        case .tiles: .list(of: Tile.self)
        case .shelves: .list(of: Shelf.self)
        case .sellers: .list(of: SellerTile.self)
        }
    }

    static let schema = Head.schema(and: Self.self)
    static let productsPerShelf = 8
    static let maximumSellers = 24
}

extension Composer {
    func homePage(_ page: PlannedPage) -> Slot {
        let record = PageRecord<HomePage>(frame)
        let title = words.text(.homeTitle, ["site": marketplace.name])
        record[.heading] = frame.text(text(marketplace.tagline) ?? title)
        record[.hero] = hero()
        record[.promises] = promises()
        record[.tiles] = frame.list(topCategories) { tile($0) }
        record[.shelves] = shelves()
        record[.sellers] = frame.list(sellersByName.prefix(HomePage.maximumSellers)) { sellerTile($0) }
        let content = HeadContent(
            title: title, description: text(marketplace.description) ?? title, address: .home,
            openGraphTitle: marketplace.name,
            picture: homeShelves.first?.products.lazy.compactMap { self.catalog.products[Int($0)].cover }.first,
            feed: (.arrivals(path: nil), words.text(.feedNewIn, ["name": marketplace.name])))
        fillHead(record, content, page: page)
        record[head: .jsonLD] = frame.text { organization(to: $0) }
        return record.slot
    }

    private func hero() -> Slot {
        let hero = marketplace.hero
        let record = frame.record(HomePage.Hero.self)
        record[.title] = frame.text(text(hero.title) ?? text(marketplace.tagline) ?? marketplace.name)
        if let words = text(hero.text) { record[.text] = frame.text(words) }
        record[.action] = frame.text(words.text(.homeHeroAction))
        if let category = hero.category.flatMap({ catalog.categories.place(of: $0) }), !market.byCategory[category].isEmpty {
            record[.url] = url(self.category(category))
        } else {
            record[.url] = topCategories.first.map { url(category($0)) } ?? url(.home)
        }
        return record.slot
    }

    private func promises() -> Slot {
        frame.list(marketplace.promises.compactMap { plan.contentPage(slug: $0, in: edition) }) { place in
            let page = catalog.pages[place]
            let words = page.text(in: chain)!
            let record = frame.record(HomePage.Promise.self)
            record[.name] = frame.text(words.title)
            record[.url] = url(.plain(page.slug))
            record[.slug] = frame.text(page.slug)
            if let description = words.description { record[.text] = frame.text(description) }
            return record.slot
        }
    }

    private func tile(_ category: Int) -> Slot {
        let record = frame.record(HomePage.Tile.self)
        let products = market.byCategory[category]
        record[.name] = frame.text(categoryName(category))
        record[.url] = url(self.category(category))
        record[.countText] = frame.text(words.text(.listingCount, count: products.count, in: formats))
        if let entry = tileEntry(of: category) { record[.image] = cover(of: entry, title: categoryName(category), in: frame) }
        return record.slot
    }

    /// The product whose picture stands for the category: its best that has one.
    func tileEntry(of category: Int) -> Catalog.ProductEntry? {
        let products = market.byCategory[category]
        return products.lazy.map { self.catalog.products[Int($0)] }.first { $0.cover != nil }
            ?? products.first.map { catalog.products[Int($0)] }
    }

    private func shelves() -> Slot {
        frame.list(homeShelves) { shelf in
            let record = frame.record(HomePage.Shelf.self)
            record[.title] = frame.text(words.text(shelf.title))
            record[.products] = cards(shelf.products)
            return record.slot
        }
    }

    private func sellerTile(_ place: Int) -> Slot {
        let entry = catalog.sellers[place]
        let record = frame.record(HomePage.SellerTile.self)
        record[.name] = frame.text(entry.seller.name)
        record[.url] = url(seller(place))
        if let tagline = text(entry.seller.tagline) { record[.tagline] = frame.text(tagline) }
        record[.country] = frame.text(formats.regionName(entry.seller.country))
        if let logo = entry.logo { record[.logo] = url(of: logo) }
        return record.slot
    }

    /// The categories at the top of the tree that have products here.
    var topCategories: [Int] { catalog.categories.roots.filter { !market.byCategory[$0].isEmpty } }

    /// The sellers that sell here, in the order of the edition's language.
    var sellersByName: [Int] {
        let places = catalog.sellers.indices.filter { !market.bySeller[$0].isEmpty }
        let keys = places.map { (place: $0, key: formats.collationKey(catalog.sellers[$0].seller.name)) }
        return keys.sorted { a, b in
            a.key == b.key ? a.place < b.place : a.key.lexicographicallyPrecedes(b.key)
        }.map(\.place)
    }
}

/// A row of products on the home page.
struct HomeShelf {
    let title: Word
    let products: [Int32]

    /// Those that the operator chose, those on sale, and the newest; empty shelves are left out.
    static func all(of market: PlannedMarket, in plan: SitePlan) -> [HomeShelf] {
        let featured = plan.featured.filter { market.isSold[Int($0)] }
        let reduced = market.products.lazy.filter { place in
            !plan.catalog.products[Int(place)].isSoldOut
                && Catalog.lowestPrice(of: plan.catalog.products[Int(place)].product, in: market.market, at: plan.instant)?.isReduced ?? false
        }
        let shelves = [
            HomeShelf(title: .homeFeatured, products: Array(featured.prefix(HomePage.productsPerShelf))),
            HomeShelf(title: .homeSale, products: Array(reduced.prefix(HomePage.productsPerShelf))),
            HomeShelf(title: .homeNew, products: newest(market, in: plan, count: HomePage.productsPerShelf)),
        ]
        return shelves.filter { !$0.products.isEmpty }
    }

    /// The products published last, the newest first.
    static func newest(_ market: PlannedMarket, in plan: SitePlan, among products: [Int32]? = nil, count: Int) -> [Int32] {
        var newest: [(day: Int, place: Int32)] = []
        for place in products ?? market.products {
            guard let day = plan.columns.published[Int(place)] else { continue }
            if newest.count == count, let last = newest.last, (day, -Int(place)) <= (last.day, -Int(last.place)) { continue }
            let position = newest.firstIndex { ($0.day, -Int($0.place)) < (day, -Int(place)) } ?? newest.count
            newest.insert((day, place), at: position)
            if newest.count > count { newest.removeLast() }
        }
        return newest.map(\.place)
    }
}
