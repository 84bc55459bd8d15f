// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// What every page has, whatever it shows.
enum Head: Int, Fields {
    case title, description, canonical, noindex, alternates, switches, og, jsonLD, breadcrumbs, feedURL, feedTitle

    var shape: Shape {
        switch self {
        case .title, .description, .canonical, .feedURL, .feedTitle: .text
        case .noindex: .flag
        case .alternates: .list(of: Alternate.self)
        case .switches: .list(of: Switch.self)
        case .og: .record(OpenGraph.schema)
        case .jsonLD: .html
        case .breadcrumbs: .list(of: Breadcrumb.self)
        }
    }

    static let schema = Schema(of: Self.self)

    static let count = Head.allCases.count

    /// The fields of every page, then those of one kind of page.
    static func schema<Page: Fields>(and page: Page.Type) -> Schema {
        Schema(names: Head.allCases.map { "\($0)" } + Page.allCases.map { "\($0)" }) {
            Head.allCases.map(\.shape) + Page.allCases.map(\.shape)
        }
    }
}

enum Alternate: Int, Fields {
    case hreflang, href

    var shape: Shape { .text }
    static let schema = Schema(of: Self.self)
}

/// A way to another language or market.
enum Switch: Int, Fields {
    case label, language, market, url, current, dir

    var shape: Shape { self == .current ? .flag : .text }
    static let schema = Schema(of: Self.self)
}

/// The Open Graph protocol's names, https://ogp.me.
enum OpenGraph: Int, Fields {
    case type, title, description, url, image, imageWidth, imageHeight, imageAlt, locale, localeAlternates, price, currency, availability

    var shape: Shape { self == .localeAlternates ? .list(of: TextLine.self) : .text }
    static let schema = Schema(of: Self.self)
}

enum Breadcrumb: Int, Fields {
    case name, url, current

    var shape: Shape { self == .current ? .flag : .text }
    static let schema = Schema(of: Self.self)
}

/// In which language and direction a text is written that is not in the page's language.
enum Foreign: Int, Fields {
    case language, dir

    var shape: Shape { .text }
    static let schema = Schema(of: Self.self)
}

/// A link with a name.
enum Link: Int, Fields {
    case name, url

    var shape: Shape { .text }
    static let schema = Schema(of: Self.self)
}

/// A link with the number of products behind it.
enum CountedLink: Int, Fields {
    case name, url, countText

    var shape: Shape { .text }
    static let schema = Schema(of: Self.self)
}

/// The record of a page: the fields of `Head`, then its own.
struct PageRecord<Page: Fields> {
    private let record: DynamicRecord

    init(_ frame: Frame) { record = frame.record(Page.schema) }

    var slot: Slot { record.slot }

    subscript(_ field: Page) -> Slot {
        get { record[Head.count + field.rawValue] }
        nonmutating set { record[Head.count + field.rawValue] = newValue }
    }

    subscript(head field: Head) -> Slot {
        get { record[field.rawValue] }
        nonmutating set { record[field.rawValue] = newValue }
    }
}

/// What the head of a page is made from.
struct HeadContent {
    var title: String
    var description: String
    /// Nil for pages that search engines should not know.
    var address: Address?
    var isIndexed = true
    var openGraphType = "website"
    /// Without the name of the marketplace; nil when the title serves.
    var openGraphTitle: String?
    var picture: PublishedPicture?
    var pictureText: String?
    var price: Money?
    /// How the product can be had; nil on pages of no product.
    var availability: Availability?
    /// From the home page down to this page, without the home page itself.
    var trail: [(name: String, address: Address)] = []
    var feed: (address: Address, title: String)?
}

extension Composer {
    func fillHead<Page: Fields>(_ record: PageRecord<Page>, _ content: HeadContent, page: PlannedPage) {
        record[head: .title] = frame.text(content.title)
        record[head: .description] = frame.text(content.description)
        record[head: .noindex] = .flag(!content.isIndexed)
        if content.isIndexed, let address = content.address {
            record[head: .canonical] = frame.text { absolute(address, to: $0) }
            if plan.namesAlternatesInPages { record[head: .alternates] = alternates(of: page) }
        }
        record[head: .switches] = switches(of: page)
        record[head: .og] = openGraph(content, page: page)
        record[head: .breadcrumbs] = breadcrumbs(content.trail)
        if let feed = content.feed {
            record[head: .feedURL] = url(feed.address)
            record[head: .feedTitle] = frame.text(feed.title)
        }
    }

    func alternates(of page: PlannedPage) -> Slot {
        var slots: [Slot] = []
        slots.reserveCapacity(plan.editions.count * 2 + 1)
        var hrefs = [Slot?](repeating: nil, count: plan.editions.count)
        plan.eachAlternate(of: page) { hreflang, place in
            let href = place.flatMap { hrefs[$0] } ?? frame.text { appendAlternate(of: page, in: place, to: $0) }
            if let place { hrefs[place] = href }
            slots.append(alternate(hreflang, href))
        }
        return frame.list(slots)
    }

    /// The address of a page in another edition; of the page at the root when that is nil.
    func appendAlternate(of page: PlannedPage, in edition: Int?, to bytes: Bytes) {
        if let edition { return absolute(page, in: edition, to: bytes) }
        bytes.append(marketplace.origin)
        bytes.append(marketplace.basePath)
        bytes.append(UInt8(ascii: "/"))
    }

    private func alternate(_ hreflang: String, _ href: Slot) -> Slot {
        let record = frame.record(Alternate.self)
        record[.hreflang] = frame.text(hreflang)
        record[.href] = href
        return record.slot
    }

    /// One link for each edition: to the same page where it has it, else to its home page.
    private func switches(of page: PlannedPage) -> Slot {
        frame.list(count: plan.editions.count) { place in
            let other = plan.editions[place]
            let record = frame.record(Switch.self)
            let exists = plan.exists(page, in: other)
            record[.label] = editionLabels[place].label
            record[.language] = editionLabels[place].tag
            record[.market] = editionLabels[place].market
            record[.dir] = editionLabels[place].dir
            record[.url] = exists ? frame.text { path(page, in: place, to: $0) } : editionLabels[place].home
            record[.current] = .flag(place == self.place && !page.kind.isAboveEditions)
            return record.slot
        }
    }

    private func absolute(_ page: PlannedPage, in edition: Int, to bytes: Bytes) {
        bytes.append(marketplace.origin)
        path(page, in: edition, to: bytes)
    }

    private func path(_ page: PlannedPage, in edition: Int, to bytes: Bytes) {
        bytes.append(marketplace.basePath)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(plan.editions[edition].prefix)
        bytes.append(UInt8(ascii: "/"))
        address(of: page, in: edition).append(to: bytes, plan.style)
    }

    private func address(of page: PlannedPage, in edition: Int) -> Address {
        plan.address(page.kind, subject: Int(page.subject), number: Int(page.number), in: plan.editions[edition])
    }

    private func openGraph(_ content: HeadContent, page: PlannedPage) -> Slot {
        let record = frame.record(OpenGraph.self)
        record[.type] = frame.text(content.openGraphType)
        record[.title] = frame.text(content.openGraphTitle ?? content.title)
        record[.description] = frame.text(content.description)
        record[.locale] = frame.text(edition.edition.openGraphLocale)
        if content.isIndexed { record[.localeAlternates] = localeAlternates(of: page) }
        if let address = content.address { record[.url] = frame.text { absolute(address, to: $0) } }
        if let picture = content.picture, let (file, size) = picture.social {
            record[.image] = frame.text { bytes in
                bytes.append(marketplace.origin)
                append(file, to: bytes)
            }
            record[.imageWidth] = frame.text(decimal: size.width)
            record[.imageHeight] = frame.text(decimal: size.height)
            record[.imageAlt] = frame.text(content.pictureText ?? content.title)
        }
        if let price = content.price {
            record[.price] = frame.text(price.decimal)
            record[.currency] = frame.text(price.currency.code)
            record[.availability] = content.availability.map { frame.text($0.openGraph) } ?? .missing
        }
        return record.slot
    }

    /// The other editions that have the page, as social networks call them.
    private func localeAlternates(of page: PlannedPage) -> Slot {
        frame.list(plan.editions.indices.lazy.filter { [place, plan] in $0 != place && plan.exists(page, in: plan.editions[$0]) }) {
            editionLabels[$0].openGraphLocale
        }
    }

    private func breadcrumbs(_ trail: [(name: String, address: Address)]) -> Slot {
        guard !trail.isEmpty else { return .missing }
        let home = (name: words.text(.breadcrumbHome), address: Address.home)
        let all = [home] + trail
        return frame.list(count: all.count) { place in
            let record = frame.record(Breadcrumb.self)
            record[.name] = frame.text(all[place].name)
            record[.url] = url(all[place].address)
            record[.current] = .flag(place == all.count - 1)
            return record.slot
        }
    }

    /// From the topmost category down to this one.
    func trail(to category: Int) -> [(name: String, address: Address)] {
        catalog.categories.path(to: category).map { (categoryName($0), self.category($0)) }
    }

    func link(_ name: String, _ address: Address) -> Slot {
        let record = frame.record(Link.self)
        record[.name] = frame.text(name)
        record[.url] = url(address)
        return record.slot
    }

    func countedLink(_ name: String, _ address: Address, count: Int) -> Slot {
        let record = frame.record(CountedLink.self)
        record[.name] = frame.text(name)
        record[.url] = url(address)
        record[.countText] = frame.text(words.text(.listingCount, count: count, in: formats))
        return record.slot
    }

    func titled(_ title: String) -> String {
        words.text(.pageTitleWithSite, ["title": title, "site": marketplace.name])
    }
}
