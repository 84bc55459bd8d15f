// KarooExpress – Apache-2.0

/// The public terms of a marketplace that the server needs to sell by: markets, taxes, and each seller's delivery
/// and returns.
public struct OfferTerms: Hashable, Sendable {
    /// Alphabetical by id.
    public let markets: [MarketTerms]
    /// In the order of Content: where several fit, the first holds.
    public let taxes: [TaxRule]
    /// Alphabetical by id.
    public let sellers: [SellerTerms]
    /// With what letters and invoices are written; nil when the book says nothing of it.
    public let letters: LetterTerms?

    public init(markets: [MarketTerms], taxes: [TaxRule], sellers: [SellerTerms], letters: LetterTerms? = nil) {
        self.markets = markets.sorted { $0.id < $1.id }
        self.taxes = taxes
        self.sellers = sellers.sorted { $0.id < $1.id }
        self.letters = letters
    }

    /// The terms of a market; nil when there is no such market.
    public func market(_ id: Market.ID) -> MarketTerms? { markets.first { $0.id == id } }

    /// The terms of a seller; nil when there is no such seller.
    public func seller(_ id: Seller.ID) -> SellerTerms? { sellers.first { $0.id == id } }
}

/// What the server knows of a market.
public struct MarketTerms: Hashable, Sendable {
    /// The name of the market in offers and addresses.
    public let id: Market.ID
    /// The one currency in which the market is priced and charged.
    public let currency: Currency
    /// ISO 3166-1 alpha-2.
    public let countries: [String]
    /// The languages in which it is published, the most important first.
    public let languages: [Language]
    /// True when prices include the tax.
    public let taxInclusive: Bool
    /// True where a reduction must be told beside the lowest price of 30 days.
    public let lowestPriceLaw: Bool

    public init(
        id: Market.ID, currency: Currency, countries: [String], languages: [Language], taxInclusive: Bool,
        lowestPriceLaw: Bool
    ) {
        self.id = id
        self.currency = currency
        self.countries = countries
        self.languages = languages
        self.taxInclusive = taxInclusive
        self.lowestPriceLaw = lowestPriceLaw
    }

    /// The terms of a market of the catalogue.
    public init(_ market: Market) {
        self.init(
            id: market.id, currency: market.currency, countries: market.countries, languages: market.languages,
            taxInclusive: market.taxInclusive, lowestPriceLaw: market.lowestPriceLaw)
    }
}

/// The rate of a tax on goods of a category, in a market or in one of its countries.
public struct TaxRule: Hashable, Sendable {
    /// Where the rate holds.
    public let market: Market.ID
    /// ISO 3166-1 alpha-2; nil for the whole market.
    public let country: String?
    /// `Offer.taxCategory` of the goods.
    public let category: String
    /// Parts in a million: 19 % is 190,000, and 8.875 % is 88,750.
    public let ratePartsPerMillion: Int64

    public init(market: Market.ID, country: String? = nil, category: String, ratePartsPerMillion: Int64) {
        self.market = market
        self.country = country
        self.category = category
        self.ratePartsPerMillion = ratePartsPerMillion
    }
}

/// What the server knows of a seller.
public struct SellerTerms: Hashable, Sendable {
    /// The name of the seller in offers and addresses.
    public let id: Seller.ID
    /// What buyers call the seller.
    public let name: String
    /// ISO 3166-1 alpha-2: where parcels come from.
    public let country: String
    /// The shortest and the longest time until a parcel leaves, in working days.
    public let handlingDays: ClosedRange<Int>
    /// One for each market to which the seller delivers.
    public let shipping: [ShippingTerms]
    /// Days from delivery within which goods are taken back.
    public let returnDays: Int
    /// True when the seller pays for sending goods back.
    public let returnsAreFree: Bool
    /// The trader behind the shop, as invoices and letters name it.
    public let trader: TraderTerms
    /// By which rules of commission know the seller; nil when there is none.
    public let plan: String?

    public init(
        id: Seller.ID, name: String, country: String, handlingDays: ClosedRange<Int>, shipping: [ShippingTerms],
        returnDays: Int, returnsAreFree: Bool, trader: TraderTerms = TraderTerms(), plan: String? = nil
    ) {
        self.id = id
        self.name = name
        self.country = country
        self.handlingDays = handlingDays
        self.shipping = shipping
        self.returnDays = returnDays
        self.returnsAreFree = returnsAreFree
        self.trader = trader
        self.plan = plan
    }

    /// The seller's terms in these markets.
    public init(_ seller: Seller, markets: [Market]) {
        let shipping = markets.sorted { $0.id < $1.id }.compactMap { market -> ShippingTerms? in
            guard let rate = seller.shippingRate(to: market), let price = rate.prices.amount(in: market) else {
                return nil
            }
            return ShippingTerms(
                market: market.id, price: price, freeFrom: rate.freeFrom.amount(in: market), days: rate.days)
        }
        self.init(
            id: seller.id, name: seller.name, country: seller.country, handlingDays: seller.handlingDays,
            shipping: shipping, returnDays: seller.returns.days, returnsAreFree: seller.returns.isFree,
            trader: TraderTerms(seller.trader), plan: seller.plan)
    }

    /// How the seller delivers to a market; nil when it does not.
    public func shipping(to market: Market.ID) -> ShippingTerms? { shipping.first { $0.market == market } }
}

/// What delivery to a market costs and how long it takes.
public struct ShippingTerms: Hashable, Sendable {
    /// Where the parcel goes.
    public let market: Market.ID
    /// Of one parcel, in the currency of the market.
    public let price: Money
    /// From this value of goods on delivery is free; nil when it never is.
    public let freeFrom: Money?
    /// The shortest and the longest time on the way, in working days.
    public let days: ClosedRange<Int>

    public init(market: Market.ID, price: Money, freeFrom: Money?, days: ClosedRange<Int>) {
        self.market = market
        self.price = price
        self.freeFrom = freeFrom
        self.days = days
    }
}

// MARK: - As JSON

extension OfferTerms {
    /// The terms as JSON: members in a fixed order, amounts in minor units, what is nil left out.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("markets")
            writer.array { writer in for market in markets { market.write(to: &writer) } }
            writer.name("taxes")
            writer.array { writer in for tax in taxes { tax.write(to: &writer) } }
            writer.name("sellers")
            writer.array { writer in for seller in sellers { seller.write(to: &writer) } }
            guard let letters else { return }
            writer.name("letters")
            letters.write(to: &writer)
        }
        return writer.bytes
    }

    /// Reads what `json` writes; refuses what is unknown, missing or out of range.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var fields = try JSON(parsing: bytes).fields()
        var (markets, taxes, sellers): ([MarketTerms], [TaxRule], [SellerTerms]) = ([], [], [])
        for json in try fields.array("markets") { markets.append(try MarketTerms(json)) }
        for json in try fields.array("taxes") { taxes.append(try TaxRule(json)) }
        for json in try fields.array("sellers") { sellers.append(try SellerTerms(json, markets: markets)) }
        var letters: LetterTerms?
        if let json = fields.take("letters") { letters = try LetterTerms(json) }
        try fields.end()
        self.init(markets: markets, taxes: taxes, sellers: sellers, letters: letters)
    }
}

extension MarketTerms {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("currency", currency.code)
            writer.member("countries", countries)
            writer.member("languages", languages.map(\.tag))
            writer.member("taxInclusive", taxInclusive)
            writer.member("lowestPriceLaw", lowestPriceLaw)
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        let code = try fields.string("currency")
        guard let currency = Currency(code), currency.hasMinorUnit else {
            throw JSONError("\"\(code)\" is no currency to price in")
        }
        var languages: [Language] = []
        for tag in try fields.strings("languages") {
            guard let language = Language(tag) else { throw JSONError("\"\(tag)\" is no language") }
            languages.append(language)
        }
        self.init(
            id: Market.ID(try fields.string("id")), currency: currency, countries: try fields.strings("countries"),
            languages: languages, taxInclusive: try fields.bool("taxInclusive"),
            lowestPriceLaw: try fields.bool("lowestPriceLaw"))
        try fields.end()
    }
}

extension TaxRule {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("market", market.text)
            if let country { writer.member("country", country) }
            writer.member("category", category)
            writer.member("ratePartsPerMillion", ratePartsPerMillion)
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        self.init(
            market: Market.ID(try fields.string("market")), country: try fields.optionalString("country"),
            category: try fields.string("category"), ratePartsPerMillion: try fields.integer("ratePartsPerMillion"))
        try fields.end()
        guard (0...1_000_000).contains(ratePartsPerMillion) else { throw JSONError("a tax rate is out of range") }
    }
}

extension SellerTerms {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("name", name)
            writer.member("country", country)
            writer.name("handlingDays")
            writer.days(handlingDays)
            writer.name("shipping")
            writer.array { writer in
                for terms in shipping {
                    writer.object { writer in
                        writer.member("market", terms.market.text)
                        writer.member("price", terms.price.minorUnits)
                        if let freeFrom = terms.freeFrom { writer.member("freeFrom", freeFrom.minorUnits) }
                        writer.name("days")
                        writer.days(terms.days)
                    }
                }
            }
            writer.member("returnDays", Int64(returnDays))
            writer.member("returnsAreFree", returnsAreFree)
            if !trader.isEmpty {
                writer.name("trader")
                trader.write(to: &writer)
            }
            if let plan { writer.member("plan", plan) }
        }
    }

    /// Amounts of delivery are in the currency of their market.
    fileprivate init(_ json: JSON, markets: [MarketTerms]) throws(JSONError) {
        var fields = try json.fields()
        var shipping: [ShippingTerms] = []
        for json in try fields.array("shipping") {
            var terms = try json.fields()
            let id = try terms.string("market")
            guard let market = markets.first(where: { $0.id.text == id }) else {
                throw JSONError("there is no market \"\(id)\"")
            }
            let (price, freeFrom) = (try terms.integer("price"), try terms.optionalInteger("freeFrom"))
            guard price >= 0, freeFrom ?? 0 >= 0 else { throw JSONError("an amount is below zero") }
            shipping.append(
                ShippingTerms(
                    market: market.id, price: Money(minorUnits: price, currency: market.currency),
                    freeFrom: freeFrom.map { Money(minorUnits: $0, currency: market.currency) },
                    days: try terms.days("days")))
            try terms.end()
        }
        guard let returnDays = Int(exactly: try fields.integer("returnDays")), returnDays >= 0 else {
            throw JSONError("\"returnDays\" is out of range")
        }
        var trader = TraderTerms()
        if let json = fields.take("trader") { trader = try TraderTerms(json) }
        self.init(
            id: Seller.ID(try fields.string("id")), name: try fields.string("name"),
            country: try fields.string("country"), handlingDays: try fields.days("handlingDays"), shipping: shipping,
            returnDays: returnDays, returnsAreFree: try fields.bool("returnsAreFree"),
            trader: trader, plan: try fields.optionalString("plan"))
        try fields.end()
    }
}

extension JSONWriter {
    fileprivate mutating func days(_ days: ClosedRange<Int>) {
        array { writer in
            writer.integer(Int64(days.lowerBound))
            writer.integer(Int64(days.upperBound))
        }
    }
}

extension JSONFields {
    fileprivate mutating func days(_ name: String) throws(JSONError) -> ClosedRange<Int> {
        let values = try array(name)
        guard values.count == 2, case .number(let first) = values[0], case .number(let last) = values[1],
            let shortest = Int(first), let longest = Int(last), 0 <= shortest, shortest <= longest
        else { throw JSONError("\"\(name)\" is no span of days") }
        return shortest...longest
    }
}
