// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

func euro(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: currency("EUR")) }

func instant(_ text: String) -> Instant {
    guard let instant = Instant(text) else { fatalError("\(text) is no instant") }
    return instant
}

@Suite struct PriceTests {
    private let sale = PriceWindow(
        from: instant("2026-11-27T00:00:00Z"), until: instant("2026-12-01T00:00:00Z"),
        price: Price(amount: euro(4_490), compareAt: euro(5_490), lowest30Days: euro(4_990)))

    @Test func reductions() {
        #expect(sale.price.isReduced && sale.price.percentOff == 18)
        #expect(!Price(amount: euro(5)).isReduced && Price(amount: euro(5)).percentOff == nil)
        #expect(Price(amount: euro(5), compareAt: euro(5)).percentOff == nil)
    }

    @Test func aWindowHoldsFromItsFirstMomentUntilBeforeItsEnd() {
        let schedule = PriceSchedule(base: Price(amount: euro(5_490)), windows: [sale])
        #expect(schedule.price(at: instant("2026-11-26T23:59:59.999Z")).amount == euro(5_490))
        #expect(schedule.price(at: instant("2026-11-27T00:00:00Z")).amount == euro(4_490))
        #expect(schedule.price(at: instant("2026-11-30T23:59:59.999Z")).amount == euro(4_490))
        #expect(schedule.price(at: instant("2026-12-01T00:00:00Z")).amount == euro(5_490))
        #expect(schedule.nextChange(after: instant("2026-01-01T00:00:00Z")) == sale.from)
        #expect(schedule.nextChange(after: instant("2026-11-27T00:00:00Z")) == sale.until)
        #expect(schedule.nextChange(after: instant("2026-12-01T00:00:00Z")) == nil)
    }

    @Test func ofOverlappingWindowsTheLaterBegunHolds() {
        let early = PriceWindow(from: instant("2026-01-01T00:00:00Z"), until: nil, price: Price(amount: euro(1)))
        let late = PriceWindow(
            from: instant("2026-02-01T00:00:00Z"), until: instant("2026-03-01T00:00:00Z"), price: Price(amount: euro(2)))
        for windows in [[early, late], [late, early]] {
            let schedule = PriceSchedule(base: Price(amount: euro(9)), windows: windows)
            #expect(schedule.price(at: instant("2026-02-15T00:00:00Z")).amount == euro(2))
            #expect(schedule.price(at: instant("2026-03-15T00:00:00Z")).amount == euro(1))
        }
        let twin = PriceWindow(from: early.from, until: nil, price: Price(amount: euro(3)))
        let schedule = PriceSchedule(base: Price(amount: euro(9)), windows: [early, twin])
        #expect(schedule.price(at: instant("2026-01-15T00:00:00Z")).amount == euro(3))
    }

    @Test func boundariesWithoutAChangeAreNoChange() {
        let same = PriceWindow(
            from: instant("2026-01-01T00:00:00Z"), until: instant("2026-02-01T00:00:00Z"), price: Price(amount: euro(9)))
        let schedule = PriceSchedule(base: Price(amount: euro(9)), windows: [same])
        #expect(schedule.nextChange(after: instant("2025-01-01T00:00:00Z")) == nil)
    }

    @Test func aWindowThatEndsBeforeItBeginsNeverHolds() {
        let backwards = PriceWindow(
            from: instant("2026-02-01T00:00:00Z"), until: instant("2026-01-01T00:00:00Z"), price: Price(amount: euro(1)))
        let schedule = PriceSchedule(base: Price(amount: euro(9)), windows: [backwards])
        #expect(schedule.price(at: instant("2026-01-15T00:00:00Z")).amount == euro(9))
        #expect(schedule.nextChange(after: instant("2025-01-01T00:00:00Z")) == nil)
    }

    @Test func overlapsAreFound() {
        let open = PriceWindow(from: nil, until: nil, price: Price(amount: euro(1)))
        let after = PriceWindow(from: sale.until, until: nil, price: Price(amount: euro(1)))
        #expect(open.overlaps(sale) && sale.overlaps(open) && sale.overlaps(sale))
        #expect(!after.overlaps(sale) && !sale.overlaps(after))
    }

    @Test func nextChangeIsTheFirstMomentWithAnotherPrice() {
        var random = Seeded("price windows")
        for _ in 0..<500 {
            func moment() -> Instant? {
                Bool.random(using: &random) || Bool.random(using: &random)
                    ? Instant(millisecondsSinceEpoch: .random(in: 0...40, using: &random)) : nil
            }
            let windows = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                PriceWindow(
                    from: moment(), until: moment(), price: Price(amount: euro(.random(in: 1...3, using: &random))))
            }
            let schedule = PriceSchedule(base: Price(amount: euro(1)), windows: windows)
            let start = Instant(millisecondsSinceEpoch: .random(in: -1...41, using: &random))
            let now = schedule.price(at: start)
            let slow = (1...50).map { start.adding(milliseconds: $0) }.first { schedule.price(at: $0) != now }
            #expect(schedule.nextChange(after: start) == slow, "\(windows) after \(start), seed \(Seeded.seed)")
        }
    }
}

@Suite struct GTINTests {
    @Test(arguments: ["4006381333931", "96385074", "036000291452", "00012345600012", "10614141543219", "9780306406157"])
    func rightCheckDigits(text: String) throws {
        let gtin = try GTIN(text)
        #expect(gtin.digits == text && gtin.padded.count == 14 && gtin.padded.hasSuffix(text))
    }

    @Test(arguments: [
        ("4006381333932", GTINError.wrongCheckDigit(expected: 1)), ("96385070", .wrongCheckDigit(expected: 4)),
        ("", .wrongLength(0)), ("123", .wrongLength(3)), ("400638133393", .wrongCheckDigit(expected: 0)),
        ("4006381-33931", .notDigits), ("٤٠٠٦٣٨١٣٣٣٩٣١", .notDigits), (" 4006381333931", .notDigits),
    ])
    func whatIsNoneIsRefused(text: String, error: GTINError) {
        #expect(throws: error) { try GTIN(text) }
    }

    @Test func everySingleWrongDigitIsNoticed() throws {
        let digits = Array("4006381333931")
        for position in digits.indices {
            for wrong in "0123456789" where wrong != digits[position] {
                var other = digits
                other[position] = wrong
                #expect(throws: GTINError.self) { try GTIN(String(other)) }
            }
        }
    }
}
