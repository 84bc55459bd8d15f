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
    /// Where the buyer confirms; nil unless that is required.
    package let actionURL: String?
    /// A `DeclineReason`; nil unless it was declined.
    package let declineReason: String?
    package let createdAt: Int64
    package let expiresAt: Int64
}

extension Checkout {
    /// Acts on what a provider said of an attempt. The buyer's own call, the buyer's return, and the recovery after a crash
    /// all come through here, in any order and as often as they like.
    func settle(_ id: PaymentAttempt.ID, _ outcome: ChargeOutcome) async throws {
        let commission = commissionPartsPerMillion
        let owesRefund = try await database.write { tx in try tx.settle(id, outcome, commission) }
        if owesRefund { try await payRefunds() }
    }
}

extension Transaction {
    /// True when money came in for which there will be no order.
    fileprivate func settle(_ id: PaymentAttempt.ID, _ outcome: ChargeOutcome, _ commission: Int64) throws -> Bool {
        let attempt = try attempt(id)
        switch outcome {
        case .captured(let money, let reference):
            try note(.captured, money.minorUnits, of: attempt, reference)
            if attempt.status == .succeeded { return false }
            guard !attempt.status.isFinal else { return try requestUnorderedRefund(of: attempt) }
            guard money == attempt.amount else {
                try giveUp(attempt, as: .declined, reason: .wrongAmount)
                return try requestUnorderedRefund(of: attempt)
            }
            _ = try place(attempt, commission)
        case .declined(let reason, let reference):
            guard !attempt.status.isFinal else { return false }
            try note(.declined, 0, of: attempt, reference)
            try giveUp(attempt, as: .declined, reason: reason)
        case .actionRequired(let url):
            guard attempt.status == .started else { return false }
            try execute("UPDATE payment_attempts SET status = \(AttemptStatus.actionRequired.rawValue), action_url = \(url) WHERE id = \(id)")
        case .cancelled:
            guard !attempt.status.isFinal else { return false }
            try giveUp(attempt, as: .expired, reason: nil)
        case .neverAsked, .unknown:
            break
        }
        return false
    }

    /// There will be no order: goods and coupon are free again, and the cart is open.
    private func giveUp(_ attempt: PaymentAttempt, as status: AttemptStatus, reason: DeclineReason?) throws {
        _ = try attempt.status.becoming(status)
        try releaseReservations(of: attempt.id, as: status == .expired ? .expired : .released)
        try releaseUse(of: attempt.id)
        try releasePromotions(of: attempt.id)
        try execute(
            """
            UPDATE payment_attempts SET status = \(status.rawValue), decline_reason = \(reason?.rawValue), action_url = NULL, settled_at = \(now)
            WHERE id = \(attempt.id)
            """)
        try execute("UPDATE carts SET status = \(CartStatus.open.rawValue), version = version + 1 WHERE id = \(attempt.cart)")
    }

    /// The money of an attempt became an order: one group, and one order for each seller.
    func place(_ attempt: PaymentAttempt, _ commission: Int64) throws -> OrderGroup.ID {
        _ = try attempt.status.becoming(.succeeded)
        try consumeReservations(of: attempt.id)
        try redeemUse(of: attempt.id)
        try redeemPromotions(of: attempt.id)
        let group = try insertOrders(of: attempt, commission)
        try execute("UPDATE payment_attempts SET status = \(AttemptStatus.succeeded.rawValue), action_url = NULL, settled_at = \(now) WHERE id = \(attempt.id)")
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

    /// What was captured without an order goes back, once.
    private func requestUnorderedRefund(of attempt: PaymentAttempt) throws -> Bool {
        let asked =
            try row(
                "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount FROM refunds WHERE attempt = \(attempt.id)")?.integer("amount") ?? 0
        let owed = try balance(of: attempt.id).captured - asked
        guard owed > 0 else { return false }
        try requestRefund(of: attempt.id, owed, order: nil, reason: "unordered")
        return true
    }

    func requestRefund(of attempt: PaymentAttempt.ID, _ minorUnits: Int64, order: SellerOrder.ID?, reason: String) throws {
        try execute(
            """
            INSERT INTO refunds (id, attempt, order_id, amount, reason, status, created_at)
            VALUES (\(Identifier<RefundRequest>.new("ref", at: now)), \(attempt), \(order?.text), \(minorUnits), \(reason), 'requested', \(now))
            """)
    }
}

extension Reading where Self: ~Copyable {
    /// Throws `notFound`.
    func attempt(_ id: PaymentAttempt.ID) throws -> PaymentAttempt {
        guard
            let row = try row(
                """
                SELECT cart, provider, status, amount, currency, quote, action_url, decline_reason, created_at, expires_at
                FROM payment_attempts WHERE id = \(id)
                """),
            let status = AttemptStatus(rawValue: try row.text("status")), let currency = Currency(try row.text("currency"))
        else { throw CheckoutError(.notFound) }
        return PaymentAttempt(
            id: id, cart: Cart.ID(try row.text("cart")), provider: try row.text("provider"), status: status,
            amount: Money(minorUnits: try row.integer("amount"), currency: currency),
            quote: try Quote(parsing: Array(row.text("quote").utf8)), actionURL: try row.optionalText("action_url"),
            declineReason: try row.optionalText("decline_reason"), createdAt: try row.integer("created_at"), expiresAt: try row.integer("expires_at"))
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

// MARK: - Refunds

extension Checkout {
    /// Has the provider give back what was decided to go back. What it does not answer is asked again later, with the same
    /// key.
    package func payRefunds() async throws {
        let open = try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT r.id, r.attempt, r.amount, a.currency FROM refunds r JOIN payment_attempts a ON a.id = r.attempt
                WHERE r.status = 'requested' ORDER BY r.created_at LIMIT \(Checkout.maximumRefundsAtOnce)
                """
            ).compactMap { row in
                try Currency(row.text("currency")).map { currency in
                    RefundRequest(
                        key: try row.text("id"), charge: try row.text("attempt"), amount: Money(minorUnits: try row.integer("amount"), currency: currency))
                }
            }
        }
        for refund in open {
            let outcome = await payments.refund(refund)
            try await database.write { tx in try tx.note(outcome, of: refund) }
        }
    }

    /// The others have their turn with the next recovery.
    static let maximumRefundsAtOnce: Int64 = 500
}

extension Transaction {
    fileprivate func note(_ outcome: RefundOutcome, of refund: RefundRequest) throws {
        switch outcome {
        case .refunded(let reference):
            try note(.refunded, refund.amount.minorUnits, of: attempt(PaymentAttempt.ID(refund.charge)), reference)
            try execute("UPDATE refunds SET status = 'succeeded' WHERE id = \(refund.key) AND status = 'requested'")
            try enqueueRefundLetter(refund.key)
        case .refused:
            try execute("UPDATE refunds SET status = 'failed' WHERE id = \(refund.key) AND status = 'requested'")
        case .unknown:
            break
        }
    }

    /// Tells the buyer, once, that money went back.
    func enqueueRefundLetter(_ refund: String) throws {
        guard
            let row = try row(
                """
                SELECT c.email, c.language FROM refunds r JOIN payment_attempts a ON a.id = r.attempt JOIN carts c ON c.id = a.cart
                WHERE r.id = \(refund)
                """),
            let email = try row.optionalText("email")
        else { return }
        try enqueue(Mail(.refund, to: .address(email), language: try row.text("language"), reference: refund, key: "refund:\(refund)"))
    }
}
