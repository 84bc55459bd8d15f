// KarooExpress – Apache-2.0

/// Something that a seller offers, in one or more variants.
///
/// A class, though it never changes: many workers look at the same products at once, and handing one on must not
/// count the references of all its parts.
public final class Product: Sendable {
    public typealias ID = Identifier<Product>

    /// The words about a product in one language; a class for the same reason as Product.
    public final class Text: Sendable {
        public let language: Language
        public let title: String
        /// One or two sentences; nil when not written.
        public let summary: String?
        /// What search engines show; nil when the summary serves.
        public let description: String?
        private let bodySource: Body

        /// A long text that few look at.
        public enum Body: Sendable {
            case text(String)
            /// Made each time it is asked for.
            case later(@Sendable () -> String)
        }

        public convenience init(language: Language, title: String, summary: String? = nil, description: String? = nil, body: String = "") {
            self.init(language: language, title: title, summary: summary, description: description, body: .text(body))
        }

        public init(language: Language, title: String, summary: String?, description: String?, body: Body) {
            self.language = language
            self.title = title
            self.summary = summary
            self.description = description
            bodySource = body
        }

        /// Markdown; empty when not written.
        public var body: String {
            switch bodySource {
            case .text(let text): text
            case .later(let make): make()
            }
        }
    }

    public enum Condition: String, Sendable, CaseIterable { case new, refurbished, used }

    public enum Status: String, Sendable, CaseIterable { case active, draft, archived }

    /// Three-dimensional models, as files of the product.
    public struct Models: Sendable {
        public var gltf: String?
        public var usdz: String?

        public init() {}
    }

    /// Seller and slug joined by a slash: `nordlicht/arne-desk-lamp`.
    public let id: ID
    public let seller: Seller.ID
    public let slug: Slug
    /// Addresses of their own in some languages.
    public let slugs: LocalizedText
    public let category: Category.ID
    public let otherCategories: [Category.ID]
    public let status: Status
    public let brand: String?
    public let mpn: String?
    public let condition: Condition
    public let published: Day?
    public let modified: Day?
    /// Nil when the category's holds.
    public let taxCategory: String?
    public let measure: Measure?
    public let texts: [Text]
    public let attributes: [Named<AttributeValue>]
    /// The attributes in which the variants differ, in the order in which a buyer chooses.
    public let options: [Attribute.Key]
    /// Never empty.
    public let variants: [Variant]
    public let pictures: [Picture]
    public let models: Models

    /// A value under an attribute's key.
    public struct Named<Value: Sendable>: Sendable {
        public let key: Attribute.Key
        public let value: Value

        public init(key: Attribute.Key, value: Value) {
            self.key = key
            self.value = value
        }
    }

    public init(
        id: ID, seller: Seller.ID, slug: Slug, slugs: LocalizedText = LocalizedText(), category: Category.ID,
        otherCategories: [Category.ID] = [], status: Status = .active, brand: String? = nil, mpn: String? = nil,
        condition: Condition = .new, published: Day? = nil, modified: Day? = nil, taxCategory: String? = nil,
        measure: Measure? = nil, texts: [Text], attributes: [Named<AttributeValue>] = [], options: [Attribute.Key] = [],
        variants: [Variant], pictures: [Picture] = [], models: Models = Models()
    ) {
        self.id = id
        self.seller = seller
        self.slug = slug
        self.slugs = slugs
        self.category = category
        self.otherCategories = otherCategories
        self.status = status
        self.brand = brand
        self.mpn = mpn
        self.condition = condition
        self.published = published
        self.modified = modified
        self.taxCategory = taxCategory
        self.measure = measure
        self.texts = texts
        self.attributes = attributes
        self.options = options
        self.variants = variants
        self.pictures = pictures
        self.models = models
    }

    /// The words in the first language of the chain that has any; nil when there are none at all.
    public func text(in chain: [Language]) -> Text? {
        for language in chain {
            for text in texts where text.language == language { return text }
        }
        return nil
    }

    /// The address part in a language.
    public func slug(in language: Language) -> String { slugs[language] ?? slug.text }
}

/// One thing that can be put into a cart; a class for the same reason as Product.
public final class Variant: Sendable {
    public enum Availability: String, Sendable, CaseIterable { case tracked, untracked, backorder }

    /// A price that holds for a while.
    public struct Sale: Sendable {
        public let from: Instant
        public let until: Instant
        public let prices: PriceTable
        public let lowest30Days: PriceTable

        public init(from: Instant, until: Instant, prices: PriceTable, lowest30Days: PriceTable) {
            self.from = from
            self.until = until
            self.prices = prices
            self.lowest30Days = lowest30Days
        }
    }

    /// The seller's own stock-keeping unit, unique among the seller's.
    public let sku: String
    public let gtin: String?
    /// One value key for each of the product's options, in their order.
    public let options: [String]
    public let prices: PriceTable
    public let compareAt: PriceTable
    public let lowest30Days: PriceTable
    public let sales: [Sale]
    /// A seed for the server's stock; nil when not stated. Never published.
    public let stock: Int?
    public let availability: Availability
    /// Grams; nil when not stated.
    public let weight: Int?
    /// Places in the product's pictures.
    public let pictures: [Int]

    public init(
        sku: String, gtin: String? = nil, options: [String] = [], prices: PriceTable, compareAt: PriceTable = PriceTable(),
        lowest30Days: PriceTable = PriceTable(), sales: [Sale] = [], stock: Int? = nil, availability: Availability = .tracked,
        weight: Int? = nil, pictures: [Int] = []
    ) {
        self.sku = sku
        self.gtin = gtin
        self.options = options
        self.prices = prices
        self.compareAt = compareAt
        self.lowest30Days = lowest30Days
        self.sales = sales
        self.stock = stock
        self.availability = availability
        self.weight = weight
        self.pictures = pictures
    }

    /// Everything that the variant costs in a market, now and later; nil when it is not sold there.
    ///
    /// The page, its JSON-LD, the feed's row and the offer all come from this one schedule.
    public func schedule(in market: Market) -> PriceSchedule? {
        guard let base = regularPrice(in: market) else { return nil }
        guard !sales.isEmpty else { return PriceSchedule(base: base, windows: []) }
        let windows = sales.compactMap { sale in
            sale.prices.amount(in: market).map { reduced in
                PriceWindow(
                    from: sale.from, until: sale.until,
                    price: Price(
                        amount: reduced, compareAt: base.compareAt ?? base.amount,
                        lowest30Days: sale.lowest30Days.amount(in: market) ?? base.lowest30Days))
            }
        }
        return PriceSchedule(base: base, windows: windows)
    }

    /// What the variant costs in a market at an instant: what its schedule says; nil when it is not sold there.
    public func price(in market: Market, at instant: Instant) -> Price? {
        sales.isEmpty ? regularPrice(in: market) : schedule(in: market)?.price(at: instant)
    }

    private func regularPrice(in market: Market) -> Price? {
        guard let amount = prices.amount(in: market) else { return nil }
        return Price(amount: amount, compareAt: compareAt.amount(in: market), lowest30Days: lowest30Days.amount(in: market))
    }
}
