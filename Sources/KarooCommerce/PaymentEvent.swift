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
    /// The buyer's bank took the money back, until the dispute about it is decided.
    case disputed
    /// The dispute was decided for us, and the money is ours again.
    case disputeWon
    /// The dispute was decided for the buyer.
    case disputeLost
}

/// What all events of a payment come to.
public struct PaymentBalance: Hashable, Sendable {
    private var held: Int64 = 0
    public private(set) var captured: Int64 = 0
    public private(set) var refunded: Int64 = 0
    /// What banks took back by disputes that are open or lost.
    public private(set) var chargedBack: Int64 = 0
    /// How many disputes nobody has decided yet.
    public private(set) var openDisputes: Int64 = 0

    /// Nothing has happened.
    public init() {}

    /// Held and not yet taken.
    public var authorized: Int64 { max(0, held) }

    /// What is ours and did not go back, in minor units.
    public var kept: Int64 { PaymentBalance.sum(captured - refunded, -chargedBack) }

    /// Adds one event. Sums stop at the ends of 64 bits.
    public mutating func add(_ kind: PaymentEventKind, minorUnits: Int64) {
        switch kind {
        case .authorized: held = PaymentBalance.sum(held, minorUnits)
        case .captured:
            captured = PaymentBalance.sum(captured, minorUnits)
            held = PaymentBalance.sum(held, -minorUnits)
        case .voided: held = PaymentBalance.sum(held, -minorUnits)
        case .refunded: refunded = PaymentBalance.sum(refunded, minorUnits)
        case .declined: break
        case .disputed:
            chargedBack = PaymentBalance.sum(chargedBack, minorUnits)
            openDisputes += 1
        case .disputeWon:
            chargedBack = PaymentBalance.sum(chargedBack, -minorUnits)
            openDisputes -= 1
        case .disputeLost: openDisputes -= 1
        }
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? .min : .max) : sum
    }
}

/// How far the money of an order has come, which follows from its events and whether it was promised.
public enum PaymentState: String, CaseIterable, Hashable, Sendable {
    /// The buyer has promised to pay.
    case awaiting
    /// A bank holds it for us.
    case authorized
    case paid, partiallyRefunded, refunded
    /// Nothing came, and nothing will.
    case voided
    /// The buyer's bank has taken it back, or may do so.
    case disputed
}

extension PaymentBalance {
    /// - parameter isPromiseOpen: whether more is to come; nil when nothing was promised.
    public func state(isPromiseOpen: Bool?) -> PaymentState {
        if openDisputes > 0 || chargedBack > 0 { return .disputed }
        if isPromiseOpen == true { return authorized > 0 ? .authorized : .awaiting }
        if captured == 0 { return isPromiseOpen == nil ? .paid : .voided }
        return refunded == 0 ? .paid : refunded < captured ? .partiallyRefunded : .refunded
    }
}
