// KarooExpress – Apache-2.0

import KarooCommerce
import Support
import Testing

struct ShippingTests {
    private static func euro(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: Till.euro) }

    /// By weight to the door; in two days by value, to Austria and to German addresses that begin with 1 or 20; or fetched.
    private static let ways = [
        ShippingTerms(
            market: "de", method: "parcel", names: ["de": "Paket", "en": "Parcel"], price: euro(4_90),
            weights: [.init(upToGrams: 1_000, price: euro(4_90)), .init(upToGrams: 5_000, price: euro(7_90)), .init(upToGrams: 30_000, price: euro(14_90))],
            freeFrom: euro(100_00), days: 2...4),
        ShippingTerms(
            market: "de", method: "express", countries: ["DE"], postalCodes: ["1", "20"], price: euro(19_90),
            values: [.init(from: euro(0), price: euro(19_90)), .init(from: euro(50_00), price: euro(9_90))], freeFrom: nil, days: 1...1),
        ShippingTerms(
            market: "de", method: "fetch", price: euro(0), freeFrom: nil, days: 0...0,
            points: [
                PickupPoint(id: "shop", name: "Workshop", lines: ["Weg 1"], city: "Berlin", postalCode: "10115", country: "DE"),
                PickupPoint(id: "kiosk", name: "Kiosk", lines: ["Platz 2"], city: "Hamburg", postalCode: "20095", country: "DE"),
            ]),
    ]
    private static let terms = Till.terms(shipping: ways)

    private func shipping(
        _ price: Int64 = 20_00, _ quantity: Int64 = 1, grams: Int64? = 400, to destination: Destination = Destination(country: "DE", postalCode: "10115"),
        by choice: ShippingChoice? = nil
    ) throws -> Quote.Parcel {
        try Till.quote(
            [Till.line("a/x", price, quantity, grams: grams)], to: destination, shipping: choice.map { ["a": $0] } ?? [:], terms: ShippingTests.terms
        ).parcels[0]
    }

    @Test(arguments: [(1, 4_90), (2, 4_90), (3, 7_90), (12, 7_90), (13, 14_90), (75, 14_90)]) func weightDecides(quantity: Int64, price: Int64) throws {
        let parcel = try shipping(1, quantity)
        #expect(parcel.shippingPrice.minorUnits == price && parcel.grams == quantity * 400 && parcel.method == "parcel")
    }

    @Test func whatIsTooHeavyGoesAnotherWayOrNone() throws {
        #expect(try shipping(1, 76).method == "express")
        let far = Destination(country: "AT", postalCode: "1010")
        // Austria has no express, so it can be fetched.
        #expect(try shipping(1, 76, to: far).method == "fetch")
        let heavyOnly = Till.terms(shipping: [ShippingTests.ways[0]])
        #expect(throws: QuoteRefusal.notShipped(seller: "a")) { try Till.quote([Till.line("a/x", 1, 76, grams: 400)], terms: heavyOnly) }
        #expect(try shipping(1, grams: nil).grams == 0)
    }

    @Test func itIsFreeFromItsValueOnAndNotBelow() throws {
        #expect(try shipping(99_99).shippingPrice.minorUnits == 4_90)
        #expect(try shipping(100_00).shippingPrice.isZero)
    }

    @Test func theBuyerChoosesAmongWhatGoesThere() throws {
        #expect(try shipping(49_99, by: ShippingChoice(method: "express")).shippingPrice.minorUnits == 19_90)
        #expect(try shipping(50_00, by: ShippingChoice(method: "express")).shippingPrice.minorUnits == 9_90)
        #expect(try shipping(by: ShippingChoice(method: "express")).days == 2...3)
        #expect(try shipping(by: ShippingChoice(method: "fetch", point: "kiosk")).point?.city == "Hamburg")
        for wrong in [
            ShippingChoice(method: "none"), ShippingChoice(method: "fetch"), ShippingChoice(method: "fetch", point: "none"),
            ShippingChoice(method: "parcel", point: "kiosk"),
        ] {
            #expect(throws: QuoteRefusal.shippingUnavailable(seller: "a")) { try shipping(by: wrong) }
        }
    }

    @Test(arguments: [("10115", true), ("1 01 15", true), ("20095", true), ("21000", false), ("30159", false), (nil, false)])
    func zonesAreKnownByTheBeginningOfAPostalCode(code: String?, isServed: Bool) throws {
        let destination = Destination(country: "DE", postalCode: code)
        #expect(ShippingTests.terms.sellers[0].shipping(to: "de", destination, grams: 1).contains { $0.method == "express" } == isServed)
    }

    // MARK: Days

    /// Works Monday to Friday until 14:00 at an hour ahead of UTC; not on 25 and 26 December 2026, a Friday and a Saturday.
    private static let calendar = WorkCalendar(
        utcOffsetMinutes: 60, cutOffMinute: 14 * 60, holidays: [Day("2026-12-25")!, Day("2026-12-26")!])

    @Test(arguments: [
        // Monday before 14:00, at 14:00 and after it.
        ("2026-11-30T12:59:59Z", 1...2, "2026-12-01", "2026-12-02"), ("2026-11-30T13:00:00Z", 1...2, "2026-12-02", "2026-12-03"),
        // Friday too late counts as Monday; so does Saturday.
        ("2026-11-27T15:00:00Z", 0...1, "2026-11-30", "2026-12-01"), ("2026-11-28T08:00:00Z", 1...1, "2026-12-01", "2026-12-01"),
        // Half past eleven on Sunday night is Monday there.
        ("2026-11-29T23:30:00Z", 1...1, "2026-12-01", "2026-12-01"),
        // Christmas and the week-end lie between.
        ("2026-12-23T10:00:00Z", 1...2, "2026-12-24", "2026-12-28"), ("2026-12-24T10:00:00Z", 1...3, "2026-12-28", "2026-12-30"),
        // Over the end of the year.
        ("2026-12-31T10:00:00Z", 1...1, "2027-01-01", "2027-01-01"),
    ]) func daysOfWorkAreCounted(at: String, days: ClosedRange<Int>, earliest: String, latest: String) {
        #expect(ShippingTests.calendar.arrival(of: days, orderedAt: Instant(at)!) == Day(earliest)!...Day(latest)!)
    }

    @Test func aCalendarWithoutWorkNeverEnds() {
        let holidays = Set((0...WorkCalendar.maximumDays).map { Day(daysSinceEpoch: $0)! })
        #expect(WorkCalendar(holidays: holidays).arrival(of: 1...1, orderedAt: Till.epoch) == nil)
    }

    // MARK: In the book

    @Test func theBookSaysTheSameAgain() throws {
        let terms = Till.terms(
            taxes: [TaxRule(market: "us", country: "US", regions: ["NY", "New York"], category: "high", rates: [TaxRate(name: "State", partsPerMillion: 4)])],
            shipping: ShippingTests.ways, calendar: ShippingTests.calendar)
        #expect(try OfferTerms(parsing: terms.json) == terms)
    }

    @Test(arguments: [
        (#""upToGrams":1000"#, #""upToGrams":9000"#), (#""method":"express""#, #""method":"parcel""#), (#""id":"kiosk""#, #""id":"shop""#),
        (#""price":490"#, #""price":-1"#), (#""points""#, #""places""#), (#""cutOffMinute":840"#, #""cutOffMinute":2000"#),
        (#""workingDays":[1,2,3,4,5]"#, #""workingDays":[]"#), (#""workingDays":[1,2"#, #""workingDays":[0,2"#), (#""2026-12-25""#, #""2026-13-25""#),
        (#""rates":[{"partsPerMillion":190000}]"#, #""rates":[]"#), (#""rates":[{"partsPerMillion":190000}]"#, #""rates":[{"partsPerMillion":1000001}]"#),
    ]) func whatTheBookCannotMeanIsRefused(sound: String, broken: String) throws {
        let text = String(decoding: Till.terms(shipping: ShippingTests.ways, calendar: ShippingTests.calendar).json, as: UTF8.self)
        #expect(text.contains(sound))
        #expect(throws: JSONError.self) { try OfferTerms(parsing: Array(text.replacing(sound, with: broken).utf8)) }
    }
}
