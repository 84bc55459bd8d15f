// KarooExpress – Apache-2.0

/// The one rounding rule of the shop: half away from zero, at each amount that is kept.
///
/// 2.5 becomes 3 and -2.5 becomes -3, so that a refund mirrors its charge. All of it is integer arithmetic with a
/// 128-bit intermediate; no amount ever passes through a floating-point number.
public enum Rounding {
    /// `value × numerator / denominator`, rounded half away from zero; nil when the result leaves 64 bits.
    ///
    /// - precondition: `denominator` is not 0.
    public static func scaled(_ value: Int64, by numerator: Int64, over denominator: Int64) -> Int64? {
        precondition(denominator != 0, "a ratio has a denominator other than 0")
        let product = value.magnitude.multipliedFullWidth(by: numerator.magnitude)
        let divisor = denominator.magnitude
        guard product.high < divisor else { return nil }
        var (quotient, remainder) = divisor.dividingFullWidth((product.high, product.low))
        if remainder >= divisor - remainder {
            let (next, overflow) = quotient.addingReportingOverflow(1)
            if overflow { return nil }
            quotient = next
        }
        let isNegative = ((value < 0) != (numerator < 0)) != (denominator < 0)
        return signed(quotient, isNegative: isNegative)
    }

    /// `numerator / denominator`, rounded half away from zero; nil when the result leaves 64 bits.
    ///
    /// - precondition: `denominator` is not 0.
    public static func quotient(_ numerator: UInt128, over denominator: UInt128, isNegative: Bool) -> Int64? {
        precondition(denominator != 0, "a ratio has a denominator other than 0")
        var (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        if remainder >= denominator - remainder {
            guard quotient < UInt128(UInt64.max) else { return nil }
            quotient += 1
        }
        guard let magnitude = UInt64(exactly: quotient) else { return nil }
        return signed(magnitude, isNegative: isNegative)
    }

    /// The nearest multiple of `step`, half away from zero; nil when it leaves 64 bits.
    ///
    /// - precondition: `step` is above 0.
    public static func nearest(_ value: Int64, multipleOf step: Int64) -> Int64? {
        precondition(step > 0, "a step is above 0")
        guard let steps = scaled(value, by: 1, over: step) else { return nil }
        let (product, overflow) = steps.multipliedReportingOverflow(by: step)
        return overflow ? nil : product
    }

    private static func signed(_ magnitude: UInt64, isNegative: Bool) -> Int64? {
        if !isNegative { return Int64(exactly: magnitude) }
        if magnitude == Int64.min.magnitude { return Int64.min }
        return Int64(exactly: magnitude).map { -$0 }
    }
}
