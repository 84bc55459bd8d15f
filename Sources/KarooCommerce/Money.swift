// KarooExpress – Apache-2.0

/// An amount of money: a whole number of minor units of one currency.
///
/// There is no floating-point number on any path of money, in or out. The arithmetic operators stop the process
/// on overflow and on two currencies, because both are faults of the program; the throwing methods of the same
/// meaning are for amounts that come from outside.
public struct Money: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The amount in the currency's minor unit (cents of EUR, yen of JPY, fils of KWD). May be negative.
    public let minorUnits: Int64
    /// The currency of the amount.
    public let currency: Currency

    public init(minorUnits: Int64, currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Nothing, in a currency.
    public static func zero(_ currency: Currency) -> Money { Money(minorUnits: 0, currency: currency) }

    /// True for amounts other than zero and below it.
    public var isNegative: Bool { minorUnits < 0 }
    /// True for an amount of nothing.
    public var isZero: Bool { minorUnits == 0 }

    /// The decimal form followed by the code, for messages to people who run the shop: `54.90 EUR`.
    public var description: String { "\(decimal) \(currency.code)" }
}

// MARK: - Reading

/// Why a text is not an amount of money.
public enum MoneyParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no text.
    case empty
    /// There is no digit where one must stand: at the start, after the sign, before or after the point.
    case digitMissing
    /// A character that does not belong into an amount. Digits are 0–9 and the decimal separator is a point.
    case unexpectedCharacter(Character)
    /// There are more decimals than the currency has.
    case tooManyDecimals(currency: Currency)
    /// The amount does not fit into 64 bits of minor units.
    case overflow
    /// The currency has no minor unit (ISO 4217 "N.A."); nothing can be priced in it.
    case notPriceable(currency: Currency)

    public var description: String {
        switch self {
        case .empty:
            return "the amount is empty"
        case .digitMissing:
            return "a digit is missing; write an amount as 54.90"
        case .unexpectedCharacter(","):
            return "\",\" does not belong into an amount; write a point before the decimals and nothing between thousands"
        case .unexpectedCharacter(let character):
            return "\"\(character)\" does not belong into an amount; write digits and at most one point"
        case .tooManyDecimals(let currency):
            return currency.exponent == 0
                ? "\(currency.code) has no decimals"
                : "\(currency.code) has at most \(currency.exponent) decimals"
        case .overflow:
            return "the amount is too large"
        case .notPriceable(let currency):
            return "\(currency.code) has no minor unit; nothing can be priced in it"
        }
    }
}

extension Money {
    /// Reads a decimal number such as `54.90`, `8900` or `-18.5`: an optional sign, digits, and at most as many
    /// decimals as the currency has. No spaces, no separators between thousands, no exponent.
    public init(parsing decimal: String, currency: Currency) throws(MoneyParseError) {
        var decimal = decimal
        let result = decimal.withUTF8 { Money.parse($0, currency) }
        self = try result.get()
    }

    /// Reads a decimal number such as `54.90`, `8900` or `-18.5`; see `init(parsing:currency:)`.
    public init(parsing decimal: Substring, currency: Currency) throws(MoneyParseError) {
        var decimal = decimal
        let result = decimal.withUTF8 { Money.parse($0, currency) }
        self = try result.get()
    }

    private static func parse(
        _ text: UnsafeBufferPointer<UInt8>, _ currency: Currency
    ) -> Result<Money, MoneyParseError> {
        guard currency.hasMinorUnit else { return .failure(.notPriceable(currency: currency)) }
        guard !text.isEmpty else { return .failure(.empty) }
        let isNegative = text[0] == UInt8(ascii: "-")
        var index = isNegative || text[0] == UInt8(ascii: "+") ? 1 : 0
        var amount: Int64 = 0
        var decimals = -1  // -1 until the point was met
        var lastWasDigit = false

        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                guard decimals < 0 else { return .failure(.unexpectedCharacter(".")) }
                guard lastWasDigit else { return .failure(.digitMissing) }
                decimals = 0
                lastWasDigit = false
            } else {
                let digit = byte &- UInt8(ascii: "0")
                guard digit <= 9 else { return .failure(.unexpectedCharacter(character(in: text, at: index))) }
                lastWasDigit = true
                if decimals >= 0 {
                    decimals += 1
                    guard decimals <= currency.exponent else { return .failure(.tooManyDecimals(currency: currency)) }
                }
                guard append(digit, to: &amount, isNegative) else { return .failure(.overflow) }
            }
            index += 1
        }
        guard lastWasDigit else { return .failure(.digitMissing) }
        for _ in max(0, decimals)..<currency.exponent {
            guard append(0, to: &amount, isNegative) else { return .failure(.overflow) }
        }
        return .success(Money(minorUnits: amount, currency: currency))
    }

    private static func append(_ digit: UInt8, to amount: inout Int64, _ isNegative: Bool) -> Bool {
        let (tens, overflow) = amount.multipliedReportingOverflow(by: 10)
        if overflow { return false }
        let (sum, carry) =
            isNegative ? tens.subtractingReportingOverflow(Int64(digit)) : tens.addingReportingOverflow(Int64(digit))
        amount = sum
        return !carry
    }

    private static func character(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Character {
        String(decoding: text[index...].prefix(32), as: UTF8.self).first ?? "\u{FFFD}"
    }
}

// MARK: - Writing

extension Money {
    /// The amount as a plain decimal with exactly the currency's decimals: `54.90`, `8900`, `-18.500`. This is the
    /// form of JSON-LD, feeds and Content; for people, `LocaleFormats.money(_:)` writes the locale's form.
    public var decimal: String {
        withDecimalASCII { String(decoding: $0, as: UTF8.self) }
    }

    /// Appends `decimal` as ASCII.
    public func appendDecimal(to bytes: inout [UInt8]) {
        withDecimalASCII { bytes.append(contentsOf: $0) }
    }

    /// Lends `decimal` as ASCII in a buffer on the stack.
    func withDecimalASCII<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        // 19 digits, a point, a sign, and up to four leading zeros.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 28) { buffer in
            var magnitude = minorUnits.magnitude
            let exponent = currency.exponent
            var start = 28
            var written = 0
            repeat {
                if written == exponent && exponent > 0 {
                    start -= 1
                    buffer[start] = UInt8(ascii: ".")
                }
                let (quotient, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
                start -= 1
                buffer[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                magnitude = quotient
                written += 1
            } while magnitude > 0 || written <= exponent
            if minorUnits < 0 {
                start -= 1
                buffer[start] = UInt8(ascii: "-")
            }
            return body(UnsafeBufferPointer(rebasing: buffer[start...]))
        }
    }
}

// MARK: - Arithmetic

/// Why two amounts could not be reckoned with.
public enum MoneyArithmeticError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The result does not fit into 64 bits of minor units.
    case overflow
    /// The amounts are in two currencies. Nothing is ever converted.
    case currenciesDiffer(Currency, Currency)

    public var description: String {
        switch self {
        case .overflow: "the amount is too large"
        case .currenciesDiffer(let left, let right): "\(left.code) and \(right.code) cannot be added or compared"
        }
    }
}

extension Money {
    /// The sum. Throws on overflow and on two currencies.
    public func adding(_ other: Money) throws(MoneyArithmeticError) -> Money {
        guard currency == other.currency else { throw .currenciesDiffer(currency, other.currency) }
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        if overflow { throw .overflow }
        return Money(minorUnits: sum, currency: currency)
    }

    /// The difference. Throws on overflow and on two currencies.
    public func subtracting(_ other: Money) throws(MoneyArithmeticError) -> Money {
        guard currency == other.currency else { throw .currenciesDiffer(currency, other.currency) }
        let (difference, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
        if overflow { throw .overflow }
        return Money(minorUnits: difference, currency: currency)
    }

    /// The amount `count` times. Throws on overflow.
    public func multiplied(by count: Int64) throws(MoneyArithmeticError) -> Money {
        let (product, overflow) = minorUnits.multipliedReportingOverflow(by: count)
        if overflow { throw .overflow }
        return Money(minorUnits: product, currency: currency)
    }

    /// The amount × numerator / denominator, rounded half away from zero. Throws on overflow.
    ///
    /// - precondition: `denominator` is not 0.
    public func scaled(by numerator: Int64, over denominator: Int64) throws(MoneyArithmeticError) -> Money {
        guard let scaled = Rounding.scaled(minorUnits, by: numerator, over: denominator) else { throw .overflow }
        return Money(minorUnits: scaled, currency: currency)
    }

    /// The sum; stops the process on overflow and on two currencies.
    public static func + (left: Money, right: Money) -> Money {
        do { return try left.adding(right) } catch { fatalError("\(left) + \(right): \(error)") }
    }

    /// The difference; stops the process on overflow and on two currencies.
    public static func - (left: Money, right: Money) -> Money {
        do { return try left.subtracting(right) } catch { fatalError("\(left) - \(right): \(error)") }
    }

    /// The amount `count` times; stops the process on overflow.
    public static func * (money: Money, count: Int64) -> Money {
        do { return try money.multiplied(by: count) } catch { fatalError("\(money) × \(count): \(error)") }
    }

    /// Smaller in the same currency; stops the process on two currencies.
    public static func < (left: Money, right: Money) -> Bool {
        precondition(left.currency == right.currency, "amounts of two currencies have no order")
        return left.minorUnits < right.minorUnits
    }

    /// By how many percent this price is below `reference`, for "−20 %": rounded down, but at least 1 and at most
    /// 99 where the two differ, because "−0 %" and "−100 %" would be untrue. Nil when it is not below, and when
    /// either amount is negative.
    ///
    /// - precondition: both are in one currency.
    public func percentOff(from reference: Money) -> Int? {
        guard self < reference, minorUnits >= 0 else { return nil }
        let saved = (reference.minorUnits - minorUnits).magnitude.multipliedFullWidth(by: 100)
        let percent = reference.minorUnits.magnitude.dividingFullWidth((saved.high, saved.low)).quotient
        return min(99, max(1, Int(percent)))
    }
}
