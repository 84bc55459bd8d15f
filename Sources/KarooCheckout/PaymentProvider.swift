// KarooExpress – Apache-2.0

package import KarooCommerce

/// Whoever moves the money. Never called while a transaction is open.
///
/// Every charge and refund has a key of ours, and asking twice with one key moves money once. What could not be learned is
/// `unknown`, never guessed: it is asked again later.
package protocol PaymentProvider: Sendable {
    /// As it stands in rows, accounts and addresses: `sandbox`.
    var name: String { get }
    /// The way to pay that buyers of a market have with it; nil when it has none there, or none for such an amount.
    func method(in market: Market.ID, for total: Money?) -> PaymentMethod?
    /// Whether the provider can be asked to charge this method: its own id, or a token of the provider's, never a card number.
    func accepts(method: String) -> Bool
    /// Has the money held for us. A provider that holds nothing takes it at once (`captured`), or only knows that the buyer has
    /// promised it (`promised`).
    func authorize(_ charge: Charge) async -> ChargeOutcome
    /// Takes what is held, or what the buyer has approved.
    func capture(_ charge: Charge) async -> ChargeOutcome
    /// Sees to it that nothing is taken under this key from now on. `captured` when it is too late for that.
    func void(_ charge: Charge) async -> ChargeOutcome
    /// What became of a charge.
    func outcome(of charge: Charge) async -> ChargeOutcome
    func refund(_ refund: RefundRequest) async -> RefundOutcome
    /// Reads a message of the provider's whose sender it proves on the bytes as they came; nil for one that is of no interest.
    ///
    /// - parameter now: milliseconds since 1970 UTC.
    func event(of hook: ProviderHook, at now: Int64) async throws(HookRefusal) -> ProviderEvent?
    /// How a dispute stands; nil when that could not be learned.
    func dispute(_ reference: String) async -> DisputeState?
    /// What a buyer who has promised money has to do; nil when there is nothing to do.
    func due(_ reference: String?, in market: Market.ID, until: Int64?) -> PaymentDue?
}

extension PaymentProvider {
    package func event(of hook: ProviderHook, at now: Int64) async throws(HookRefusal) -> ProviderEvent? { throw .notSigned }
    package func dispute(_ reference: String) async -> DisputeState? { nil }
    package func due(_ reference: String?, in market: Market.ID, until: Int64?) -> PaymentDue? { nil }
}

// MARK: - Charging

/// What is to be charged.
package struct Charge: Hashable, Sendable {
    /// The id of the attempt.
    package let key: String
    package let amount: Money
    /// The provider's token for the card or account, or the id of the method.
    package let method: String
    /// What the provider calls it; nil before it has said so.
    package let reference: String?
    /// Where the provider sends the buyer back to; nil when nobody said where the pages are.
    package let returnURL: String?

    package init(key: String, amount: Money, method: String, reference: String? = nil, returnURL: String? = nil) {
        self.key = key
        self.amount = amount
        self.method = method
        self.reference = reference
        self.returnURL = returnURL
    }
}

package enum ChargeOutcome: Hashable, Sendable {
    /// The money is held for us, and ours once it is captured.
    case authorized(Money, reference: String)
    case captured(Money, reference: String)
    /// Nothing is held; the buyer will pay within so many days, or whenever the goods come.
    case promised(reference: String?, days: Int64?)
    /// The buyer has agreed, and the money can be captured.
    case approved(reference: String)
    /// A reason that may be told to the buyer: one of `DeclineReason`.
    case declined(DeclineReason, reference: String)
    /// The buyer has to confirm.
    case actionRequired(PaymentAction, reference: String?)
    /// Nothing was charged under this key, and nothing will be.
    case cancelled
    /// The provider has never heard of this key.
    case neverAsked
    /// No answer came, or none that makes sense.
    case unknown
}

/// How a buyer confirms: at an address, or with the provider's own script on our page; at least one of them is there.
package struct PaymentAction: Hashable, Sendable {
    package let url: String?
    /// With which the provider's script confirms this one payment.
    package let clientSecret: String?

    package init(url: String? = nil, clientSecret: String? = nil) {
        self.url = url
        self.clientSecret = clientSecret
    }
}

/// Why a bank said no, as far as the buyer may know.
package enum DeclineReason: String, CaseIterable, Hashable, Sendable {
    case declined, insufficientFunds, authenticationFailed
    /// The provider charged another amount than it was asked to. It goes back.
    case wrongAmount
}

/// What buyers of a market are offered.
package struct PaymentMethod: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case sandbox, stripe, paypal, bankTransfer, cashOnDelivery
    }

    /// What a request names to use it.
    package let id: String
    package let kind: Kind
    /// What the page's script tells the provider who we are by; nil where there is no script.
    package var publishableKey: String?
    /// Tokens that stand for cards, where no card is real.
    package var tokens: [String] = []
    /// How many days the buyer has to pay; nil where that is no question.
    package var days: Int64?
}

/// What a buyer who has promised money has to do.
package struct PaymentDue: Hashable, Sendable {
    /// A bank account that is paid into.
    package struct Account: Hashable, Sendable {
        package let holder: String
        package let iban: String
        package let bic: String

        package init(holder: String, iban: String, bic: String) {
            self.holder = holder
            self.iban = iban
            self.bic = bic
        }
    }

    package let kind: PaymentMethod.Kind
    /// What the buyer writes on the transfer; nil when the money is handed over.
    package let reference: String?
    package let account: Account?
    /// When the order is cancelled unless it was paid; nil when never.
    package let until: Instant?
}

// MARK: - Giving back

/// What is to go back.
package struct RefundRequest: Hashable, Sendable {
    /// The id of the refund.
    package let key: String
    /// The key of the charge.
    package let charge: String
    package let amount: Money
    /// What the provider calls the money that was captured.
    package let capture: String?
    /// What the provider calls the refund; nil before it has said so.
    package let reference: String?

    package init(key: String, charge: String, amount: Money, capture: String? = nil, reference: String? = nil) {
        self.key = key
        self.charge = charge
        self.amount = amount
        self.capture = capture
        self.reference = reference
    }
}

package enum RefundOutcome: Hashable, Sendable {
    case refunded(reference: String)
    /// The provider has taken it on, and will say later what became of it.
    case pending(reference: String)
    /// The provider will not, whatever is done.
    case refused
    case unknown
}

// MARK: - What providers tell of themselves

/// A message from a provider, as it came.
package struct ProviderHook: Sendable {
    /// By names in lower case.
    package let headers: [String: String]
    package let body: [UInt8]

    package init(headers: [String: String], body: [UInt8]) {
        self.headers = headers
        self.body = body
    }
}

/// Why a message was not taken.
package enum HookRefusal: Error, Hashable, Sendable {
    /// Nothing proves that it is the provider's.
    case notSigned
    /// It is signed, and too old or from the future.
    case outOfTime
    /// It is signed, and is no message.
    case malformed
    /// It is meant for another account, or for tests where money is real, or the other way round.
    case otherAccount
    /// Whether it is the provider's could not be learned now.
    case unavailable
}

/// What a message says, as far as it matters: about which charge or dispute. What became of that is then asked, so a message
/// that comes late, twice or out of order does no harm.
package struct ProviderEvent: Hashable, Sendable {
    /// The provider's; unique with it.
    package let id: String
    /// The provider's word for what happened.
    package let kind: String
    /// Our key of the charge; nil when the message does not say.
    package let charge: String?
    /// What the provider calls the charge, or the money captured by it.
    package let reference: String?
    /// What the provider calls the dispute; nil when it is about none.
    package let dispute: String?
    /// What the message says was held or captured; nil when it says nothing of that.
    package let amount: Money?

    package init(id: String, kind: String, charge: String? = nil, reference: String? = nil, dispute: String? = nil, amount: Money? = nil) {
        self.id = id
        self.kind = kind
        self.charge = charge
        self.reference = reference
        self.dispute = dispute
        self.amount = amount
    }
}

/// How a dispute stands. While it is open, and after it is lost, the provider has the money back.
package struct DisputeState: Hashable, Sendable {
    package enum Stage: Hashable, Sendable {
        /// A question, which moves no money.
        case inquiry
        case open, won, lost
    }

    /// What the provider calls the money that was captured.
    package let capture: String
    package let amount: Money
    package let stage: Stage

    package init(capture: String, amount: Money, stage: Stage) {
        self.capture = capture
        self.amount = amount
        self.stage = stage
    }
}
