// KarooExpress – Apache-2.0

import KarooCommerce
import Support
import Testing

struct RateFileTests {
    private static let bank = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- rates of a day -->
        <gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
            <gesmes:subject>Reference rates</gesmes:subject>
            <Cube><Cube time='2026-11-27'>
                <Cube currency='USD' rate='1.0850'/><Cube currency="JPY" rate="163.25" /><Cube currency="GBP" rate="0.8345"></Cube>
            </Cube></Cube>
        </gesmes:Envelope>
        """
    private static let open = #"""
        {"disclaimer": "", "timestamp": 1795737600, "base": "USD", "rates": {"EUR": 0.9217, "JPY": 150.5, "KWD": 0.30712, "BTC": 1.0e-5, "XAU": 0.0003}}
        """#

    private func rates(_ text: String) throws -> ExchangeRates { try ExchangeRates(file: Array(text.utf8)) }

    @Test func bothFormatsAreRead() throws {
        let bank = try rates(RateFileTests.bank)
        #expect(bank.base == Till.euro && bank.date == Day("2026-11-27") && bank.currencies.map(\.code) == ["EUR", "GBP", "JPY", "USD"])
        #expect(bank.estimate(Money(minorUnits: 100_00, currency: Till.euro), in: Till.dollar)?.minorUnits == 108_50)
        #expect(throws: RateFault("there are no rates in the file")) { try rates(RateFileTests.open.replacing("EUR", with: "EUX").replacing("JPY", with: "JPX").replacing("KWD", with: "KWX")) }
        let open = try rates(RateFileTests.open.replacing(#""disclaimer": "", "#, with: ""))
        #expect(open.base == Till.dollar && open.date == Day("2026-11-27") && open.currencies.map(\.code) == ["EUR", "JPY", "KWD", "USD"])
    }

    /// An entity that doubles itself, a file from outside, and everything else that a table of rates does not need.
    @Test(arguments: [
        "", "x", "<", "<a", "<a b>", "<a b='1>", "<a/>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "</a>", "{}", "[]", "{\"rates\":{}}",
        "<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "<a b='&lt;'/>", "<a>&amp;</a>",
        "<![CDATA[x]]>", "<a b='1' b='2'/>", String(repeating: "<a>", count: 100), "<a " + (0..<100).map { "b\($0)='1' " }.joined() + "/>", "<?xml", "<!-- x",
        "<a><Cube time='2026-11-27'/></a>", "<a><Cube time='2026-13-27'><Cube currency='USD' rate='1'/></Cube></a>",
        "<a><Cube><Cube currency='USD' rate='1'/></Cube></a>",
        "<a><Cube time='2026-11-27'/><Cube time='2026-11-28'/><Cube currency='USD' rate='1'/></a>",
    ]) func whatIsNoTableIsRefused(text: String) {
        #expect(throws: RateFault.self) { try rates(text) }
    }

    @Test(arguments: ["0", "-1", "NaN", "1e5", "", "1,5", "inf", "0.0000000000001", "1234567890123456789"]) func whatIsNoRateIsRefused(rate: String) {
        #expect(throws: RateFault.self) { try rates(RateFileTests.bank.replacing("1.0850", with: rate)) }
    }

    @Test func aRateWithoutANumberAndOneThatStandsTwiceAreRefused() {
        #expect(throws: RateFault("USD has no rate")) { try rates(RateFileTests.bank.replacing(" rate='1.0850'", with: "")) }
        #expect(throws: RateFault("USD stands twice")) { try rates(RateFileTests.bank.replacing("GBP", with: "USD")) }
    }

    @Test func aFileThatIsTooLargeIsNotRead() {
        #expect(throws: RateFault.self) { try ExchangeRates(file: [UInt8](repeating: UInt8(ascii: "<"), count: ExchangeRates.maximumFileLength + 1)) }
    }

    // MARK: Held against the day before

    private func table(_ day: String, base: Currency = Till.euro, _ rates: [Currency: String]) -> ExchangeRates {
        ExchangeRates(base: base, date: Day(day)!, rates: rates.mapValues { ExchangeRate($0)! })
    }

    @Test func tenTimesYesterdayIsRefusedAndLessIsNot() {
        let yesterday = table("2026-11-26", [Till.dollar: "1.0850", Till.yen: "163.25"])
        func fault(_ dollar: String, _ day: String = "2026-11-27") -> RateFault? {
            table(day, [Till.dollar: dollar, Till.yen: "163"]).fault(after: yesterday)
        }
        #expect(fault("1.09") == nil && fault("10.8499") == nil && fault("0.1086") == nil)
        #expect(fault("10.85") != nil && fault("108.50") != nil && fault("0.1085") != nil && fault("0.0001") != nil)
        #expect(fault("1.09", "2026-11-26") == nil && fault("1.09", "2026-11-25") != nil)
        let onlyYen = table("2026-11-27", [Till.yen: "163"])
        #expect(onlyYen.fault(after: yesterday) == RateFault("USD is missing") && onlyYen.fault(after: yesterday, dropped: [Till.dollar]) == nil)
    }

    @Test func anotherBaseIsHeldAgainstTheSameWorth() {
        let yesterday = table("2026-11-26", [Till.dollar: "1.0850", Till.yen: "163.25"])
        #expect(table("2026-11-27", base: Till.dollar, [Till.euro: "0.9217", Till.yen: "150.5"]).fault(after: yesterday) == nil)
        #expect(table("2026-11-27", base: Till.dollar, [Till.euro: "0.9217", Till.yen: "1505"]).fault(after: yesterday) != nil)
        #expect(table("2026-11-27", base: Till.dinar, [Till.euro: "3", Till.yen: "500", Till.dollar: "3.2"]).fault(after: yesterday) != nil)
    }

    // MARK: Whatever comes

    @Test func randomBytesStopNothing() {
        var random = Seeded("rates")
        let pieces = ["<", ">", "/", "Cube", " time='2026-11-27'", " currency='USD'", " rate='1'", "<!--", "-->", "<?", "?>", "'", "\"", "=", "&", "\u{0}", "é", "{", "}"]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 1...20, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
            _ = try? rates(text)
            var bytes = Array(RateFileTests.bank.utf8)
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let rates = try? ExchangeRates(file: bytes) { #expect(rates.currencies.count > 1) }
        }
    }
}
