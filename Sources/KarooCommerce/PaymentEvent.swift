// KarooExpress – Apache-2.0

/// Something that a provider said of a payment. Events are only ever added; every amount follows from them, in whatever
/// order they came.
public enum PaymentEventKind: String, CaseIterable, Hashable, Sendable {
    /// Money is held for us.
    case authorized
    /// Money is ours.
    case captured
    /// What was held is not any more.
    case voided
    /// Money went back to the buyer.
    case refunded
    /// The provider, or the bank, said no.
    case declined
}

/// What all events of a payment come to.
public struct PaymentBalance: Hashable, Sendable {
    /// Held and not yet taken.
    public private(set) var authorized: Int64 = 0
    public private(set) var captured: Int64 = 0
    public private(set) var refunded: Int64 = 0

    /// Nothing has happened.
    public init() {}

    /// What is ours and was not given back, in minor units.
    public var kept: Int64 { captured - refunded }

    /// Adds one event. Sums stop at the ends of 64 bits.
    public mutating func add(_ kind: PaymentEventKind, minorUnits: Int64) {
        switch kind {
        case .authorized: authorized = PaymentBalance.sum(authorized, minorUnits)
        case .captured:
            captured = PaymentBalance.sum(captured, minorUnits)
            authorized = PaymentBalance.sum(authorized, -minorUnits)
        case .voided: authorized = PaymentBalance.sum(authorized, -minorUnits)
        case .refunded: refunded = PaymentBalance.sum(refunded, minorUnits)
        case .declined: break
        }
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? .min : .max) : sum
    }
}
