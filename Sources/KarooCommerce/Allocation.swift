// KarooExpress – Apache-2.0

/// Dividing an amount so that the parts add up to it, to the last minor unit.
///
/// Every proration of the shop goes through here: an order discount over lines, a payment over child orders,
/// shipping and fees over lines, a refund over tax lines. The method is that of the largest remainder (Hamilton):
/// everybody gets the whole part of the exact share, and the units that are left go, one each, to the largest
/// remainders; of equal remainders the earlier position comes first. Intermediate values are 128 bits wide.
public enum Allocation {
    /// Divides `total` in proportion to `weights`. The shares add up to `total`, each is less than one minor unit
    /// away from its exact share, and a larger weight never gets less. With weights that are all zero, everybody
    /// counts the same. A negative total is divided as its positive twin and each share negated. Without weights
    /// there are no shares, and `total` must be 0.
    ///
    /// - precondition: no weight is negative.
    public static func shares(of total: Int64, weights: [Int64]) -> [Int64] {
        precondition(!weights.isEmpty || total == 0, "an amount cannot be divided among nobody")
        let magnitudes = divide(total.magnitude, among: weights.map(unsigned))
        return magnitudes.map { signed($0, like: total) }
    }

    /// Divides `total` in proportion to `weights`, no share larger than its cap: what a capped position cannot
    /// take passes to the others by their weights (equally, where those are all zero). What nobody can take is
    /// returned as `rest`, which is 0 unless the magnitude of `total` exceeds the sum of the caps. A negative total
    /// is treated as its positive twin and the result negated; caps are magnitudes.
    ///
    /// - precondition: no weight and no cap is negative, and there are as many of one as of the other.
    public static func shares(of total: Int64, weights: [Int64], caps: [Int64]) -> (shares: [Int64], rest: Int64) {
        precondition(weights.count == caps.count, "every position has a weight and a cap")
        let (magnitudes, rest) = divide(total.magnitude, among: weights.map(unsigned), caps: caps.map(unsigned))
        return (magnitudes.map { signed($0, like: total) }, signed(rest, like: total))
    }

    /// Divides `total` over amounts that remain to be paid, refunded or discounted: the weights are the remaining
    /// amounts, and no share exceeds its own. `rest` is what all of them together could not take.
    ///
    /// - precondition: no remaining amount is negative.
    public static func shares(of total: Int64, remaining: [Int64]) -> (shares: [Int64], rest: Int64) {
        shares(of: total, weights: remaining, caps: remaining)
    }

    /// The rule of the cumulative difference: what is due now when `count` of `all` pieces are done in total and
    /// `already` was given for the earlier ones: `round(total × count / all) − already`, half away from zero. Any
    /// sequence of parts adds up to the same as one step, and to exactly `total` at `count == all`. Nil when the
    /// difference leaves 64 bits.
    ///
    /// - precondition: `all` is above 0 and `count` is in `0...all`.
    public static func due(of total: Int64, count: Int64, of all: Int64, already: Int64) -> Int64? {
        precondition(all > 0 && (0...all).contains(count), "a part is between nothing and all")
        guard let cumulative = Rounding.scaled(total, by: count, over: all) else { return nil }
        let (difference, overflow) = cumulative.subtractingReportingOverflow(already)
        return overflow ? nil : difference
    }

    private static func divide(_ total: UInt64, among weights: [UInt64]) -> [UInt64] {
        guard !weights.isEmpty else { return [] }
        let sum = weights.reduce(UInt128(0)) { $0 + UInt128($1) }
        if sum == 0 { return divide(total, among: [UInt64](repeating: 1, count: weights.count)) }

        var shares: [UInt64] = []
        var remainders: [(position: Int, remainder: UInt128)] = []
        shares.reserveCapacity(weights.count)
        var left = total
        for (position, weight) in weights.enumerated() {
            let (whole, remainder) = (UInt128(total) * UInt128(weight)).quotientAndRemainder(dividingBy: sum)
            shares.append(UInt64(whole))
            left -= UInt64(whole)
            if remainder > 0 { remainders.append((position, remainder)) }
        }
        // Fewer units are left than there are remainders, since each remainder is less than one unit.
        guard left > 0 else { return shares }
        remainders.sort { $0.remainder == $1.remainder ? $0.position < $1.position : $0.remainder > $1.remainder }
        for (position, _) in remainders.prefix(Int(left)) { shares[position] += 1 }
        return shares
    }

    private static func divide(
        _ total: UInt64, among weights: [UInt64], caps: [UInt64]
    ) -> (shares: [UInt64], rest: UInt64) {
        var shares = [UInt64](repeating: 0, count: weights.count)
        var open = Array(weights.indices)
        var left = total

        // Whoever's exact share reaches the cap gets the cap. What remains is divided anew among the others; their
        // shares only grow, so nobody who was capped would come back under it.
        while left > 0, !open.isEmpty {
            let sum = open.reduce(UInt128(0)) { $0 + UInt128(weights[$1]) }
            let (isEqual, divisor) = sum == 0 ? (true, UInt128(open.count)) : (false, sum)
            let amount = left
            let capped = open.filter { position in
                let weight: UInt128 = isEqual ? 1 : UInt128(weights[position])
                return reaches(amount: amount, weight: weight, divisor: divisor, cap: caps[position])
            }
            if capped.isEmpty {
                let rest = divide(left, among: open.map { isEqual ? 1 : weights[$0] })
                for (position, share) in zip(open, rest) { shares[position] = share }
                return (shares, 0)
            }
            for position in capped {
                shares[position] = caps[position]
                left -= caps[position]
            }
            let closed = Set(capped)
            open.removeAll { closed.contains($0) }
        }
        return (shares, left)
    }

    /// Whether `amount × weight / divisor` is at least `cap`. `divisor` may have more than 64 bits, hence the whole
    /// part is compared and not the product.
    private static func reaches(amount: UInt64, weight: UInt128, divisor: UInt128, cap: UInt64) -> Bool {
        (UInt128(amount) * weight) / divisor >= UInt128(cap)
    }

    private static func unsigned(_ value: Int64) -> UInt64 {
        precondition(value >= 0, "weights and caps are not negative")
        return UInt64(value)
    }

    private static func signed(_ magnitude: UInt64, like total: Int64) -> Int64 {
        total < 0 ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude)
    }
}

extension Money {
    /// The amount divided in proportion to `weights`; see `Allocation.shares(of:weights:)`.
    ///
    /// - precondition: no weight is negative, and there is at least one, unless the amount is zero.
    public func divided(by weights: [Int64]) -> [Money] {
        Allocation.shares(of: minorUnits, weights: weights).map { Money(minorUnits: $0, currency: currency) }
    }
}
