// KarooExpress – Apache-2.0

import KarooCommerce
import KarooTemplate

/// Puts together the models of the pages of one edition: every string in a model is decided here, and the
/// templates only place it. Belongs to one worker.
final class Composer {
    let plan: SitePlan
    let place: Int
    let edition: PlannedEdition
    let market: PlannedMarket
    let formats: LocaleFormats
    let words: Words
    /// What the current page is made of; reset before each page.
    let frame: Frame
    /// What is the same on many pages of the edition; kept as long as the composer.
    let lasting = Frame()

    private let pathPrefix: String
    private let scratch: Bytes
    /// Shared by the composers of one worker.
    let bodies: BodyShelf
    private var categoryPaths: [String?]
    private var categoryNames: [String?]
    private let cards: CardShelf
    private let cardFrame: Frame
    private var sellerSlots: [SellerSlots?]
    private var sellerDeliveries: [[Delivery]?]
    /// Names and home pages of all editions, each in its own language.
    let editionLabels: [EditionLabels]
    /// The theme's icon, below Public, by which machines show who runs the site; nil when the theme has none.
    var emblem: String?
    /// The shelves of the home page, best first.
    private(set) lazy var homeShelves = HomeShelf.all(of: market, in: plan)

    init(_ plan: SitePlan, edition place: Int, frame: Frame, scratch: Bytes, bodies: BodyShelf, cards: CardShelf, cardFrame: Frame) {
        self.plan = plan
        self.place = place
        self.frame = frame
        self.scratch = scratch
        self.bodies = bodies
        self.cards = cards
        self.cardFrame = cardFrame
        edition = plan.editions[place]
        market = plan.markets[edition.market]
        formats = LocaleFormats(edition.edition.tag)!
        words = plan.catalog.words[edition.edition.language]!
        pathPrefix = "\(plan.catalog.marketplace.basePath)/\(edition.prefix)/"
        sellerSlots = Array(repeating: nil, count: plan.catalog.sellers.count)
        sellerDeliveries = Array(repeating: nil, count: plan.catalog.sellers.count)
        editionLabels = plan.editions.map { [lasting] in EditionLabels($0, plan, in: lasting) }
        categoryPaths = Array(repeating: nil, count: plan.catalog.categories.nodes.count)
        categoryNames = Array(repeating: nil, count: plan.catalog.categories.nodes.count)
    }

    /// How goods of a seller come to the market; reckoned once.
    func deliveries(ofSeller place: Int) -> [Delivery] {
        if let known = sellerDeliveries[place] { return known }
        let deliveries = Delivery.all(of: plan.catalog.sellers[place].seller, in: market.market)
        sellerDeliveries[place] = deliveries
        return deliveries
    }

    var catalog: Catalog { plan.catalog }
    var marketplace: Marketplace { plan.catalog.marketplace }
    var chain: [Language] { edition.chain }

    // MARK: Texts

    /// How a text is marked that stands in another language than the page's; missing where it stands in the page's own.
    func foreign(_ language: Language?, in frame: Frame) -> Slot {
        guard let language, language != edition.edition.language else { return .missing }
        let record = frame.record(Foreign.self)
        record[.language] = frame.text(language.tag)
        record[.dir] = frame.text(LocaleFormats(language.tag)?.isRightToLeft == true ? "rtl" : "ltr")
        return record.slot
    }

    func text(_ text: LocalizedText) -> String? { text.text(in: chain) }

    func money(_ money: Money) -> String { formats.money(money) }

    // MARK: Addresses

    /// From the root of the host, as `/en-us/p/arne.html`.
    func append(_ address: Address, to bytes: Bytes) {
        bytes.append(pathPrefix)
        address.append(to: bytes, plan.style)
    }

    func url(_ address: Address) -> Slot { frame.text { append(address, to: $0) } }

    func path(_ address: Address) -> String {
        scratch.removeAll()
        append(address, to: scratch)
        return scratch.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// With scheme and host.
    func absolute(_ address: Address, to bytes: Bytes) {
        bytes.append(marketplace.origin)
        append(address, to: bytes)
    }

    func absolute(_ address: Address) -> String { marketplace.origin + path(address) }

    /// The address of a file below Public.
    func url(of file: PublishedFile) -> Slot { frame.text { append(file, to: $0) } }

    func append(_ file: PublishedFile, to bytes: Bytes) {
        bytes.append(marketplace.basePath)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(file.name)
    }

    func filePath(_ file: PublishedFile) -> String { "\(marketplace.basePath)/\(file.name)" }

    func filePath(_ name: String) -> String { "\(marketplace.basePath)/\(name)" }

    func category(_ place: Int, page: Int = 1) -> Address {
        if let path = categoryPaths[place] { return .category(path: path, page: page) }
        let path = plan.categoryPath(place, in: edition)
        categoryPaths[place] = path
        return .category(path: path, page: page)
    }

    func categoryName(_ place: Int) -> String {
        if let name = categoryNames[place] { return name }
        let name = text(catalog.categories[place].name) ?? catalog.categories[place].id.text
        categoryNames[place] = name
        return name
    }

    func product(_ place: Int) -> Address {
        .product(slug: catalog.products[place].product.slug(in: edition.edition.language))
    }

    func seller(_ place: Int, page: Int = 1) -> Address {
        .seller(slug: catalog.sellers[place].seller.id.text, page: page)
    }

    /// The address of the head of the edition's search index; nil when there is none.
    var searchRoot: String? { catalog.search.isEnabled ? filePath("\(edition.prefix)/search/root.json") : nil }

    /// What product pages say of a seller, made once.
    func sellerSlots(_ place: Int) -> SellerSlots {
        if let slots = sellerSlots[place] { return slots }
        let slots = makeSellerSlots(place, in: lasting)
        sellerSlots[place] = slots
        return slots
    }

    // MARK: Cards

    func card(_ product: Int32) -> Slot {
        cards.card(product, edition: place, kept: cardFrame, page: frame) { makeCard(product, in: $0) }
    }

    /// How many cards of a list stand in the first window of a phone, and of most screens: their pictures are not waited for.
    static let leadCount = 4

    func cards(_ places: some Sequence<Int32>) -> Slot {
        frame.list(places) { card($0) }
    }
}

/// How an edition is called in the switch, in its own language.
struct EditionLabels {
    let label: Slot
    let marketName: Slot
    let languageName: Slot
    let tag: Slot
    let market: Slot
    let dir: Slot
    let home: Slot
    let currency: Slot
    /// A text line.
    let openGraphLocale: Slot

    init(_ edition: PlannedEdition, _ plan: SitePlan, in frame: Frame) {
        let formats = LocaleFormats(edition.edition.tag)!
        let market = edition.edition.market
        let marketName = market.name.text(in: edition.chain) ?? formats.regionName(market.countries[0])
        let languageName = formats.autonym
        self.marketName = frame.text(marketName)
        self.languageName = frame.text(languageName)
        label = frame.text("\(marketName) – \(languageName) (\(market.currency.code))")
        tag = frame.text(edition.edition.tag)
        self.market = frame.text(market.id.text)
        dir = frame.text(formats.isRightToLeft ? "rtl" : "ltr")
        home = frame.text("\(plan.catalog.marketplace.basePath)/\(edition.prefix)/")
        currency = frame.text(market.currency.code)
        let locale = frame.record(TextLine.self)
        locale[.text] = frame.text(edition.edition.openGraphLocale)
        openGraphLocale = locale.slot
    }
}
