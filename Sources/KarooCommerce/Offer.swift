// KarooExpress – Apache-2.0

/// What a variant costs where, and what the server must know to sell it: one line of the offer book.
public struct Offer: Hashable, Sendable {
    /// What it costs in one market, now and later.
    public struct MarketPrice: Hashable, Sendable {
        public let market: Market.ID
        /// In the currency of the market.
        public let schedule: PriceSchedule

        public init(market: Market.ID, schedule: PriceSchedule) {
            self.market = market
            self.schedule = schedule
        }
    }

    /// What it is called in one language.
    public struct Text: Hashable, Sendable {
        public let language: String
        public let title: String
        /// What is chosen of it, as `Sage, 42 cm`; nil when there is nothing to choose.
        public let options: String?

        public init(language: String, title: String, options: String? = nil) {
            self.language = language
            self.title = title
            self.options = options
        }
    }

    /// Who sells it.
    public let seller: Seller.ID
    /// Unique among the seller's.
    public let sku: String
    /// Of which product it is a variant.
    public let product: Product.ID
    /// The category for which the tax terms of a market have a rate.
    public let taxCategory: String
    /// The weight of one, in grams; nil when it was not given.
    public let weightGrams: Int64?
    /// How the server reckons with stock. How much there is stands in no file.
    public let availability: Variant.Availability
    /// One for each market in which it is sold, alphabetical by market.
    public let markets: [MarketPrice]
    /// From the root of the category tree to the product's own category; none when it was not said.
    public let categories: [Category.ID]
    /// The first is that of the standard language.
    public let texts: [Text]

    public init(
        seller: Seller.ID, sku: String, product: Product.ID, taxCategory: String, weightGrams: Int64? = nil,
        availability: Variant.Availability, markets: [MarketPrice], categories: [Category.ID] = [], texts: [Text] = []
    ) {
        self.seller = seller
        self.sku = sku
        self.product = product
        self.taxCategory = taxCategory
        self.weightGrams = weightGrams
        self.availability = availability
        self.markets = markets.sorted { $0.market < $1.market }
        self.categories = categories
        self.texts = texts
    }

    /// Seller and SKU joined by a slash: `nordlicht/NL-42-SAGE`. Unique in the marketplace, because a seller's id has
    /// no slash.
    public var id: String { "\(seller)/\(sku)" }

    /// What it costs in a market; nil when it is not sold there.
    public func schedule(in market: Market.ID) -> PriceSchedule? {
        markets.first { $0.market == market }?.schedule
    }

    /// What it is called in a language, else in the standard one; nil when nobody said.
    public func text(in language: String) -> Text? {
        texts.first { $0.language == language } ?? texts.first
    }
}

// MARK: - As JSON

extension Offer {
    /// The offer as one line of JSON without its line feed: members in a fixed order, amounts in minor units,
    /// instants in RFC 3339, what is nil left out. The same offer has the same bytes.
    public var line: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("seller", seller.text)
            writer.member("sku", sku)
            writer.member("product", product.text)
            writer.member("tax", taxCategory)
            if let weightGrams { writer.member("grams", weightGrams) }
            writer.member("availability", availability.rawValue)
            writer.name("markets")
            writer.array { writer in
                for price in markets { Offer.write(price, to: &writer) }
            }
            if !categories.isEmpty { writer.member("categories", categories.map(\.text)) }
            guard !texts.isEmpty else { return }
            writer.name("texts")
            writer.array { writer in
                for text in texts {
                    writer.object { writer in
                        writer.member("language", text.language)
                        writer.member("title", text.title)
                        if let options = text.options { writer.member("options", options) }
                    }
                }
            }
        }
        return writer.bytes
    }

    /// Reads a line; refuses what is unknown, missing, below zero or doubled.
    public init(line: UnsafeRawBufferPointer) throws(JSONError) {
        var fields = try JSON(parsing: line).fields()
        let availability = try fields.string("availability")
        guard let known = Variant.Availability(rawValue: availability) else {
            throw JSONError("\"\(availability)\" is no availability")
        }
        var markets: [MarketPrice] = []
        for json in try fields.array("markets") {
            let price = try Offer.readPrice(json)
            guard !markets.contains(where: { $0.market == price.market }) else {
                throw JSONError("the market \(price.market) stands twice")
            }
            markets.append(price)
        }
        self.init(
            seller: Seller.ID(try fields.string("seller")), sku: try fields.string("sku"),
            product: Product.ID(try fields.string("product")), taxCategory: try fields.string("tax"),
            weightGrams: try fields.optionalInteger("grams"), availability: known, markets: markets,
            categories: try fields.optionalStrings("categories").map { Category.ID($0) }, texts: try Offer.readTexts(&fields))
        try fields.end()
        guard weightGrams.map({ $0 >= 0 }) ?? true else { throw JSONError("\"grams\" is below zero") }
        guard !sku.isEmpty, !seller.text.isEmpty, !seller.text.utf8.contains(UInt8(ascii: "/")) else {
            throw JSONError("\"seller\" or \"sku\" is no id")
        }
    }

    private static func write(_ price: MarketPrice, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("market", price.market.text)
            writer.member("currency", price.schedule.currency.code)
            write(price.schedule.base, to: &writer)
            guard !price.schedule.windows.isEmpty else { return }
            writer.name("windows")
            writer.array { writer in
                for window in price.schedule.windows {
                    writer.object { writer in
                        if let from = window.from { writer.member("from", from.description) }
                        if let until = window.until { writer.member("until", until.description) }
                        write(window.price, to: &writer)
                    }
                }
            }
        }
    }

    private static func write(_ price: Price, to writer: inout JSONWriter) {
        writer.member("price", price.amount.minorUnits)
        if let compareAt = price.compareAt { writer.member("compareAt", compareAt.minorUnits) }
        if let lowest = price.lowest30Days { writer.member("lowest30Days", lowest.minorUnits) }
    }

    private static func readPrice(_ json: JSON) throws(JSONError) -> MarketPrice {
        var fields = try json.fields()
        let market = Market.ID(try fields.string("market"))
        let code = try fields.string("currency")
        guard let currency = Currency(code), currency.hasMinorUnit else {
            throw JSONError("\"\(code)\" is no currency to price in")
        }
        let base = try readPrice(&fields, currency)
        var windows: [PriceWindow] = []
        if case .array(let list)? = fields.take("windows") {
            for json in list {
                var window = try json.fields()
                let (from, until) = (try readInstant("from", &window), try readInstant("until", &window))
                windows.append(PriceWindow(from: from, until: until, price: try readPrice(&window, currency)))
                try window.end()
            }
        }
        try fields.end()
        return MarketPrice(market: market, schedule: PriceSchedule(base: base, windows: windows))
    }

    private static func readTexts(_ fields: inout JSONFields) throws(JSONError) -> [Text] {
        guard let json = fields.take("texts") else { return [] }
        guard case .array(let list) = json else { throw JSONError("\"texts\" is no list") }
        var texts: [Text] = []
        for json in list {
            var text = try json.fields()
            texts.append(Text(language: try text.string("language"), title: try text.string("title"), options: try text.optionalString("options")))
            try text.end()
        }
        return texts
    }

    private static func readPrice(_ fields: inout JSONFields, _ currency: Currency) throws(JSONError) -> Price {
        let amounts = (
            try fields.integer("price"), try fields.optionalInteger("compareAt"),
            try fields.optionalInteger("lowest30Days")
        )
        guard amounts.0 >= 0, amounts.1 ?? 0 >= 0, amounts.2 ?? 0 >= 0 else {
            throw JSONError("an amount is below zero")
        }
        return Price(
            amount: Money(minorUnits: amounts.0, currency: currency),
            compareAt: amounts.1.map { Money(minorUnits: $0, currency: currency) },
            lowest30Days: amounts.2.map { Money(minorUnits: $0, currency: currency) })
    }

    private static func readInstant(_ name: String, _ fields: inout JSONFields) throws(JSONError) -> Instant? {
        guard let text = try fields.optionalString(name) else { return nil }
        guard let instant = Instant(text) else { throw JSONError("\"\(name)\" is no instant") }
        return instant
    }
}
