// KarooExpress – Apache-2.0

import KarooCommerce
import Support
import Testing

struct QuoteTests {
    private static let euro = Currency("EUR")!
    private static let dollar = Currency("USD")!
    private static let dinar = Currency("KWD")!

    private static func market(_ id: String, _ currency: Currency, inclusive: Bool) -> MarketTerms {
        MarketTerms(id: Market.ID(id), currency: currency, countries: ["XX"], languages: [Language("en")!], taxInclusive: inclusive, lowestPriceLaw: false)
    }

    private static let markets = [market("in", euro, inclusive: true), market("ex", dollar, inclusive: false), market("kw", dinar, inclusive: false)]

    /// Sellers a and b deliver everywhere for 5.00 (5.000 dinars), a for nothing from 100.00 on.
    private static let terms = OfferTerms(
        markets: markets,
        taxes: markets.flatMap {
            [TaxRule(market: $0.id, category: "high", ratePartsPerMillion: 190_000), TaxRule(market: $0.id, category: "low", ratePartsPerMillion: 70_000)]
        },
        sellers: ["a", "b"].map { id in
            SellerTerms(
                id: Seller.ID(id), name: id, country: "XX", handlingDays: 1...2,
                shipping: markets.map { market in
                    let unit = market.currency.minorUnitsPerUnit
                    return ShippingTerms(
                        market: market.id, price: Money(minorUnits: 5 * unit, currency: market.currency),
                        freeFrom: id == "a" ? Money(minorUnits: 100 * unit, currency: market.currency) : nil, days: 3...5)
                }, returnDays: 0, returnsAreFree: false)
        })

    private static func line(_ seller: String, _ sku: String, _ price: Int64, _ quantity: Int64, tax: String = "high", in market: MarketTerms) -> Basket.Line {
        let schedule = PriceSchedule(base: Price(amount: Money(minorUnits: price, currency: market.currency)))
        return Basket.Line(
            offer: Offer(
                seller: Seller.ID(seller), sku: sku, product: Product.ID(sku), taxCategory: tax, availability: .untracked,
                markets: [Offer.MarketPrice(market: market.id, schedule: schedule)]),
            quantity: quantity)
    }

    private static func quote(_ lines: [Basket.Line], in market: MarketTerms, coupon: Coupon? = nil, country: String? = nil) throws -> Quote {
        try Quote(Basket(market: market, destination: country.map { Destination(country: $0) }, lines: lines, coupon: coupon), terms: terms, at: Instant(millisecondsSinceEpoch: 0))
    }

    // MARK: By hand

    @Test func taxIsTakenOutOfPricesThatIncludeIt() throws {
        let market = QuoteTests.markets[0]
        // 3 × 0.99 = 2.97; of it 2.97 × 19/119 = 0.4742; of the delivery 5.00 × 19/119 = 0.798.
        let quote = try QuoteTests.quote([QuoteTests.line("b", "x", 99, 3, in: market)], in: market)
        #expect(quote.lines[0].tax.minorUnits == 47)
        #expect(quote.parcels[0].shippingTax.minorUnits == 80)
        #expect(quote.total.minorUnits == 797 && quote.tax.minorUnits == 127)
        #expect(quote.parcels[0].days == 4...7)
    }

    @Test func taxIsAddedToPricesThatDoNot() throws {
        let market = QuoteTests.markets[1]
        let quote = try QuoteTests.quote([QuoteTests.line("b", "x", 10_00, 1, in: market)], in: market)
        // 10.00 + 1.90, delivery 5.00 + 0.95.
        #expect(quote.total.minorUnits == 17_85)
    }

    @Test func deliveryIsTaxedAsTheGoodsInIt() throws {
        let market = QuoteTests.markets[1]
        let lines = [QuoteTests.line("b", "x", 30_00, 1, in: market), QuoteTests.line("b", "y", 10_00, 1, tax: "low", in: market)]
        // Three quarters of 5.00 at 19 % are 0.7125, one quarter at 7 % is 0.0875.
        #expect(try QuoteTests.quote(lines, in: market).parcels[0].shippingTax.minorUnits == 71 + 9)
    }

    @Test func deliveryIsFreeFromItsThresholdOnAndNotBelow() throws {
        let market = QuoteTests.markets[0]
        #expect(try QuoteTests.quote([QuoteTests.line("a", "x", 100_00, 1, in: market)], in: market).shipping.minorUnits == 0)
        #expect(try QuoteTests.quote([QuoteTests.line("a", "x", 99_99, 1, in: market)], in: market).shipping.minorUnits == 5_00)
    }

    @Test func threeDecimalsEndInNothing() throws {
        let market = QuoteTests.markets[2]
        let coupon = Coupon(code: CouponCode("C")!, reduction: .share(partsPerMillion: 333_333))
        let lines = [QuoteTests.line("b", "x", 1_230, 1, in: market), QuoteTests.line("b", "y", 770, 3, in: market)]
        let quote = try QuoteTests.quote(lines, in: market, coupon: coupon)
        #expect(quote.total.isChargeable && quote.discount.isChargeable)
        #expect(quote.lines.allSatisfy { $0.tax.isChargeable && $0.discount.isChargeable })
    }

    @Test func whatHasNoPriceIsRefusedAndNothingTraps() {
        let market = QuoteTests.markets[0]
        let line = QuoteTests.line("a", "x", 1, 1, in: market)
        #expect(throws: QuoteRefusal.empty) { try QuoteTests.quote([], in: market) }
        #expect(throws: QuoteRefusal.notSoldHere(offer: "a/x")) { try QuoteTests.quote([line], in: QuoteTests.markets[1]) }
        #expect(throws: QuoteRefusal.notShipped(seller: "a")) { try QuoteTests.quote([line], in: market, country: "YY") }
        #expect(throws: QuoteRefusal.notShipped(seller: "c")) { try QuoteTests.quote([QuoteTests.line("c", "x", 1, 1, in: market)], in: market) }
        #expect(throws: QuoteRefusal.badQuantity(offer: "a/x")) { try QuoteTests.quote([QuoteTests.line("a", "x", 1, 0, in: market)], in: market) }
        for (price, quantity) in [(Int64.max, Int64(1)), (Int64.max, Int64.max), (1 << 40, 1 << 40), (1 << 53, 1)] {
            #expect(throws: QuoteRefusal.overflow) { try QuoteTests.quote([QuoteTests.line("a", "x", price, quantity, in: market)], in: market) }
        }
    }

    // MARK: For every basket

    @Test func everyRandomQuoteAddsUp() throws {
        var random = Seeded("quotes")
        for _ in 0..<2_000 {
            let market = QuoteTests.markets[Int.random(in: 0..<3, using: &random)]
            let lines = (0..<Int.random(in: 1...6, using: &random)).map { number in
                QuoteTests.line(
                    Bool.random(using: &random) ? "a" : "b", "s\(number)", Int64.random(in: 0...2_000, using: &random) * market.currency.chargeStep,
                    Int64.random(in: 1...9, using: &random), tax: Bool.random(using: &random) ? "high" : "low", in: market)
            }
            let coupon = QuoteTests.randomCoupon(market, &random)
            let quote: Quote
            do {
                quote = try QuoteTests.quote(lines, in: market, coupon: coupon)
            } catch QuoteRefusal.coupon {
                continue
            }
            let net = quote.goods.minorUnits - quote.discount.minorUnits + quote.shipping.minorUnits
            #expect(quote.total.minorUnits == net + (market.taxInclusive ? 0 : quote.tax.minorUnits))
            #expect(quote.parcels.reduce(0) { $0 + quote.total(of: $1.seller).minorUnits } == quote.total.minorUnits)
            #expect(quote.faults == [])
            #expect(quote.lines.allSatisfy { $0.discount.minorUnits >= 0 && $0.price.minorUnits >= 0 && $0.tax.minorUnits >= 0 })
            #expect(quote.total.isChargeable && quote.total.minorUnits >= 0)
            let backwards = try QuoteTests.quote(lines.reversed(), in: market, coupon: coupon)
            #expect(backwards.goods == quote.goods && backwards.discount == quote.discount)
            #expect(try Quote(parsing: quote.json) == quote)
        }
    }

    private static func randomCoupon(_ market: MarketTerms, _ random: inout Seeded) -> Coupon? {
        let reduction: Coupon.Reduction
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return nil
        case 1: reduction = .share(partsPerMillion: Int64.random(in: 1...1_000_000, using: &random))
        case 2: reduction = .amount(Money(minorUnits: Int64.random(in: 1...3_000, using: &random) * market.currency.chargeStep, currency: market.currency))
        default: reduction = .freeShipping
        }
        return Coupon(code: CouponCode("C")!, reduction: reduction, seller: Bool.random(using: &random) ? "a" : nil)
    }

    // MARK: Codes, states, addresses

    @Test func codesAreMeantAsTheyAreMeant() {
        #expect(CouponCode("  spring-10\n")?.text == "SPRING-10")
        #expect(CouponCode("SPRING-10") == CouponCode("spring-10"))
        for text in ["", " ", "a b", "é", "a'b", String(repeating: "A", count: 41)] { #expect(CouponCode(text) == nil) }
    }

    @Test func couponsHoldFromTheirFirstMomentUntilTheirLast() {
        let coupon = Coupon(
            code: CouponCode("C")!, reduction: .freeShipping, from: Instant(millisecondsSinceEpoch: 10), until: Instant(millisecondsSinceEpoch: 20))
        let goods = Money(minorUnits: 1, currency: QuoteTests.euro)
        let refusals = [9, 10, 19, 20].map { coupon.refusal(goods: goods, at: Instant(millisecondsSinceEpoch: $0)) }
        #expect(refusals == [.notYet, nil, nil, .expired])
    }

    @Test func noStepIsTakenThatNoTableAllows() throws {
        #expect(throws: IllegalTransition(from: "completed", to: "open")) { try CartStatus.completed.becoming(.open) }
        #expect(throws: IllegalTransition(from: "consumed", to: "released")) { try ReservationStatus.consumed.becoming(.released) }
        #expect(throws: IllegalTransition(from: "expired", to: "succeeded")) { try AttemptStatus.expired.becoming(.succeeded) }
        #expect(throws: IllegalTransition(from: "cancelled", to: "placed")) { try OrderStatus.cancelled.becoming(.placed) }
        #expect(try CartStatus.completing.becoming(.open) == .open)
        #expect(AttemptStatus.allCases.filter(\.isFinal) == [.succeeded, .declined, .expired])
    }

    @Test func theOrderOfPaymentEventsDoesNotMatter() {
        let events: [(PaymentEventKind, Int64)] = [(.authorized, 100), (.captured, 60), (.voided, 40), (.refunded, 25), (.declined, 0)]
        var random = Seeded("events")
        for _ in 0..<50 {
            var balance = PaymentBalance()
            for (kind, amount) in events.shuffled(using: &random) { balance.add(kind, minorUnits: amount) }
            #expect(balance.captured == 60 && balance.refunded == 25 && balance.authorized == 0 && balance.kept == 35)
        }
    }

    @Test(arguments: ["4111 1111 1111 1111", "Nr. 5555-5555-5555-4444 bitte", "378282246310005"]) func aCardNumberIsFound(text: String) {
        #expect(CardNumber.isIn(text))
    }

    @Test(arguments: ["", "Hauptstraße 12", "4111 1111 1111 1112", "12345678", "0000 0000 0000 0000"]) func whatIsNoCardNumberIsNone(text: String) {
        #expect(!CardNumber.isIn(text))
    }
}
