// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

@Suite struct UnitPriceTests {
    @Test(arguments: [
        ("250 g", "250 g"), ("1kg", "1 kg"), ("0.75 l", "0.75 l"), ("500  ml", "500 ml"), ("12 pcs", "12 pcs"),
        ("2.5 m", "2.5 m"), ("80\u{A0}cm", "80 cm"),
    ])
    func amountsAreRead(text: String, expected: String) throws {
        #expect(try MeasuredAmount(parsing: text).description == expected)
    }

    @Test(arguments: [
        ("", MeasureError.badNumber("")), ("g", .badNumber("g")), ("0,75 l", .badNumber("0,75 l")),
        ("-1 kg", .badNumber("-1 kg")), ("1.2.3 kg", .badNumber("1.2.3 kg")), ("1e3 g", .unknownUnit("e3 g")),
        ("250", .unitMissing("250")), ("250 ", .unitMissing("250 ")), ("250 oz", .unknownUnit("oz")),
        ("250 KG", .unknownUnit("KG")), ("0 g", .notPositive("0 g")), ("0.000 l", .notPositive("0.000 l")),
    ])
    func whatIsNoAmountIsRefused(text: String, error: MeasureError) {
        #expect(throws: error) { try MeasuredAmount(parsing: text) }
        #expect(!error.description.isEmpty)
    }

    @Test(arguments: [
        ("250 g", "100 g", "7.90", "EUR", "3.16"), ("250 g", "1 kg", "7.90", "EUR", "31.60"),
        ("0.75 l", "1 l", "12.50", "EUR", "16.67"), ("750 ml", "1 l", "12.50", "EUR", "16.67"),
        ("6 pcs", "1 pcs", "10.00", "EUR", "1.67"), ("2.5 m", "1 m", "9.99", "EUR", "4.00"),
        ("80 cm", "1 m", "9.99", "EUR", "12.49"), ("250 g", "100 g", "1280", "JPY", "512"),
        ("35 g", "100 g", "1.450", "KWD", "4.143"), ("3 kg", "100 g", "0.15", "EUR", "0.01"),
        ("1 kg", "1 kg", "54.90", "EUR", "54.90"), ("200 g", "100 g", "0.01", "EUR", "0.01"),
    ])
    func unitPricesByHand(content: String, per: String, price: String, code: String, expected: String) throws {
        let measure = try Measure(content: content, per: per)
        let money = try Money(parsing: price, currency: currency(code))
        #expect(measure.unitPrice(for: money)?.decimal == expected)
    }

    @Test func dimensionsMustAgree() {
        #expect(throws: MeasureError.dimensionsDiffer(content: "250 g", per: "1 l")) {
            try Measure(content: "250 g", per: "1 l")
        }
    }

    @Test func agreesWithASlowReference() throws {
        var random = Seeded("unit price")
        for _ in 0..<3_000 {
            let units = MeasureUnit.allCases
            let unit = units.randomElement(using: &random)!
            let other = units.filter { $0.dimension == unit.dimension }.randomElement(using: &random)!
            let content = MeasuredAmount(
                ExactDecimal(mantissa: .random(in: 1...99_999, using: &random), scale: .random(in: 0...4, using: &random)), unit)
            let per = MeasuredAmount(
                ExactDecimal(mantissa: .random(in: 1...9_999, using: &random), scale: .random(in: 0...3, using: &random)), other)
            let price = Money(minorUnits: .random(in: 0...1_000_000, using: &random), currency: currency("EUR"))
            let measure = try Measure(content: content, per: per)
            let numerator =
                UInt128(price.minorUnits) * UInt128(per.number.mantissa) * UInt128(other.factor)
                * ExactDecimal.powerOfTen(content.number.scale)
            let denominator =
                UInt128(content.number.mantissa) * UInt128(unit.factor) * ExactDecimal.powerOfTen(per.number.scale)
            let expected = Int64((2 * numerator + denominator) / (2 * denominator))
            #expect(measure.unitPrice(for: price)?.minorUnits == expected, "seed \(Seeded.seed)")
        }
    }

    @Test func extremesDoNotStopTheProcess() throws {
        let tiny = try Measure(content: "0.000000000001 g", per: "999999999999999999 kg")
        #expect(tiny.unitPrice(for: Money(minorUnits: .max, currency: currency("EUR"))) == nil)
        let huge = try Measure(content: "999999999999999999 kg", per: "0.000000000001 g")
        #expect(huge.unitPrice(for: Money(minorUnits: .max, currency: currency("EUR")))?.minorUnits == 0)
    }

    @Test func weightsInGrams() throws {
        #expect(try MeasuredAmount(parsing: "1.2 kg").whole(in: .gram) == 1_200)
        #expect(try MeasuredAmount(parsing: "250 g").whole(in: .gram) == 250)
        #expect(try MeasuredAmount(parsing: "0.5 g").whole(in: .gram) == 1)
        #expect(try MeasuredAmount(parsing: "1500 g").whole(in: .kilogram) == 2)
        #expect(try MeasuredAmount(parsing: "1 l").whole(in: .gram) == nil)
    }

    @Test func arbitraryTextIsReadOrRefused() {
        var random = Seeded("measure fuzz")
        let characters: [Character] = ["0", "1", "9", ".", ",", " ", "k", "g", "m", "l", "p", "c", "s", "-", "é"]
        for _ in 0..<10_000 {
            let text = random.text(of: characters, upTo: 9)
            guard let amount = try? MeasuredAmount(parsing: text) else { continue }
            #expect(amount.number.mantissa > 0, "\(text), seed \(Seeded.seed)")
            #expect((try? MeasuredAmount(parsing: amount.description)) == amount, "\(text), seed \(Seeded.seed)")
        }
    }
}
