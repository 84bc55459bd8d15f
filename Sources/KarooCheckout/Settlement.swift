// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// One attempt to pay for one cart.
package struct PaymentAttempt: Sendable {
    package typealias ID = Identifier<PaymentAttempt>

    /// Who moved the money when there was none to move.
    static let nobody = "none"

    package let id: ID
    package let cart: Cart.ID
    package let provider: String
    package let status: AttemptStatus
    package let amount: Money
    /// As frozen when the attempt began.
    package let quote: Quote
    package let method: String
    /// What the provider calls it; nil before it has said so.
    package let reference: String?
    /// How the buyer confirms, where that is required.
    package let action: PaymentAction
    /// A `DeclineReason`; nil unless it was declined.
    package let declineReason: String?
    package let createdAt: Int64
    package let expiresAt: Int64
    /// Since when there is an order whose money is to come; nil when the money came first.
    var promisedAt: Int64?
    /// From when on somebody has to see to the promise; nil when only people can tell.
    var promiseDueAt: Int64?
    /// When the promised money had come, or was given up.
    var promiseEndedAt: Int64?

    var isPromised: Bool { promisedAt != nil }
    var isPromiseOpen: Bool { isPromised && promiseEndedAt == nil }
    var charge: Charge { Charge(key: id.text, amount: amount, method: method, reference: reference) }
}

/// What a provider has to be asked once an outcome is kept.
enum FollowUp: Hashable, Sendable {
    /// The order stands: the money that is held for it is taken.
    case capture
    /// There is no order, or not any more: what is held is let go.
    case void
    /// Money came in for which there is no order.
    case refund
}

extension Checkout {
    /// Acts on what a provider said of an attempt. The buyer's own call, the buyer's return, the provider's messages, and the
    /// recovery after a crash all come through here, in any order and as often as they like.
    func settle(_ id: PaymentAttempt.ID, _ outcome: ChargeOutcome) async throws {
        guard let next = try await settleOnce(id, outcome) else { return }
        let attempt = try await database.read { try $0.attempt(id) }
        if next != .refund, let provider = payments.provider(named: attempt.provider) {
            let answer = next == .capture ? await provider.capture(attempt.charge) : await provider.void(attempt.charge)
            guard try await settleOnce(id, answer) == .refund else { return }
        }
        try await payRefunds()
    }

    private func settleOnce(_ id: PaymentAttempt.ID, _ outcome: ChargeOutcome) async throws -> FollowUp? {
        let (commission, payments) = (commissionPartsPerMillion, payments)
        return try await database.write { tx in try tx.settle(id, outcome, commission, payments) }
    }
}

extension Transaction {
    fileprivate func settle(_ id: PaymentAttempt.ID, _ outcome: ChargeOutcome, _ commission: Int64, _ payments: PaymentProviders) throws -> FollowUp? {
        let attempt = try attempt(id)
        switch outcome {
        case .captured(let money, let reference):
            return try settle(attempt, captured: money, reference, commission)
        case .authorized(let money, let reference):
            return try settle(attempt, authorized: money, reference, commission)
        case .promised(let reference, let days):
            guard !attempt.status.isFinal else { return nil }
            let day: Int64 = 86_400_000
            let group = try place(attempt, commission, promise: Promise(reference: reference, dueAt: days.map { now + $0 * day }))
            try enqueueRequest(to: self.group(group), payments)
        case .approved(let reference):
            try remember(reference, of: attempt)
            return attempt.status.isFinal ? nil : .capture
        case .declined(let reason, let reference):
            try note(.declined, 0, of: attempt, reference)
            if attempt.isPromiseOpen { try giveUpPromise(of: attempt) }
            if !attempt.status.isFinal { try giveUp(attempt, as: .declined, reason: reason) }
        case .actionRequired(let action, let reference):
            guard attempt.status == .started else { return nil }
            try remember(reference, of: attempt)
            try execute(
                """
                UPDATE payment_attempts SET status = \(AttemptStatus.actionRequired.rawValue), action_url = \(action.url), client_secret = \(action.clientSecret)
                WHERE id = \(id)
                """)
        case .cancelled:
            let held = try balance(of: id).authorized
            if held > 0 { try note(.voided, held, of: attempt, attempt.reference ?? id.text) }
            if attempt.isPromiseOpen { try giveUpPromise(of: attempt) }
            if !attempt.status.isFinal { try giveUp(attempt, as: .expired, reason: nil) }
        case .neverAsked, .unknown:
            break
        }
        return nil
    }

    private func settle(_ attempt: PaymentAttempt, captured money: Money, _ reference: String, _ commission: Int64) throws -> FollowUp? {
        try note(.captured, money.minorUnits, of: attempt, reference)
        if attempt.isPromiseOpen { try receive(money, for: attempt) }
        if !attempt.status.isFinal {
            if money == attempt.amount {
                _ = try place(attempt, commission)
            } else {
                try giveUp(attempt, as: .declined, reason: .wrongAmount)
            }
        }
        return try requestUnorderedRefund(of: attempt) ? .refund : nil
    }

    private func settle(_ attempt: PaymentAttempt, authorized money: Money, _ reference: String, _ commission: Int64) throws -> FollowUp? {
        try note(.authorized, money.minorUnits, of: attempt, reference)
        guard !attempt.status.isFinal else {
            guard attempt.isPromiseOpen else { return attempt.status == .succeeded ? nil : .void }
            return try hasOrderToPay(attempt) ? .capture : .void
        }
        guard money == attempt.amount else {
            try remember(reference, of: attempt)
            try giveUp(attempt, as: .declined, reason: .wrongAmount)
            return .void
        }
        // Whoever looks after the promise may do so at once: the capture comes next.
        _ = try place(attempt, commission, promise: Promise(reference: reference, dueAt: now))
        return .capture
    }

    /// What the provider calls the attempt.
    private func remember(_ reference: String?, of attempt: PaymentAttempt) throws {
        guard let reference, attempt.reference == nil else { return }
        try execute("UPDATE payment_attempts SET provider_reference = \(reference) WHERE id = \(attempt.id)")
    }

    /// There will be no order: goods and coupon are free again, and the cart is open.
    private func giveUp(_ attempt: PaymentAttempt, as status: AttemptStatus, reason: DeclineReason?) throws {
        _ = try attempt.status.becoming(status)
        try releaseReservations(of: attempt.id, as: status == .expired ? .expired : .released)
        try releaseUse(of: attempt.id)
        try releasePromotions(of: attempt.id)
        try execute(
            """
            UPDATE payment_attempts SET status = \(status.rawValue), decline_reason = \(reason?.rawValue), action_url = NULL, client_secret = NULL,
                settled_at = \(now)
            WHERE id = \(attempt.id)
            """)
        try execute("UPDATE carts SET status = \(CartStatus.open.rawValue), version = version + 1 WHERE id = \(attempt.cart)")
    }

    /// An attempt became an order: one group, and one order for each seller.
    ///
    /// - parameter promise: nil when the money is there.
    func place(_ attempt: PaymentAttempt, _ commission: Int64, promise: Promise? = nil) throws -> OrderGroup.ID {
        _ = try attempt.status.becoming(.succeeded)
        try consumeReservations(of: attempt.id)
        try redeemUse(of: attempt.id)
        try redeemPromotions(of: attempt.id)
        var paid = attempt
        if promise != nil { paid.promisedAt = now }
        let group = try insertOrders(of: paid, commission)
        if let promise { try keep(promise, of: attempt) }
        try execute(
            """
            UPDATE payment_attempts SET status = \(AttemptStatus.succeeded.rawValue), action_url = NULL, client_secret = NULL, settled_at = \(now)
            WHERE id = \(attempt.id)
            """)
        try execute("UPDATE carts SET status = \(CartStatus.completed.rawValue), version = version + 1 WHERE id = \(attempt.cart)")
        return group
    }

    /// Once for each event of the provider, however often it is told.
    func note(_ kind: PaymentEventKind, _ minorUnits: Int64, of attempt: PaymentAttempt, _ reference: String) throws {
        try execute(
            """
            INSERT INTO payment_events (id, attempt, kind, amount, provider_reference, at)
            VALUES (\(Identifier<PaymentEventKind>.new("pev", at: now)), \(attempt.id), \(kind.rawValue), \(minorUnits), \(reference), \(now))
            ON CONFLICT (attempt, kind, provider_reference) DO NOTHING
            """)
    }
}

extension Reading where Self: ~Copyable {
    /// Throws `notFound`.
    func attempt(_ id: PaymentAttempt.ID) throws -> PaymentAttempt {
        guard
            let row = try row(
                """
                SELECT cart, provider, method, provider_reference, status, amount, currency, quote, action_url, client_secret, decline_reason, created_at,
                    expires_at, promised_at, promise_due_at, promise_ended_at
                FROM payment_attempts WHERE id = \(id)
                """),
            let status = AttemptStatus(rawValue: try row.text("status")), let currency = Currency(try row.text("currency"))
        else { throw CheckoutError(.notFound) }
        return PaymentAttempt(
            id: id, cart: Cart.ID(try row.text("cart")), provider: try row.text("provider"), status: status,
            amount: Money(minorUnits: try row.integer("amount"), currency: currency),
            quote: try Quote(parsing: Array(row.text("quote").utf8)), method: try row.text("method"),
            reference: try row.optionalText("provider_reference"),
            action: PaymentAction(url: try row.optionalText("action_url"), clientSecret: try row.optionalText("client_secret")),
            declineReason: try row.optionalText("decline_reason"), createdAt: try row.integer("created_at"), expiresAt: try row.integer("expires_at"),
            promisedAt: try row.optionalInteger("promised_at"), promiseDueAt: try row.optionalInteger("promise_due_at"),
            promiseEndedAt: try row.optionalInteger("promise_ended_at"))
    }

    /// What all events of an attempt come to.
    func balance(of attempt: PaymentAttempt.ID) throws -> PaymentBalance {
        var balance = PaymentBalance()
        for row in try rows("SELECT kind, amount FROM payment_events WHERE attempt = \(attempt)") {
            guard let kind = PaymentEventKind(rawValue: try row.text("kind")) else { continue }
            balance.add(kind, minorUnits: try row.integer("amount"))
        }
        return balance
    }
}
