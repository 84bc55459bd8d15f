// KarooExpress – Apache-2.0

package import KarooCommerce

/// Whoever moves the money. Never called while a transaction is open.
///
/// Every charge and refund has a key of ours, and asking twice with one key moves money once. What could not be learned is
/// `unknown`, never guessed: it is asked again later.
package protocol PaymentProvider: Sendable {
    /// As it stands in rows and accounts: `sandbox`.
    var name: String { get }
    /// Whether the provider can be asked to charge this method; a token of the provider's, never a card number.
    func accepts(method: String) -> Bool
    func charge(_ charge: Charge) async -> ChargeOutcome
    /// What became of a charge.
    func outcome(of key: String) async -> ChargeOutcome
    /// Sees to it that nothing is charged under this key from now on. `captured` when it is too late for that.
    func cancel(_ key: String) async -> ChargeOutcome
    func refund(_ refund: RefundRequest) async -> RefundOutcome
}

/// What is to be charged.
package struct Charge: Hashable, Sendable {
    /// The id of the attempt.
    package let key: String
    package let amount: Money
    /// The provider's token for the card or account.
    package let method: String

    package init(key: String, amount: Money, method: String) {
        self.key = key
        self.amount = amount
        self.method = method
    }
}

package enum ChargeOutcome: Hashable, Sendable {
    case captured(Money, reference: String)
    /// A reason that may be told to the buyer: one of `DeclineReason`.
    case declined(DeclineReason, reference: String)
    /// The buyer has to confirm at this address.
    case actionRequired(url: String)
    /// Nothing was charged under this key, and nothing will be.
    case cancelled
    /// The provider has never heard of this key.
    case neverAsked
    /// No answer came, or none that makes sense.
    case unknown
}

/// Why a bank said no, as far as the buyer may know.
package enum DeclineReason: String, CaseIterable, Hashable, Sendable {
    case declined, insufficientFunds, authenticationFailed
    /// The provider charged another amount than it was asked to. It goes back.
    case wrongAmount
}

/// What is to go back.
package struct RefundRequest: Hashable, Sendable {
    /// The id of the refund.
    package let key: String
    /// The key of the charge.
    package let charge: String
    package let amount: Money

    package init(key: String, charge: String, amount: Money) {
        self.key = key
        self.charge = charge
        self.amount = amount
    }
}

package enum RefundOutcome: Hashable, Sendable {
    case refunded(reference: String)
    /// The provider will not, whatever is done.
    case refused
    case unknown
}
