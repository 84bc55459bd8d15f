// KarooExpress – Apache-2.0

/// How much of a currency one unit of the base currency buys, as an exact decimal: `1.0850`.
public struct ExchangeRate: Hashable, Sendable, CustomStringConvertible {
    /// Above zero.
    public let value: ExactDecimal

    /// Reads a decimal above zero; nil for anything else.
    public init?(_ text: String) {
        guard let value = ExactDecimal(text), value.mantissa > 0 else { return nil }
        self.value = value
    }

    /// The rate `mantissa` / 10^`scale`; nil unless it is above zero and has at most twelve decimals.
    public init?(mantissa: Int64, scale: Int) {
        guard mantissa > 0, (0...ExactDecimal.largestScale).contains(scale) else { return nil }
        value = ExactDecimal(mantissa: mantissa, scale: scale)
    }

    /// The decimal as it was written.
    public var description: String { value.description }
}

/// The rates of one day, for showing a price in a currency that the buyer knows better.
///
/// - warning: What comes out is an estimate to read, with its date beside it. Nothing is ever charged, refunded or
///   booked in a converted amount; the market's own currency is the only one that counts.
public struct ExchangeRates: Hashable, Sendable {
    /// The currency of which one unit is worth the rates.
    public let base: Currency
    /// The day on which the rates held.
    public let date: Day
    private let rates: [Currency: ExchangeRate]

    /// The base's own rate is 1 and need not be given; one that is given is ignored.
    public init(base: Currency, date: Day, rates: [Currency: ExchangeRate]) {
        self.base = base
        self.date = date
        var rates = rates
        rates[base] = ExchangeRate(mantissa: 1, scale: 0)
        self.rates = rates
    }

    /// The currencies that can be estimated, the base among them, alphabetical by code.
    public var currencies: [Currency] { rates.keys.sorted() }

    /// The rate of a currency, 1 for the base; nil when the table has none.
    public func rate(of currency: Currency) -> ExchangeRate? { rates[currency] }

    /// What `money` is worth in another currency, by way of the base, rounded half away from zero once, at the
    /// end. An estimate for the eye only. Nil when a rate is missing or the result leaves 64 bits.
    public func estimate(_ money: Money, in currency: Currency) -> Money? {
        if money.currency == currency { return money }
        guard let from = rates[money.currency]?.value, let to = rates[currency]?.value else { return nil }
        // amount / 10^exponent / from × to × 10^exponent', all powers of ten gathered on one side.
        let powerOfTen = from.scale + currency.exponent - to.scale - money.currency.exponent
        let (scaled, overflow) = UInt128(money.minorUnits.magnitude)
            .multipliedReportingOverflow(by: UInt128(to.mantissa))
        var numerator = scaled
        var denominator = UInt128(from.mantissa)
        var overflows = overflow
        if powerOfTen >= 0 {
            let (product, tooLarge) = numerator.multipliedReportingOverflow(by: ExactDecimal.powerOfTen(powerOfTen))
            numerator = product
            overflows = overflows || tooLarge
        } else {
            let (product, tooLarge) = denominator.multipliedReportingOverflow(by: ExactDecimal.powerOfTen(-powerOfTen))
            denominator = product
            overflows = overflows || tooLarge
        }
        guard !overflows,
            let minorUnits = Rounding.quotient(numerator, over: denominator, isNegative: money.isNegative)
        else { return nil }
        return Money(minorUnits: minorUnits, currency: currency)
    }
}
