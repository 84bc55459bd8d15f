// KarooExpress – Apache-2.0

/// A day of the Gregorian calendar, without a time zone: the `2026-11-27` of Content and of feeds.
public struct Day: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 0 to 9999; years before 1583 are proleptic, as in ISO 8601.
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31, and no more than the month has.
    public let day: Int

    /// The day, or nil when the calendar has none with these numbers.
    public init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Day.daysIn(month: month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads exactly `yyyy-mm-dd` (the full-date of RFC 3339); nil when the text is anything else or no day.
    public init?(_ text: String) {
        var text = text
        guard let day = text.withUTF8({ Day.parse($0) }) else { return nil }
        self = day
    }

    /// The day that lies this many days after 1970-01-01; nil outside of the years 0 to 9999.
    public init?(daysSinceEpoch days: Int) {
        // Days are counted in eras of 400 years that begin in March, so that the leap day comes last
        // (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
        guard (Day.firstDay...Day.lastDay).contains(days) else { return nil }
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// How many days this one lies after 1970-01-01; negative before.
    public var daysSinceEpoch: Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The first instant of the day in UTC.
    public var startInUTC: Instant { Instant(millisecondsSinceEpoch: Int64(daysSinceEpoch) * 86_400_000) }

    /// The day so many days later, or earlier for a negative number; nil outside of the years 0 to 9999.
    public func adding(days: Int) -> Day? {
        let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
        return overflow ? nil : Day(daysSinceEpoch: sum)
    }

    /// `yyyy-mm-dd`.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends `yyyy-mm-dd`.
    public func append(to bytes: inout [UInt8]) {
        appendDigits(year, width: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDigits(month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDigits(day, width: 2, to: &bytes)
    }

    public static func < (left: Day, right: Day) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Day? {
        guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let year = digits(text, 0, 4), let month = digits(text, 5, 2), let day = digits(text, 8, 2)
        else { return nil }
        return Day(year: year, month: month, day: day)
    }

    private static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// 0000-01-01 and 9999-12-31.
    private static let firstDay = -719_528
    private static let lastDay = 2_932_896
}

/// The number that `count` digits at `start` spell, or nil when one of them is no digit.
func digits(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
    var value = 0
    for index in start..<start + count {
        let digit = text[index] &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        value = value * 10 + Int(digit)
    }
    return value
}

/// Appends a number that is not negative with at least `width` digits.
func appendDigits(_ number: Int, width: Int, to bytes: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor <= number / 10 { divisor *= 10 }
    while divisor > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
        divisor /= 10
    }
}
