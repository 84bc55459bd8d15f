// KarooExpress – Apache-2.0

/// What a buyer has chosen, with everything that decides what it costs.
public struct Basket: Sendable {
    /// An offer and how many of it.
    public struct Line: Sendable {
        public let offer: Offer
        public let quantity: Int64

        public init(offer: Offer, quantity: Int64) {
            self.offer = offer
            self.quantity = quantity
        }
    }

    public let market: MarketTerms
    /// Where it goes, ISO 3166-1 alpha-2; the first country of the market until the buyer says.
    public let country: String
    public let lines: [Line]
    public let coupon: Coupon?

    public init(market: MarketTerms, country: String? = nil, lines: [Line], coupon: Coupon? = nil) {
        self.market = market
        self.country = country ?? market.countries.first ?? ""
        self.lines = lines
        self.coupon = coupon
    }
}

/// Why a basket has no price. Those who make baskets look for these beforehand; the quote makes sure.
public enum QuoteRefusal: Error, Hashable, Sendable {
    /// There is nothing in it.
    case empty
    /// The market does not sell this offer.
    case notSoldHere(offer: String)
    /// The seller does not deliver to the market, or the market does not to the country.
    case notShipped(seller: Seller.ID)
    /// A quantity below 1.
    case badQuantity(offer: String)
    /// An amount leaves 64 bits of minor units.
    case overflow
    case coupon(CouponRefusal)
}

/// What a basket costs, every amount explained: the one sum that page, API and order share.
///
/// Line by line: unit price × quantity, less the line's share of the discount, is what the line costs; the tax is of that.
/// A parcel of each seller is delivered at the seller's rate, and its delivery is taxed as the goods in it, in proportion to
/// their value. Where prices include tax, it is taken out of them; where not, it is added. Amounts are rounded half away
/// from zero, once, and to what payment networks take (`Currency.chargeStep`).
public struct Quote: Hashable, Sendable {
    /// The goods of one offer.
    public struct Line: Hashable, Sendable {
        /// `Offer.id`.
        public let offer: String
        public let seller: Seller.ID
        public let sku: String
        public let product: Product.ID
        public let quantity: Int64
        public let unitPrice: Money
        /// The line's share of the discount; not negative.
        public let discount: Money
        /// Parts in a million.
        public let taxPartsPerMillion: Int64
        /// Part of `price` where the market's prices include tax, to be added where not.
        public let tax: Money

        /// What the line costs before discounts.
        public var goods: Money { unitPrice * quantity }
        /// What the line costs, without a tax that is to be added.
        public var price: Money { goods - discount }
    }

    /// The goods of one seller, and bringing them.
    public struct Parcel: Hashable, Sendable {
        public let seller: Seller.ID
        /// What delivery costs, without a tax that is to be added.
        public let shipping: Money
        /// The tax of the delivery, of which the rules of lines hold.
        public let shippingTax: Money
        /// Working days until it arrives.
        public let days: ClosedRange<Int>
    }

    public let currency: Currency
    public let country: String
    /// True when `tax` is part of the prices.
    public let taxInclusive: Bool
    /// The code by which `discount` came about; nil without one.
    public let coupon: CouponCode?
    /// Who bears the discount; nil: the marketplace.
    public let discountBearer: Seller.ID?
    public let lines: [Line]
    /// One for each seller, in the order of their first lines.
    public let parcels: [Parcel]

    /// What the goods cost before discounts.
    public var goods: Money { sum(lines.map(\.goods)) }
    public var discount: Money { sum(lines.map(\.discount)) }
    public var shipping: Money { sum(parcels.map(\.shipping)) }
    /// All tax, of goods and delivery.
    public var tax: Money { sum(lines.map(\.tax) + parcels.map(\.shippingTax)) }
    /// What the buyer pays.
    public var total: Money { sum(parcels.map { total(of: $0.seller) }) }

    /// What the buyer pays for the parcel of one seller.
    public func total(of seller: Seller.ID) -> Money {
        let (lines, parcel) = (lines(of: seller), parcels.first { $0.seller == seller })
        let prices = sum(lines.map(\.price)) + (parcel?.shipping ?? .zero(currency))
        return taxInclusive ? prices : prices + tax(of: seller)
    }

    /// The tax of one seller's goods and their delivery.
    public func tax(of seller: Seller.ID) -> Money {
        sum(lines(of: seller).map(\.tax)) + (parcels.first { $0.seller == seller }?.shippingTax ?? .zero(currency))
    }

    public func lines(of seller: Seller.ID) -> [Line] { lines.filter { $0.seller == seller } }

    private func sum(_ amounts: [Money]) -> Money { amounts.reduce(.zero(currency), +) }

    /// No sum of a quote reaches this many minor units, so that adding up some of them stays within 64 bits.
    public static let maximumMinorUnits: Int64 = 1 << 53
}

// MARK: - Reckoning

extension Quote {
    /// The quote of a basket at a moment. Throws for a basket that has no price.
    public init(_ basket: Basket, terms: OfferTerms, at instant: Instant) throws(QuoteRefusal) {
        guard !basket.lines.isEmpty else { throw .empty }
        let market = basket.market
        var priced: [Priced] = []
        var goods: Int64 = 0
        for line in basket.lines {
            priced.append(try Priced(line, market, at: instant))
            // Each is below the limit, which leaves room for one more addition.
            goods += priced[priced.count - 1].goods.minorUnits
            guard goods < Quote.maximumMinorUnits else { throw .overflow }
        }
        let discounts = try Quote.discounts(priced, basket, at: instant)
        let lines = priced.enumerated().map { place, priced in
            Quote.line(priced, discount: discounts[place], basket, terms)
        }

        var sellers: [Seller.ID] = []
        for line in lines where !sellers.contains(line.seller) { sellers.append(line.seller) }
        var parcels: [Parcel] = []
        var spent = goods
        for seller in sellers {
            let parcel = try Quote.parcel(of: seller, lines.filter { $0.seller == seller }, basket, terms)
            spent += parcel.shipping.minorUnits
            guard spent < Quote.maximumMinorUnits else { throw .overflow }
            parcels.append(parcel)
        }
        self.init(
            currency: market.currency, country: basket.country, taxInclusive: market.taxInclusive, coupon: basket.coupon?.code,
            discountBearer: basket.coupon?.seller, lines: lines, parcels: parcels)
    }

    /// A line of the basket with its price.
    private struct Priced {
        let offer: Offer
        let quantity: Int64
        let unitPrice: Money
        let goods: Money

        init(_ line: Basket.Line, _ market: MarketTerms, at instant: Instant) throws(QuoteRefusal) {
            guard let schedule = line.offer.schedule(in: market.id) else { throw .notSoldHere(offer: line.offer.id) }
            guard line.quantity > 0 else { throw .badQuantity(offer: line.offer.id) }
            offer = line.offer
            quantity = line.quantity
            unitPrice = schedule.price(at: instant).amount
            guard let goods = try? unitPrice.multiplied(by: quantity), goods.minorUnits < Quote.maximumMinorUnits else { throw .overflow }
            self.goods = goods
        }
    }

    /// The discount of each line. It is divided in steps that can be charged, in proportion to what the lines cost.
    private static func discounts(_ priced: [Priced], _ basket: Basket, at instant: Instant) throws(QuoteRefusal) -> [Money] {
        let currency = basket.market.currency
        var discounts = [Money](repeating: .zero(currency), count: priced.count)
        guard let coupon = basket.coupon else { return discounts }
        let places = priced.indices.filter { coupon.seller == nil || priced[$0].offer.seller == coupon.seller }
        let goods = places.reduce(Money.zero(currency)) { $0 + priced[$1].goods }
        if let refusal = coupon.refusal(goods: places.isEmpty ? nil : goods, at: instant) { throw .coupon(refusal) }
        let step = currency.chargeStep
        let shares = Allocation.shares(
            of: coupon.discount(on: goods).minorUnits / step, remaining: places.map { priced[$0].goods.minorUnits / step }
        ).shares
        for (place, share) in zip(places, shares) { discounts[place] = Money(minorUnits: share * step, currency: currency) }
        return discounts
    }

    private static func line(_ priced: Priced, discount: Money, _ basket: Basket, _ terms: OfferTerms) -> Line {
        let rate = terms.taxPartsPerMillion(of: priced.offer.taxCategory, in: basket.market.id, country: basket.country)
        return Line(
            offer: priced.offer.id, seller: priced.offer.seller, sku: priced.offer.sku, product: priced.offer.product,
            quantity: priced.quantity, unitPrice: priced.unitPrice, discount: discount, taxPartsPerMillion: rate,
            tax: tax(of: priced.goods - discount, partsPerMillion: rate, isIncluded: basket.market.taxInclusive))
    }

    private static func parcel(of seller: Seller.ID, _ lines: [Line], _ basket: Basket, _ terms: OfferTerms) throws(QuoteRefusal) -> Parcel {
        let market = basket.market
        guard market.countries.contains(basket.country), let seller = terms.seller(seller), let rate = seller.shipping(to: market.id) else {
            throw .notShipped(seller: seller)
        }
        let value = lines.reduce(Money.zero(market.currency)) { $0 + $1.price }
        let isFree = rate.freeFrom.map { value >= $0 } ?? false || isShippedFree(by: basket.coupon, seller: seller.id)
        let shipping = isFree ? .zero(market.currency) : rate.price
        return Parcel(
            seller: seller.id, shipping: shipping, shippingTax: shippingTax(shipping, lines, isIncluded: market.taxInclusive),
            days: seller.handlingDays.lowerBound + rate.days.lowerBound...seller.handlingDays.upperBound + rate.days.upperBound)
    }

    private static func isShippedFree(by coupon: Coupon?, seller: Seller.ID) -> Bool {
        guard let coupon, coupon.reduction == .freeShipping else { return false }
        return coupon.seller == nil || coupon.seller == seller
    }

    /// Delivery is taxed as what is delivered: its price is divided by the value of the goods of each rate.
    private static func shippingTax(_ shipping: Money, _ lines: [Line], isIncluded: Bool) -> Money {
        var rates: [Int64] = []
        var values: [Int64] = []
        for line in lines {
            if let place = rates.firstIndex(of: line.taxPartsPerMillion) {
                values[place] += line.price.minorUnits
            } else {
                rates.append(line.taxPartsPerMillion)
                values.append(line.price.minorUnits)
            }
        }
        return zip(shipping.divided(by: values), rates).reduce(.zero(shipping.currency)) { sum, share in
            sum + tax(of: share.0, partsPerMillion: share.1, isIncluded: isIncluded)
        }
    }

    /// The tax in, or on, a price. What is added must be chargeable; what is taken out is only told, to the last minor unit.
    static func tax(of price: Money, partsPerMillion: Int64, isIncluded: Bool) -> Money {
        let whole: Int64 = 1_000_000
        let exact = Rounding.scaled(price.minorUnits, by: partsPerMillion, over: isIncluded ? whole + partsPerMillion : whole)!
        let tax = isIncluded ? exact : Rounding.nearest(exact, multipleOf: price.currency.chargeStep)!
        return Money(minorUnits: tax, currency: price.currency)
    }
}

extension OfferTerms {
    /// The rate for goods of a category: that of the country, where it has its own, else that of the market; 0 where neither
    /// has one.
    public func taxPartsPerMillion(of category: String, in market: Market.ID, country: String) -> Int64 {
        let rules = taxes.filter { $0.market == market && $0.category == category }
        return (rules.first { $0.country == country } ?? rules.first { $0.country == nil })?.ratePartsPerMillion ?? 0
    }
}

// MARK: - As JSON

extension Quote {
    /// The quote as it is frozen when a payment begins: members in a fixed order, amounts in minor units.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("currency", currency.code)
            writer.member("country", country)
            writer.member("taxInclusive", taxInclusive)
            if let coupon { writer.member("coupon", coupon.text) }
            if let discountBearer { writer.member("discountBearer", discountBearer.text) }
            writer.name("lines")
            writer.array { writer in for line in lines { line.write(to: &writer) } }
            writer.name("parcels")
            writer.array { writer in for parcel in parcels { parcel.write(to: &writer) } }
        }
        return writer.bytes
    }

    /// Reads what `json` writes.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var fields = try JSON(parsing: bytes).fields()
        let code = try fields.string("currency")
        guard let currency = Currency(code), currency.hasMinorUnit else { throw JSONError("\"\(code)\" is no currency to price in") }
        var (lines, parcels): ([Line], [Parcel]) = ([], [])
        for json in try fields.array("lines") { lines.append(try Line(json, currency)) }
        for json in try fields.array("parcels") { parcels.append(try Parcel(json, currency)) }
        self.init(
            currency: currency, country: try fields.string("country"), taxInclusive: try fields.bool("taxInclusive"),
            coupon: try fields.optionalString("coupon").flatMap { CouponCode($0) },
            discountBearer: try fields.optionalString("discountBearer").map { Seller.ID($0) }, lines: lines, parcels: parcels)
        try fields.end()
    }
}

extension Quote.Line {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("seller", seller.text)
            writer.member("sku", sku)
            writer.member("product", product.text)
            writer.member("quantity", quantity)
            writer.member("unitPrice", unitPrice.minorUnits)
            writer.member("discount", discount.minorUnits)
            writer.member("taxPartsPerMillion", taxPartsPerMillion)
            writer.member("tax", tax.minorUnits)
        }
    }

    fileprivate init(_ json: JSON, _ currency: Currency) throws(JSONError) {
        var fields = try json.fields()
        let (seller, sku) = (try fields.string("seller"), try fields.string("sku"))
        self.init(
            offer: "\(seller)/\(sku)", seller: Seller.ID(seller), sku: sku, product: Product.ID(try fields.string("product")),
            quantity: try fields.integer("quantity"), unitPrice: Money(minorUnits: try fields.integer("unitPrice"), currency: currency),
            discount: Money(minorUnits: try fields.integer("discount"), currency: currency),
            taxPartsPerMillion: try fields.integer("taxPartsPerMillion"), tax: Money(minorUnits: try fields.integer("tax"), currency: currency))
        try fields.end()
    }
}

extension Quote.Parcel {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("seller", seller.text)
            writer.member("shipping", shipping.minorUnits)
            writer.member("shippingTax", shippingTax.minorUnits)
            writer.member("earliestDays", Int64(days.lowerBound))
            writer.member("latestDays", Int64(days.upperBound))
        }
    }

    fileprivate init(_ json: JSON, _ currency: Currency) throws(JSONError) {
        var fields = try json.fields()
        let (earliest, latest) = (Int(try fields.integer("earliestDays")), Int(try fields.integer("latestDays")))
        guard 0 <= earliest, earliest <= latest else { throw JSONError("the days of a parcel are no span") }
        self.init(
            seller: Seller.ID(try fields.string("seller")), shipping: Money(minorUnits: try fields.integer("shipping"), currency: currency),
            shippingTax: Money(minorUnits: try fields.integer("shippingTax"), currency: currency), days: earliest...latest)
        try fields.end()
    }
}
