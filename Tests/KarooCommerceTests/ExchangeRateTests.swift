// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

@Suite struct ExactDecimalTests {
    @Test(
        arguments: [
            ("0", 0, 0), ("250", 250, 0), ("0.75", 75, 2), ("1.0850", 10_850, 4), ("-1.5", -15, 1), ("007", 7, 0),
            ("0.000000000001", 1, 12), ("999999999999999999", 999_999_999_999_999_999, 0),
        ] as [(String, Int64, Int)])
    func isReadAndWritten(text: String, mantissa: Int64, scale: Int) throws {
        let decimal = try #require(ExactDecimal(text))
        #expect(decimal.mantissa == mantissa && decimal.scale == scale)
        if text != "007" { #expect(decimal.description == text) }
    }

    @Test(arguments: [
        "", ".", "-", "1.", ".5", "1.2.3", "1,5", "+1", "1e3", " 1", "1 ", "0.0000000000001", "1000000000000000000", "٣",
        "1.-5", "--1",
    ])
    func isRefused(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test func losesZerosAtItsEnd() {
        #expect(ExactDecimal("1.500")?.normalized.description == "1.5")
        #expect(ExactDecimal("2.0")?.normalized.description == "2")
        #expect(ExactDecimal("100")?.normalized.description == "100")
        #expect(ExactDecimal("-0.05")?.description == "-0.05")
    }
}

@Suite struct ExchangeRateTests {
    private var rates: ExchangeRates {
        let texts = ["USD": "1.0850", "GBP": "0.8460", "JPY": "171.20", "KWD": "0.3332", "EUR": "7"]
        return ExchangeRates(
            base: currency("EUR"), date: Day("2026-11-20")!,
            rates: Dictionary(uniqueKeysWithValues: texts.map { (currency($0), ExchangeRate($1)!) }))
    }

    @Test(arguments: [
        ("54.90", "EUR", "USD", "59.57"),  // 59.5665
        ("54.90", "EUR", "JPY", "9399"),  // 9398.88
        ("54.90", "EUR", "KWD", "18.293"),  // 18.29268
        ("8900", "JPY", "EUR", "51.99"),  // 51.98598…
        ("18.500", "KWD", "USD", "60.24"),  // 60.24159…
        ("1", "JPY", "KWD", "0.002"),  // 0.0019462…
        ("-8900", "JPY", "EUR", "-51.99"), ("0", "JPY", "EUR", "0.00"), ("12.34", "GBP", "GBP", "12.34"),
        ("0.01", "EUR", "USD", "0.01"), ("1.00", "EUR", "EUR", "1.00"),
    ])
    func estimatesByHand(amount: String, from: String, to: String, expected: String) throws {
        let money = try Money(parsing: amount, currency: currency(from))
        #expect(rates.estimate(money, in: currency(to))?.decimal == expected)
    }

    @Test func aHalfGoesAwayFromZero() {
        let half = ExchangeRates(
            base: currency("EUR"), date: Day("2026-11-20")!, rates: [currency("USD"): ExchangeRate("0.5")!])
        #expect(half.estimate(Money(minorUnits: 1, currency: currency("EUR")), in: currency("USD"))?.minorUnits == 1)
        #expect(half.estimate(Money(minorUnits: -1, currency: currency("EUR")), in: currency("USD"))?.minorUnits == -1)
        #expect(half.estimate(Money(minorUnits: -3, currency: currency("EUR")), in: currency("USD"))?.minorUnits == -2)
    }

    @Test func whatIsNotKnownOrTooLargeIsNil() {
        #expect(rates.estimate(Money(minorUnits: 1, currency: currency("CHF")), in: currency("EUR")) == nil)
        #expect(rates.estimate(Money(minorUnits: 1, currency: currency("EUR")), in: currency("CHF")) == nil)
        #expect(rates.estimate(Money(minorUnits: .max, currency: currency("EUR")), in: currency("JPY")) == nil)
        #expect(rates.rate(of: currency("EUR"))?.description == "1")
        #expect(rates.currencies.map(\.code) == ["EUR", "GBP", "JPY", "KWD", "USD"])
    }

    @Test func agreesWithASlowReferenceInWholeNumbers() {
        var random = Seeded("exchange")
        let all = ["EUR", "USD", "JPY", "KWD", "CLF"].map(currency)
        for _ in 0..<2_000 {
            let (from, to) = (all.randomElement(using: &random)!, all.randomElement(using: &random)!)
            let table = [from, to].map {
                ($0, ExchangeRate(mantissa: .random(in: 1...9_999_999, using: &random), scale: .random(in: 0...6, using: &random))!)
            }
            let rates = ExchangeRates(
                base: currency("GBP"), date: Day("2026-11-20")!, rates: Dictionary(table, uniquingKeysWith: { first, _ in first }))
            let money = Money(minorUnits: .random(in: -10_000_000...10_000_000, using: &random), currency: from)
            let (first, second) = (rates.rate(of: from)!.value, rates.rate(of: to)!.value)
            // |amount| × to × 10^(exponent' + scale) / (from × 10^(exponent + scale')), doubled for the half.
            let numerator =
                UInt128(money.minorUnits.magnitude) * UInt128(second.mantissa)
                * ExactDecimal.powerOfTen(to.exponent + first.scale)
            let denominator = UInt128(first.mantissa) * ExactDecimal.powerOfTen(from.exponent + second.scale)
            let magnitude = Int64((2 * numerator + denominator) / (2 * denominator))
            let expected = from == to ? money.minorUnits : money.isNegative ? -magnitude : magnitude
            #expect(rates.estimate(money, in: to)?.minorUnits == expected, "seed \(Seeded.seed)")
        }
    }

    @Test(arguments: ["", "0", "-1", "0.0", "1,5", "x"])
    func ratesAreAboveZero(text: String) {
        #expect(ExchangeRate(text) == nil)
    }
}
