// KarooExpress – Apache-2.0

/// What a variant costs in a market, and what the price may be compared with.
public struct Price: Hashable, Sendable {
    /// What the buyer pays for one, as the market states prices: with tax where it is tax-inclusive.
    public let amount: Money
    /// The former price that is shown struck through; nil when there is no claim of a reduction.
    public let compareAt: Money?
    /// The lowest price of the 30 days before the reduction (Article 6a of Directive 98/6/EC); nil when it was
    /// not given.
    public let lowest30Days: Money?

    /// - precondition: all amounts are in one currency.
    public init(amount: Money, compareAt: Money? = nil, lowest30Days: Money? = nil) {
        precondition(
            compareAt.map { $0.currency == amount.currency } ?? true
                && lowest30Days.map { $0.currency == amount.currency } ?? true,
            "a price and what it is compared with are in one currency")
        self.amount = amount
        self.compareAt = compareAt
        self.lowest30Days = lowest30Days
    }

    /// That of all its amounts.
    public var currency: Currency { amount.currency }

    /// True when there is a former price and the amount is below it.
    public var isReduced: Bool { compareAt.map { amount < $0 } ?? false }

    /// The reduction in percent (1 to 99), or nil when there is none; see `Money.percentOff(from:)`.
    public var percentOff: Int? { compareAt.flatMap { amount.percentOff(from: $0) } }
}
