// KarooExpress – Apache-2.0

import Support
import Testing

@testable import KarooCommerce

@Suite struct DayTests {
    @Test func everyDayOfTheCalendarIsFoundAgain() throws {
        var expected = Day(year: 0, month: 1, day: 1)
        var days = 0
        var current = try #require(expected?.daysSinceEpoch)
        while let day = expected, day.year < 2200 {
            try #require(day.daysSinceEpoch == current && Day(daysSinceEpoch: current) == day, "\(day)")
            current += 1
            days += 1
            // The following day by the rules of the calendar.
            expected =
                Day(year: day.year, month: day.month, day: day.day + 1) ?? Day(year: day.year, month: day.month + 1, day: 1)
                ?? Day(year: day.year + 1, month: 1, day: 1)
        }
        #expect(days == 803_534)  // 2200 years: 5 × 146,097 + 200 years with 49 leap days
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-27", 20_784), ("0000-01-01", -719_528),
        ("9999-12-31", 2_932_896), ("2024-03-01", 19_783),
    ])
    func knownDays(text: String, number: Int) throws {
        let day = try #require(Day(text))
        #expect(day.daysSinceEpoch == number && day.description == text)
        #expect(Day(daysSinceEpoch: number) == day)
    }

    @Test(arguments: [
        "", "2026-11-31", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "26-01-01", "2026-1-1",
        "2026/01/01", "2026-01-01T", " 2026-01-01", "2026-01-0a", "٢٠٢٦-٠١-٠١",
    ])
    func whatIsNoDayIsRefused(text: String) {
        #expect(Day(text) == nil)
    }

    @Test func daysAreReckonedWith() {
        #expect(Day("2026-02-28")?.adding(days: 1) == Day("2026-03-01"))
        #expect(Day("2024-02-28")?.adding(days: 1) == Day("2024-02-29"))
        #expect(Day("2026-01-01")?.adding(days: -1) == Day("2025-12-31"))
        #expect(Day("9999-12-31")?.adding(days: 1) == nil)
        #expect(Day("2026-01-01")?.adding(days: .max) == nil)
        #expect(Day("2026-01-31")! < Day("2026-02-01")!)
        #expect(Day("2026-11-27")?.startInUTC == Instant("2026-11-27T00:00:00Z"))
    }
}

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            ("2026-11-27T00:00:00Z", 1_795_737_600_000, "2026-11-27T00:00:00Z"),
            ("2026-11-27T01:00:00+01:00", 1_795_737_600_000, "2026-11-27T00:00:00Z"),
            ("2026-11-26T19:00:00-05:00", 1_795_737_600_000, "2026-11-27T00:00:00Z"),
            ("2026-11-27t00:00:00.5z", 1_795_737_600_500, "2026-11-27T00:00:00.500Z"),
            ("2026-11-27T00:00:00.123456Z", 1_795_737_600_123, "2026-11-27T00:00:00.123Z"),
            ("1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000, "2017-01-01T00:00:00Z"),
            ("2026-11-27T05:45:00+05:45", 1_795_737_600_000, "2026-11-27T00:00:00Z"),
        ] as [(String, Int64, String)])
    func isReadAndWritten(text: String, milliseconds: Int64, written: String) throws {
        let instant = try #require(Instant(text))
        #expect(instant.millisecondsSinceEpoch == milliseconds && instant.description == written)
    }

    @Test(arguments: [
        "", "2026-11-27", "2026-11-27T00:00:00", "2026-11-27 00:00:00Z", "2026-11-27T24:00:00Z", "2026-11-27T00:60:00Z",
        "2026-11-27T00:00:61Z", "2026-11-31T00:00:00Z", "2026-11-27T00:00:00.Z", "2026-11-27T00:00:00+0100",
        "2026-11-27T00:00:00+24:00", "2026-11-27T00:00:00Z ", "2026-11-27T00:00:00.5", "2026-11-27T00:00:00,5Z",
        "2026-11-27T00:00Z",
    ])
    func whatIsNoneIsRefused(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func whatIsWrittenIsReadAgain() {
        var random = Seeded("instants")
        for _ in 0..<3_000 {
            let instant = Instant(millisecondsSinceEpoch: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &random))
            #expect(Instant(instant.description) == instant, "seed \(Seeded.seed)")
            #expect(instant.dayInUTC.map { instant.description.hasPrefix($0.description) } == true, "seed \(Seeded.seed)")
        }
    }

    @Test func arbitraryTextDoesNotStopTheProcess() {
        var random = Seeded("instant fuzz")
        let sound = Array("2026-11-27T12:34:56.789+01:00")
        let characters = Array("0129-:TZ+.x٣")
        for _ in 0..<20_000 {
            var text = sound
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                text[Int.random(in: 0..<text.count, using: &random)] = characters.randomElement(using: &random)!
            }
            if Bool.random(using: &random) { text.removeLast(Int.random(in: 0...text.count, using: &random)) }
            if let instant = Instant(String(text)) {
                #expect(Instant(instant.description) == instant, "\(String(text)), seed \(Seeded.seed)")
            }
        }
    }

    @Test func theEndsOfTimeStopTheSum() {
        let late = Instant(millisecondsSinceEpoch: .max)
        #expect(late.adding(milliseconds: 1) == late)
        #expect(late.description == "9223372036854775807")
        #expect(Instant(millisecondsSinceEpoch: .min).adding(milliseconds: -1).millisecondsSinceEpoch == .min)
    }
}
