// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase
import Synchronization

/// Something that is to go back to a buyer: decided first, done by the provider, then kept with its event.
package struct Refund: Sendable {
    package typealias ID = Identifier<Refund>

    package enum Reason: String, Sendable {
        /// The order was cancelled.
        case cancelled
        /// Money came in for which there is no order.
        case unordered
        /// The buyer gets a part back, or all, and the order stands.
        case goodwill, returned, damaged, missing

        /// Whether somebody may give it as the reason; the others come about.
        package var isChosen: Bool { self != .cancelled && self != .unordered }
    }

    package let id: ID
    package let attempt: PaymentAttempt.ID
    /// Nil when there was no order for the money.
    package let order: SellerOrder.ID?
    package let amount: Money
    package let reason: String
    /// `requested`, `succeeded` or `failed`.
    package let status: String
}

extension Checkout {
    /// Gives the buyer of one seller's order an amount back, and all accounts their part of it. However a sum is divided into
    /// refunds, it comes to the same.
    ///
    /// - throws: `notFound`, `notRefundable` when nothing was paid, `refundTooLarge` with what is left, `paymentDisputed` while the
    ///   buyer's bank has the money.
    ///
    /// - Parameters:
    ///   - key: chosen by whoever asks: the same key gives back once. Nil when asking again is meant.
    ///   - actor: for the audit log.
    @discardableResult
    package func refund(_ order: SellerOrder.ID, _ amount: Money, reason: Refund.Reason, key: String? = nil, by actor: String) async throws -> Refund {
        if let key, !(1...CompletionRequest.maximumKeyLength).contains(key.utf8.count) { throw CheckoutError(.idempotencyKeyInvalid) }
        let refund = try await database.write { tx in
            if let key, let known = try tx.refund(of: order, key: key) {
                guard known.amount == amount, known.reason == reason.rawValue else { throw CheckoutError(.idempotencyKeyReused) }
                return known.id
            }
            let refund = try tx.refund(order, amount, reason, key)
            try tx.audit(actor, "refund", entity: refund.text)
            return refund
        }
        try await payRefunds()
        return try await database.read { try $0.refund(refund) }
    }

    /// All that somebody has to give back by hand, or that a provider refused.
    package func refundsToDo() async throws -> [Refund] {
        try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT r.id FROM refunds r JOIN payment_attempts a ON a.id = r.attempt
                WHERE r.status = 'failed' OR (r.status = 'requested' AND a.provider IN (\(list: PaymentProviders.namesByHand)))
                ORDER BY r.created_at
                """
            ).map { try snapshot.refund(Refund.ID($0.text("id"))) }
        }
    }

    /// Somebody has given the money back by other means than the provider's. Throws `notFound`, and `notRefundable` when that had
    /// been done before.
    package func noteRefunded(_ id: Refund.ID, by actor: String) async throws {
        try await database.write { tx in
            let refund = try tx.refund(id)
            guard refund.status != "succeeded" else { throw CheckoutError(.notRefundable) }
            try tx.note(.refunded, refund.amount.minorUnits, of: tx.attempt(refund.attempt), id.text)
            try tx.execute("UPDATE refunds SET status = 'succeeded' WHERE id = \(id)")
            try tx.enqueueRefundLetter(id.text)
            try tx.audit(actor, "refund.byHand", entity: id.text)
        }
    }

    /// Has the providers give back what was decided to go back. What one does not answer is asked again later, with the same
    /// key; one that answers nothing is left alone for this time.
    package func payRefunds() async throws {
        var silent = Silence()
        for (provider, refund) in try await openRefunds() where !silent.isDeaf(provider) {
            // Two at once would move money once, and learn nothing more.
            guard let asked = payments.provider(named: provider), underWay.begin(refund.key) else { continue }
            defer { underWay.end(refund.key) }
            let outcome = await asked.refund(refund)
            silent.hear(provider, isUnknown: outcome == .unknown)
            try await database.write { tx in try tx.note(outcome, of: refund) }
        }
    }

    private func openRefunds() async throws -> [(provider: String, refund: RefundRequest)] {
        let providers = payments.namesThatRefund
        guard !providers.isEmpty else { return [] }
        return try await database.read { snapshot in
            try snapshot.rows(
                """
                SELECT r.id, r.attempt, r.amount, r.provider_reference, a.currency, a.provider,
                    (SELECT MAX(e.provider_reference) FROM payment_events e WHERE e.attempt = a.id AND e.kind = 'captured') AS capture
                FROM refunds r JOIN payment_attempts a ON a.id = r.attempt
                WHERE r.status = 'requested' AND a.provider IN (\(list: providers)) ORDER BY r.created_at LIMIT \(Checkout.maximumRefundsAtOnce)
                """
            ).compactMap { row in
                guard let currency = try Currency(row.text("currency")) else { return nil }
                return (
                    try row.text("provider"),
                    RefundRequest(
                        key: try row.text("id"), charge: try row.text("attempt"), amount: Money(minorUnits: try row.integer("amount"), currency: currency),
                        capture: try row.optionalText("capture"), reference: try row.optionalText("provider_reference"))
                )
            }
        }
    }

    /// The others have their turn with the next recovery.
    static let maximumRefundsAtOnce: Int64 = 500
}

/// What somebody in this process is at work on.
final class UnderWay: Sendable {
    private let keys = Mutex<Set<String>>([])

    /// False when somebody is at it already.
    func begin(_ key: String) -> Bool { keys.withLock { $0.insert(key).inserted } }
    func end(_ key: String) { keys.withLock { _ = $0.remove(key) } }
}

/// Who has not answered for some time is not asked any more until the next round.
struct Silence {
    private static let patience = 3
    private var unanswered: [String: Int] = [:]

    func isDeaf(_ provider: String) -> Bool { unanswered[provider, default: 0] >= Silence.patience }

    mutating func hear(_ provider: String, isUnknown: Bool) {
        unanswered[provider] = isUnknown ? unanswered[provider, default: 0] + 1 : 0
    }
}

extension Transaction {
    fileprivate func refund(_ id: SellerOrder.ID, _ amount: Money, _ reason: Refund.Reason, _ key: String?) throws -> Refund.ID {
        guard let row = try row("SELECT order_group FROM orders WHERE id = \(id)") else { throw CheckoutError(.notFound) }
        let group = try group(OrderGroup.ID(row.text("order_group")))
        let attempt = try attempt(group.attempt)
        guard let order = group.orders.first(where: { $0.id == id }) else { throw CheckoutError(.notFound) }
        guard order.status != .cancelled, try isPaid(order, of: attempt), !order.total.isZero else { throw CheckoutError(.notRefundable) }
        try requireUndisputed(attempt)
        let left = order.total.minorUnits - (try refunded(of: id))
        guard amount.currency == group.currency, amount.minorUnits > 0, amount.isChargeable else { throw CheckoutError(.invalid, field: "amount") }
        guard amount.minorUnits <= left else { throw CheckoutError(.refundTooLarge, field: "amount", meta: ["left": String(left)]) }
        return try requestRefund(of: attempt, amount.minorUnits, order: order, reason: reason, key: key)
    }

    /// Throws `paymentDisputed` while, or after, the buyer's bank took the money back.
    func requireUndisputed(_ attempt: PaymentAttempt) throws {
        let balance = try balance(of: attempt.id)
        guard balance.openDisputes == 0, balance.chargedBack == 0 else { throw CheckoutError(.paymentDisputed) }
    }

    /// What was captured without an order goes back, once.
    func requestUnorderedRefund(of attempt: PaymentAttempt) throws -> Bool {
        let asked = try row(
            "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount FROM refunds WHERE attempt = \(attempt.id) AND order_id IS NULL"
        )?.integer("amount")
        let owed = try balance(of: attempt.id).captured - (asked ?? 0) - paidFor(attempt)
        guard owed > 0 else { return false }
        try requestRefund(of: attempt, owed, order: nil, reason: .unordered)
        return true
    }

    /// - parameter order: from whose accounts it comes; nil when there was none for the money.
    @discardableResult
    func requestRefund(of attempt: PaymentAttempt, _ minorUnits: Int64, order: SellerOrder?, reason: Refund.Reason, key: String? = nil) throws
        -> Refund.ID
    {
        let id = Refund.ID.new("ref", at: now)
        let before = try order.map { try refunded(of: $0.id) } ?? 0
        try execute(
            """
            INSERT INTO refunds (id, attempt, order_id, amount, reason, status, request_key, created_at)
            VALUES (\(id), \(attempt.id), \(order?.id.text), \(minorUnits), \(reason.rawValue), 'requested', \(key), \(now))
            """)
        if let order { try postRefund(id, of: order, from: before, to: before + minorUnits, paidBy: attempt) }
        return id
    }

    fileprivate func note(_ outcome: RefundOutcome, of refund: RefundRequest) throws {
        switch outcome {
        case .refunded(let reference):
            // Under our own id: whatever the provider calls it, it went back once.
            try note(.refunded, refund.amount.minorUnits, of: attempt(PaymentAttempt.ID(refund.charge)), refund.key)
            try execute("UPDATE refunds SET status = 'succeeded', provider_reference = \(reference) WHERE id = \(refund.key) AND status = 'requested'")
            try enqueueRefundLetter(refund.key)
        case .pending(let reference):
            try execute("UPDATE refunds SET provider_reference = \(reference) WHERE id = \(refund.key) AND status = 'requested'")
        case .refused:
            try execute("UPDATE refunds SET status = 'failed' WHERE id = \(refund.key) AND status = 'requested'")
        case .unknown:
            break
        }
    }
}

extension Transaction {
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

extension Reading where Self: ~Copyable {
    /// Throws `notFound`.
    func refund(_ id: Refund.ID) throws -> Refund {
        guard let row = try row("SELECT r.*, a.currency FROM refunds r JOIN payment_attempts a ON a.id = r.attempt WHERE r.id = \(id)"),
            let currency = Currency(try row.text("currency"))
        else { throw CheckoutError(.notFound) }
        return Refund(
            id: id, attempt: PaymentAttempt.ID(try row.text("attempt")), order: try row.optionalText("order_id").map { SellerOrder.ID($0) },
            amount: Money(minorUnits: try row.integer("amount"), currency: currency), reason: try row.text("reason"), status: try row.text("status"))
    }

    /// What was asked for with this key before; nil when it is new.
    fileprivate func refund(of order: SellerOrder.ID, key: String) throws -> Refund? {
        try row("SELECT id FROM refunds WHERE order_id = \(order) AND request_key = \(key)").map { try refund(Refund.ID($0.text("id"))) }
    }

    /// What of an order went back, or was decided to, in minor units.
    func refunded(of order: SellerOrder.ID) throws -> Int64 {
        try row("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS amount FROM refunds WHERE order_id = \(order)")?.integer("amount") ?? 0
    }

    /// What the orders come to for which the money of an attempt came, in minor units.
    fileprivate func paidFor(_ attempt: PaymentAttempt) throws -> Int64 {
        try row(
            """
            SELECT CAST(COALESCE(SUM(o.total), 0) AS BIGINT) AS amount FROM orders o JOIN order_groups g ON g.id = o.order_group
            WHERE g.attempt = \(attempt.id) AND (\(!attempt.isPromised) = 1
                OR EXISTS (SELECT 1 FROM journals j WHERE j.kind = \(JournalKind.payment.rawValue) AND j.reference = o.id))
            """)?.integer("amount") ?? 0
    }
}
