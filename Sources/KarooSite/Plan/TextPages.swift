// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// A text of the operator's: about, questions, imprint.
enum ContentPageModel: Int, Fields {
    case heading, foreign, body, updated, updatedDate, siblings

    var shape: Shape {
        switch self {
        case .body: .html
        case .foreign: .record(Foreign.schema)
        case .siblings: .list(of: Breadcrumb.self)
        default: .text
        }
    }

    static let schema = Head.schema(and: Self.self)
}

/// Every category, seller and page on one page, as plain links.
enum SitemapPage: Int, Fields {
    case heading, categories, sellers, pages

    enum Node: Int, Fields {
        case name, url, children, hasChildren

        var shape: Shape {
            switch self {
            case .name, .url: .text
            case .children: .list(of: Node.self)
            case .hasChildren: .flag
            }
        }

        static let schema = Schema(of: Self.self)
    }

    var shape: Shape {
        switch self {
        case .heading: .text
        case .categories: .list(of: Node.self)
        case .sellers, .pages: .list(of: Link.self)
        }
    }

    static let schema = Head.schema(and: Self.self)
}

/// The shell of the search page, which its script fills. It holds what listings need for their filters as well: words and patterns.
enum SearchPage: Int, Fields {
    case heading, scriptWords, samples

    var shape: Shape {
        switch self {
        case .heading: .text
        case .scriptWords: .html
        case .samples: .list(of: Card.self)
        }
    }

    static let schema = Head.schema(and: Self.self)
}

/// A page that its script fills: what stands on it lies on the visitor's device or comes from the server.
enum ShellPage: Int, Fields {
    case heading, scriptWords

    var shape: Shape { self == .scriptWords ? .html : .text }
    static let schema = Head.schema(and: Self.self)
}

enum NotFoundPage: Int, Fields {
    case heading, text

    var shape: Shape { .text }
    static let schema = Head.schema(and: Self.self)
}

/// The page at the root of the host: every language and market, to choose from.
enum RootPage: Int, Fields {
    case heading, editions

    enum EditionLink: Int, Fields {
        case label, marketName, languageName, language, dir, url, currency

        var shape: Shape { .text }
        static let schema = Schema(of: Self.self)
    }

    var shape: Shape { self == .editions ? .list(of: EditionLink.self) : .text }
    static let schema = Head.schema(and: Self.self)
}

extension Composer {
    func contentPage(_ page: PlannedPage) -> Slot {
        let content = catalog.pages[Int(page.subject)]
        let text = content.text(in: chain)!
        let record = PageRecord<ContentPageModel>(frame)
        record[.heading] = frame.text(text.title)
        record[.foreign] = foreign(text.language, in: frame)
        let questions = content.isQuestions ? Markdown.questions(text.body) : nil
        record[.body] = questions.map { frame.text($0.html) } ?? frame.text { Markdown.render(text.body, by: .operatorOfMarketplace, into: $0) }
        if let updated = text.updated {
            record[.updated] = frame.text(formats.date(updated, style: .long))
            record[.updatedDate] = frame.text(updated.description)
        }
        let siblings = market.contentPages.filter { catalog.pages[$0].group == content.group }
        record[.siblings] = frame.list(siblings) { sibling in
            let link = frame.record(Breadcrumb.self)
            link[.name] = frame.text(catalog.pages[sibling].text(in: chain)!.title)
            link[.url] = url(.plain(catalog.pages[sibling].slug))
            link[.current] = .flag(sibling == Int(page.subject))
            return link.slot
        }
        let trail = [(name: text.title, address: Address.plain(content.slug))]
        let head = HeadContent(
            title: titled(text.title), description: text.description ?? titled(text.title), address: .plain(content.slug),
            openGraphType: "article", openGraphTitle: text.title, trail: trail)
        fillHead(record, head, page: page)
        record[head: .jsonLD] = frame.text { questionsGraph(questions?.all ?? [], trail: trail, to: $0) }
        return record.slot
    }

    func sitemapPage(_ page: PlannedPage) -> Slot {
        let record = PageRecord<SitemapPage>(frame)
        let heading = words.text(.sitemapTitle)
        record[.heading] = frame.text(heading)
        record[.categories] = frame.list(topCategories) { sitemapNode($0) }
        record[.sellers] = frame.list(sellersByName) { link(catalog.sellers[$0].seller.name, seller($0)) }
        record[.pages] = frame.list(market.contentPages) { place in
            link(catalog.pages[place].text(in: chain)!.title, .plain(catalog.pages[place].slug))
        }
        let trail = [(name: heading, address: Address.plain("sitemap"))]
        fillHead(
            record,
            HeadContent(title: titled(heading), description: words.text(.sitemapMeta, ["site": marketplace.name]), address: .plain("sitemap"), openGraphTitle: heading, trail: trail),
            page: page)
        record[head: .jsonLD] = frame.text { breadcrumbsGraph(trail, to: $0) }
        return record.slot
    }

    private func sitemapNode(_ category: Int) -> Slot {
        let record = frame.record(SitemapPage.Node.self)
        record[.name] = frame.text(categoryName(category))
        record[.url] = url(self.category(category))
        let children = catalog.categories[category].children.filter { !market.byCategory[$0].isEmpty }
        record[.children] = frame.list(children) { sitemapNode($0) }
        record[.hasChildren] = .flag(!children.isEmpty)
        return record.slot
    }

    func searchPage(_ page: PlannedPage) -> Slot {
        let record = PageRecord<SearchPage>(frame)
        let heading = words.text(.searchTitle)
        record[.heading] = frame.text(heading)
        record[.scriptWords] = frame.text { scriptWords(to: JSONPen($0)) }
        record[.samples] = frame.list(count: 2) { sampleCard(isNew: $0 == 1) }
        fillHead(
            record,
            HeadContent(
                title: titled(heading), description: words.text(.searchMeta, ["site": marketplace.name]), address: .plain("search"),
                isIndexed: false),
            page: page)
        return record.slot
    }

    /// The words that the script puts together: those of the group `find`, and some that the build uses as well.
    private func scriptWords(to pen: JSONPen) {
        var pen = pen
        let shared: [Word] = [
            .priceFrom, .priceSaving, .priceUnit, .priceLowest30Days, .ratingOutOf, .listingCount, .listingPage, .listingColours,
        ]
        pen.object { json in
            for (name, message) in words.messages(of: "find") { json.member(named: name, message) }
            for word in shared {
                if let message = words.message(word) { json.member(named: word.rawValue, message) }
            }
        }
    }

    /// A card with everything that a card may have, for the script to copy and fill: texts are their names in braces.
    private func sampleCard(isNew: Bool) -> Slot {
        let card = frame.record(Card.self)
        for field in [Card.id, .url, .title, .seller, .priceText, .price, .currency, .compareAtText, .unitPrice, .lowest30Days, .colours] {
            card[field] = frame.text("{\(field)}")
        }
        let image = frame.record(PictureModel.self)
        image[.url] = frame.text("data:," as StaticString)
        image[.width] = frame.text(decimal: Placeholder.size.width)
        image[.height] = frame.text(decimal: Placeholder.size.height)
        image[.alt] = frame.text("{alt}" as StaticString)
        card[.image] = image.slot
        let rating = frame.record(RatingModel.self)
        for field in [RatingModel.value, .text, .countText, .count] { rating[field] = frame.text("{\(field)}") }
        rating[.stars] = frame.text(decimal: 0)
        rating[.class] = frame.text("s0" as StaticString)
        card[.rating] = rating.slot
        card[.soldOut] = .flag(true)
        card[.lowStock] = .flag(true)
        card[.isNew] = .flag(isNew)
        if !isNew { card[.saving] = frame.text("{saving}" as StaticString) }
        return card.slot
    }

    /// - parameter says: the groups of words that the page's script puts together.
    func shellPage(_ page: PlannedPage, title: Word, description: String, says groups: [String] = []) -> Slot {
        let record = PageRecord<ShellPage>(frame)
        let heading = words.text(title)
        record[.heading] = frame.text(heading)
        if !groups.isEmpty {
            record[.scriptWords] = frame.text { sink in
                var pen = JSONPen(sink)
                pen.object { json in
                    for group in groups {
                        for (name, message) in words.messages(of: group) { json.member(named: "\(group).\(name)", message) }
                    }
                }
            }
        }
        fillHead(
            record, HeadContent(title: titled(heading), description: description, address: plan.address(of: page), isIndexed: false),
            page: page)
        return record.slot
    }

    /// - parameter says: groups of words that its script needs besides those of all pages of the account.
    func accountPage(_ page: PlannedPage, title: Word, description: Word = .accountMeta, says groups: [String] = []) -> Slot {
        shellPage(
            page, title: title, description: words.text(description, ["site": marketplace.name]), says: ["accounts", "buy", "pay", "errors"] + groups)
    }

    func notFoundPage(_ page: PlannedPage) -> Slot {
        let record = PageRecord<NotFoundPage>(frame)
        let heading = words.text(.notFoundTitle)
        record[.heading] = frame.text(heading)
        record[.text] = frame.text(words.text(.notFoundText))
        fillHead(record, HeadContent(title: titled(heading), description: words.text(.notFoundText), isIndexed: false), page: page)
        return record.slot
    }

    func rootPage(_ page: PlannedPage) -> Slot {
        let record = PageRecord<RootPage>(frame)
        record[.heading] = frame.text(words.text(.rootTitle))
        record[.editions] = frame.list(count: plan.editions.count) { place in
            let labels = editionLabels[place]
            let link = frame.record(RootPage.EditionLink.self)
            link[.label] = labels.label
            link[.marketName] = labels.marketName
            link[.languageName] = labels.languageName
            link[.language] = labels.tag
            link[.dir] = labels.dir
            link[.url] = labels.home
            link[.currency] = labels.currency
            return link.slot
        }
        fillHead(
            record,
            HeadContent(
                title: "\(marketplace.name): \(words.text(.rootTitle))", description: text(marketplace.description) ?? words.text(.rootText),
                openGraphTitle: marketplace.name),
            page: page)
        record[head: .canonical] = frame.text("\(marketplace.origin)\(marketplace.basePath)/")
        if plan.namesAlternatesInPages { record[head: .alternates] = alternates(of: page) }
        record[head: .jsonLD] = frame.text { organization(to: $0) }
        return record.slot
    }
}
