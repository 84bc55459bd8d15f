// KarooExpress – Apache-2.0

import KarooCommerce
import KarooDatabase

/// Money that is to come for an order that stands already: held by a bank until it is captured, on its way as a transfer, or
/// paid at the door.
struct Promise: Hashable, Sendable {
    /// What the provider calls it, or what the buyer writes on a transfer.
    let reference: String?
    /// From when on somebody has to see to it; nil when only people can tell.
    let dueAt: Int64?
}

extension PaymentProviders {
    /// What the buyer of an attempt has to do; nil when it was paid at once.
    func due(of attempt: PaymentAttempt, in market: Market.ID) -> PaymentDue? {
        guard attempt.isPromised else { return nil }
        return provider(named: attempt.provider)?.due(attempt.reference, in: market, until: attempt.promiseDueAt)
    }
}

extension Transaction {
    func keep(_ promise: Promise, of attempt: PaymentAttempt) throws {
        try execute(
            """
            UPDATE payment_attempts SET promised_at = \(now), promise_due_at = \(promise.dueAt),
                provider_reference = COALESCE(provider_reference, \(promise.reference))
            WHERE id = \(attempt.id)
            """)
    }

    /// The promised money has come. Anything but what the orders come to that still stand counts for none of them: they
    /// are cancelled, and the money goes back.
    func receive(_ money: Money, for attempt: PaymentAttempt) throws {
        guard let group = try group(ofAttempt: attempt.id).map({ try self.group($0.id) }) else { return }
        guard money == attempt.amount else { return try giveUpPromise(of: attempt) }
        let orders = group.orders.filter { $0.status != .cancelled }
        for order in orders { try postPayment(of: order, paidBy: attempt) }
        try issueInvoices(for: orders, of: OrderGroup.Summary(group), attempt.quote, agreement(of: attempt.id))
        try endPromise(of: attempt)
    }

    /// Nothing will come any more: the orders that wait for it are cancelled, and goods and coupon are free again.
    func giveUpPromise(of attempt: PaymentAttempt) throws {
        guard let group = try group(ofAttempt: attempt.id).map({ try self.group($0.id) }) else { return }
        let waiting = try group.orders.filter { try !$0.status.isFinal && !isPaid($0, of: attempt) }
        for order in waiting { try cancelUnpaid(order, of: attempt) }
        if !waiting.isEmpty {
            try enqueue(Mail(.cancellation, to: .address(group.email), language: group.language, reference: group.id.text, key: "unpaid:\(group.id)"))
        }
        if try !hasOrder(attempt) { try releaseUses(of: attempt.id) }
        try endPromise(of: attempt)
    }

    func cancelUnpaid(_ order: SellerOrder, of attempt: PaymentAttempt) throws {
        guard try !isPaid(order, of: attempt) else { return }
        try execute("UPDATE orders SET status = \(OrderStatus.cancelled.rawValue) WHERE id = \(order.id)")
        try returnStock(of: order.id, sold: attempt.id)
        try voidSale(of: order, paidBy: attempt)
    }

    /// Asks the buyer for a transfer.
    func enqueueRequest(to group: OrderGroup, _ payments: PaymentProviders) throws {
        guard let due = try payments.due(of: attempt(group.attempt), in: group.market), let account = due.account, let reference = due.reference else { return }
        let instructions = [account.holder, "IBAN \(CreditorReference.grouped(account.iban))", "BIC \(account.bic)", reference].joined(separator: "\n")
        try enqueue(
            Mail(
                .paymentAwaited, to: .address(group.email), language: group.language, reference: group.id.text,
                values: ["instructions": instructions, "until": due.until.map { String($0.millisecondsSinceEpoch) } ?? ""], key: "paymentAwaited:\(group.id)"))
    }

    func endPromise(of attempt: PaymentAttempt) throws {
        try execute("UPDATE payment_attempts SET promise_ended_at = \(now) WHERE id = \(attempt.id) AND promise_ended_at IS NULL")
    }
}

extension Reading where Self: ~Copyable {
    /// Whether the money of an order is ours.
    func isPaid(_ order: SellerOrder, of attempt: PaymentAttempt) throws -> Bool {
        guard attempt.isPromised else { return true }
        return try row("SELECT id FROM journals WHERE kind = \(JournalKind.payment.rawValue) AND reference = \(order.id)") != nil
    }

    /// Whether an order of an attempt stands.
    func hasOrder(_ attempt: PaymentAttempt) throws -> Bool {
        try !rows(
            """
            SELECT o.id FROM orders o JOIN order_groups g ON g.id = o.order_group
            WHERE g.attempt = \(attempt.id) AND o.status <> \(OrderStatus.cancelled.rawValue)
            """
        ).isEmpty
    }

    /// Whether an order of an attempt stands, and its money is still to come.
    func hasOrderToPay(_ attempt: PaymentAttempt) throws -> Bool {
        try !rows(
            """
            SELECT o.id FROM orders o JOIN order_groups g ON g.id = o.order_group
            WHERE g.attempt = \(attempt.id) AND o.status <> \(OrderStatus.cancelled.rawValue)
                AND NOT EXISTS (SELECT 1 FROM journals j WHERE j.kind = \(JournalKind.payment.rawValue) AND j.reference = o.id)
            """
        ).isEmpty
    }
}
