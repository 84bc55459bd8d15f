// KarooExpress – Apache-2.0

import KarooCommerce
import Support
import Testing

struct TaxTests {
    /// A state of 4 %, a city of 4.5 % and a district of 0.375 % in New York; clothes are free of it there; 6.25 % in Massachusetts,
    /// delivery is not taxed there; nothing elsewhere.
    private static let terms = Till.terms(taxes: [
        TaxRule(market: "us", category: "high", ratePartsPerMillion: 0),
        TaxRule(
            market: "us", country: "US", regions: ["NY", "New York"], category: "high",
            rates: [
                TaxRate(name: "State", partsPerMillion: 40_000), TaxRate(name: "City", partsPerMillion: 45_000), TaxRate(name: "District", partsPerMillion: 3_750),
            ]),
        TaxRule(market: "us", country: "US", regions: ["MA"], category: "high", rates: [TaxRate(partsPerMillion: 62_500)]),
        TaxRule(market: "us", country: "US", regions: ["MA"], category: TaxRule.shippingCategory, rates: [TaxRate(partsPerMillion: 0)]),
        TaxRule(market: "de", category: "high", ratePartsPerMillion: 190_000),
        TaxRule(market: "de", country: "AT", category: "high", ratePartsPerMillion: 200_000),
    ])

    private func quote(_ price: Int64, to region: String?, country: String = "US") throws -> Quote {
        try Till.quote(
            [Till.line("a/x", price, in: Till.states)], in: Till.states, to: Destination(country: country, region: region), terms: TaxTests.terms)
    }

    @Test func theRegionDecidesAndItsTaxesAreToldOneByOne() throws {
        // 8.875 % of 99.99 is 8.8741, so 8.87: 4.00, 4.50 and 0.37 by largest remainder; of 5.00 delivery 0.44.
        let quote = try quote(99_99, to: "NY")
        #expect(quote.lines[0].taxed.shares.map(\.amount.minorUnits) == [4_00, 4_50, 37])
        #expect(quote.lines[0].tax.minorUnits == 8_87 && quote.parcels[0].shippingTax.minorUnits == 44)
        #expect(quote.total.minorUnits == 99_99 + 5_00 + 8_87 + 44)
        for spelling in ["ny", " New  York ", "NEW YORK"] { #expect(try self.quote(99_99, to: spelling).tax == quote.tax) }
        for other in ["NJ", "N", "", nil] { #expect(try self.quote(99_99, to: other).tax.isZero) }
    }

    @Test func aMarketMayTaxDeliveryByItself() throws {
        let quote = try quote(100_00, to: "MA")
        #expect(quote.lines[0].tax.minorUnits == 6_25 && quote.parcels[0].shippingTax.isZero)
    }

    @Test func severalTaxesAreTakenOutOfAPriceThatHasThemTogether() {
        // 9.75 % in 10.00 are 0.8884, so 0.89: 0.46 of 5 % and 0.43 of 4.75 %.
        let taxed = Quote.Taxed(
            Money(minorUnits: 10_00, currency: Till.euro), [TaxRate(name: "a", partsPerMillion: 50_000), TaxRate(name: "b", partsPerMillion: 47_500)],
            isIncluded: true)
        #expect(taxed.shares.map(\.amount.minorUnits) == [46, 43] && taxed.net(isIncluded: true).minorUnits == 9_11)
    }

    // MARK: Businesses

    @Test func aBusinessInAnotherMemberStatePaysTheNetPrice() throws {
        let lines = [Till.line("a/x", 119_00)]
        // To France from Germany: 19 % are in 119.00 and in the 5.00 of delivery.
        let terms = Till.terms()
        let exempt = try Till.quote(lines, to: Destination(country: "FR"), taxID: "FR12345678901", terms: terms)
        #expect(exempt.tax.isZero && exempt.relief.minorUnits == 19_00 + 80 && exempt.total.minorUnits == 124_00 - 19_80)
        #expect(exempt.parcels[0].exemption == .reverseCharge && exempt.faults == [] && exempt.taxID?.text == "FR12345678901")
        #expect(try Quote(parsing: exempt.json) == exempt)
        // At home, to another country than that of the number is still abroad; from outside of the Union there is nothing to reverse.
        #expect(try Till.quote(lines, to: Destination(country: "DE"), taxID: "FR12345678901", terms: terms).relief.isZero)
        #expect(try Till.quote(lines, to: Destination(country: "FR"), taxID: "DE123456789", terms: terms).relief.isZero)
        #expect(try Till.quote(lines, to: Destination(country: "AT"), taxID: "FR12345678901", terms: terms).relief.minorUnits == 19_80)
        #expect(try Till.quote(lines, to: Destination(country: "FR"), taxID: "FR12345678901", terms: Till.terms(country: "GB")).relief.isZero)
    }

    @Test(arguments: [
        ("DE123456789", "DE"), ("de 123 456 789", "DE"), ("ATU12345678", "AT"), ("FRXX123456789", "FR"), ("EL123456789", "GR"), ("NL123456789B01", "NL"),
        ("ESX1234567X", "ES"), ("IE1234567WA", "IE"), ("IE9+12345W", "IE"), ("BE0123456789", "BE"), ("CY12345678L", "CY"), ("SE123456789001", "SE"),
        ("RO123", "RO"), ("PL123-456-78-90", "PL"),
    ]) func aNumberHasTheShapeOfItsState(text: String, country: String) {
        #expect(TaxID(text)?.country == country)
    }

    @Test(arguments: [
        "", "DE", "RO1", "DE12345678", "DE1234567890", "DE12345678A", "AT12345678", "GB123456789", "US123456789", "XX123456789", "GR123456789", "BE2123456789",
        "NL123456789C01", "DE123456789\u{0}", "ＤＥ123456789", "DE１２３４５６７８９", String(repeating: "1", count: 100),
    ]) func whatHasAnotherShapeIsNoNumber(text: String) {
        #expect(TaxID(text) == nil)
    }

    // MARK: For every price

    @Test func netAndTaxAreTheGrossAndPartsAreTheWhole() throws {
        var random = Seeded("taxes")
        for _ in 0..<5_000 {
            let currency = [Till.euro, Till.yen, Till.dinar].randomElement(using: &random)!
            let price = Money(minorUnits: Int64.random(in: 0...10_000_000, using: &random) * currency.chargeStep, currency: currency)
            let rates = (0..<Int.random(in: 0...4, using: &random)).map { TaxRate(name: "\($0)", partsPerMillion: Int64.random(in: 0...250_000, using: &random)) }
            let (included, added) = (Quote.Taxed(price, rates, isIncluded: true), Quote.Taxed(price, rates, isIncluded: false))
            // I5.
            #expect(included.net(isIncluded: true) + included.tax == price && !included.net(isIncluded: true).isNegative)
            #expect(added.tax.isChargeable && added.net(isIncluded: false) == price)
            let parts = rates.reduce(0) { $0 + $1.partsPerMillion }
            for taxed in [included, added] {
                for (share, rate) in zip(taxed.shares, rates) where parts > 0 {
                    let exact = Double(taxed.tax.minorUnits) * Double(rate.partsPerMillion) / Double(parts)
                    #expect(abs(Double(share.amount.minorUnits) - exact) < 1)
                }
            }
            let exempt = Quote.Taxed(price, rates, isIncluded: true, isExempt: true)
            #expect(exempt.tax.isZero && exempt.relief.isChargeable && (exempt.price - exempt.relief).isChargeable)
        }
    }
}
