// KarooExpress – Apache-2.0

package import KarooCommerce
import KarooDatabase

/// What became of money that somebody says has come.
package enum Receipt: Hashable, Sendable {
    /// The orders it was for are paid.
    case paid(Money)
    /// It had been noted before.
    case known
    /// There is no order for it any more; it has to go back.
    case late(Refund.ID, Money)
}

extension Checkout {
    /// Nobody transfers more, in minor units; so no sum of receipts leaves 64 bits.
    static let maximumReceipt: Int64 = 1_000_000_000_000_000

    /// Notes that promised money has come: by the reference of a transfer, all of it; by an order (`ord_…`), what was paid for it at
    /// the door.
    ///
    /// - parameter amount: how much came; nil when nobody compared it.
    /// - throws: `notFound`, and `paymentDiffers` with what is due when the amount is another one, which pays nothing.
    package func noteReceived(_ reference: String, amount: Money?, by actor: String) async throws -> Receipt {
        if let amount, !(1...Checkout.maximumReceipt).contains(amount.minorUnits) { throw CheckoutError(.invalid, field: "amount") }
        let transfer = CreditorReference(typed: reference)
        return try await database.write { tx in
            let receipt = try transfer.map { try tx.receiveTransfer($0, amount) } ?? tx.receiveCash(for: SellerOrder.ID(reference), amount)
            if receipt != .known { try tx.audit(actor, "payment.received", entity: transfer?.text ?? reference) }
            return receipt
        }
    }
}

extension Transaction {
    fileprivate func receiveTransfer(_ reference: CreditorReference, _ amount: Money?) throws -> Receipt {
        guard let row = try row("SELECT id FROM payment_attempts WHERE provider = \(BankTransfer.id) AND provider_reference = \(reference.text)") else {
            throw CheckoutError(.notFound)
        }
        let attempt = try attempt(PaymentAttempt.ID(row.text("id")))
        guard let found = try group(ofAttempt: attempt.id) else { throw CheckoutError(.notFound) }
        let group = try group(found.id)
        guard attempt.isPromiseOpen else { return try receiveLate(amount ?? attempt.amount, reference.text, for: attempt) }
        return try receive(group.orders.filter { try !isPaid($0, of: attempt) && $0.status != .cancelled }, of: group, amount, reference.text, attempt)
    }

    fileprivate func receiveCash(for id: SellerOrder.ID, _ amount: Money?) throws -> Receipt {
        guard
            let row = try row(
                "SELECT g.id, g.attempt FROM orders o JOIN order_groups g ON g.id = o.order_group WHERE o.id = \(id)")
        else { throw CheckoutError(.notFound) }
        let attempt = try attempt(PaymentAttempt.ID(row.text("attempt")))
        let group = try group(OrderGroup.ID(row.text("id")))
        guard attempt.provider == CashOnDelivery.id, let order = group.orders.first(where: { $0.id == id }) else {
            throw CheckoutError(.notFound)
        }
        if try isPaid(order, of: attempt) { return .known }
        guard order.status != .cancelled else { return try receiveLate(amount ?? order.total, id.text, for: attempt) }
        return try receive([order], of: group, amount, id.text, attempt)
    }

    private func receive(
        _ orders: [SellerOrder], of group: OrderGroup, _ amount: Money?, _ reference: String, _ attempt: PaymentAttempt
    ) throws -> Receipt {
        let due = orders.reduce(Money.zero(attempt.amount.currency)) { $0 + $1.total }
        guard amount == nil || amount == due else {
            throw CheckoutError(.paymentDiffers, field: "amount", meta: ["due": String(due.minorUnits), "currency": due.currency.code])
        }
        try note(.captured, due.minorUnits, of: attempt, reference)
        for order in orders { try postPayment(of: order, paidBy: attempt) }
        try issueInvoices(for: orders, of: OrderGroup.Summary(group), attempt.quote, agreement(of: attempt.id))
        if try !hasOrderToPay(attempt) { try endPromise(of: attempt) }
        return .paid(due)
    }

    /// Money for what was cancelled meanwhile.
    private func receiveLate(_ amount: Money, _ reference: String, for attempt: PaymentAttempt) throws -> Receipt {
        guard amount.currency == attempt.amount.currency else { throw CheckoutError(.invalid, field: "amount") }
        try note(.captured, amount.minorUnits, of: attempt, reference)
        guard try requestUnorderedRefund(of: attempt),
            let row = try row(
                "SELECT id, amount FROM refunds WHERE attempt = \(attempt.id) AND order_id IS NULL ORDER BY created_at DESC, id DESC LIMIT 1")
        else { return .known }
        return .late(Refund.ID(try row.text("id")), Money(minorUnits: try row.integer("amount"), currency: amount.currency))
    }
}
