// KarooExpress – Apache-2.0

/// How a locale writes amounts of one currency, reduced to what is placed around and between the digits.
///
/// `LocaleFormats` takes it from ICU and proves it against ICU before it hands it out; placing digits by it then
/// costs a fraction of asking ICU each time, and the search index may carry it so that the browser places digits
/// that it did not compute.
public struct MoneyPattern: Hashable, Sendable {
    /// What stands before the digits of an amount that is not negative. The currency's symbol, its space and the
    /// bidirectional marks of the locale are here or in the suffix.
    public var prefix: String
    /// What stands behind the digits of an amount that is not negative.
    public var suffix: String
    /// What stands before the digits of a negative amount; the sign is here or in the suffix.
    public var negativePrefix: String
    /// What stands behind the digits of a negative amount.
    public var negativeSuffix: String
    /// Between groups of digits before the decimals: `,` in en, U+202F in fr.
    public var groupSeparator: String
    /// Before the decimals.
    public var decimalSeparator: String
    /// How many digits the group next to the decimals has: 3; 0 when digits are not grouped.
    public var primaryGroup: Int
    /// How many digits the further groups have: 3, but 2 in hi.
    public var secondaryGroup: Int
    /// From how many digits beyond the primary group on digits are grouped: 1, but 2 in es and pl, which write
    /// 1234 and 12 345 (`minimumGroupingDigits` of CLDR).
    public var minimumGroupingDigits: Int
    /// The digit 0 of the locale's numbering system; the other nine follow it in Unicode.
    public var zero: Unicode.Scalar
    /// How many decimals are written, always: the exponent of the currency in ISO 4217. CLDR would hide those of
    /// some currencies (IQD, LBP); an amount that is charged is shown whole.
    public var decimals: Int

    /// A pattern that was written down, as in the search index.
    public init(
        prefix: String, suffix: String, negativePrefix: String, negativeSuffix: String, groupSeparator: String, decimalSeparator: String,
        primaryGroup: Int, secondaryGroup: Int, minimumGroupingDigits: Int, zero: Unicode.Scalar, decimals: Int
    ) {
        self.prefix = prefix
        self.suffix = suffix
        self.negativePrefix = negativePrefix
        self.negativeSuffix = negativeSuffix
        self.groupSeparator = groupSeparator
        self.decimalSeparator = decimalSeparator
        self.primaryGroup = primaryGroup
        self.secondaryGroup = secondaryGroup
        self.minimumGroupingDigits = minimumGroupingDigits
        self.zero = zero
        self.decimals = decimals
    }

    /// The amount as the locale writes it, in UTF-8, appended.
    ///
    /// - precondition: the currency of `money` has `decimals` decimals, and is the one that the pattern is for.
    public func append(_ money: Money, to bytes: inout [UInt8]) {
        let isNegative = money.isNegative
        bytes.append(contentsOf: (isNegative ? negativePrefix : prefix).utf8)
        money.withDecimalASCII { text in
            let digits = isNegative ? UnsafeBufferPointer(rebasing: text.dropFirst()) : text
            let whole = decimals == 0 ? digits.count : digits.count - decimals - 1
            let isGrouped = primaryGroup > 0 && whole >= primaryGroup + minimumGroupingDigits
            for position in 0..<whole {
                if isGrouped, position > 0, startsGroup(whole - position) {
                    bytes.append(contentsOf: groupSeparator.utf8)
                }
                appendDigit(digits[position], to: &bytes)
            }
            if decimals > 0 {
                bytes.append(contentsOf: decimalSeparator.utf8)
                for position in (whole + 1)..<digits.count { appendDigit(digits[position], to: &bytes) }
            }
        }
        bytes.append(contentsOf: (isNegative ? negativeSuffix : suffix).utf8)
    }

    /// Whether a separator stands before the digit that has `left` digits from itself to the decimals.
    private func startsGroup(_ left: Int) -> Bool {
        if left == primaryGroup { return true }
        return left > primaryGroup && (left - primaryGroup) % secondaryGroup == 0
    }

    private func appendDigit(_ ascii: UInt8, to bytes: inout [UInt8]) {
        if zero == "0" {
            bytes.append(ascii)
            return
        }
        let scalar = Unicode.Scalar(zero.value + UInt32(ascii - UInt8(ascii: "0"))) ?? zero
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
