// KarooExpress – Apache-2.0

/// What payment networks accept, which is not what ISO 4217 says.
///
/// ISO 4217 tells how many decimals a currency has. Card networks and payment providers add rules of their own,
/// and they change independently of the standard: that is why this table stands apart from `Currency.all`.
/// Amounts that somebody enters, prorates or refunds must be multiples of `chargeStep`; amounts that are paid
/// out, of `payoutStep`. Source: docs.stripe.com/currencies ("Special cases", "Three-decimal currencies", read
/// 2026) and its note "Deprecation of fractional ISK" (in force since 2023-04-14).
extension Currency {
    /// The smallest amount, in minor units of ISO 4217, of which every charge must be a multiple.
    ///
    /// 10 for the three-decimal currencies BHD, JOD, KWD, OMR and TND, whose last digit the networks want to be 0
    /// ("5.124 KWD → 5120 or 5130"); 1 for every other currency. ISK stays 1 here, because ISO gives the króna no
    /// decimals: the 100 of the networks is in their own two-decimal terms, see `providerStep`.
    public var chargeStep: Int64 {
        switch code {
        case "BHD", "JOD", "KWD", "OMR", "TND": 10
        default: 1
        }
    }

    /// The smallest amount, in minor units of ISO 4217, of which every payout must be a multiple: 100 for HUF and
    /// TWD, which banks pay out in whole units only; else `chargeStep`.
    public var payoutStep: Int64 {
        switch code {
        case "HUF", "TWD": 100
        default: chargeStep
        }
    }

    /// The number of decimals that a provider's integer amounts carry: 2 for ISK and UGX, which ISO 4217 gives no
    /// decimals but whose provider amounts kept two; else `exponent`.
    public var providerExponent: Int {
        switch code {
        case "ISK", "UGX": 2
        default: exponent
        }
    }

    /// `chargeStep` in the provider's terms: 100 for ISK and UGX (5 ISK is sent as 500, and 501 is refused).
    public var providerStep: Int64 {
        switch code {
        case "ISK", "UGX": 100
        default: chargeStep
        }
    }
}

extension Money {
    /// True when a payment network takes this amount, that is, when it is a multiple of the currency's `chargeStep`.
    public var isChargeable: Bool { minorUnits % currency.chargeStep == 0 }

    /// The amount in the integer that a provider's interface expects, or nil when that is outside of 64 bits.
    public var providerAmount: Int64? {
        var amount = minorUnits
        for _ in currency.exponent..<max(currency.exponent, currency.providerExponent) {
            let (product, overflow) = amount.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            amount = product
        }
        return amount
    }

    /// The amount of an integer of a provider's interface; nil when the currency cannot be divided so far.
    public init?(providerAmount: Int64, currency: Currency) {
        var amount = providerAmount
        for _ in currency.exponent..<max(currency.exponent, currency.providerExponent) {
            guard amount % 10 == 0 else { return nil }
            amount /= 10
        }
        self.init(minorUnits: amount, currency: currency)
    }
}
