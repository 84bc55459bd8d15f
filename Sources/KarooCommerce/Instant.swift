// KarooExpress – Apache-2.0

/// A moment, in whole milliseconds of UTC since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Nothing here reads a clock: instants come in as arguments.
public struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Negative before 1970.
    public let millisecondsSinceEpoch: Int64

    public init(millisecondsSinceEpoch: Int64) {
        self.millisecondsSinceEpoch = millisecondsSinceEpoch
    }

    /// Reads a date-time of RFC 3339: `2026-11-27T00:00:00Z`, also with a fraction of a second (digits after the
    /// third are cut off) and with an offset such as `+01:00`. `T` and `Z` may be lower-case. A leap second (:60)
    /// counts as the following second. Nil when the text is anything else or no day of the calendar.
    public init?(_ text: String) {
        var text = text
        guard let instant = text.withUTF8({ Instant.parse($0) }) else { return nil }
        self = instant
    }

    /// The day in UTC on which the moment lies; nil outside of the years 0 to 9999.
    public var dayInUTC: Day? {
        Day(daysSinceEpoch: Int(floorDivide(millisecondsSinceEpoch, 86_400_000).quotient))
    }

    /// The moment so many milliseconds later; stops at the ends of 64 bits.
    public func adding(milliseconds: Int64) -> Instant {
        let (sum, overflow) = millisecondsSinceEpoch.addingReportingOverflow(milliseconds)
        if overflow { return Instant(millisecondsSinceEpoch: milliseconds < 0 ? .min : .max) }
        return Instant(millisecondsSinceEpoch: sum)
    }

    /// RFC 3339 in UTC, `2026-11-27T00:00:00Z`, with three decimals only where the milliseconds are not zero. A
    /// moment outside of the years 0 to 9999, which RFC 3339 cannot name, is given as its milliseconds.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the form of `description`.
    public func append(to bytes: inout [UInt8]) {
        let (_, timeOfDay) = floorDivide(millisecondsSinceEpoch, 86_400_000)
        guard let day = dayInUTC else {
            bytes.append(contentsOf: String(millisecondsSinceEpoch).utf8)
            return
        }
        let time = Int(timeOfDay)
        day.append(to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        appendDigits(time / 3_600_000, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDigits(time / 60_000 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDigits(time / 1_000 % 60, width: 2, to: &bytes)
        if time % 1_000 != 0 {
            bytes.append(UInt8(ascii: "."))
            appendDigits(time % 1_000, width: 3, to: &bytes)
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }

    private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Instant? {
        guard text.count >= 20, let day = Day.parse(UnsafeBufferPointer(rebasing: text[..<10])),
            text[10] | 0x20 == UInt8(ascii: "t"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let hour = digits(text, 11, 2), let minute = digits(text, 14, 2), let second = digits(text, 17, 2),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }

        var index = 19
        var fraction = 0
        if text[index] == UInt8(ascii: ".") {
            index += 1
            var count = 0
            while index < text.count, let digit = digits(text, index, 1) {
                if count < 3 { fraction = fraction * 10 + digit }
                count += 1
                index += 1
            }
            guard count > 0 else { return nil }
            for _ in min(count, 3)..<3 { fraction *= 10 }
        }

        guard let offset = offsetMinutes(text, at: index) else { return nil }
        let minutes = day.daysSinceEpoch * 1_440 + hour * 60 + minute - offset
        return Instant(millisecondsSinceEpoch: Int64((minutes * 60 + second) * 1_000 + fraction))
    }

    /// The offset from UTC that ends the text, or nil when there is none.
    private static func offsetMinutes(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
        guard index < text.count else { return nil }
        if text[index] | 0x20 == UInt8(ascii: "z") { return text.count == index + 1 ? 0 : nil }
        let isEast = text[index] == UInt8(ascii: "+")
        guard isEast || text[index] == UInt8(ascii: "-"), text.count == index + 6,
            text[index + 3] == UInt8(ascii: ":"), let hours = digits(text, index + 1, 2),
            let minutes = digits(text, index + 4, 2), hours <= 23, minutes <= 59
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
}

/// Division that rounds towards minus infinity.
private func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
