// KarooExpress – Apache-2.0

import Glibc

/// A moment as HTTP headers write it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7), in whole seconds.
struct HTTPDate: Hashable, Sendable, Comparable, CustomStringConvertible {
    let secondsSinceEpoch: Int

    init(secondsSinceEpoch: Int) {
        self.secondsSinceEpoch = secondsSinceEpoch
    }

    /// Nil for anything but the form above; the two forms that RFC 9110 calls obsolete are not read, and the
    /// condition that they stand in counts as not sent.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].count == 4, parts[0].hasSuffix(","), parts[5] == "GMT",
            let day = Self.number(parts[1], width: 2), let month = Self.months.firstIndex(of: String(parts[2])),
            let year = Self.number(parts[3], width: 4)
        else { return nil }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = Self.number(clock[0], width: 2), hour <= 23,
            let minute = Self.number(clock[1], width: 2), minute <= 59,
            let second = Self.number(clock[2], width: 2), second <= 60, (1...31).contains(day)
        else { return nil }

        var broken = tm()
        broken.tm_year = Int32(year - 1900)
        broken.tm_mon = Int32(month)
        broken.tm_mday = Int32(day)
        broken.tm_hour = Int32(hour)
        broken.tm_min = Int32(minute)
        broken.tm_sec = Int32(second)
        self.secondsSinceEpoch = timegm(&broken)
    }

    var description: String {
        var seconds = time_t(secondsSinceEpoch)
        var broken = tm()
        gmtime_r(&seconds, &broken)
        return "\(Self.weekdays[Int(broken.tm_wday)]), \(Self.padded(broken.tm_mday, 2)) "
            + "\(Self.months[Int(broken.tm_mon)]) \(Self.padded(broken.tm_year + 1900, 4)) "
            + "\(Self.padded(broken.tm_hour, 2)):\(Self.padded(broken.tm_min, 2)):\(Self.padded(broken.tm_sec, 2)) GMT"
    }

    static func < (left: HTTPDate, right: HTTPDate) -> Bool { left.secondsSinceEpoch < right.secondsSinceEpoch }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func number(_ text: Substring, width: Int) -> Int? {
        guard text.utf8.count == width, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func padded(_ number: Int32, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
