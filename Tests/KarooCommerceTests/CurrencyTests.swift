// KarooExpress – Apache-2.0

import Testing

@testable import KarooCommerce

func currency(_ code: String) -> Currency {
    guard let currency = Currency(code) else { fatalError("\(code) is no currency") }
    return currency
}

@Suite struct CurrencyTests {
    @Test func theActiveListIsComplete() {
        #expect(Currency.all.count == 178)
        #expect(Set(Currency.all.map(\.code)).count == 178)
        #expect(Set(Currency.all.map(\.numericCode)).count == 178)
        #expect(Currency.all == Currency.all.sorted { $0.code < $1.code })
    }

    @Test func everyCodeFindsItself() {
        for currency in Currency.all {
            #expect(Currency(currency.code) == currency)
            #expect(Currency(Substring(currency.code))?.numericCode == currency.numericCode)
            var bytes: [UInt8] = []
            currency.appendCode(to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == currency.code)
        }
    }

    @Test(arguments: [
        ("EUR", 2, 978), ("USD", 2, 840), ("JPY", 0, 392), ("KWD", 3, 414), ("ISK", 0, 352), ("CLF", 4, 990),
        ("UYW", 4, 927), ("TND", 3, 788), ("ALL", 2, 8), ("XCG", 2, 532), ("ZWG", 2, 924), ("VED", 2, 926),
        ("HUF", 2, 348), ("XOF", 0, 952), ("MGA", 2, 969),
    ])
    func exponentsAndNumbersAreThoseOfTheStandard(code: String, exponent: Int, number: Int) {
        #expect(currency(code).exponent == exponent)
        #expect(currency(code).numericCode == number)
        #expect(currency(code).hasMinorUnit)
        #expect(currency(code).minorUnitsPerUnit == [1, 10, 100, 1_000, 10_000][exponent])
    }

    @Test func howManyCurrenciesHaveWhichExponent() {
        let counts = Dictionary(grouping: Currency.all.filter(\.hasMinorUnit), by: \.exponent).mapValues(\.count)
        #expect(counts == [0: 17, 2: 139, 3: 7, 4: 2])
    }

    @Test func codesWithoutMinorUnitAreMarked() {
        let codes = Currency.all.filter { !$0.hasMinorUnit }.map(\.code)
        #expect(
            codes == [
                "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX",
            ])
        #expect(currency("XAU").exponent == 0)
    }

    @Test func fundsAreMarked() {
        #expect(
            Currency.all.filter(\.isFund).map(\.code) == ["BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI"])
    }

    @Test(arguments: ["", "E", "EU", "EURO", "eur", "Eur", "ZRA", "DEM", "HRK", "ANG", "BGN", "€", "EÜR", "E R", "123"])
    func otherTextsAreNoCurrency(text: String) {
        #expect(Currency(text) == nil)
        #expect(Currency(Substring(text)) == nil)
    }

    @Test func paymentStepsAreApartFromTheStandard() {
        for code in ["BHD", "JOD", "KWD", "OMR", "TND"] { #expect(currency(code).chargeStep == 10) }
        for code in ["EUR", "JPY", "ISK", "HUF", "IQD", "LYD"] { #expect(currency(code).chargeStep == 1) }
        #expect(currency("HUF").payoutStep == 100)
        #expect(currency("TWD").payoutStep == 100)
        #expect(currency("KWD").payoutStep == 10)
        #expect(currency("ISK").exponent == 0)
        #expect(currency("ISK").providerExponent == 2)
        #expect(currency("ISK").providerStep == 100)
        #expect(currency("KWD").providerStep == 10)
        #expect(currency("EUR").providerStep == 1)
    }

    @Test func amountsForProviders() {
        #expect(Money(minorUnits: 5, currency: currency("ISK")).providerAmount == 500)
        #expect(Money(minorUnits: 5_490, currency: currency("EUR")).providerAmount == 5_490)
        #expect(Money(minorUnits: .max, currency: currency("UGX")).providerAmount == nil)
        #expect(Money(minorUnits: 5_120, currency: currency("KWD")).isChargeable)
        #expect(!Money(minorUnits: 5_124, currency: currency("KWD")).isChargeable)
    }

    @Test func aCurrencyIsSmallAndSoIsMoney() {
        #expect(MemoryLayout<Currency>.size == 8)
        #expect(MemoryLayout<Money>.size == 16)
    }
}
