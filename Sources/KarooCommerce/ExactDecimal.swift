// KarooExpress – Apache-2.0

/// A decimal number as it was written: `1.0850` is 10850 with four decimals. For rates and measures, which are not
/// money and have no currency to tell their decimals.
public struct ExactDecimal: Hashable, Sendable, CustomStringConvertible {
    /// All digits as one number.
    public let mantissa: Int64
    /// How many of the digits stand behind the point: 0 to 12.
    public let scale: Int

    /// - precondition: `scale` is in `0...12`.
    public init(mantissa: Int64, scale: Int) {
        precondition((0...ExactDecimal.largestScale).contains(scale), "a decimal has 0 to 12 decimals")
        self.mantissa = mantissa
        self.scale = scale
    }

    /// Reads digits with at most one point, as `250`, `0.75`, `-1.5`; no exponent, no separators between
    /// thousands, at most twelve decimals and eighteen digits. Nil for anything else.
    public init?(_ text: some StringProtocol) {
        var mantissa: Int64 = 0
        var scale = -1
        var digitCount = 0
        var lastWasDigit = false
        var isNegative = false
        for (position, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where position == 0:
                isNegative = true
            case UInt8(ascii: ".") where scale < 0 && lastWasDigit:
                scale = 0
                lastWasDigit = false
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digitCount += 1
                guard digitCount <= 18 else { return nil }
                mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
                if scale >= 0 { scale += 1 }
                lastWasDigit = true
            default:
                return nil
            }
        }
        guard lastWasDigit, scale <= ExactDecimal.largestScale else { return nil }
        self.mantissa = isNegative ? -mantissa : mantissa
        self.scale = max(0, scale)
    }

    /// The digits as written, with the decimals of `scale`.
    public var description: String {
        var digits = String(mantissa.magnitude)
        if scale > 0 {
            if digits.utf8.count <= scale {
                digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
            }
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
        }
        return mantissa < 0 ? "-" + digits : digits
    }

    /// Without zeros at the end of the decimals: `1.50` becomes `1.5`, `2.0` becomes `2`.
    public var normalized: ExactDecimal {
        var mantissa = mantissa
        var scale = scale
        while scale > 0, mantissa % 10 == 0 {
            mantissa /= 10
            scale -= 1
        }
        return ExactDecimal(mantissa: mantissa, scale: scale)
    }

    static let largestScale = 12

    /// 10 to the power of `exponent`, for exponents from 0 to 38.
    static func powerOfTen(_ exponent: Int) -> UInt128 {
        var power: UInt128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}
