// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

@Suite struct MoneyTests {
    static let currencies = ["JPY", "EUR", "KWD", "CLF"]  // exponents 0, 2, 3, 4

    @Test(arguments: currencies)
    func whatIsWrittenIsReadAgain(code: String) throws {
        var random = Seeded("money round trip \(code)")
        let currency = currency(code)
        for _ in 0..<2_000 {
            let money = Money(minorUnits: random.anyInt64(), currency: currency)
            let text = money.decimal
            #expect(try Money(parsing: text, currency: currency) == money, "seed \(Seeded.seed)")
            #expect(try Money(parsing: Substring(text), currency: currency) == money, "seed \(Seeded.seed)")
            #expect(text == slowDecimal(money), "seed \(Seeded.seed)")
            var bytes = Array("<".utf8)
            money.appendDecimal(to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == "<" + text, "seed \(Seeded.seed)")
        }
    }

    /// The same by way of strings: digits padded in front, the point inserted.
    private func slowDecimal(_ money: Money) -> String {
        let exponent = money.currency.exponent
        var digits = String(money.minorUnits)
        let isNegative = digits.hasPrefix("-")
        if isNegative { digits.removeFirst() }
        while digits.count <= exponent { digits = "0" + digits }
        if exponent > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -exponent)) }
        return (isNegative ? "-" : "") + digits
    }

    @Test(arguments: [
        ("54.90", "EUR", 5_490), ("54.9", "EUR", 5_490), ("54", "EUR", 5_400), ("0", "EUR", 0), ("0.00", "EUR", 0),
        ("+1.5", "EUR", 150), ("-0.01", "EUR", -1), ("-0", "EUR", 0), ("007.10", "EUR", 710), ("8900", "JPY", 8_900),
        ("18.500", "KWD", 18_500), ("18.5", "KWD", 18_500), ("1.2345", "CLF", 12_345),
        ("92233720368547758.07", "EUR", Int64.max), ("-92233720368547758.08", "EUR", Int64.min),
        ("9223372036854775807", "JPY", Int64.max), ("-9223372036854775808", "JPY", Int64.min),
    ])
    func decimalsAreRead(text: String, code: String, minorUnits: Int64) throws {
        #expect(try Money(parsing: text, currency: currency(code)).minorUnits == minorUnits)
    }

    @Test(arguments: [
        ("", "EUR", MoneyParseError.empty),
        ("-", "EUR", .digitMissing), ("+", "EUR", .digitMissing), (".5", "EUR", .digitMissing),
        ("5.", "EUR", .digitMissing), ("-.5", "EUR", .digitMissing), (".", "EUR", .digitMissing),
        ("54,90", "EUR", .unexpectedCharacter(",")), ("1.2.3", "EUR", .unexpectedCharacter(".")),
        (" 5", "EUR", .unexpectedCharacter(" ")), ("5 ", "EUR", .unexpectedCharacter(" ")),
        ("5€", "EUR", .unexpectedCharacter("€")), ("1e3", "EUR", .unexpectedCharacter("e")),
        ("--5", "EUR", .unexpectedCharacter("-")), ("5-", "EUR", .unexpectedCharacter("-")),
        ("٥", "EUR", .unexpectedCharacter("٥")), ("−5", "EUR", .unexpectedCharacter("−")),
        ("1.234", "EUR", .tooManyDecimals(currency: currency("EUR"))),
        ("1.000", "EUR", .tooManyDecimals(currency: currency("EUR"))),
        ("1.0", "JPY", .tooManyDecimals(currency: currency("JPY"))),
        ("92233720368547758.08", "EUR", .overflow), ("-92233720368547758.09", "EUR", .overflow),
        ("9223372036854775808", "JPY", .overflow), ("99999999999999999999999999", "JPY", .overflow),
        ("92233720368547759", "EUR", .overflow), ("1", "XAU", .notPriceable(currency: currency("XAU"))),
    ])
    func whatIsNoAmountIsRefusedWithItsReason(text: String, code: String, error: MoneyParseError) {
        #expect(throws: error) { try Money(parsing: text, currency: currency(code)) }
        #expect(throws: error) { try Money(parsing: text[...], currency: currency(code)) }
        #expect(!error.description.isEmpty)
    }

    @Test func theReasonTellsHowToMendIt() {
        #expect(MoneyParseError.unexpectedCharacter(",").description.contains("write a point"))
        #expect(MoneyParseError.tooManyDecimals(currency: currency("JPY")).description == "JPY has no decimals")
        #expect(MoneyParseError.tooManyDecimals(currency: currency("EUR")).description == "EUR has at most 2 decimals")
    }

    @Test func arbitraryTextIsReadExactlyOrRefused() {
        var random = Seeded("money fuzz")
        let characters: [Character] = ["0", "1", "5", "9", ".", "-", "+", ",", " ", "e", "٣", "é"]
        var read = 0
        for _ in 0..<20_000 {
            let text = random.text(of: characters, upTo: 8)
            for code in MoneyTests.currencies {
                guard let money = try? Money(parsing: text, currency: currency(code)) else { continue }
                read += 1
                let plain = text.hasPrefix("+") ? String(text.dropFirst()) : text
                #expect(sameNumber(plain, money.decimal), "\(text) \(code), seed \(Seeded.seed)")
            }
        }
        #expect(read > 100)
    }

    /// Equal but for zeros at both ends.
    private func sameNumber(_ left: String, _ right: String) -> Bool {
        func normal(_ text: String) -> String {
            var text = text
            let isNegative = text.hasPrefix("-")
            if isNegative { text.removeFirst() }
            if text.contains(".") {
                while text.hasSuffix("0") { text.removeLast() }
                if text.hasSuffix(".") { text.removeLast() }
            }
            while text.hasPrefix("0") { text.removeFirst() }
            if text.isEmpty || text.hasPrefix(".") { text = "0" + text }
            return text == "0" ? text : (isNegative ? "-" : "") + text
        }
        return normal(left) == normal(right)
    }

    @Test func arithmetic() throws {
        let (five, two) = (Money(minorUnits: 500, currency: currency("EUR")), Money(minorUnits: 200, currency: currency("EUR")))
        #expect(five + two == Money(minorUnits: 700, currency: currency("EUR")))
        #expect(two - five == Money(minorUnits: -300, currency: currency("EUR")))
        #expect(two * 3 == Money(minorUnits: 600, currency: currency("EUR")))
        #expect(two < five)
        #expect(try five.scaled(by: 1, over: 3).minorUnits == 167)
        #expect(Money.zero(currency("EUR")).isZero)
        #expect((two - five).isNegative)
        #expect("\(five)" == "5.00 EUR")
    }

    @Test func arithmeticThatIsNotPossibleThrows() {
        let euro = Money(minorUnits: .max, currency: currency("EUR"))
        let yen = Money(minorUnits: 1, currency: currency("JPY"))
        let cent = Money(minorUnits: 1, currency: currency("EUR"))
        #expect(throws: MoneyArithmeticError.overflow) { try euro.adding(cent) }
        #expect(throws: MoneyArithmeticError.overflow) { try euro.multiplied(by: 2) }
        #expect(throws: MoneyArithmeticError.overflow) {
            try Money(minorUnits: .min, currency: euro.currency).subtracting(cent)
        }
        #expect(throws: MoneyArithmeticError.overflow) { try euro.scaled(by: 3, over: 2) }
        #expect(throws: MoneyArithmeticError.currenciesDiffer(currency("EUR"), currency("JPY"))) { try euro.adding(yen) }
        #expect(throws: MoneyArithmeticError.currenciesDiffer(currency("JPY"), currency("EUR"))) {
            try yen.subtracting(euro)
        }
    }

    @Test func operatorsStopTheProcessOnTwoCurrenciesAndOnOverflow() async {
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: 1, currency: Currency("EUR")!) + Money(minorUnits: 1, currency: Currency("JPY")!)
        }
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: .max, currency: Currency("EUR")!) * 2
        }
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: 1, currency: Currency("EUR")!) < Money(minorUnits: 1, currency: Currency("JPY")!)
        }
    }

    @Test(arguments: [
        (5_490, 6_990, 21), (5_999, 6_000, 1), (1, 6_000, 99), (0, 6_000, 99), (3_000, 6_000, 50), (4_001, 6_000, 33),
        (4_000, 6_000, 33), (3_999, 6_000, 33), (59, 60, 1), (1, 2, 50), (.max - 1, .max, 1), (1, .max, 99),
    ])
    func reductionsAreRoundedDownButNeverToNothingOrAll(amount: Int64, reference: Int64, percent: Int) {
        let (now, before) = (
            Money(minorUnits: amount, currency: currency("EUR")), Money(minorUnits: reference, currency: currency("EUR"))
        )
        #expect(now.percentOff(from: before) == percent)
    }

    @Test func whatIsNotCheaperHasNoReduction() {
        let euro = currency("EUR")
        #expect(Money(minorUnits: 5, currency: euro).percentOff(from: Money(minorUnits: 5, currency: euro)) == nil)
        #expect(Money(minorUnits: 6, currency: euro).percentOff(from: Money(minorUnits: 5, currency: euro)) == nil)
        #expect(Money(minorUnits: -6, currency: euro).percentOff(from: Money(minorUnits: 5, currency: euro)) == nil)
    }
}

@Suite struct RoundingTests {
    @Test(
        arguments: [
            (5, 1, 2, 3), (-5, 1, 2, -3), (5, -1, 2, -3), (-5, -1, 2, 3), (5, 1, -2, -3), (4, 1, 3, 1), (5, 1, 3, 2),
            (0, 7, 3, 0), (1, 1, 3, 0), (-1, 1, 3, 0), (25, 1, 10, 3), (24, 1, 10, 2), (-25, 1, 10, -3),
            (1_190, 19, 119, 190), (.max, .max, .max, .max), (.min, 1, 1, .min), (.min, .min, .min, .min),
        ] as [(Int64, Int64, Int64, Int64)])
    func halvesGoAwayFromZero(value: Int64, numerator: Int64, denominator: Int64, expected: Int64) {
        #expect(Rounding.scaled(value, by: numerator, over: denominator) == expected)
    }

    @Test func whatDoesNotFitIsNil() {
        #expect(Rounding.scaled(.max, by: 2, over: 1) == nil)
        #expect(Rounding.scaled(.min, by: -1, over: 1) == nil)
        #expect(Rounding.scaled(.min, by: .min, over: 1) == nil)
        #expect(Rounding.nearest(.max, multipleOf: 10) == nil)
    }

    @Test func agreesWithASlowExactReference() {
        var random = Seeded("rounding")
        for _ in 0..<20_000 {
            let (value, numerator) = (random.anyInt64(), random.anyInt64())
            var denominator = random.anyInt64()
            if denominator == 0 { denominator = 1 }
            #expect(
                Rounding.scaled(value, by: numerator, over: denominator) == slow(value, numerator, denominator),
                "\(value) × \(numerator) / \(denominator), seed \(Seeded.seed)")
        }
    }

    /// floor((2 × |v × n| + |d|) / (2 × |d|)) with the sign put back, in 128 bits.
    private func slow(_ value: Int64, _ numerator: Int64, _ denominator: Int64) -> Int64? {
        let product = UInt128(value.magnitude) * UInt128(numerator.magnitude)
        let divisor = UInt128(denominator.magnitude)
        let magnitude = (2 * product + divisor) / (2 * divisor)
        let isNegative = [value, numerator, denominator].filter { $0 < 0 }.count % 2 == 1
        return isNegative ? Int64(exactly: -Int128(magnitude)) : Int64(exactly: magnitude)
    }

    @Test func stepsAreMetFromBothSides() {
        #expect(Rounding.nearest(5_124, multipleOf: 10) == 5_120)
        #expect(Rounding.nearest(5_125, multipleOf: 10) == 5_130)
        #expect(Rounding.nearest(-5_125, multipleOf: 10) == -5_130)
        #expect(Rounding.nearest(7, multipleOf: 1) == 7)
    }
}
