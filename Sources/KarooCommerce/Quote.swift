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
    /// Where it goes; the first country of the market until the buyer says.
    public let destination: Destination
    public let lines: [Line]
    public let coupon: Coupon?
    /// Those that may hold; which do is found out here.
    public let promotions: [OpenPromotion]
    /// By which way goods of a seller go; the seller's first one where nothing is said.
    public let shipping: [Seller.ID: ShippingChoice]
    /// Of a business; nil when the buyer is none.
    public let taxID: TaxID?

    public init(
        market: MarketTerms, destination: Destination? = nil, lines: [Line], coupon: Coupon? = nil, promotions: [OpenPromotion] = [],
        shipping: [Seller.ID: ShippingChoice] = [:], taxID: TaxID? = nil
    ) {
        self.market = market
        self.destination = destination ?? Destination(country: market.countries.first ?? "")
        self.lines = lines
        self.coupon = coupon
        self.promotions = promotions
        self.shipping = shipping
        self.taxID = taxID
    }
}

/// Why a basket has no price. Those who make baskets look for these beforehand; the quote makes sure.
public enum QuoteRefusal: Error, Hashable, Sendable {
    /// There is nothing in it.
    case empty
    /// The market does not sell this offer.
    case notSoldHere(offer: String)
    /// The seller does not deliver to the destination.
    case notShipped(seller: Seller.ID)
    /// The way that was chosen does not go there, or not with these goods, or there is no such way.
    case shippingUnavailable(seller: Seller.ID)
    /// A quantity below 1.
    case badQuantity(offer: String)
    /// An amount leaves 64 bits of minor units.
    case overflow
    case coupon(CouponRefusal)
}

/// What a basket costs, every amount explained: the one sum that page, API and order share.
///
/// Line by line: unit price × quantity, less the line's shares of the discounts, is what the line costs; the tax is of that.
/// A parcel of each seller is delivered by the way that was chosen, and its delivery is taxed as the goods in it, in proportion
/// to their value, unless the market taxes delivery by itself. Where prices include tax, it is taken out of them; where not,
/// it is added. Amounts are rounded half away from zero, once, and to what payment networks take (`Currency.chargeStep`).
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
        /// The line's shares of all discounts; not negative.
        public let discount: Money
        /// The part of `discount` that the seller bears.
        public let sellerDiscount: Money
        /// Of `price`.
        public let taxed: Taxed

        /// What the line costs before discounts.
        public var goods: Money { unitPrice * quantity }
        /// What the line costs, without a tax that is to be added.
        public var price: Money { goods - discount }
        public var tax: Money { taxed.tax }
        /// All rates of tax together, in parts in a million.
        public var taxPartsPerMillion: Int64 { taxed.partsPerMillion }
    }

    /// The goods of one seller, and bringing them.
    public struct Parcel: Hashable, Sendable {
        public let seller: Seller.ID
        /// `ShippingTerms.method`.
        public let method: String
        /// Where the buyer fetches it; nil when it is brought.
        public let point: PickupPoint?
        /// Of all goods whose weight is known.
        public let grams: Int64
        /// What delivery costs before discounts.
        public let shippingPrice: Money
        /// What comes off `shippingPrice`; not negative.
        public let shippingDiscount: Money
        /// The part of `shippingDiscount` that the seller bears.
        public let sellerShippingDiscount: Money
        /// What delivery costs, in the parts of which each is taxed by its own rates.
        public let taxed: [Taxed]
        /// Why no tax is paid on goods and delivery; nil when it is.
        public let exemption: TaxExemption?
        /// Working days until it arrives.
        public let days: ClosedRange<Int>
        /// The days on which it may arrive; nil when they cannot be told.
        public let arrival: ClosedRange<Day>?

        /// What delivery costs, without a tax that is to be added.
        public var shipping: Money { shippingPrice - shippingDiscount }
        public var shippingTax: Money { taxed.reduce(.zero(shippingPrice.currency)) { $0 + $1.tax } }
        public var shippingRelief: Money { taxed.reduce(.zero(shippingPrice.currency)) { $0 + $1.relief } }
    }

    public let currency: Currency
    public let destination: Destination
    /// True when tax is part of the prices.
    public let taxInclusive: Bool
    /// Of a business that buys; nil when the buyer is none.
    public let taxID: TaxID?
    public let lines: [Line]
    /// One for each seller, in the order of their first lines.
    public let parcels: [Parcel]
    /// Why lines and parcels cost less than their prices, in the order in which it was reckoned.
    public let discounts: [Discount]

    public var country: String { destination.country }
    /// The code by which a discount came about; nil without one.
    public var coupon: CouponCode? {
        for discount in discounts {
            if case .coupon(let code) = discount.source { return code }
        }
        return nil
    }
    /// What the goods cost before discounts.
    public var goods: Money { sum(lines.map(\.goods)) }
    /// What comes off the goods.
    public var discount: Money { sum(lines.map(\.discount)) }
    /// What delivery costs.
    public var shipping: Money { sum(parcels.map(\.shipping)) }
    public var shippingDiscount: Money { sum(parcels.map(\.shippingDiscount)) }
    /// All tax, of goods and delivery.
    public var tax: Money { sum(parcels.map { tax(of: $0.seller) }) }
    /// The tax that is in the prices and is not paid, because the buyer is exempt.
    public var relief: Money { sum(parcels.map { relief(of: $0.seller) }) }
    /// What the buyer pays.
    public var total: Money { sum(parcels.map { total(of: $0.seller) }) }

    /// What the buyer pays for the parcel of one seller.
    public func total(of seller: Seller.ID) -> Money {
        let prices = sum(lines(of: seller).map(\.price)) + (parcel(of: seller)?.shipping ?? .zero(currency)) - relief(of: seller)
        return taxInclusive ? prices : prices + tax(of: seller)
    }

    /// The tax of one seller's goods and their delivery.
    public func tax(of seller: Seller.ID) -> Money {
        sum(lines(of: seller).map(\.tax)) + (parcel(of: seller)?.shippingTax ?? .zero(currency))
    }

    /// The tax that is in one seller's prices and is not paid.
    public func relief(of seller: Seller.ID) -> Money {
        sum(lines(of: seller).map(\.taxed.relief)) + (parcel(of: seller)?.shippingRelief ?? .zero(currency))
    }

    public func lines(of seller: Seller.ID) -> [Line] { lines.filter { $0.seller == seller } }
    public func parcel(of seller: Seller.ID) -> Parcel? { parcels.first { $0.seller == seller } }

    private func sum(_ amounts: [Money]) -> Money { amounts.reduce(.zero(currency), +) }

    /// No sum of a quote reaches this many minor units, so that adding up some of them stays within 64 bits.
    public static let maximumMinorUnits: Int64 = 1 << 53
    /// No line has so many pieces or more.
    public static let maximumQuantity: Int64 = 1 << 32
}

extension Quote {
    /// A price, or a part of one, and the tax in it or on it.
    public struct Taxed: Hashable, Sendable {
        /// One of several taxes.
        public struct Share: Hashable, Sendable {
            public let rate: TaxRate
            public let amount: Money
        }

        public let price: Money
        public let shares: [Share]
        /// The tax that is in the price and is not paid; then there are no shares.
        public let relief: Money

        public var tax: Money { shares.reduce(.zero(price.currency)) { $0 + $1.amount } }
        public var partsPerMillion: Int64 { shares.reduce(0) { $0 + $1.rate.partsPerMillion } }

        /// What the price comes to without tax.
        public func net(isIncluded: Bool) -> Money { isIncluded ? price - tax - relief : price }

        /// All rates together are taken out of the price, or added to it, and the tax is divided among them.
        public init(_ price: Money, _ rates: [TaxRate], isIncluded: Bool, isExempt: Bool = false) {
            let parts = rates.map(\.partsPerMillion)
            let tax = Quote.tax(of: price, partsPerMillion: parts.reduce(0, +), isIncluded: isIncluded)
            self.price = price
            guard !isExempt else {
                shares = []
                relief = isIncluded ? price.currency.chargeable(tax) : .zero(price.currency)
                return
            }
            shares = rates.isEmpty ? [] : zip(rates, tax.divided(by: parts)).map { Share(rate: $0, amount: $1) }
            relief = .zero(price.currency)
        }

        fileprivate init(price: Money, shares: [Share], relief: Money) {
            self.price = price
            self.shares = shares
            self.relief = relief
        }
    }

    /// The tax in, or on, a price. What is added must be chargeable; what is taken out is only told, to the last minor unit.
    static func tax(of price: Money, partsPerMillion: Int64, isIncluded: Bool) -> Money {
        let whole: Int64 = 1_000_000
        let exact = Rounding.scaled(price.minorUnits, by: partsPerMillion, over: isIncluded ? whole + partsPerMillion : whole)!
        let tax = Money(minorUnits: exact, currency: price.currency)
        return isIncluded ? tax : price.currency.chargeable(tax)
    }
}

extension Currency {
    /// The nearest amount that can be charged.
    fileprivate func chargeable(_ money: Money) -> Money {
        Money(minorUnits: Rounding.nearest(money.minorUnits, multipleOf: chargeStep)!, currency: self)
    }
}

// MARK: - Reckoning

extension Quote {
    /// The quote of a basket at a moment. Throws for a basket that has no price.
    public init(_ basket: Basket, terms: OfferTerms, at instant: Instant) throws(QuoteRefusal) {
        guard !basket.lines.isEmpty else { throw .empty }
        var reckoning = try DiscountReckoning(currency: basket.market.currency, lines: Quote.priced(basket, at: instant))
        try Quote.reckonGoods(&reckoning, basket, at: instant)
        var sellers: [Seller.ID] = []
        for line in basket.lines where !sellers.contains(line.offer.seller) { sellers.append(line.offer.seller) }
        var ways: [(seller: SellerTerms, terms: ShippingTerms, grams: Int64, price: Money)] = []
        var spent = reckoning.lines.reduce(0) { $0 + $1.left }
        for seller in sellers {
            let way = try Quote.way(of: seller, reckoning.lines.filter { $0.offer.seller == seller }, basket, terms)
            spent += way.price.minorUnits
            guard spent < Quote.maximumMinorUnits else { throw .overflow }
            ways.append(way)
        }
        reckoning.reckonShipping(Quote.concessions(basket, .shipping, at: instant), of: ways.map { (seller: $0.seller.id, price: $0.price) })
        let discounts = reckoning.discounts
        let exemptions = ways.map { TaxExemption.of(basket.taxID, from: $0.seller.country, to: basket.destination) }
        let lines = reckoning.lines.map { priced in
            let isExempt = exemptions[sellers.firstIndex(of: priced.offer.seller)!] != nil
            return Quote.line(priced, discounts, basket, terms, isExempt: isExempt)
        }
        let parcels = zip(ways, exemptions).map { way, exemption in
            Quote.parcel(way, lines.filter { $0.seller == way.seller.id }, discounts, exemption, basket, terms, at: instant)
        }
        self.init(
            currency: basket.market.currency, destination: basket.destination, taxInclusive: basket.market.taxInclusive, taxID: basket.taxID,
            lines: lines, parcels: parcels, discounts: discounts)
    }

    private static func priced(_ basket: Basket, at instant: Instant) throws(QuoteRefusal) -> [DiscountReckoning.Line] {
        var lines: [DiscountReckoning.Line] = []
        var goods: Int64 = 0
        for line in basket.lines {
            guard let schedule = line.offer.schedule(in: basket.market.id) else { throw .notSoldHere(offer: line.offer.id) }
            guard line.quantity > 0 else { throw .badQuantity(offer: line.offer.id) }
            let unitPrice = schedule.price(at: instant).amount
            guard line.quantity < maximumQuantity, let price = try? unitPrice.multiplied(by: line.quantity), price.minorUnits < maximumMinorUnits
            else { throw .overflow }
            // Each is below the limit, which leaves room for one more addition.
            goods += price.minorUnits
            guard goods < maximumMinorUnits else { throw .overflow }
            lines.append(
                DiscountReckoning.Line(offer: line.offer, quantity: line.quantity, unitPrice: unitPrice.minorUnits, left: price.minorUnits))
        }
        return lines
    }

    /// The lanes of the goods, one after the other.
    private static func reckonGoods(_ reckoning: inout DiscountReckoning, _ basket: Basket, at instant: Instant) throws(QuoteRefusal) {
        reckoning.reckonLines(concessions(basket, .line, at: instant))
        reckoning.reckonOrder(concessions(basket, .order, at: instant))
        guard let coupon = basket.coupon else { return }
        if let refusal = coupon.refusal(goods: reckoning.value(for: coupon), at: instant) { throw .coupon(refusal) }
        let concession = Concession(coupon)
        if concession.lane == .coupon { reckoning.reckonCoupon(concession) }
    }

    private static func concessions(_ basket: Basket, _ lane: Promotion.Lane, at instant: Instant) -> [Concession] {
        let promotions = basket.promotions.filter { $0.promotion.lane == lane && $0.promotion.holds(at: instant) && $0.unitsLeft != 0 }.map(Concession.init)
        guard lane == .shipping, let coupon = basket.coupon.map(Concession.init), coupon.lane == lane else { return promotions }
        return promotions + [coupon]
    }

    private static func line(
        _ priced: DiscountReckoning.Line, _ discounts: [Discount], _ basket: Basket, _ terms: OfferTerms, isExempt: Bool
    ) -> Line {
        let (currency, market) = (basket.market.currency, basket.market)
        let own = shares(of: .line(offer: priced.offer.id), discounts)
        let rates = terms.taxRates(of: priced.offer.taxCategory, in: market.id, at: basket.destination)
        return Line(
            offer: priced.offer.id, seller: priced.offer.seller, sku: priced.offer.sku, product: priced.offer.product, quantity: priced.quantity,
            unitPrice: Money(minorUnits: priced.unitPrice, currency: currency), discount: own.reduce(.zero(currency)) { $0 + $1.amount },
            sellerDiscount: own.reduce(.zero(currency)) { $0 + $1.sellerAmount },
            taxed: Taxed(Money(minorUnits: priced.left, currency: currency), rates, isIncluded: market.taxInclusive, isExempt: isExempt))
    }

    private static func shares(of target: Discount.Target, _ discounts: [Discount]) -> [Discount.Share] {
        discounts.flatMap { $0.shares.filter { $0.target == target } }
    }

    /// How the goods of a seller go, and what that costs before discounts.
    private static func way(
        of id: Seller.ID, _ lines: [DiscountReckoning.Line], _ basket: Basket, _ terms: OfferTerms
    ) throws(QuoteRefusal) -> (seller: SellerTerms, terms: ShippingTerms, grams: Int64, price: Money) {
        let market = basket.market
        guard market.countries.contains(basket.destination.country), let seller = terms.seller(id) else { throw .notShipped(seller: id) }
        let grams = lines.reduce(0) { $0 + weight(of: $1) }
        let ways = seller.shipping(to: market.id, basket.destination, grams: grams)
        let way: ShippingTerms?
        if let choice = basket.shipping[id] {
            way = ways.first { $0.method == choice.method && ($0.points.isEmpty ? choice.point == nil : $0.points.contains { $0.id == choice.point }) }
            if way == nil, !ways.isEmpty { throw .shippingUnavailable(seller: id) }
        } else {
            way = ways.standard
        }
        let value = Money(minorUnits: lines.reduce(0) { $0 + $1.left }, currency: market.currency)
        guard let way, let price = way.price(grams: grams, value: value) else { throw .notShipped(seller: id) }
        return (seller, way, grams, price)
    }

    /// 0 where it is not known. Nothing weighs so much that a sum of lines leaves 64 bits.
    private static func weight(of line: DiscountReckoning.Line) -> Int64 {
        min(line.offer.weightGrams ?? 0, maximumGrams) * min(line.quantity, maximumPieces)
    }

    private static let maximumGrams: Int64 = 1_000_000_000
    private static let maximumPieces: Int64 = 1_000_000

    private static func parcel(
        _ way: (seller: SellerTerms, terms: ShippingTerms, grams: Int64, price: Money), _ lines: [Line], _ discounts: [Discount],
        _ exemption: TaxExemption?, _ basket: Basket, _ terms: OfferTerms, at instant: Instant
    ) -> Parcel {
        let (seller, currency) = (way.seller, basket.market.currency)
        let own = shares(of: .delivery(seller.id), discounts)
        let discount = own.reduce(Money.zero(currency)) { $0 + $1.amount }
        let days = seller.handlingDays.lowerBound + way.terms.days.lowerBound...seller.handlingDays.upperBound + way.terms.days.upperBound
        let rates = terms.taxRates(of: TaxRule.shippingCategory, in: basket.market.id, at: basket.destination)
        let choice = basket.shipping[seller.id]
        return Parcel(
            seller: seller.id, method: way.terms.method, point: way.terms.points.first { $0.id == choice?.point } ?? way.terms.points.first, grams: way.grams,
            shippingPrice: way.price, shippingDiscount: discount, sellerShippingDiscount: own.reduce(.zero(currency)) { $0 + $1.sellerAmount },
            taxed: taxed(
                way.price - discount, as: rates.isEmpty ? portions(lines, basket, terms) : [(rates: rates, weight: Int64(1))], isIncluded: basket.market.taxInclusive,
                isExempt: exemption != nil),
            exemption: exemption, days: days, arrival: seller.calendar.arrival(of: days, orderedAt: instant))
    }

    /// The value of the goods of each rate, in the order of the lines.
    private static func portions(_ lines: [Line], _ basket: Basket, _ terms: OfferTerms) -> [(rates: [TaxRate], weight: Int64)] {
        let categories = Dictionary(basket.lines.map { ($0.offer.id, $0.offer.taxCategory) }, uniquingKeysWith: { first, _ in first })
        var portions: [(rates: [TaxRate], weight: Int64)] = []
        for line in lines {
            let rates = terms.taxRates(of: categories[line.offer] ?? "", in: basket.market.id, at: basket.destination)
            if let place = portions.firstIndex(where: { $0.rates == rates }) {
                portions[place].weight += line.price.minorUnits
            } else {
                portions.append((rates, line.price.minorUnits))
            }
        }
        return portions
    }

    private static func taxed(_ price: Money, as portions: [(rates: [TaxRate], weight: Int64)], isIncluded: Bool, isExempt: Bool) -> [Taxed] {
        zip(portions, price.divided(by: portions.map(\.weight))).map { Taxed($1, $0.rates, isIncluded: isIncluded, isExempt: isExempt) }
    }
}

// MARK: - Holding it against itself

extension Quote {
    /// Reckons every sum anew from what was frozen, and says what does not agree; empty when all of it does.
    public var faults: [String] {
        var faults: [String] = []
        for line in lines {
            let own = Quote.shares(of: .line(offer: line.offer), discounts)
            if sum(own.map(\.amount)) != line.discount || sum(own.map(\.sellerAmount)) != line.sellerDiscount {
                faults.append("\(line.offer): its discounts do not add up")
            }
            if line.price.isNegative || line.discount.isNegative { faults.append("\(line.offer): it costs less than nothing") }
            if line.taxed.price != line.price || !isReckoned(line.taxed, of: parcel(of: line.seller)) { faults.append("\(line.offer): its tax is another") }
        }
        for parcel in parcels {
            let own = Quote.shares(of: .delivery(parcel.seller), discounts)
            if sum(own.map(\.amount)) != parcel.shippingDiscount || sum(own.map(\.sellerAmount)) != parcel.sellerShippingDiscount {
                faults.append("\(parcel.seller): the discounts of its delivery do not add up")
            }
            if parcel.shipping.isNegative { faults.append("\(parcel.seller): its delivery costs less than nothing") }
            if sum(parcel.taxed.map(\.price)) != parcel.shipping || !parcel.taxed.allSatisfy({ isReckoned($0, of: parcel) }) {
                faults.append("\(parcel.seller): the tax of its delivery is another")
            }
        }
        for share in discounts.flatMap(\.shares) where !(0...share.amount.minorUnits).contains(share.sellerAmount.minorUnits) {
            faults.append("somebody bears more of a discount than all of it")
        }
        return faults
    }

    private func isReckoned(_ taxed: Taxed, of parcel: Parcel?) -> Bool {
        // What an exempt buyer would have paid is not known any more; that it is not below zero is.
        guard parcel?.exemption == nil else { return taxed.shares.isEmpty && !taxed.relief.isNegative && taxed.relief <= taxed.price }
        return taxed == Taxed(taxed.price, taxed.shares.map(\.rate), isIncluded: taxInclusive)
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
            if let region = destination.region { writer.member("region", region) }
            if let postalCode = destination.postalCode { writer.member("postalCode", postalCode) }
            writer.member("taxInclusive", taxInclusive)
            if let taxID { writer.member("taxID", taxID.text) }
            writer.name("lines")
            writer.array { writer in for line in lines { line.write(to: &writer) } }
            writer.name("parcels")
            writer.array { writer in for parcel in parcels { parcel.write(to: &writer) } }
            writer.name("discounts")
            writer.array { writer in for discount in discounts { discount.write(to: &writer) } }
        }
        return writer.bytes
    }

    /// Reads what `json` writes.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var fields = try JSON(parsing: bytes).fields()
        let code = try fields.string("currency")
        guard let currency = Currency(code), currency.hasMinorUnit else { throw JSONError("\"\(code)\" is no currency to price in") }
        var (lines, parcels, discounts): ([Line], [Parcel], [Discount]) = ([], [], [])
        for json in try fields.array("lines") { lines.append(try Line(json, currency)) }
        for json in try fields.array("parcels") { parcels.append(try Parcel(json, currency)) }
        for json in try fields.array("discounts") { discounts.append(try Discount(json, currency)) }
        self.init(
            currency: currency,
            destination: Destination(
                country: try fields.string("country"), region: try fields.optionalString("region"), postalCode: try fields.optionalString("postalCode")),
            taxInclusive: try fields.bool("taxInclusive"), taxID: try fields.optionalString("taxID").flatMap { TaxID($0) }, lines: lines, parcels: parcels,
            discounts: discounts)
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
            writer.member("sellerDiscount", sellerDiscount.minorUnits)
            writer.name("taxed")
            taxed.write(to: &writer)
        }
    }

    fileprivate init(_ json: JSON, _ currency: Currency) throws(JSONError) {
        var fields = try json.fields()
        let (seller, sku) = (try fields.string("seller"), try fields.string("sku"))
        self.init(
            offer: "\(seller)/\(sku)", seller: Seller.ID(seller), sku: sku, product: Product.ID(try fields.string("product")),
            quantity: try fields.integer("quantity"), unitPrice: try fields.money("unitPrice", currency), discount: try fields.money("discount", currency),
            sellerDiscount: try fields.money("sellerDiscount", currency), taxed: try Quote.Taxed(fields.take("taxed"), currency))
        try fields.end()
    }
}

extension Quote.Taxed {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("price", price.minorUnits)
            writer.name("taxes")
            writer.array { writer in
                for share in shares {
                    writer.object { writer in
                        if let name = share.rate.name { writer.member("name", name) }
                        writer.member("partsPerMillion", share.rate.partsPerMillion)
                        writer.member("amount", share.amount.minorUnits)
                    }
                }
            }
            if !relief.isZero { writer.member("relief", relief.minorUnits) }
        }
    }

    fileprivate init(_ json: JSON?, _ currency: Currency) throws(JSONError) {
        guard let json else { throw JSONError("\"taxed\" is missing") }
        var fields = try json.fields()
        var shares: [Share] = []
        for json in try fields.array("taxes") {
            var share = try json.fields()
            let rate = TaxRate(name: try share.optionalString("name"), partsPerMillion: try share.integer("partsPerMillion"))
            shares.append(Share(rate: rate, amount: try share.money("amount", currency)))
            try share.end()
        }
        self.init(
            price: try fields.money("price", currency), shares: shares,
            relief: Money(minorUnits: try fields.optionalInteger("relief") ?? 0, currency: currency))
        try fields.end()
    }
}

extension Quote.Parcel {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("seller", seller.text)
            writer.member("method", method)
            if let point {
                writer.name("point")
                point.write(to: &writer)
            }
            writer.member("grams", grams)
            writer.member("shippingPrice", shippingPrice.minorUnits)
            writer.member("shippingDiscount", shippingDiscount.minorUnits)
            writer.member("sellerShippingDiscount", sellerShippingDiscount.minorUnits)
            writer.name("taxed")
            writer.array { writer in for taxed in taxed { taxed.write(to: &writer) } }
            if let exemption { writer.member("exemption", exemption.rawValue) }
            writer.member("earliestDays", Int64(days.lowerBound))
            writer.member("latestDays", Int64(days.upperBound))
            if let arrival {
                writer.member("earliest", arrival.lowerBound.description)
                writer.member("latest", arrival.upperBound.description)
            }
        }
    }

    fileprivate init(_ json: JSON, _ currency: Currency) throws(JSONError) {
        var fields = try json.fields()
        let (earliest, latest) = (Int(try fields.integer("earliestDays")), Int(try fields.integer("latestDays")))
        guard 0 <= earliest, earliest <= latest else { throw JSONError("the days of a parcel are no span") }
        var taxed: [Quote.Taxed] = []
        for json in try fields.array("taxed") { taxed.append(try Quote.Taxed(json, currency)) }
        var point: PickupPoint?
        if let json = fields.take("point") { point = try PickupPoint(json) }
        let arrival = try (fields.optionalString("earliest"), fields.optionalString("latest"))
        self.init(
            seller: Seller.ID(try fields.string("seller")), method: try fields.string("method"), point: point, grams: try fields.integer("grams"),
            shippingPrice: try fields.money("shippingPrice", currency), shippingDiscount: try fields.money("shippingDiscount", currency),
            sellerShippingDiscount: try fields.money("sellerShippingDiscount", currency), taxed: taxed,
            exemption: try fields.optionalString("exemption").flatMap { TaxExemption(rawValue: $0) }, days: earliest...latest,
            arrival: Quote.Parcel.arrival(arrival.0, arrival.1))
        try fields.end()
    }

    private static func arrival(_ earliest: String?, _ latest: String?) -> ClosedRange<Day>? {
        guard let earliest = earliest.flatMap({ Day($0) }), let latest = latest.flatMap({ Day($0) }), earliest <= latest else { return nil }
        return earliest...latest
    }
}

extension Quote.Discount {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("source", source.text)
            writer.member("lane", lane.rawValue)
            writer.member("name", name)
            writer.name("shares")
            writer.array { writer in
                for share in shares {
                    writer.object { writer in
                        switch share.target {
                        case .line(let offer): writer.member("offer", offer)
                        case .delivery(let seller): writer.member("delivery", seller.text)
                        }
                        writer.member("amount", share.amount.minorUnits)
                        writer.member("sellerAmount", share.sellerAmount.minorUnits)
                        writer.member("units", share.units)
                    }
                }
            }
        }
    }

    fileprivate init(_ json: JSON, _ currency: Currency) throws(JSONError) {
        var fields = try json.fields()
        guard let source = Source(try fields.string("source")), let lane = Promotion.Lane(rawValue: try fields.string("lane")) else {
            throw JSONError("a discount comes from nowhere")
        }
        var shares: [Share] = []
        for json in try fields.array("shares") {
            var share = try json.fields()
            let (offer, delivery) = (try share.optionalString("offer"), try share.optionalString("delivery"))
            guard let target = offer.map({ Target.line(offer: $0) }) ?? delivery.map({ Target.delivery(Seller.ID($0)) }) else {
                throw JSONError("a discount is of nothing")
            }
            shares.append(
                Share(
                    target: target, amount: try share.money("amount", currency), sellerAmount: try share.money("sellerAmount", currency),
                    units: try share.integer("units")))
            try share.end()
        }
        guard !shares.isEmpty else { throw JSONError("a discount is of nothing") }
        self.init(source: source, lane: lane, name: try fields.string("name"), shares: shares)
        try fields.end()
    }
}

extension JSONFields {
    fileprivate mutating func money(_ name: String, _ currency: Currency) throws(JSONError) -> Money {
        Money(minorUnits: try integer(name), currency: currency)
    }
}
