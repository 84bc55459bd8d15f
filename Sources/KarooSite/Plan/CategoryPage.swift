// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// One page of a category's products.
enum CategoryPage: Int, Fields {
    case heading, intro, children, hasChildren, countText, scope, lead, products, pagination

    var shape: Shape {
        switch self {
        case .heading, .intro, .countText, .scope: .text
        case .hasChildren: .flag
        case .children: .list(of: CountedLink.self)
        case .lead, .products: .list(of: Card.self)
        case .pagination: .record(Pagination.schema)
        }
    }

    static let schema = Head.schema(and: Self.self)
}

extension Composer {
    func categoryPage(_ page: PlannedPage) -> Slot {
        let place = Int(page.subject)
        let number = Int(page.number)
        let node = catalog.categories[place]
        let products = market.byCategory[place]
        let pages = SitePlan.pageCount(products.count)
        let shown = SitePlan.slice(products, page: number)
        let name = categoryName(place)
        let heading = number == 1 ? name : words.text(.listingPageTitle, ["name": name, "page": formats.number(Int64(number))])

        let record = PageRecord<CategoryPage>(frame)
        record[.heading] = frame.text(heading)
        if number == 1, let intro = text(node.intro) { record[.intro] = frame.text(intro) }
        let children = node.children.filter { !market.byCategory[$0].isEmpty }
        record[.children] = frame.list(children) { countedLink(categoryName($0), category($0), count: market.byCategory[$0].count) }
        record[.hasChildren] = .flag(!children.isEmpty)
        record[.countText] = frame.text(words.text(.listingCount, count: products.count, in: formats))
        if searchRoot != nil { record[.scope] = frame.text("category:\(catalog.categories.token(of: place))") }
        record[.lead] = cards(shown.prefix(Composer.leadCount))
        record[.products] = cards(shown.dropFirst(Composer.leadCount))
        record[.pagination] = pagination(current: number, of: pages) { category(place, page: $0) }

        var trail = trail(to: place)
        if number > 1 { trail.append((heading, category(place, page: number))) }
        let content = HeadContent(
            title: titled(heading),
            description: words.text(.categoryMeta, count: products.count, in: formats, ["name": heading]),
            address: category(place, page: number),
            openGraphTitle: heading,
            picture: shown.lazy.compactMap { self.catalog.products[Int($0)].cover }.first,
            trail: trail,
            feed: arrivals(of: place))
        fillHead(record, content, page: page)
        record[head: .jsonLD] = frame.text { json in
            listing(name: heading, address: category(place, page: number), shown, trail: trail, to: json)
        }
        return record.slot
    }

    func arrivals(of category: Int) -> (address: Address, title: String) {
        (.arrivals(path: plan.categoryPath(category, in: edition)), words.text(.feedNewIn, ["name": categoryName(category)]))
    }
}
