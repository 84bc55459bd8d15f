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
    /// True where the marketplace hands the tax of sales on itself, in place of the sellers.
    public let remitsTax: Bool

    public init(
        id: Market.ID, currency: Currency, countries: [String], languages: [Language], taxInclusive: Bool,
        lowestPriceLaw: Bool, remitsTax: Bool = false
    ) {
        self.id = id
        self.currency = currency
        self.countries = countries
        self.languages = languages
        self.taxInclusive = taxInclusive
        self.lowestPriceLaw = lowestPriceLaw
        self.remitsTax = remitsTax
    }

    /// The terms of a market of the catalogue.
    public init(_ market: Market) {
        self.init(
            id: market.id, currency: market.currency, countries: market.countries, languages: market.languages,
            taxInclusive: market.taxInclusive, lowestPriceLaw: market.lowestPriceLaw, remitsTax: market.remitsTax)
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
    /// When the seller works.
    public let calendar: WorkCalendar
    /// The ways to each market, in the order in which the seller prefers them; a market that has none is not delivered to.
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
        id: Seller.ID, name: String, country: String, handlingDays: ClosedRange<Int>, calendar: WorkCalendar = WorkCalendar(),
        shipping: [ShippingTerms], returnDays: Int, returnsAreFree: Bool, trader: TraderTerms = TraderTerms(), plan: String? = nil
    ) {
        self.id = id
        self.name = name
        self.country = country
        self.handlingDays = handlingDays
        self.calendar = calendar
        self.shipping = shipping
        self.returnDays = returnDays
        self.returnsAreFree = returnsAreFree
        self.trader = trader
        self.plan = plan
    }

    /// The seller's terms in these markets.
    public init(_ seller: Seller, markets: [Market]) {
        let shipping = markets.sorted { $0.id < $1.id }.flatMap { seller.shippingTerms(to: $0) }
        self.init(
            id: seller.id, name: seller.name, country: seller.country, handlingDays: seller.handlingDays,
            calendar: seller.calendar, shipping: shipping, returnDays: seller.returns.days, returnsAreFree: seller.returns.isFree,
            trader: TraderTerms(seller.trader), plan: seller.plan)
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
            if remitsTax { writer.member("remitsTax", true) }
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
            lowestPriceLaw: try fields.bool("lowestPriceLaw"), remitsTax: fields.take("remitsTax") == .bool(true))
        try fields.end()
    }
}

extension TaxRule {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("market", market.text)
            if let country { writer.member("country", country) }
            if !regions.isEmpty { writer.member("regions", regions) }
            writer.member("category", category)
            writer.name("rates")
            writer.array { writer in for rate in rates { rate.write(to: &writer) } }
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        let (market, country) = (Market.ID(try fields.string("market")), try fields.optionalString("country"))
        let regions = try fields.optionalStrings("regions")
        var rates: [TaxRate] = []
        for json in try fields.array("rates") { rates.append(try TaxRate(json)) }
        self.init(market: market, country: country, regions: regions, category: try fields.string("category"), rates: rates)
        try fields.end()
        guard !rates.isEmpty, ratePartsPerMillion <= 1_000_000 else { throw JSONError("the rates of a tax are out of range") }
        guard regions.isEmpty || country != nil else { throw JSONError("a region lies in a country") }
    }
}

extension TaxRate {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            if let name { writer.member("name", name) }
            writer.member("partsPerMillion", partsPerMillion)
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        self.init(name: try fields.optionalString("name"), partsPerMillion: try fields.integer("partsPerMillion"))
        try fields.end()
        guard (0...1_000_000).contains(partsPerMillion) else { throw JSONError("a tax rate is out of range") }
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
            writer.name("calendar")
            calendar.write(to: &writer)
            writer.name("shipping")
            writer.array { writer in for terms in shipping { terms.write(to: &writer) } }
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
        for json in try fields.array("shipping") { shipping.append(try ShippingTerms(json, markets: markets)) }
        for (place, terms) in shipping.enumerated() where shipping[..<place].contains(where: { $0.market == terms.market && $0.method == terms.method }) {
            throw JSONError("there are two ways \"\(terms.method)\" to \(terms.market)")
        }
        guard let returnDays = Int(exactly: try fields.integer("returnDays")), returnDays >= 0 else {
            throw JSONError("\"returnDays\" is out of range")
        }
        var trader = TraderTerms()
        if let json = fields.take("trader") { trader = try TraderTerms(json) }
        self.init(
            id: Seller.ID(try fields.string("id")), name: try fields.string("name"),
            country: try fields.string("country"), handlingDays: try fields.days("handlingDays"),
            calendar: try fields.take("calendar").map { json throws(JSONError) in try WorkCalendar(json) } ?? WorkCalendar(), shipping: shipping,
            returnDays: returnDays, returnsAreFree: try fields.bool("returnsAreFree"),
            trader: trader, plan: try fields.optionalString("plan"))
        try fields.end()
    }
}

extension ShippingTerms {
    /// Amounts are in the currency of the market.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("market", market.text)
            writer.member("method", method)
            if !names.isEmpty {
                writer.name("names")
                writer.object { writer in for (tag, name) in names.sorted(by: { $0.key < $1.key }) { writer.member(tag, name) } }
            }
            if !countries.isEmpty { writer.member("countries", countries) }
            if !postalCodes.isEmpty { writer.member("postalCodes", postalCodes) }
            writer.member("price", price.minorUnits)
            if !weights.isEmpty {
                writer.name("weights")
                writer.array { writer in
                    for step in weights {
                        writer.object { writer in
                            writer.member("upToGrams", step.upToGrams)
                            writer.member("price", step.price.minorUnits)
                        }
                    }
                }
            }
            if !values.isEmpty {
                writer.name("values")
                writer.array { writer in
                    for step in values {
                        writer.object { writer in
                            writer.member("from", step.from.minorUnits)
                            writer.member("price", step.price.minorUnits)
                        }
                    }
                }
            }
            if let freeFrom { writer.member("freeFrom", freeFrom.minorUnits) }
            writer.name("days")
            writer.days(days)
            if !points.isEmpty {
                writer.name("points")
                writer.array { writer in for point in points { point.write(to: &writer) } }
            }
        }
    }

    fileprivate init(_ json: JSON, markets: [MarketTerms]) throws(JSONError) {
        var fields = try json.fields()
        let id = try fields.string("market")
        guard let market = markets.first(where: { $0.id.text == id }) else { throw JSONError("there is no market \"\(id)\"") }
        func money(_ minorUnits: Int64) throws(JSONError) -> Money {
            guard minorUnits >= 0 else { throw JSONError("an amount is below zero") }
            return Money(minorUnits: minorUnits, currency: market.currency)
        }
        var names: [String: String] = [:]
        if case .object(let members)? = fields.take("names") {
            for member in members {
                guard case .string(let name) = member.value else { throw JSONError("\"names\" are texts") }
                names[member.name] = name
            }
        }
        var weights: [WeightStep] = []
        for json in try fields.optionalArray("weights") {
            var step = try json.fields()
            weights.append(WeightStep(upToGrams: try step.integer("upToGrams"), price: try money(step.integer("price"))))
            try step.end()
        }
        var values: [ValueStep] = []
        for json in try fields.optionalArray("values") {
            var step = try json.fields()
            values.append(ValueStep(from: try money(step.integer("from")), price: try money(step.integer("price"))))
            try step.end()
        }
        var points: [PickupPoint] = []
        for json in try fields.optionalArray("points") { points.append(try PickupPoint(json)) }
        let freeFrom = try fields.optionalInteger("freeFrom")
        self.init(
            market: market.id, method: try fields.string("method"), names: names, countries: try fields.optionalStrings("countries"),
            postalCodes: try fields.optionalStrings("postalCodes"), price: try money(fields.integer("price")), weights: weights, values: values,
            freeFrom: try freeFrom.map { minorUnits throws(JSONError) in try money(minorUnits) }, days: try fields.days("days"), points: points)
        try fields.end()
        guard zip(weights, weights.dropFirst()).allSatisfy({ $0.upToGrams < $1.upToGrams }), zip(values, values.dropFirst()).allSatisfy({ $0.from < $1.from })
        else { throw JSONError("the steps of a table do not grow") }
        guard Set(points.map(\.id)).count == points.count else { throw JSONError("a point stands twice") }
    }
}

extension PickupPoint {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("name", name)
            writer.member("lines", lines)
            writer.member("city", city)
            if let postalCode { writer.member("postalCode", postalCode) }
            writer.member("country", country)
        }
    }

    init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        self.init(
            id: try fields.string("id"), name: try fields.string("name"), lines: try fields.strings("lines"), city: try fields.string("city"),
            postalCode: try fields.optionalString("postalCode"), country: try fields.string("country"))
        try fields.end()
    }
}

extension WorkCalendar {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("utcOffsetMinutes", Int64(utcOffsetMinutes))
            if let cutOffMinute { writer.member("cutOffMinute", Int64(cutOffMinute)) }
            writer.name("workingDays")
            writer.array { writer in for day in workingDays.sorted() { writer.integer(Int64(day)) } }
            if !holidays.isEmpty { writer.member("holidays", holidays.sorted().map(\.description)) }
        }
    }

    fileprivate init(_ json: JSON) throws(JSONError) {
        var fields = try json.fields()
        let (offset, cutOff) = (try fields.integer("utcOffsetMinutes"), try fields.optionalInteger("cutOffMinute"))
        guard (-720...840).contains(offset), (0...1_440).contains(cutOff ?? 0) else { throw JSONError("a clock is out of range") }
        var workingDays: Set<Int> = []
        for json in try fields.array("workingDays") {
            guard case .number(let text) = json, let day = Int(text), (1...7).contains(day) else { throw JSONError("\"workingDays\" are 1 to 7") }
            workingDays.insert(day)
        }
        guard !workingDays.isEmpty else { throw JSONError("nobody works") }
        var holidays: Set<Day> = []
        for text in try fields.optionalStrings("holidays") {
            guard let day = Day(text) else { throw JSONError("\"\(text)\" is no day") }
            holidays.insert(day)
        }
        try fields.end()
        self.init(utcOffsetMinutes: Int(offset), cutOffMinute: cutOff.map { Int($0) }, workingDays: workingDays, holidays: holidays)
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
    }}
