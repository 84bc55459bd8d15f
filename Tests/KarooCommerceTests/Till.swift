// KarooExpress – Apache-2.0

import KarooCommerce

/// A till at which baskets are reckoned: sellers a and b, prices with tax (de, EUR), without (us, USD), of no decimals (jp, JPY)
/// and of three (kw, KWD), 19 % and 7 % of tax, delivery for 5 units of money.
enum Till {
    static let (euro, dollar, yen, dinar) = (Currency("EUR")!, Currency("USD")!, Currency("JPY")!, Currency("KWD")!)
    static let germany = market("de", euro, ["DE", "FR", "AT"], inclusive: true)
    static let states = market("us", dollar, ["US"], inclusive: false)
    static let japan = market("jp", yen, ["JP"], inclusive: true)
    static let kuwait = market("kw", dinar, ["KW"], inclusive: true)
    static let markets = [germany, states, japan, kuwait]
    static let epoch = Instant(millisecondsSinceEpoch: 0)

    static func market(_ id: String, _ currency: Currency, _ countries: [String], inclusive: Bool) -> MarketTerms {
        MarketTerms(id: Market.ID(id), currency: currency, countries: countries, languages: [Language("en")!], taxInclusive: inclusive, lowestPriceLaw: false)
    }

    static let taxes = markets.flatMap { market in
        [TaxRule(market: market.id, category: "high", ratePartsPerMillion: 190_000), TaxRule(market: market.id, category: "low", ratePartsPerMillion: 70_000)]
    }

    static func delivery(_ market: MarketTerms) -> ShippingTerms {
        ShippingTerms(market: market.id, price: money(5, market), freeFrom: nil, days: 3...5)
    }

    static func terms(
        taxes: [TaxRule] = Till.taxes, shipping: [ShippingTerms] = markets.map(delivery), country: String = "DE", calendar: WorkCalendar = WorkCalendar()
    ) -> OfferTerms {
        OfferTerms(
            markets: markets, taxes: taxes,
            sellers: ["a", "b"].map { id in
                SellerTerms(
                    id: Seller.ID(id), name: id, country: country, handlingDays: 1...2, calendar: calendar, shipping: shipping, returnDays: 14,
                    returnsAreFree: false)
            })
    }

    /// Whole units of a market's currency.
    static func money(_ units: Int64, _ market: MarketTerms) -> Money {
        Money(minorUnits: units * market.currency.minorUnitsPerUnit, currency: market.currency)
    }

    /// - parameter price: in minor units.
    static func line(
        _ id: String, _ price: Int64, _ quantity: Int64 = 1, in market: MarketTerms = germany, category: String = "home/lamps", tax: String = "high",
        grams: Int64? = nil
    ) -> Basket.Line {
        let parts = id.split(separator: "/").map(String.init)
        let schedule = PriceSchedule(base: Price(amount: Money(minorUnits: price, currency: market.currency)))
        return Basket.Line(
            offer: Offer(
                seller: Seller.ID(parts[0]), sku: parts[1], product: Product.ID(id), taxCategory: tax, weightGrams: grams, availability: .untracked,
                markets: [Offer.MarketPrice(market: market.id, schedule: schedule)], categories: category.split(separator: "/").map { Category.ID(String($0)) }),
            quantity: quantity)
    }

    static func promotion(
        _ id: String, _ reduction: Promotion.Reduction, _ scope: Promotion.Scope = Promotion.Scope(), lane: Promotion.Lane? = nil, minimum: Money? = nil,
        borne sellerPartsPerMillion: Int64 = 0, left: Int64? = nil
    ) -> OpenPromotion {
        OpenPromotion(
            Promotion(
                id: Promotion.ID(id), name: id, lane: lane, reduction: reduction, scope: scope, minimum: minimum,
                sellerPartsPerMillion: sellerPartsPerMillion), unitsLeft: left)
    }

    static func quote(
        _ lines: [Basket.Line], _ promotions: [OpenPromotion] = [], in market: MarketTerms = germany, to destination: Destination? = nil,
        coupon: Coupon? = nil, shipping: [Seller.ID: ShippingChoice] = [:], taxID: String? = nil, terms: OfferTerms = terms(), at instant: Instant = epoch
    ) throws -> Quote {
        let basket = Basket(
            market: market, destination: destination, lines: lines, coupon: coupon, promotions: promotions, shipping: shipping,
            taxID: taxID.flatMap { TaxID($0) })
        return try Quote(basket, terms: terms, at: instant)
    }
}
